package io.attest.report;

import io.attest.audit.Section;
import io.attest.audit.Section.Fact;
import io.attest.audit.Section.Finding;
import io.attest.rules.Condition;
import io.attest.rules.RuleTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Every rule of the table that judged an audit, with what became of it: a rule that did not fire
 * because all is well is another thing than one that was never asked.
 */
public final class AskedRules {
  private AskedRules() {}

  /** What became of a rule. */
  public enum State {
    FIRED("Fired"),
    PASSED("Passed"),
    GRAVER("A graver rule fired"),
    UNSURE("Did not fire; only the engine knows its formula"),
    UNTESTED("Not tested: no such fact"),
    OTHER_TIER("Not for this tier"),
    OTHER_DOMAIN("Not for this domain");

    private final String words;

    State(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  /**
   * What became of a rule, in words.
   *
   * @param graver the rule that fired instead; of {@link State#GRAVER} alone
   */
  public record Outcome(State state, Optional<String> graver) {

    /** As {@link State} names it. */
    public String name() {
      return state.name();
    }

    public String words() {
      return state.words() + graver.map(g -> ": see " + g).orElse("");
    }
  }

  /**
   * One rule.
   *
   * @param facts how many facts it was asked about
   * @param fired how many findings it made
   * @param nearest the fact that came nearest to its limit; where it passed and has a limit
   * @param limit the limit that is meant
   */
  public record Asked(
      RuleTable.Rule rule,
      Outcome state,
      long facts,
      long fired,
      Optional<Fact> nearest,
      Optional<Double> limit) {

    /** How far the nearest fact is from the limit; NaN if there is none. */
    public double margin() {
      return nearest.isPresent() && limit.isPresent()
          ? Math.abs(nearest.get().value() - limit.get())
          : Double.NaN;
    }
  }

  /**
   * What became of each rule.
   *
   * @param domain of the model; empty if it has none
   */
  public static List<Asked> of(
      RuleTable table, String tier, String domain, List<Fact> facts, List<Finding> findings) {
    List<Asked> asked = new ArrayList<>();
    for (RuleTable.Rule rule : table.rules()) {
      asked.add(asked(rule, table, tier, domain, facts, findings));
    }
    return asked;
  }

  /**
   * Counts, and the rules that did not fire.
   *
   * @param all rows of the table
   * @param fired how many of them fired
   * @param untested how many had no fact to judge
   */
  public record Shown(int all, long fired, long untested, List<Asked> silent) {}

  /** For a page; empty if nothing was judged, or the table is not known. */
  public static Optional<Shown> shown(
      Optional<RuleTable> table,
      String tier,
      String domain,
      Optional<Section.Validated> validated,
      Optional<Section.Judged> judged) {
    if (table.isEmpty() || validated.isEmpty() || judged.isEmpty()) {
      return Optional.empty();
    }
    List<Asked> asked =
        of(table.get(), tier, domain, validated.get().facts(), judged.get().findings());
    List<Asked> silent = silent(asked);
    return Optional.of(
        new Shown(
            asked.size(),
            asked.size() - silent.size(),
            silent.stream().filter(a -> a.state().state() == State.UNTESTED).count(),
            silent));
  }

  /** Those that did not fire: first those that passed, the nearest to their limit first. */
  public static List<Asked> silent(List<Asked> asked) {
    return asked.stream()
        .filter(a -> a.state().state() != State.FIRED)
        .sorted(java.util.Comparator.comparing(a -> a.state().state()))
        .toList();
  }

  private static Asked asked(
      RuleTable.Rule rule,
      RuleTable table,
      String tier,
      String domain,
      List<Fact> facts,
      List<Finding> findings) {
    long fired = findings.stream().filter(f -> f.rule().equals(rule.key())).count();
    List<Fact> about =
        facts.stream()
            .filter(f -> rule.on("metric").mayBe(f.metric()))
            .filter(f -> rule.on("subject").mayBe(f.subject()))
            .toList();
    State state =
        fired > 0
            ? State.FIRED
            : !rule.on("domain").mayBe(domain)
                ? State.OTHER_DOMAIN
                : !rule.on("tier").mayBe(tier)
                    ? State.OTHER_TIER
                    : about.isEmpty()
                        ? State.UNTESTED
                        : formula(rule) ? State.UNSURE : State.PASSED;
    Optional<String> graver =
        state == State.PASSED
            ? Bands.graver(rule, applying(table, tier, domain), about, findings)
            : Optional.empty();
    if (graver.isPresent()) {
      state = State.GRAVER;
    }
    Optional<Fact> nearest = Optional.empty();
    Optional<Double> limit = Optional.empty();
    if (state == State.PASSED && rule.on("value") instanceof Condition.Numbers numbers) {
      double least = Double.POSITIVE_INFINITY;
      for (Fact fact : about) {
        Optional<Double> border = numbers.limit(fact.value());
        double far = border.map(b -> Math.abs(b - fact.value())).orElse(Double.NaN);
        if (far < least) {
          least = far;
          nearest = Optional.of(fact);
          limit = border;
        }
      }
    }
    return new Asked(rule, new Outcome(state, graver), about.size(), fired, nearest, limit);
  }

  /** What a formula lets through, or whether it can be told at all, is known to the engine only. */
  private static boolean formula(RuleTable.Rule rule) {
    return rule.conditions().keySet().stream()
        .anyMatch(c -> rule.on(c) instanceof Condition.Formula);
  }

  private static List<RuleTable.Rule> applying(RuleTable table, String tier, String domain) {
    return table.rules().stream()
        .filter(r -> r.on("domain").mayBe(domain) && r.on("tier").mayBe(tier))
        .toList();
  }
}
