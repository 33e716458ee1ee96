package io.attest.measure;

import java.util.List;

/**
 * How groups of people fare under a decision.
 *
 * @param attributes one for each protected attribute
 * @param notes what could not be measured, a sentence each
 */
public record Fairness(List<Attribute> attributes, List<String> notes) {

  public Fairness {
    attributes = List.copyOf(attributes);
    notes = List.copyOf(notes);
  }

  /** A fairness about which nothing needs to be said. */
  public Fairness(List<Attribute> attributes) {
    this(attributes, List.of());
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
   * @param favourable share with the favourable decision; NaN for an empty group
   * @param impactRatio that share divided by the best group's; 1 for the best group. The best group
   *     is sought among those that are not small, so that a small group may have more than 1; NaN
   *     where no group is large enough
   * @param truePositive share with the favourable decision among those who deserved it (their label
   *     is the favourable one); NaN without labels
   * @param opportunityGap the best group's {@code truePositive} (again among those that are not
   *     small) minus this one's; NaN without labels
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
