package io.attest.measure;

import org.hipparchus.special.Erf;

/**
 * Number, mean and sum of squared deviations of some values.
 *
 * @param squares sum of squared deviations from the mean
 */
record Moments(int count, double mean, double squares) {

  static Moments of(double[] values, int[] rows) {
    double sum = 0;
    for (int i : rows) {
      sum += values[i];
    }
    double mean = sum / rows.length;
    double squares = 0;
    for (int i : rows) {
      squares += (values[i] - mean) * (values[i] - mean);
    }
    return new Moments(rows.length, mean, squares);
  }

  /** NaN with fewer than two values. */
  double variance() {
    return count < 2 ? Double.NaN : squares / (count - 1);
  }

  /** What is left without a part of the values. */
  Moments without(Moments part) {
    int rest = count - part.count;
    double other = rest == 0 ? Double.NaN : (mean * count - part.mean * part.count) / rest;
    double between = part.mean - other;
    return new Moments(
        rest,
        other,
        Math.max(0, squares - part.squares - between * between * part.count * rest / count));
  }

  /** This mean minus that of other values, with the normal interval. */
  Estimate minus(Moments other) {
    return Estimate.normal(
        mean - other.mean, Math.sqrt(variance() / count + other.variance() / other.count));
  }

  /** Two-sided p value of "both means are the same"; NaN where it cannot be told. */
  static double pValue(Estimate difference) {
    double error = (difference.high() - difference.low()) / (2 * Estimate.Z);
    return Erf.erfc(Math.abs(difference.value()) / error / Math.sqrt(2));
  }
}
