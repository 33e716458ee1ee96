package io.attest.measure;

import io.attest.model.Task;
import java.util.Optional;

/**
 * A line through what happened over what was predicted. Of probabilities it is a logistic one over
 * the log-odds of the score, of numbers a straight one.
 *
 * @param intercept with the slope held at 1: above 0, more happens than is predicted (in log-odds,
 *     or in the unit of the target); 0 is perfect
 * @param slope 1 is perfect; below 1, scores are too extreme, as of a model that was fitted too
 *     closely; above 1, too timid
 * @see <a href="https://doi.org/10.1093/biomet/45.3-4.562">Cox 1958, Two further applications of a
 *     model for binary regression</a>
 * @see <a href="https://doi.org/10.1016/j.jclinepi.2015.12.005">Van Calster et al. 2016, A
 *     calibration hierarchy for risk models</a>
 */
public record CalibrationLine(Estimate intercept, Estimate slope) {
  private static final int STEPS = 60;

  /** Steeper lines part the two classes: no line is the best. */
  private static final double STEEPEST = 1e3;

  /**
   * @param responses one a row
   * @param labels without NaN
   * @return empty of several classes, and with fewer than three rows
   */
  static Optional<CalibrationLine> of(Task task, double[] responses, double[] labels) {
    if (task == Task.MULTICLASS || labels.length < 3) {
      return Optional.empty();
    }
    return Optional.of(
        task == Task.BINARY ? logistic(responses, labels) : straight(responses, labels));
  }

  private static CalibrationLine logistic(double[] responses, double[] labels) {
    double[] x = new double[responses.length];
    for (int i = 0; i < x.length; i++) {
      double p = Math.min(1 - 1e-15, Math.max(1e-15, responses[i]));
      x[i] = Math.log(p) - Math.log1p(-p);
    }
    return new CalibrationLine(offset(x, labels), slope(x, labels));
  }

  /** Newton's method for the intercept alone. */
  private static Estimate offset(double[] x, double[] labels) {
    double a = 0;
    double information = 0;
    for (int step = 0; step < STEPS; step++) {
      double score = 0;
      information = 0;
      for (int i = 0; i < x.length; i++) {
        double p = 1 / (1 + Math.exp(-a - x[i]));
        score += labels[i] - p;
        information += p * (1 - p);
      }
      double move = score / information;
      if (!Double.isFinite(move)) {
        return Estimate.NONE;
      }
      // Far out, the whole step overshoots.
      a += Math.max(-2, Math.min(2, move));
      if (Math.abs(a) > STEEPEST) {
        return Estimate.NONE;
      }
      if (Math.abs(move) < 1e-12 * (1 + Math.abs(a))) {
        return Estimate.normal(a, 1 / Math.sqrt(information));
      }
    }
    return Estimate.NONE;
  }

  private static Estimate slope(double[] x, double[] labels) {
    double a = 0;
    double b = 1;
    for (int step = 0; step < STEPS; step++) {
      double[] g = new double[2];
      double[] h = new double[3];
      for (int i = 0; i < x.length; i++) {
        double p = 1 / (1 + Math.exp(-a - b * x[i]));
        double w = p * (1 - p);
        g[0] += labels[i] - p;
        g[1] += (labels[i] - p) * x[i];
        h[0] += w;
        h[1] += w * x[i];
        h[2] += w * x[i] * x[i];
      }
      double determinant = h[0] * h[2] - h[1] * h[1];
      double da = (h[2] * g[0] - h[1] * g[1]) / determinant;
      double db = (h[0] * g[1] - h[1] * g[0]) / determinant;
      if (!(determinant > 0) || !Double.isFinite(da) || !Double.isFinite(db)) {
        return Estimate.NONE;
      }
      double large = Math.max(1, Math.max(Math.abs(da), Math.abs(db)) / 2);
      a += da / large;
      b += db / large;
      if (Math.abs(a) > STEEPEST || Math.abs(b) > STEEPEST) {
        return Estimate.NONE;
      }
      if (Math.abs(da) < 1e-11 * (1 + Math.abs(a)) && Math.abs(db) < 1e-11 * (1 + Math.abs(b))) {
        return Estimate.normal(b, Math.sqrt(h[0] / determinant));
      }
    }
    return Estimate.NONE;
  }

  private static CalibrationLine straight(double[] x, double[] y) {
    int n = x.length;
    double mx = 0;
    double my = 0;
    for (int i = 0; i < n; i++) {
      mx += x[i] / n;
      my += y[i] / n;
    }
    double sxx = 0;
    double sxy = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      sxx += (x[i] - mx) * (x[i] - mx);
      sxy += (x[i] - mx) * (y[i] - my);
      double d = y[i] - x[i] - (my - mx);
      squares += d * d;
    }
    double slope = sxy / sxx;
    double left = 0;
    for (int i = 0; i < n; i++) {
      double d = y[i] - my - slope * (x[i] - mx);
      left += d * d;
    }
    return new CalibrationLine(
        Estimate.normal(my - mx, Math.sqrt(squares / (n - 1) / n)),
        sxx > 0 ? Estimate.normal(slope, Math.sqrt(left / (n - 2) / sxx)) : Estimate.NONE);
  }
}
