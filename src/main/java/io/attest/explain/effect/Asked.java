package io.attest.explain.effect;

import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A model that is asked about changed rows, in blocks of bounded size, and told how often.
 * Thread-safe.
 */
final class Asked {
  /** Values in one block of rows: 2 MB, whatever the number of features. */
  private static final int BLOCK_VALUES = 1 << 18;

  private final Model model;
  private final OutputSpace space;
  private final AtomicLong rows = new AtomicLong();

  Asked(Model model, OutputSpace space) {
    this.model = model;
    this.space = space;
  }

  /** Number of rows that go together. */
  static int blockRows(int features) {
    return Math.max(64, Math.min(4096, BLOCK_VALUES / Math.max(1, features)));
  }

  /** Makes the changed copy of a row. */
  @FunctionalInterface
  interface Change {
    /**
     * @param i number of the changed row, from 0
     * @param to where to write its values
     * @param at index of its first value there
     */
    void write(int i, double[] to, int at);
  }

  /**
   * Predicts some changed rows.
   *
   * @return rows x outputs
   * @throws IllegalArgumentException if an answer is not a number
   */
  double[] predict(int count, Change change) {
    int p = model.info().features().size();
    int k = model.info().outputs().size();
    int block = blockRows(p);
    double[] out = new double[count * k];
    for (int from = 0; from < count; from += block) {
      int n = Math.min(block, count - from);
      double[] values = new double[n * p];
      for (int i = 0; i < n; i++) {
        change.write(from + i, values, i * p);
      }
      double[] answer = model.predict(new Batch(n, p, values), space);
      rows.addAndGet(n);
      for (int i = 0; i < answer.length; i++) {
        if (!Double.isFinite(answer[i])) {
          int row = i / k * p;
          throw new IllegalArgumentException(
              "The model answers "
                  + answer[i]
                  + " for the features "
                  + Arrays.toString(Arrays.copyOfRange(values, row, row + Math.min(p, 40)))
                  + (p > 40 ? " ..." : "")
                  + ". Maybe it cannot handle a missing value of that row.");
        }
      }
      System.arraycopy(answer, 0, out, from * k, answer.length);
    }
    return out;
  }

  /** How many rows were predicted. */
  long rows() {
    return rows.get();
  }
}
