package io.attest.audit.obligation;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.Audit;
import io.attest.audit.AuditRecord;
import io.attest.audit.Control;
import io.attest.audit.DecisionRecord;
import io.attest.audit.Disposition;
import io.attest.audit.EngineRecord;
import io.attest.audit.EngineRecord.Step;
import io.attest.audit.Section;
import io.attest.model.ModelSpecReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A control is shown by what was executed, and by nothing else. */
class ControlMatrixTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  private static AuditRecord record(String yaml, List<Step> steps, Section.Fact... facts)
      throws Exception {
    Path sample = Path.of("config/models/german-credit/model.yaml");
    String text = yaml + Files.readString(sample);
    return new AuditRecord(
        new Audit(
            "ATT-1",
            "german-credit",
            "Credit",
            "high",
            "why",
            "",
            "cli",
            "ada",
            NOON,
            "running",
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.empty()),
        ModelSpecReader.parse(text.getBytes(StandardCharsets.UTF_8), sample),
        List.of(
            new Section.Validated(Optional.empty(), Optional.empty(), List.of(facts), List.of())),
        List.of(),
        new EngineRecord(List.of(), steps, List.of()),
        List.of());
  }

  private static List<Register> register(String evidence) {
    String text =
        """
        id: own
        name: Own rules
        issuer: The bank
        status: guidance
        source: intranet
        checked: {on: 2026-11-22, how: read}
        obligations:
          - {id: OWN-1, text: Ask., outside: "", evidence: %s}
        """
            .formatted(evidence);
    return RegisterReader.read(
        new TreeMap<>(
            Map.of("config/obligations/own.yaml", text.getBytes(StandardCharsets.UTF_8))));
  }

  private static Control control(AuditRecord record, String evidence) {
    return ControlMatrix.of(record, Map.of(), register(evidence)).controls().get(0);
  }

  @Test
  void aStepCountsOnceItHasEnded() throws Exception {
    Step open = new Step("review", "Review the audit", "", NOON, null);
    Step done = new Step("review", "Review the audit", "bo", NOON, NOON.plusSeconds(60));
    assertThat(control(record("", List.of()), "{steps: [review]}"))
        .extracting(Control::state, Control::missing)
        .containsExactly(Control.State.OPEN, List.of("step review: not executed"));
    assertThat(control(record("", List.of(open)), "{steps: [review]}"))
        .extracting(Control::state, Control::missing)
        .containsExactly(Control.State.OPEN, List.of("Review the audit: begun, not ended"));
    assertThat(control(record("", List.of(open, done)), "{steps: [review]}"))
        .extracting(Control::state, Control::shown)
        .containsExactly(
            Control.State.SHOWN, List.of("Review the audit, by bo, ended 2026-11-22 12:01 UTC"));
  }

  @Test
  void theStepThatWritesTheReportCountsAsItself() throws Exception {
    Step writing = new Step("publish", "Seal and publish", "", NOON, null);
    assertThat(control(record("", List.of(writing)), "{steps: [publish]}").shown())
        .containsExactly("Seal and publish: this report");
  }

  @Test
  void factsCountByTheirMetric() throws Exception {
    Section.Fact fact = new Section.Fact("fairness.impact_ratio", "sex: female", 0.9);
    AuditRecord record = record("", List.of(), fact);
    assertThat(control(record, "{facts: ['fairness.*']}").shown())
        .containsExactly("fairness.*: 1 fact");
    assertThat(control(record, "{facts: [fairness]}").state()).isEqualTo(Control.State.OPEN);
    assertThat(control(record, "{facts: ['fairness.*', performance.auc]}"))
        .extracting(Control::state, Control::missing)
        .containsExactly(Control.State.PARTLY, List.of("performance.auc: not measured"));
  }

  @Test
  void declarationsCountIfTheySaySomething() throws Exception {
    Control control = control(record("", List.of()), "{declared: [purpose, schedule]}");
    assertThat(control.state()).isEqualTo(Control.State.PARTLY);
    assertThat(control.missing()).containsExactly("model.yaml: schedule is not declared");
  }

  @Test
  void whatWasFoundWantingIsExaminedAndNotShown() throws Exception {
    Section.Fact fact = new Section.Fact("fairness.impact_ratio", "sex: female", 0.6);
    Section.Finding blocks = finding("F-01", "block", "fairness.impact_ratio");
    Section.Finding informs = finding("F-02", "info", "fairness.impact_ratio");
    Section.Finding other = finding("F-03", "block", "performance.auc");
    AuditRecord open = judged(List.of(), fact, blocks, informs, other);
    String evidence = "{facts: ['fairness.*']}";
    assertThat(control(open, evidence))
        .extracting(Control::state, Control::missing)
        .containsExactly(Control.State.EXAMINED, List.of("open findings: F-01 (block)"));
    assertThat(control(open, "{steps: [review], facts: ['fairness.*']}").state())
        .isEqualTo(Control.State.PARTLY);
    // Also where the register names no fact, but what speaks against it.
    assertThat(control(open, "{declared: [purpose], findings: ['performance.*']}").missing())
        .containsExactly("open findings: F-03 (block)");
    assertThat(control(judged(List.of(answer(blocks, "accepted")), fact, blocks), evidence).state())
        .isEqualTo(Control.State.EXAMINED);
    assertThat(control(judged(List.of(answer(blocks, "waived")), fact, blocks), evidence))
        .extracting(Control::state, Control::shown)
        .containsExactly(
            Control.State.SHOWN, List.of("fairness.*: 1 fact", "finding F-01 waived by rita"));
  }

  private static Section.Finding finding(String id, String severity, String metric) {
    return new Section.Finding(id, "r", severity, metric, "s", 1, "m", "ref", "e", "1");
  }

  private static DecisionRecord answer(Section.Finding finding, String answer) {
    return new DecisionRecord(
        "review",
        "t",
        "rita",
        NOON,
        "approve-with-conditions",
        "",
        "",
        1,
        List.of(new Disposition(finding, answer, "because")));
  }

  private static AuditRecord judged(
      List<DecisionRecord> decisions, Section.Fact fact, Section.Finding... findings)
      throws Exception {
    AuditRecord plain = record("", List.of(), fact);
    return new AuditRecord(
        plain.audit(),
        plain.spec(),
        Stream.concat(
                plain.sections().stream(),
                Stream.of(new Section.Judged("block", List.of(findings))))
            .toList(),
        decisions,
        plain.engine(),
        List.of());
  }

  @Test
  void evidenceThatNeedsAnAttributeAsksForIt() throws Exception {
    Section.Fact fact = new Section.Fact("fairness.impact_ratio", "sex: female", 0.9);
    String evidence =
        "{facts: [fairness.impact_ratio], attributes: [[sex, gender], [race, ethnicity]]}";
    assertThat(control(record("", List.of(), fact), evidence))
        .extracting(Control::state, Control::missing)
        .containsExactly(
            Control.State.PARTLY,
            List.of("race or ethnicity: no protected attribute of model.yaml is one"));
    assertThat(control(record("", List.of()), evidence).missing())
        .contains("sex or gender: sex was not measured");
  }

  @Test
  void whatRunsForTheModelCounts() throws Exception {
    String evidence = "{running: [watch, schedule]}";
    AuditRecord record = record("", List.of());
    assertThat(control(record, evidence))
        .extracting(Control::state, Control::missing)
        .containsExactly(
            Control.State.OPEN, List.of("no watch and no schedule runs for the model"));
    assertThat(
            ControlMatrix.of(
                    record, Map.of("watch", "a watch over the model runs"), register(evidence))
                .controls()
                .get(0))
        .extracting(Control::state, Control::shown)
        .containsExactly(Control.State.SHOWN, List.of("a watch over the model runs"));
    assertThat(control(record("schedule: R/P1M\n", List.of()), evidence).state())
        .isEqualTo(Control.State.SHOWN);
  }

  @Test
  void onlyTheRegistersOfTheModelCountAndAnUnknownOneIsOpen() throws Exception {
    assertThat(
            ControlMatrix.of(
                    record("obligations: [other]\n", List.of()),
                    Map.of(),
                    register("{steps: [review]}"))
                .controls())
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.state()).isEqualTo(Control.State.OPEN);
              assertThat(c.missing().get(0))
                  .contains("names the obligations other", "Maybe one of own");
            });
    assertThat(
            ControlMatrix.of(
                    record("obligations: [own]\n", List.of()),
                    Map.of(),
                    register("{steps: [review]}"))
                .controls())
        .extracting(Control::obligation)
        .containsExactly("OWN-1");
  }
}
