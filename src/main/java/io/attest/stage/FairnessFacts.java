package io.attest.stage;

import io.attest.measure.Fairness;
import io.attest.measure.ScoreGap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What the domain rules can judge of a fairness. */
final class FairnessFacts {

  /** Takes a fact; what is NaN is none. */
  interface Taker {
    void add(String metric, String subject, double value);
  }

  /** Of each attribute or intersection, so many groups are facts: those with the lowest ratio. */
  static final int MOST_GROUPS = 25;

  private final Taker facts;
  private final List<String> left = new ArrayList<>();

  private FairnessFacts(Taker facts) {
    this.facts = facts;
  }

  /** Adds the facts and returns what was left out, a sentence each. */
  static List<String> of(Fairness fairness, Taker facts) {
    FairnessFacts of = new FairnessFacts(facts);
    fairness.attributes().forEach(a -> of.attribute(a, true));
    fairness.intersections().forEach(a -> of.attribute(a, false));
    fairness.gaps().forEach(of::gap);
    return of.left;
  }

  /**
   * Of intersections, whose groups are small, rates among the deserving are in the report alone.
   */
  private void attribute(Fairness.Attribute attribute, boolean single) {
    List<Fairness.Group> judged = attribute.groups().stream().filter(g -> !g.small()).toList();
    List<Fairness.Group> worst =
        judged.stream()
            .sorted(Comparator.comparingDouble(Fairness.Group::impactRatio))
            .limit(MOST_GROUPS)
            .toList();
    for (Fairness.Group group : judged) {
      if (worst.contains(group)) {
        group(attribute, group, single);
      }
    }
    if (judged.size() > worst.size()) {
      left.add(
          "Rules were asked about the %s groups of %s with the lowest impact ratios, of %s."
              .formatted(worst.size(), attribute.column(), judged.size()));
    }
    attribute
        .criterion("equalised odds")
        .ifPresent(c -> facts.add("fairness.equalised_odds", attribute.column(), c.gap().value()));
    if (single) {
      attribute
          .criterion("predictive parity")
          .ifPresent(
              c -> facts.add("fairness.predictive_parity", attribute.column(), c.gap().value()));
    }
  }

  private void group(Fairness.Attribute attribute, Fairness.Group group, boolean single) {
    String subject = attribute.column() + ": " + group.name();
    // One group alone would have the ratio 1 to itself and pass.
    if (attribute.comparable()) {
      facts.add("fairness.impact_ratio", subject, group.impactRatio());
    }
    if (single) {
      if (attribute.comparable()) {
        facts.add("fairness.equal_opportunity", subject, group.opportunityGap());
      }
      group
          .detail()
          .flatMap(Fairness.Detail::calibration)
          // A gap that may as well be none is no fact.
          .filter(c -> c.gap().excludesZero())
          .ifPresent(
              c -> facts.add("fairness.calibration_gap", subject, Math.abs(c.gap().value())));
    }
  }

  private void gap(ScoreGap gap) {
    double carried =
        gap.drivers().stream()
            .filter(ScoreGap.Driver::isProtected)
            .mapToDouble(d -> d.difference().value())
            .sum();
    // As a share of a gap that may as well be none it would say nothing.
    if (gap.gap().excludesZero() && gap.drivers().stream().anyMatch(ScoreGap.Driver::isProtected)) {
      facts.add(
          "fairness.gap_driver_protected",
          gap.attribute() + ": " + gap.group(),
          carried / gap.gap().value());
    }
  }
}
