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
        .extracting(AskedRules.Asked::state)
        .containsExactly(
            State.FIRED,
            State.PASSED,
            State.UNTESTED,
            State.OTHER_TIER,
            State.OTHER_DOMAIN,
            State.PASSED,
            State.UNTESTED,
            State.PASSED);
    assertThat(asked("high", "hiring"))
        .extracting(AskedRules.Asked::state)
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
    // The engine alone knows which subjects a formula means.
    assertThat(asked("high", "").get(7).nearest()).isEmpty();
  }

  @Test
  void passedOnesComeFirst() {
    assertThat(AskedRules.silent(asked("standard", "")))
        .extracting(AskedRules.Asked::state)
        .isSorted()
        .doesNotContain(State.FIRED);
  }
}
