package io.attest.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.audit.Artifact;
import io.attest.audit.Audit;
import io.attest.audit.DecisionRecord;
import io.attest.audit.Section;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

class EvidenceLogTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private JdbcClient jdbc;
  private TransactionTemplate transactions;
  private EvidenceLog log;
  private LoggedAudits audits;

  @BeforeEach
  void open() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000");
    Flyway.configure().dataSource(source).load().migrate();
    jdbc = JdbcClient.create(source);
    transactions = new TransactionTemplate(new JdbcTransactionManager(source));
    log = new EvidenceLog(jdbc, transactions, Clock.systemUTC());
    audits = new LoggedAudits(jdbc, Clock.systemUTC(), transactions, log);
  }

  private static Audit audit(String id) {
    return new Audit(
        id,
        "m",
        "Model",
        "high",
        "why",
        "",
        "rest",
        "ada",
        NOW,
        "running",
        Optional.empty(),
        Optional.empty(),
        1,
        Optional.empty());
  }

  private static DecisionRecord decision(String task) {
    return new DecisionRecord("review", task, "rita", Instant.now(), "approve", "fine", "", 1);
  }

  @Test
  void whatHappensToAnAuditIsInTheLogOnce() {
    audits.create(audit("A-1"));
    audits.create(audit("A-1"));
    audits.save("A-1", new Section.Judged("warn", List.of()));
    audits.decide("A-1", decision("t1"));
    audits.decide("A-1", decision("t1"));
    audits.save(
        "A-1",
        new Section.Published(
            new Artifact("r.xlsx", "aa".repeat(32), 1, "x"),
            new Artifact("p.zip", "bb".repeat(32), 1, "x"),
            "approved",
            NOW));
    audits.end("A-1", "approved");
    audits.end("A-1", "withdrawn");
    assertThat(log.about("A-1"))
        .extracting(LogEntry::what)
        .containsExactly(
            "audit-started",
            "section-saved",
            "decision-made",
            "section-saved",
            "report-published",
            "audit-ended");
    assertThat(log.about("A-1").get(2).who()).isEqualTo("rita");
    assertThat(log.about("A-1").get(4).detail()).contains("bb".repeat(32), "approved");
    assertThat(log.check(List.of()).broken()).isEmpty();
    assertThat(RecordCheck.of(log, jdbc).faults()).isEmpty();
    assertThat(RecordCheck.of(log, jdbc).held()).isEqualTo(3);
  }

  /** A process that is killed, or a transaction that fails, leaves both or neither. */
  @Test
  void entryAndFactAreOneTransaction() {
    audits.create(audit("A-1"));
    assertThatThrownBy(
            () ->
                transactions.executeWithoutResult(
                    status -> {
                      audits.decide("A-1", decision("t1"));
                      throw new IllegalStateException("killed");
                    }))
        .hasMessage("killed");
    assertThat(audits.decisions("A-1")).isEmpty();
    assertThat(log.head().sequence()).isEqualTo(1);

    // the other way round: no room for the entry, no decision
    jdbc.sql("alter table attest_log add constraint full_log check (sequence < 2)").update();
    assertThatThrownBy(() -> audits.decide("A-1", decision("t1")));
    assertThat(audits.decisions("A-1")).isEmpty();
  }

  @Test
  void aTransactionInsideAnotherHasItsOwnEntries() {
    TransactionTemplate own = new TransactionTemplate(transactions.getTransactionManager());
    own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    transactions.executeWithoutResult(
        status -> {
          log.record("outer", "x", "ada", Map.of());
          own.executeWithoutResult(inner -> log.record("inner", "x", "ada", Map.of()));
          status.setRollbackOnly();
        });
    assertThat(log.about("x")).extracting(LogEntry::what).containsExactly("inner");
  }

  /** The head is held at the commit only: a long transaction keeps nobody waiting. */
  @Test
  void aLongTransactionKeepsNobodyWaiting() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<?> slow =
          other.submit(
              () ->
                  transactions.executeWithoutResult(
                      status -> {
                        log.record("slow", "x", "ada", Map.of());
                        begun.countDown();
                        await(over);
                      }));
      await(begun);
      log.record("quick", "x", "ada", Map.of());
      assertThat(log.about("x")).extracting(LogEntry::what).containsExactly("quick");
      over.countDown();
      slow.get();
      assertThat(log.about("x")).extracting(LogEntry::what).containsExactly("quick", "slow");
    } finally {
      other.shutdownNow();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void manyWritersMakeOneChain() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new java.util.ArrayList<>();
      for (int t = 0; t < 4; t++) {
        String who = "u" + t;
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 50; i++) {
                    log.record("tick", "s" + i, who, Map.of());
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdown();
    }
    Chain chain = log.check(List.of());
    assertThat(chain.broken()).isEmpty();
    assertThat(chain.followed()).isEqualTo(200);
  }

  @Test
  void changesBehindItsBackAreRefusedAndFound(@TempDir Path folder) throws Exception {
    audits.create(audit("A-1"));
    audits.save("A-1", new Section.Judged("block", List.of()));
    audits.decide("A-1", decision("t1"));
    assertThat(Guards.install(jdbc, "H2")).hasSize(2);
    assertThat(Guards.install(jdbc, "H2")).isEmpty();
    assertThatThrownBy(() -> jdbc.sql("update attest_log set who = 'eve'").update())
        .hasStackTraceContaining("only added to");
    assertThatThrownBy(() -> jdbc.sql("delete from attest_log where sequence = 3").update())
        .hasStackTraceContaining("entry 3 can be neither changed nor deleted");

    RememberedHeads heads = new RememberedHeads(folder.resolve("heads.txt"));
    heads.remember(log.check(List.of()).head(NOW));
    heads.remember(log.check(List.of()).head(NOW));
    assertThat(Files.readAllLines(folder.resolve("heads.txt"))).hasSize(1);
    jdbc.sql("update attest_section set content = replace(content, 'block', 'pass')").update();
    assertThat(RecordCheck.of(log, jdbc).faults())
        .containsExactly("the section verdict of A-1 was changed after it was recorded");
    jdbc.sql("delete from attest_decision").update();
    assertThat(RecordCheck.of(log, jdbc).faults())
        .contains("the decision of task t1 of A-1 is in the log, and no longer in the record");

    jdbc.sql("drop trigger attest_log_no_update").update();
    jdbc.sql("drop trigger attest_log_no_delete").update();
    // The end cut off, and the head set back: only what was seen outside can tell.
    jdbc.sql("delete from attest_log where sequence = 3").update();
    assertThat(log.check(List.of()).broken().orElseThrow().why()).contains("ends with entry 2");
    LogEntry last = log.entry(2).orElseThrow();
    jdbc.sql("update attest_log_head set sequence = 2, hash = :h").param("h", last.hash()).update();
    assertThat(log.check(List.of()).broken()).isEmpty();
    assertThat(log.check(heads.all()).broken().orElseThrow().why()).contains("entry 3 was seen");
    assertThat(log.checkSince(heads.last().orElseThrow(), List.of()).broken()).isPresent();
    assertThat(log.checkSince(heads.last().orElseThrow(), heads.all()).broken()).isPresent();
    assertThat(Guards.install(jdbc, "H2")).hasSize(2);
  }
}
