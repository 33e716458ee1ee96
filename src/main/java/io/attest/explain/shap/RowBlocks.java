package io.attest.explain.shap;

import io.attest.explain.Progress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Works through rows in blocks on a fixed number of threads. A block writes only what belongs to
 * its own rows, so that the result does not depend on who works on it when.
 */
final class RowBlocks {

  /** Work on rows {@code from} (inclusive) to {@code to} (exclusive). */
  interface Work {
    void rows(int from, int to);
  }

  private RowBlocks() {}

  /**
   * Returns when every row is done.
   *
   * @throws java.util.concurrent.CancellationException if the work was cancelled; then each thread
   *     finishes at most the block it is in
   */
  static void run(int threads, int rows, int blockSize, Progress progress, Work work) {
    progress.check();
    int blocks = (rows + blockSize - 1) / blockSize;
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean failed = new AtomicBoolean();
    Done done = new Done(rows, progress);
    Runnable worker =
        () -> {
          try {
            for (int b = next.getAndIncrement();
                b < blocks && !failed.get();
                b = next.getAndIncrement()) {
              progress.check();
              int from = b * blockSize;
              int to = Math.min(rows, from + blockSize);
              work.rows(from, to);
              done.add(to - from);
            }
          } catch (RuntimeException | Error e) {
            failed.set(true);
            throw e;
          }
        };
    int workers = Math.min(threads, blocks);
    if (workers <= 1) {
      worker.run();
      return;
    }
    ExecutorService pool = Executors.newFixedThreadPool(workers);
    try {
      CompletableFuture<?>[] running = new CompletableFuture<?>[workers];
      for (int t = 0; t < workers; t++) {
        running[t] = CompletableFuture.runAsync(worker, pool);
      }
      CompletableFuture.allOf(running).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    } finally {
      pool.shutdown();
    }
  }

  /** Counts finished rows and tells of them one after the other, so that they only rise. */
  private static final class Done {
    private final long total;
    private final Progress progress;
    private long rows;

    Done(long total, Progress progress) {
      this.total = total;
      this.progress = progress;
    }

    synchronized void add(int more) {
      rows += more;
      progress.report(rows, total);
    }
  }
}
