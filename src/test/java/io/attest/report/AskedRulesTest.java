package io.attest.report;

import static io.attest.rules.Tables.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.Section.Fact;
import io.attest.audit.Section.Finding;
import io.attest.report.AskedRules.State;
import io.attest.rules.RuleTable;
import io.attest.rules.RuleTableReader;
import io.attest.rules.Tables;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A rule that passed is another thing than one that was never asked. */
class AskedRulesTest {
  private static final RuleTable TABLE =
      RuleTableReader.read(
          Tables.of(
              row("fired", "\"vif\"", "> 5"),
              row("near", "\"performance.auc\"", "< 0.7"),
              row("never", "\"drift.psi\"", "> 0.25"),
              row("tier", "\"vif\"", "> 50", "4", "\"high\""),
              row("domain", "\"vif\"", "> 50", "5", "\"hiring\""),
              row("named", "\"vif\"", "> 50", "2", "matches(lower case(?), \"age\")"),
              row("unnamed", "\"vif\"", "> 50", "2", "matches(lower case(?), \"zip\")"),
              row("formula", "\"vif\"", "> 50", "2", "starts with(?, \"z\")")),
          "t");

  private static final List<Fact> FACTS =
      List.of(
          new Fact("vif", "age", 12),
          new Fact("vif", "duration", 3),
          new Fact("performance.auc", "a", 0.91),
          new Fact("performance.auc", "b", 0.72));

  private static List<AskedRules.Asked> asked(String tier, String domain) {
    return AskedRules.of(
        TABLE,
        tier,
        domain,
        FACTS,
        List.of(new Finding("F-01", "fired", "warn", "vif", "age", 12, "m", "r", "d", "1")));
  }

  @Test
  void everyRuleHasItsOutcome() {
    assertThat(asked("standard", ""))
        .extracting(a -> a.state().state())
        .containsExactly(
            State.FIRED,
            State.PASSED,
            State.UNTESTED,
            State.OTHER_TIER,
            State.OTHER_DOMAIN,
            State.PASSED,
            State.UNTESTED,
            State.UNSURE);
    assertThat(asked("high", "hiring"))
        .extracting(a -> a.state().state())
        .doesNotContain(State.OTHER_TIER, State.OTHER_DOMAIN);
  }

  @Test
  void theNearestFactIsNamedWithItsLimit() {
    AskedRules.Asked near = asked("high", "").get(1);
    assertThat(near.facts()).isEqualTo(2);
    assertThat(near.nearest().orElseThrow().subject()).isEqualTo("b");
    assertThat(near.limit()).contains(0.7);
    assertThat(near.margin()).isCloseTo(0.02, org.assertj.core.data.Offset.offset(1e-12));
    assertThat(asked("high", "").get(5).nearest().orElseThrow().subject()).isEqualTo("age");
    // The engine alone knows which subjects a formula means, and whether it has an answer.
    assertThat(asked("high", "").get(7).nearest()).isEmpty();
  }

  private static List<String> said(double value, String rule, String[]... rows) {
    return AskedRules.of(
            RuleTableReader.read(Tables.of(rows), "t"),
            "high",
            "",
            List.of(new Fact("vif", "age", value), new Fact("vif", "x", 0)),
            List.of(new Finding("F-01", rule, "warn", "vif", "age", value, "m", "r", "d", "1")))
        .stream()
        .map(a -> a.rule().key() + " " + a.state().words())
        .toList();
  }

  /** Green would be a lie: the value has fallen through the band. */
  @Test
  void aBandThatAValueFellThroughIsNotPassed() {
    String[] block = row("block", "\"vif\"", "< -2");
    String[] warn = row("warn", "\"vif\"", "[-2..-1)");
    String[] info = row("info", "\"vif\"", "[-1..-0.5]");
    String[] other = row("other", "\"vif\"", "[-1..0)", "2", "\"x\"");
    assertThat(said(-3, "block", info, warn, block, other))
        .containsExactly(
            "info A graver rule fired: see block",
            "warn A graver rule fired: see block",
            "block Fired",
            "other Passed");
    // The milder of two that both are no more than warnings has passed on the good side.
    assertThat(said(-0.7, "info", info, warn, block))
        .containsExactly("info Fired", "warn Passed", "block Passed");
    // Bands that end are no way down.
    assertThat(said(-1.5, "warn", info, warn)).containsExactly("info Passed", "warn Fired");
    String[] above = row("above", "\"vif\"", "> 3");
    String[] near = row("near", "\"vif\"", "(2..3]");
    assertThat(said(9, "above", near, above))
        .containsExactly("near A graver rule fired: see above", "above Fired");
  }

  /** A row whose limit nobody can read has not passed. */
  @Test
  void aFormulaIsNeverSaidToHavePassed() {
    assertThat(said(3, "-", row("typo", "\"vif\"", "> limit")))
        .containsExactly("typo Did not fire; only the engine knows its formula");
    assertThat(said(3, "-", row("plain", "\"vif\"", "> 5", "2", "not(contains(?, \" x \"))")))
        .containsExactly("plain Passed");
  }

  @Test
  void passedOnesComeFirst() {
    assertThat(AskedRules.silent(asked("standard", "")))
        .extracting(a -> a.state().state())
        .isSorted()
        .doesNotContain(State.FIRED);
  }
}
