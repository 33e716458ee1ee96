package io.attest.explain.counterfactual;

import io.attest.explain.Progress;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import java.util.Arrays;

/**
 * What the search for one case may cost, and has cost. Counted in tree walks and predicted rows, so
 * that the same case gets the same answer on any machine; the clock only ends what would take far
 * too long. Not thread-safe.
 */
final class Effort {
  private static final int BLOCK = 4096;

  private final Model model;
  private final Progress progress;
  private final long mostWalks;
  private final long mostRows;
  private final long end;
  private long walks;
  private long rows;
  private boolean late;

  /**
   * @param end when the time is over, as {@link System#nanoTime} tells it
   */
  Effort(Model model, Progress progress, long mostWalks, long mostRows, long end) {
    this.model = model;
    this.progress = progress;
    this.mostWalks = mostWalks;
    this.mostRows = mostRows;
    this.end = end;
  }

  /**
   * Counts walks through trees.
   *
   * @return false if there were enough
   * @throws java.util.concurrent.CancellationException if the work was cancelled
   */
  boolean walk(int trees) {
    progress.check();
    walks += trees;
    return walks <= mostWalks && inTime();
  }

  boolean inTime() {
    late |= System.nanoTime() - end > 0;
    return !late;
  }

  /** How many rows may still be predicted. */
  long rowsLeft() {
    return inTime() ? mostRows - rows : 0;
  }

  /** True if the clock ended the search. */
  boolean late() {
    return late;
  }

  boolean exhausted() {
    return walks > mostWalks || rows >= mostRows;
  }

  long rows() {
    return rows;
  }

  /** Responses, rows x outputs, in batches of bounded size. */
  double[] predict(double[][] of) {
    int p = model.info().features().size();
    int k = model.info().outputs().size();
    double[] out = new double[of.length * k];
    for (int from = 0; from < of.length; from += BLOCK) {
      progress.check();
      int to = Math.min(of.length, from + BLOCK);
      double[] values = new double[(to - from) * p];
      for (int i = from; i < to; i++) {
        System.arraycopy(of[i], 0, values, (i - from) * p, p);
      }
      double[] part = model.predict(new Batch(to - from, p, values), OutputSpace.RESPONSE);
      System.arraycopy(part, 0, out, from * k, part.length);
    }
    rows += of.length;
    return out;
  }

  double[] predict(double[] row) {
    return Arrays.copyOf(predict(new double[][] {row}), model.info().outputs().size());
  }
}
