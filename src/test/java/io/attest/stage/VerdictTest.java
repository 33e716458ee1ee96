package io.attest.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.audit.Section.Fact;
import io.attest.audit.Section.Finding;
import io.attest.audit.Section.Judged;
import io.attest.stage.EngineHistory.Judgement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictTest {

  private static final List<Fact> FACTS =
      List.of(new Fact("vif", "age", 12), new Fact("performance.auc", "audit data", 0.6));

  @Test
  void theWorstSeverityIsTheVerdictAndComesFirst() {
    Judged judged =
        Verdict.judge(
            FACTS,
            List.of(
                judgement(0, List.of(answer("V1", "warn"), answer("V0", "info"))),
                judgement(1, List.of(answer("P1", "block")))));
    assertThat(judged.verdict()).isEqualTo("block");
    assertThat(judged.findings())
        .extracting(Finding::id, Finding::rule, Finding::subject, Finding::decisionId)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("F-01", "P1", "audit data", "d1"),
            org.assertj.core.groups.Tuple.tuple("F-02", "V1", "age", "d0"),
            org.assertj.core.groups.Tuple.tuple("F-03", "V0", "age", "d0"));
  }

  @Test
  void remarksAloneStillPass() {
    assertThat(Verdict.judge(FACTS, List.of(judgement(0, List.of(answer("V0", "info"))))).verdict())
        .isEqualTo("pass");
    assertThat(Verdict.judge(FACTS, List.of()).verdict()).isEqualTo("pass");
  }

  @Test
  void aSeverityThatNobodyKnowsIsRefused() {
    assertThatThrownBy(
            () -> Verdict.judge(FACTS, List.of(judgement(0, List.of(answer("V0", "terrible"))))))
        .hasMessageContaining("terrible")
        .hasMessageContaining("V0");
  }

  private static Judgement judgement(int fact, List<Map<String, String>> answers) {
    return new Judgement(fact, "d" + fact, "3", answers);
  }

  private static Map<String, String> answer(String rule, String severity) {
    return Map.of("rule", rule, "severity", severity, "message", "m", "reference", "r");
  }
}
