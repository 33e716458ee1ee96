package io.attest.web.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.report.page.Words;
import io.attest.stage.RecordedProgress;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What people see while stages work, from what the stages report. */
class LiveTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final String ID = "ATT-1";

  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
  private AuditStore store;
  private RecordedProgress board;

  @BeforeEach
  void open() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Flyway.configure().dataSource(source).load().migrate();
    store = new AuditStore(JdbcClient.create(source), clock);
    store.create(
        new Audit(
            ID,
            "m",
            "M",
            "high",
            "",
            "",
            "rest",
            "bo",
            NOW,
            "running",
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.empty()));
    board = new RecordedProgress(store);
  }

  private Live.StageLine stage(String name) {
    return Live.of(store.get(ID), List.of(), store.progress(ID), new Words(), new Pace(clock))
        .stage(name)
        .orElseThrow();
  }

  private List<String> said() {
    return stage("explain").parts().stream().map(p -> p.name() + ": " + p.said()).toList();
  }

  @Test
  void aStageThatCountsNothingIsInWorkFromItsBeginningToItsEnd() {
    assertThat(stage("report").status()).isEqualTo("waiting");
    board.begun(ID, "report", "");
    assertThat(stage("report").status()).isEqualTo("working");
    assertThat(stage("report").parts()).containsExactly(new Live.Part("", -1, "begun"));
    board.ended(ID, "report", "", true);
    assertThat(store.progress(ID)).containsExactly(new AuditStore.Step("report", "", 1, 1));
  }

  @Test
  void partsSayTheirShareAndWhatIsDoneAndWhatStopped() {
    board.begun(ID, "explain", "a");
    board.report(ID, "explain", "a", 273, 400);
    board.begun(ID, "explain", "b");
    board.report(ID, "explain", "b", 18, 18);
    board.ended(ID, "explain", "b", true);
    board.begun(ID, "explain", "c");
    board.ended(ID, "explain", "c", false);
    board.begun(ID, "explain", "d");
    assertThat(said()).containsExactly("a: 68 %", "b: ✓ done", "c: ✕ stopped", "d: begun");
    board.ended(ID, "explain", "a", true);
    assertThat(said()).contains("a: ✓ done");
    board.ended(ID, "explain", "d", true);
    assertThat(stage("explain").status()).as("the next part may come").isEqualTo("working");
  }

  @Test
  void workBeforeTheStageInWorkIsOver() {
    board.begun(ID, "explain", "a");
    board.report(ID, "explain", "a", 1, 4);
    board.begun(ID, "validate", "");
    assertThat(stage("explain").status()).isEqualTo("done");
    assertThat(stage("validate").status()).isEqualTo("working");
  }

  @Test
  void whatIsNoStageOfAnAuditIsNotRecorded() {
    board.begun(ID, "notify", "");
    board.ended(ID, "notify", "", true);
    assertThat(store.progress(ID)).isEmpty();
  }
}
