package io.attest.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How groups of people fare under a decision.
 *
 * @param attributes one for each protected attribute
 * @param intersections pairs of attributes, {@code age x sex}; none in older records
 * @param gaps which features drive the gaps between groups' scores; none where no method gives
 *     contributions, and in older records
 * @param rule how it was told who is favoured; empty in older records
 * @param notes what could not be measured, a sentence each
 */
public record Fairness(
    List<Attribute> attributes,
    List<Attribute> intersections,
    List<ScoreGap> gaps,
    String rule,
    List<String> notes) {

  public Fairness {
    attributes = List.copyOf(attributes);
    intersections = intersections == null ? List.of() : List.copyOf(intersections);
    gaps = gaps == null ? List.of() : List.copyOf(gaps);
    rule = rule == null ? "" : rule;
    notes = List.copyOf(notes);
  }

  /** Of single attributes alone. */
  public Fairness(List<Attribute> attributes, List<String> notes) {
    this(attributes, List.of(), List.of(), "", notes);
  }

  /** A fairness about which nothing needs to be said. */
  public Fairness(List<Attribute> attributes) {
    this(attributes, List.of());
  }

  /** The same with what drives the gaps. */
  public Fairness with(List<ScoreGap> driven, List<String> more) {
    List<String> both = new ArrayList<>(notes);
    both.addAll(more);
    return new Fairness(attributes, intersections, driven, rule, both);
  }

  /** Attributes, then intersections. */
  public List<Attribute> all() {
    List<Attribute> both = new ArrayList<>(attributes);
    both.addAll(intersections);
    return both;
  }

  /**
   * @param column the protected attribute
   * @param groups in the order of the declaration
   * @param unassigned rows whose value is missing or in no group
   * @param criteria the widest gaps between two groups; none in older records
   */
  public record Attribute(
      String column, List<Group> groups, int unassigned, List<Criterion> criteria) {

    public Attribute {
      groups = List.copyOf(groups);
      criteria = criteria == null ? List.of() : List.copyOf(criteria);
    }

    public Attribute(String column, List<Group> groups, int unassigned) {
      this(column, groups, unassigned, List.of());
    }

    /** Whether groups can be held against each other: at least two are large enough. */
    public boolean comparable() {
      return groups.stream().filter(g -> !g.small()).count() > 1;
    }

    /**
     * The group with the largest share of favourable decisions among those large enough; empty
     * where there is nothing to be best of.
     */
    public Optional<String> best() {
      return groups.stream()
          .filter(g -> comparable() && !g.small() && g.impactRatio() == 1)
          .map(Group::name)
          .findFirst();
    }

    /** The criterion of that name, if it was looked at. */
    public Optional<Criterion> criterion(String name) {
      return criteria.stream().filter(c -> c.name().equals(name)).findFirst();
    }
  }

  /**
   * One idea of what fair is, and how far the groups that are large enough are from it.
   *
   * @param name {@code selection rate}, {@code equal opportunity}, {@code equal false favour},
   *     {@code equalised odds}, {@code predictive parity}
   * @param gap the largest difference between two groups; NaN if it was not tested
   * @param lowest group with the lowest share
   * @param highest group with the highest share
   * @param why it was not tested, or which groups were left out; else empty
   */
  public record Criterion(String name, Estimate gap, String lowest, String highest, String why) {}

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
   * @param detail absent in older records
   */
  public record Group(
      String name,
      int rows,
      double favourable,
      double impactRatio,
      double truePositive,
      double opportunityGap,
      double meanScore,
      boolean small,
      Optional<Detail> detail) {

    public Group {
      detail = detail == null ? Optional.empty() : detail;
    }

    public Group(
        String name,
        int rows,
        double favourable,
        double impactRatio,
        double truePositive,
        double opportunityGap,
        double meanScore,
        boolean small) {
      this(
          name,
          rows,
          favourable,
          impactRatio,
          truePositive,
          opportunityGap,
          meanScore,
          small,
          Optional.empty());
    }
  }

  /**
   * Intervals and counts of a group.
   *
   * @param favourable with Wilson's interval
   * @param impactRatio with Katz's interval; none for the best group, which is compared with itself
   * @param deserving rows that deserved the favourable decision
   * @param truePositive share of those who have it
   * @param undeserving rows that did not deserve it
   * @param falsePositive share of those who have it all the same
   * @param precision share of the favoured who deserved it
   * @param calibration observed against predicted; absent without labels
   */
  public record Detail(
      Estimate favourable,
      Estimate impactRatio,
      int deserving,
      Estimate truePositive,
      int undeserving,
      Estimate falsePositive,
      Estimate precision,
      Optional<Calibration> calibration) {}

  /**
   * Whether scores come true in a group.
   *
   * @param rows with a label
   * @param predicted mean score
   * @param observed mean outcome
   * @param gap observed minus predicted
   * @param error expected calibration error: mean distance of the bins, weighted by rows
   * @param byChance how large that error is on average if every score were right: it is never 0,
   *     and larger the fewer the rows; NaN of scores that are no probabilities
   * @param bins the same bins for every group
   */
  public record Calibration(
      int rows,
      double predicted,
      double observed,
      Estimate gap,
      double error,
      double byChance,
      List<Performance.Bin> bins) {
    public Calibration {
      bins = List.copyOf(bins);
    }
  }
}
