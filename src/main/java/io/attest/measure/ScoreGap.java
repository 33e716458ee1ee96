package io.attest.measure;

import io.attest.model.OutputSpace;
import java.util.List;

/**
 * Where the difference between the mean scores of two groups comes from: the difference between
 * their mean contributions, feature by feature. With {@code others} and {@code residual} it adds up
 * to the gap; base values cancel.
 *
 * @param attribute protected attribute, or two of them: {@code age x sex}
 * @param reference the best group, with which {@code group} is compared
 * @param explainer whose contributions they are
 * @param space where scores and contributions are measured
 * @param gap mean score of the group minus that of the reference, with the interval of a difference
 *     of two means
 * @param drivers the largest differences, largest first
 * @param others sum of the differences of the features that are not listed
 * @param otherFeatures how many those are
 * @param residual what contributions do not tell of the scores, and differing base values
 */
public record ScoreGap(
    String attribute,
    String group,
    String reference,
    int rows,
    int referenceRows,
    String explainer,
    OutputSpace space,
    Estimate gap,
    List<Driver> drivers,
    double others,
    int otherFeatures,
    double residual) {

  public ScoreGap {
    drivers = List.copyOf(drivers);
  }

  /**
   * One feature.
   *
   * @param mean mean contribution in the group
   * @param referenceMean mean contribution in the reference
   * @param difference the former minus the latter
   * @param isProtected true if the feature, or one of a group of features, is a protected attribute
   */
  public record Driver(
      String feature,
      double mean,
      double referenceMean,
      Estimate difference,
      boolean isProtected) {}

  /** What all parts add up to. */
  public double sum() {
    return drivers.stream().mapToDouble(d -> d.difference().value()).sum() + others + residual;
  }

  /** By how much the sum of the parts misses the gap: rounding. */
  public double miss() {
    return gap.value() - sum();
  }
}
