package io.attest.audit.obligation;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.Audit;
import io.attest.audit.AuditRecord;
import io.attest.audit.Control;
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
    return ControlMatrix.of(record, register(evidence)).controls().get(0);
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
  void onlyTheRegistersOfTheModelCountAndAnUnknownOneIsOpen() throws Exception {
    assertThat(
            ControlMatrix.of(
                    record("obligations: [other]\n", List.of()), register("{steps: [review]}"))
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
                    record("obligations: [own]\n", List.of()), register("{steps: [review]}"))
                .controls())
        .extracting(Control::obligation)
        .containsExactly("OWN-1");
  }
}
