package io.attest.explain;

import io.attest.model.Batch;
import java.util.function.Function;

/**
 * Explains block after block, and tells progress and faults in rows of the whole.
 *
 * @param <R> what the explainer answers with
 */
public final class RowRun<R extends Explanation> {
  private final RowExplainer.Prepared<R> prepared;
  private final long rows;
  private final Progress progress;
  private long done;

  /**
   * @param rows how many there are, all blocks together; a guess is good enough for progress
   */
  public RowRun(RowExplainer.Prepared<R> prepared, long rows, Progress progress) {
    this.prepared = prepared;
    this.rows = rows;
    this.progress = progress;
  }

  /** How many rows were explained so far: the index of the next block's first row. */
  public long done() {
    return done;
  }

  /**
   * Explains the next block.
   *
   * @param block what holds the rows
   * @param toBatch lays it out for the model
   * @throws IllegalArgumentException if a row cannot be explained; it says where the block begins
   * @throws java.util.concurrent.CancellationException if the work was cancelled
   */
  public <T> R next(T block, Function<T, Batch> toBatch) {
    progress.check();
    try {
      Batch batch = toBatch.apply(block);
      R result = prepared.explain(batch, part(batch.rows()));
      done += batch.rows();
      progress.report(Math.min(done, rows), rows);
      return result;
    } catch (IllegalArgumentException e) {
      throw done == 0
          ? e
          : new IllegalArgumentException(
              "Counted from row " + (done + 1) + " on: " + e.getMessage(), e);
    }
  }

  private Progress part(int size) {
    long before = done;
    return new Progress() {
      @Override
      public void report(long part, long total) {
        long at = before + (total == 0 ? 0 : size * part / total);
        progress.report(Math.min(at, rows), rows);
      }

      @Override
      public boolean cancelled() {
        return progress.cancelled();
      }
    };
  }
}
