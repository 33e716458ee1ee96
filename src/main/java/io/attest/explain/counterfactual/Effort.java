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
  private static final int FIRST_BLOCK = 256;
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
    return !exhausted() && inTime();
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

  /**
   * Responses, rows x outputs, in batches of bounded size; NaN for those for which there was no
   * time left. The batches grow, so that a slow model shows itself early.
   */
  double[] predict(double[][] of) {
    int k = model.info().outputs().size();
    double[] out = new double[of.length * k];
    int block = FIRST_BLOCK;
    for (int from = 0; from < of.length; from += block, block = Math.min(BLOCK, 2 * block)) {
      if (!inTime()) {
        Arrays.fill(out, from * k, out.length, Double.NaN);
        break;
      }
      double[] part = ask(of, from, Math.min(of.length, from + block));
      System.arraycopy(part, 0, out, from * k, part.length);
    }
    return out;
  }

  /** Responses of a few rows, whatever the time. */
  double[] certain(double[]... of) {
    return ask(of, 0, of.length);
  }

  private double[] ask(double[][] of, int from, int to) {
    progress.check();
    int p = model.info().features().size();
    double[] values = new double[(to - from) * p];
    for (int i = from; i < to; i++) {
      System.arraycopy(of[i], 0, values, (i - from) * p, p);
    }
    rows += to - from;
    return model.predict(new Batch(to - from, p, values), OutputSpace.RESPONSE);
  }
}
