package io.attest.measure;

/**
 * A figure of a sample with its 95 % interval.
 *
 * @param value NaN where it does not exist
 * @param low lower end; NaN where none is known
 * @param high upper end
 */
public record Estimate(double value, double low, double high) {
  static final double Z = 1.959963984540054;

  /** A figure that does not exist. */
  static final Estimate NONE = without(Double.NaN);

  /** A figure without an interval. */
  static Estimate without(double value) {
    return new Estimate(value, Double.NaN, Double.NaN);
  }

  /** The normal interval of a figure with this standard error; none where that is not above 0. */
  static Estimate normal(double value, double error) {
    return error > 0 ? new Estimate(value, value - Z * error, value + Z * error) : without(value);
  }

  /** True if the interval is known and 0 is outside. */
  public boolean excludesZero() {
    return low > 0 || high < 0;
  }
}
