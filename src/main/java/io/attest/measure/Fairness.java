package io.attest.measure;

import java.util.List;

/**
 * How groups of people fare under a decision.
 *
 * @param attributes one for each protected attribute
 */
public record Fairness(List<Attribute> attributes) {

  public Fairness {
    attributes = List.copyOf(attributes);
  }

  /**
   * @param column the protected attribute
   * @param groups in the order of the declaration
   * @param unassigned rows whose value is missing or in no group
   */
  public record Attribute(String column, List<Group> groups, int unassigned) {

    public Attribute {
      groups = List.copyOf(groups);
    }
  }

  /**
   * @param rows size of the group
   * @param favourable share with the favourable decision
   * @param impactRatio that share divided by the best group's; 1 for the best group
   * @param truePositive share with the favourable decision among those who deserved it (their label
   *     is the favourable one); NaN without labels
   * @param opportunityGap the best group's {@code truePositive} minus this one's; NaN without
   *     labels
   * @param meanScore mean response
   * @param small true if the group is too small for its ratio to be judged; the counts are shown
   */
  public record Group(
      String name,
      int rows,
      double favourable,
      double impactRatio,
      double truePositive,
      double opportunityGap,
      double meanScore,
      boolean small) {}
}
