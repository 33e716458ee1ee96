package io.attest.explain.influence;

import io.attest.explain.Progress;
import io.attest.model.LinearModel;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * The fit that a linear model came from: its rows, and the objective that its coefficients
 * minimise, loss + l2 / 2 |b|^2 with loss = 1/2 sum of squared residuals, or minus the log
 * likelihood.
 *
 * @param design rows x terms, row-major
 * @param labels one a row
 * @param penalty one a term: l2, or 0 for an intercept that is not penalised
 */
record Fit(Family family, double[] design, double[] labels, double[] penalty, List<String> terms) {
  private static final int MOST_STEPS = 60;

  /**
   * @param l2 weight of the penalty on each coefficient that has one
   */
  static Fit of(LinearModel model, Family family, double l2, double[] design, double[] labels) {
    double[] penalty = new double[model.coefficients().length];
    for (int m = 0; m < penalty.length; m++) {
      penalty[m] = model.termFeatures()[m] < 0 && !model.interceptPenalised() ? 0 : l2;
    }
    return new Fit(family, design, labels, penalty, model.termNames());
  }

  int rows() {
    return labels.length;
  }

  int size() {
    return penalty.length;
  }

  double raw(int row, double[] coefficients) {
    double sum = 0;
    for (int m = 0; m < coefficients.length; m++) {
      sum += design[row * coefficients.length + m] * coefficients[m];
    }
    return sum;
  }

  /** Nothing is left out. */
  static BitSet all() {
    return new BitSet();
  }

  /** One row is left out. */
  static BitSet but(int row) {
    BitSet without = new BitSet();
    without.set(row);
    return without;
  }

  /**
   * Where the objective falls and how it curves at some coefficients.
   *
   * @param descent minus the gradient
   * @param curvature terms x terms
   */
  record Slope(double[] descent, double[][] curvature) {}

  /**
   * @param without rows to leave out
   */
  Slope slope(double[] coefficients, BitSet without, Progress progress) {
    int q = size();
    double[] descent = new double[q];
    double[][] curvature = new double[q][q];
    for (int i = 0; i < rows(); i++) {
      if ((i & 1023) == 0) {
        progress.check();
      }
      if (without.get(i)) {
        continue;
      }
      double response = family.response(raw(i, coefficients));
      double residual = labels[i] - response;
      double weight = family.weight(response);
      for (int j = 0; j < q; j++) {
        double x = design[i * q + j];
        if (x != 0) {
          descent[j] += x * residual;
          for (int k = 0; k <= j; k++) {
            curvature[j][k] += weight * x * design[i * q + k];
          }
        }
      }
    }
    for (int j = 0; j < q; j++) {
      descent[j] -= penalty[j] * coefficients[j];
      curvature[j][j] += penalty[j];
      for (int k = 0; k < j; k++) {
        curvature[k][j] = curvature[j][k];
      }
    }
    return new Slope(descent, curvature);
  }

  /**
   * Fits by Newton's method.
   *
   * @param start coefficients to start from
   * @param without rows to leave out
   * @return empty if there is no single best fit: then the rows separate yes from no, or cannot
   *     tell two terms apart
   */
  Optional<double[]> refit(double[] start, BitSet without, Progress progress) {
    double[] b = start.clone();
    double limit = Double.POSITIVE_INFINITY;
    for (int step = 0; step < MOST_STEPS; step++) {
      Slope slope = slope(b, without, progress);
      double[] move;
      try {
        move = Curvature.times(Curvature.inverse(slope.curvature(), terms), slope.descent());
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
      double decrement = Math.sqrt(Math.max(0, Curvature.dot(slope.descent(), move)));
      // Close to the optimum Newton's steps shrink quadratically; once they no longer shrink, what
      // is left is rounding.
      if (decrement < 1e-13 || (decrement < 1e-9 && decrement >= limit)) {
        return Optional.of(b);
      }
      // Far from the optimum a full step of a logistic fit can overshoot.
      double length = family == Family.LOGISTIC && decrement > 3 ? 3 / decrement : 1;
      for (int j = 0; j < b.length; j++) {
        b[j] += length * move[j];
      }
      limit = decrement;
    }
    return Optional.empty();
  }
}
