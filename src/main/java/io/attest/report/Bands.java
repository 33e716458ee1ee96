package io.attest.report;

import io.attest.audit.Section.Fact;
import io.attest.audit.Section.Finding;
import io.attest.rules.Condition;
import io.attest.rules.Condition.Range;
import io.attest.rules.RuleTable;
import java.util.List;
import java.util.Optional;

/**
 * Rules that share a metric out among them, band by band: {@code < 0.65} blocks, {@code
 * [0.65..0.8)} warns. A value that is in the first has not passed the second, it has fallen through
 * it.
 */
final class Bands {
  private Bands() {}

  /**
   * The rule that fired on a fact that lies beyond a rule's band, on the side where band follows
   * band to the open end; empty if no fact does.
   *
   * @param rules those that apply to the model
   * @param about the facts that the rule is asked about
   */
  static Optional<String> graver(
      RuleTable.Rule rule, List<RuleTable.Rule> rules, List<Fact> about, List<Finding> findings) {
    Optional<Range> band = range(rule);
    if (band.isEmpty()) {
      return Optional.empty();
    }
    for (Fact fact : about) {
      boolean below = fact.value() <= band.get().low();
      for (RuleTable.Rule other : beyond(rule, rules, fact, below)) {
        if (findings.stream()
            .anyMatch(
                f ->
                    f.rule().equals(other.key())
                        && f.metric().equals(fact.metric())
                        && f.subject().equals(fact.subject()))) {
          return Optional.of(other.key());
        }
      }
    }
    return Optional.empty();
  }

  /** The bands that follow one another to the open end; none if they end before. */
  private static List<RuleTable.Rule> beyond(
      RuleTable.Rule rule, List<RuleTable.Rule> rules, Fact fact, boolean below) {
    List<RuleTable.Rule> chain = new java.util.ArrayList<>();
    double end = end(range(rule).orElseThrow(), below);
    // Each step goes on, so that the chain is never longer than the table.
    for (int steps = 0; Double.isFinite(end) && steps < rules.size(); steps++) {
      Optional<RuleTable.Rule> next = next(rule, rules, fact, below, end);
      if (next.isEmpty()) {
        return List.of();
      }
      chain.add(next.get());
      end = end(range(next.get()).orElseThrow(), below);
    }
    return chain;
  }

  private static Optional<RuleTable.Rule> next(
      RuleTable.Rule rule, List<RuleTable.Rule> rules, Fact fact, boolean below, double end) {
    return rules.stream()
        .filter(r -> !r.equals(rule))
        .filter(r -> r.on("metric").mayBe(fact.metric()))
        .filter(r -> r.on("subject").equals(rule.on("subject")))
        .filter(r -> range(r).filter(o -> end(o, !below) == end).isPresent())
        .filter(r -> end(range(r).orElseThrow(), below) != end)
        .findFirst();
  }

  private static double end(Range range, boolean low) {
    return low ? range.low() : range.high();
  }

  private static Optional<Range> range(RuleTable.Rule rule) {
    return rule.on("value") instanceof Condition.Numbers numbers
            && !numbers.but()
            && numbers.ranges().size() == 1
        ? Optional.of(numbers.ranges().get(0))
        : Optional.empty();
  }
}
