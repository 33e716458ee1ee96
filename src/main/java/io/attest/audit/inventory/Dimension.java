package io.attest.audit.inventory;

import java.util.List;

/**
 * One dimension of quality.
 *
 * @param id one of {@link QualityTargets#DIMENSIONS}
 * @param name for people
 * @param target points to reach, 0 to 100
 * @param margin so many points above the target still count as at risk
 * @param reason why this target
 * @param indicators what is measured; the one with the fewest points counts
 */
public record Dimension(
    String id,
    String name,
    double target,
    double margin,
    String reason,
    List<Indicator> indicators) {

  public Dimension {
    if (name == null || name.isBlank() || reason == null || reason.isBlank()) {
      throw new IllegalArgumentException("the dimension " + id + " needs a name and a reason.");
    }
    if (!(target >= 0 && target <= 100) || !(margin >= 0 && margin <= 100)) {
      throw new IllegalArgumentException(
          "the dimension "
              + id
              + " has the target "
              + target
              + " and the margin "
              + margin
              + ". Both are points from 0 to 100.");
    }
    if (indicators == null || indicators.isEmpty()) {
      throw new IllegalArgumentException("the dimension " + id + " needs an indicator.");
    }
    indicators = List.copyOf(indicators);
  }
}
