package io.attest.correlate;

import org.hipparchus.special.Beta;
import org.hipparchus.special.Gamma;

/**
 * Upper tails of the usual distributions. Not by one minus the cumulative probability, which is 0
 * for everything below 1e-16.
 */
final class Tail {
  private Tail() {}

  /** Two-sided p value of Student's t. */
  static double t(double t, double freedom) {
    if (Double.isNaN(t) || freedom <= 0) {
      return Double.NaN;
    }
    return Double.isInfinite(t)
        ? 0
        : Beta.regularizedBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
  }

  /** p value of Fisher's F. */
  static double f(double f, double numerator, double denominator) {
    if (Double.isNaN(f) || numerator <= 0 || denominator <= 0) {
      return Double.NaN;
    }
    return Double.isInfinite(f)
        ? 0
        : Beta.regularizedBeta(
            denominator / (denominator + numerator * f), denominator / 2, numerator / 2);
  }

  /** p value of chi-square. */
  static double chiSquare(double x, double freedom) {
    if (Double.isNaN(x) || freedom <= 0) {
      return Double.NaN;
    }
    return Gamma.regularizedGammaQ(freedom / 2, x / 2);
  }
}
