package io.attest.explain.influence;

import io.attest.explain.Progress;
import io.attest.model.DifferentiableModel;
import java.util.Arrays;

/**
 * Trains a network on from its parameters, held near them by the damping, by Gauss-Newton steps
 * with the matrix at the start.
 *
 * @param hold damping: how strongly the parameters are held
 * @param steps at most
 */
record FineTuning(Landscape landscape, GaussNewton matrix, double hold, int steps) {
  private static final double SETTLED = 1e-7;

  /**
   * @param settled false if the steps were over before it stood still
   */
  record Tuned(DifferentiableModel model, boolean settled) {}

  /**
   * @param without a row to leave out; -1 for none
   */
  Tuned without(int without, Progress progress) {
    double[] centre = landscape.model().parameters();
    double[] at = centre.clone();
    DifferentiableModel model = landscape.model();
    double[] raw = landscape.raw(model, progress);
    double value = landscape.value(raw, without, at, centre, hold);
    for (int step = 0; step < steps; step++) {
      double[] slopes = landscape.slopes(raw);
      if (without >= 0) {
        int k = landscape.outputs();
        Arrays.fill(slopes, without * k, (without + 1) * k, 0);
      }
      double[] gradient = landscape.transposed(model, slopes, progress);
      for (int j = 0; j < at.length; j++) {
        gradient[j] += landscape.penalty()[j] * at[j] + hold * (at[j] - centre[j]);
      }
      double[] move = matrix.solve(gradient, progress);
      double decrement = Math.sqrt(Math.max(0, Curvature.dot(gradient, move)));
      if (decrement < SETTLED) {
        return new Tuned(model, true);
      }
      double length = 1;
      boolean lower = false;
      for (int half = 0; half < 30 && !lower; half++, length /= 2) {
        double[] next = at.clone();
        for (int j = 0; j < next.length; j++) {
          next[j] -= length * move[j];
        }
        DifferentiableModel moved = landscape.model().withParameters(next);
        double[] there = landscape.raw(moved, progress);
        double lowered = landscape.value(there, without, next, centre, hold);
        if (lowered < value) {
          lower = true;
          value = lowered;
          at = next;
          model = moved;
          raw = there;
        }
      }
      if (!lower) {
        // What is left is rounding.
        return new Tuned(model, decrement < 1e-4);
      }
    }
    return new Tuned(model, false);
  }
}
