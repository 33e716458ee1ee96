package io.attest.explain;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Work in numbered units, in one or more phases, on a fixed number of threads. A unit writes only
 * what is its own, so that the result does not depend on who works on it when; whoever adds units
 * up does so in their order, afterwards.
 */
public final class Units {
  private final int threads;
  private final long total;
  private final Progress progress;
  private long done;

  /**
   * @param threads at least 1
   * @param total units of all phases
   */
  public Units(int threads, long total, Progress progress) {
    this.threads = threads;
    this.total = total;
    this.progress = progress;
  }

  /**
   * Runs units 0 to {@code count} - 1 and returns when all are done.
   *
   * @throws java.util.concurrent.CancellationException if the work was cancelled; then each thread
   *     finishes at most the unit it is in
   */
  public void run(int count, IntConsumer unit) {
    progress.check();
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean failed = new AtomicBoolean();
    Runnable worker =
        () -> {
          try {
            for (int i = next.getAndIncrement();
                i < count && !failed.get();
                i = next.getAndIncrement()) {
              progress.check();
              unit.accept(i);
              finish();
            }
          } catch (RuntimeException | Error e) {
            failed.set(true);
            throw e;
          }
        };
    int workers = Math.min(threads, count);
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

  /** Work on rows {@code from} (inclusive) to {@code to} (exclusive). */
  @FunctionalInterface
  public interface Rows {
    void from(int from, int to);
  }

  /**
   * Runs over rows in blocks, a unit each. The blocks do not depend on the number of threads, so
   * neither do sums that are kept by block.
   *
   * @throws java.util.concurrent.CancellationException as above
   */
  public static void overRows(int threads, int rows, int blockSize, Progress progress, Rows work) {
    int blocks = (rows + blockSize - 1) / blockSize;
    new Units(threads, blocks, progress)
        .run(blocks, b -> work.from(b * blockSize, Math.min(rows, (b + 1) * blockSize)));
  }

  /** One report after the other, so that the finished units only rise. */
  private synchronized void finish() {
    done++;
    progress.report(done, total);
  }
}
