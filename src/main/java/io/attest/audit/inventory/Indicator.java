package io.attest.audit.inventory;

/**
 * How one kind of fact becomes points from 0 to 100: a straight line between two values, cut at its
 * ends.
 *
 * @param metric name of the fact, as in {@code docs/facts.md} or {@link ScoredAudit}
 * @param zero the value that gives no points
 * @param full the value that gives 100 points; below {@code zero} where less is better
 * @param reason why the line runs between these two values
 */
public record Indicator(String metric, double zero, double full, String reason) {

  public Indicator {
    if (metric == null || metric.isBlank()) {
      throw new IllegalArgumentException("an indicator needs the name of its metric.");
    }
    if (!Double.isFinite(zero) || !Double.isFinite(full) || zero == full) {
      throw new IllegalArgumentException(
          "the indicator "
              + metric
              + " goes from zero "
              + zero
              + " to full "
              + full
              + ". Both must be numbers, and not the same.");
    }
    if (reason == null || reason.isBlank()) {
      throw new IllegalArgumentException("the indicator " + metric + " needs a reason.");
    }
  }

  /** Points of a value, 0 to 100. */
  public double points(double value) {
    return Math.max(0, Math.min(100, 100 * (value - zero) / (full - zero)));
  }

  /** The value that gives so many points. */
  public double value(double points) {
    return zero + (full - zero) * points / 100;
  }

  /** True where a larger value is better. */
  public boolean rising() {
    return full > zero;
  }
}
