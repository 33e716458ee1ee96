package io.attest.stage.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.model.ModelSpec;
import io.attest.model.ModelSpecReader;
import io.attest.report.letter.ReasonsTable;
import io.attest.stage.CaseAudits;
import io.attest.stage.Models;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReasonRunsTest {
  private static final String AUDIT = "A-card";
  private static final Path HOME = Path.of("config/models/german-scorecard");

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-22T09:00:00Z"));
  private CaseAudits audits;
  private Path folder;
  private ReasonRuns runs;

  @BeforeAll
  void freeze(@TempDir Path temp) {
    folder = temp;
    audits =
        CaseAudits.in(temp)
            .sample(AUDIT, "german-scorecard", 60, 200)
            .sample("A-other", "german-scorecard", 60, 200);
    audits.explained(AUDIT, "linear-shap", "");
    audits.store().end(AUDIT, "approved");
  }

  @AfterEach
  void close() {
    runs.close();
  }

  private ReasonRuns limited(int rows, Duration time) {
    Models models =
        new Models() {
          @Override
          public List<String> ids() {
            return List.of("credit");
          }

          @Override
          public ModelSpec spec(String id) {
            return ModelSpecReader.read(HOME.resolve("model.yaml"));
          }
        };
    Clock clock =
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return now.get();
          }
        };
    runs =
        new ReasonRuns(
            audits.store(),
            models,
            new CaseExplanations(audits.store(), audits.artifacts(), audits.snapshots()),
            clock,
            rows,
            time);
    return runs;
  }

  private Path cases(int rows, String... more) throws Exception {
    List<String> lines =
        new ArrayList<>(Files.readAllLines(HOME.resolve("audit.csv")).subList(0, rows + 1));
    lines.addAll(List.of(more));
    return Files.write(folder.resolve("cases.csv"), lines);
  }

  private static ReasonRuns.Asked asked(boolean changes) {
    return new ReasonRuns.Asked("credit", Optional.empty(), "cases.csv", changes);
  }

  private ReasonRun ended(ReasonRun run) {
    return Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> runs.find(run.id(), "stan").orElseThrow(), ReasonRun::ended);
  }

  private String csv(ReasonRun run) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ReasonsTable.csv(runs.lines(run.id(), "stan").orElseThrow(), out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aFileOfCasesGivesAFileOfReasonsByTheApprovedAudit() throws Exception {
    String evil =
        Files.readAllLines(HOME.resolve("audit.csv"))
            .get(1)
            .replaceFirst("^[^,]*", "=cmd|x")
            .replaceFirst(",48,", ",soon,");
    ReasonRun begun =
        limited(500, Duration.ofMinutes(1)).begin(asked(true), cases(120, evil), "stan");
    assertThat(begun.audit()).isEqualTo(AUDIT);
    assertThat(begun.rows()).isEqualTo(121);
    ReasonRun done = ended(begun);
    assertThat(done.why()).isEmpty();
    assertThat(done.state()).isEqualTo("done");
    assertThat(done.method()).isEqualTo("linear-shap");
    assertThat(done.faults()).isEqualTo(1);
    List<String> lines = csv(done).lines().toList();
    assertThat(lines).hasSize(122);
    assertThat(lines.get(1))
        .startsWith("A0002,0.")
        .contains(",unfavourable,R02,Size and length of the credit you asked for: 5951 DM")
        .contains(" instead of ");
    assertThat(lines.get(121)).startsWith("'=cmd|x,,").contains("soon");
    String first = csv(done);
    assertThat(csv(ended(runs.begin(asked(true), cases(120, evil), "stan")))).isEqualTo(first);
    assertThat(runs.find(begun.id(), "stan")).as("only the newest is kept").isEmpty();
  }

  @Test
  void othersSeeNothingAndNothingIsKeptForLong() throws Exception {
    ReasonRun run =
        ended(limited(500, Duration.ofMinutes(1)).begin(asked(false), cases(3), "stan"));
    assertThat(run.notes()).anyMatch(n -> n.contains("not looked for, as asked"));
    assertThat(csv(run)).contains("not looked for");
    assertThat(runs.find(run.id(), "rita")).isEmpty();
    assertThat(runs.lines(run.id(), "rita")).isEmpty();
    runs.cancel(run.id(), "rita");
    assertThat(runs.of("stan")).isPresent();
    now.set(now.get().plus(Duration.ofMinutes(61)));
    assertThat(runs.of("stan")).isEmpty();
  }

  @Test
  void limitsAndFaultsAreSaidBeforeAnythingIsDone() throws Exception {
    limited(5, Duration.ofMinutes(1));
    Path six = cases(6);
    assertThatThrownBy(() -> runs.begin(asked(true), six, "stan"))
        .hasMessageContaining("The file has 6 rows; here it may have 5")
        .hasMessageContaining("attest reasons");
    Path many = cases(200);
    assertThatThrownBy(() -> runs.begin(asked(true), many, "stan"))
        .hasMessageContaining("The file has");
    Path none = cases(0);
    assertThatThrownBy(() -> runs.begin(asked(true), none, "stan"))
        .hasMessageContaining("no cases");
    Path torn = cases(1, "A1,too,few");
    assertThatThrownBy(() -> runs.begin(asked(true), torn, "stan"))
        .hasMessageContaining("1 of 2 rows are no rows");
    Path one = cases(1);
    assertThatThrownBy(
            () ->
                runs.begin(
                    new ReasonRuns.Asked("", Optional.of("A-other"), "c.csv", true), one, "stan"))
        .hasMessageContaining("\"A-other\" is no approved audit");
    assertThatThrownBy(
            () -> runs.begin(new ReasonRuns.Asked("x", Optional.empty(), "c.csv", true), one, "s"))
        .hasMessageContaining("No audit of the model x was approved");
    assertThatThrownBy(
            () ->
                runs.begin(
                    new ReasonRuns.Asked("credit", Optional.empty(), "c.doc", true), one, "s"))
        .hasMessageContaining("must end in .csv");
    assertThat(runs.of("stan")).isEmpty();
  }

  @Test
  void whatTakesTooLongIsGivenUpAndSaysSo() throws Exception {
    ReasonRun run = ended(limited(500, Duration.ofNanos(1)).begin(asked(true), cases(50), "stan"));
    assertThat(run.state()).isEqualTo("failed");
    assertThat(run.why()).contains("attest.reasons.time");
    assertThat(runs.lines(run.id(), "stan")).isEmpty();
  }
}
