package io.attest.explain.influence;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * What makes leaves smaller than their rows ask for.
 *
 * @param rate the learning rate
 * @param lambda what is added to the sum of h
 */
record Shrinkage(double rate, double lambda) {

  /**
   * Solves a x rate + b x lambda = y by least squares, from the sums of products.
   *
   * @return lambda 0 where the leaves do not tell it from the rate, or it came out below 0
   */
  static Shrinkage solve(double aa, double ab, double bb, double ay, double by) {
    double det = aa * bb - ab * ab;
    if (det > 1e-10 * aa * bb) {
      double lambda = (aa * by - ab * ay) / det;
      if (lambda > 0) {
        return new Shrinkage((bb * ay - ab * by) / det, lambda);
      }
    }
    return new Shrinkage(aa > 0 ? ay / aa : 0, 0);
  }

  /** The same with few digits: what a person would have written. */
  Shrinkage rounded(int digits) {
    MathContext few = new MathContext(digits);
    double l =
        new BigDecimal(lambda).setScale(digits, java.math.RoundingMode.HALF_EVEN).doubleValue();
    return new Shrinkage(new BigDecimal(rate).round(few).doubleValue(), l);
  }
}
