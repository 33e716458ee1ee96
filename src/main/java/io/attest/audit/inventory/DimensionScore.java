package io.attest.audit.inventory;

import io.attest.audit.Section;
import java.util.List;
import java.util.Optional;

/**
 * How a model stands in one dimension.
 *
 * @param target points to reach: the model's own, else the installation's
 * @param why why this target; of a dimension that does not apply, why it does not
 * @param points of the last audit; absent if it measured nothing of this dimension
 * @param worst the fact that the points come from, with the indicator that made them
 * @param trend points of the last audits, oldest first, the last one included
 */
public record DimensionScore(
    String id,
    String name,
    Status status,
    double target,
    String why,
    Optional<Double> points,
    Optional<Worst> worst,
    List<Past> trend) {

  /** Where the points stand to the target. */
  public enum Status {
    MET,
    /** Met, but by little, or it would be missed if it fell as much once more. */
    AT_RISK,
    BREACHED,
    /** The last audit has no fact of this dimension. Nothing is filled in. */
    NOT_MEASURED,
    /** The owner declares, with a reason, that it means nothing for this model. */
    NOT_APPLICABLE;

    /** True if the target is reached. */
    public boolean met() {
      return this == MET || this == AT_RISK;
    }
  }

  /**
   * The fact with the fewest points.
   *
   * @param needed the value that would just reach the target
   */
  public record Worst(Section.Fact fact, Indicator indicator, double needed) {}

  /** Points of one audit; absent if it measured nothing. */
  public record Past(String audit, Optional<Double> points) {}

  /** Change since the audit before, where both have points. */
  public Optional<Double> change() {
    if (points.isEmpty() || trend.size() < 2) {
      return Optional.empty();
    }
    return trend.get(trend.size() - 2).points().map(before -> points.get() - before);
  }
}
