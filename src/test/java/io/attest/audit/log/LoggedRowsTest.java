package io.attest.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.audit.Absence;
import io.attest.audit.AbsenceStore;
import io.attest.audit.Approval;
import io.attest.audit.ApprovalStore;
import io.attest.audit.Artifact;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Committee;
import io.attest.audit.CommitteeStore;
import io.attest.audit.Condition;
import io.attest.audit.Enquiry;
import io.attest.audit.EnquiryStore;
import io.attest.audit.RecordTable;
import io.attest.audit.Recorder;
import io.attest.audit.WatchStore;
import io.attest.audit.Watched;
import io.attest.audit.Withdrawal;
import io.attest.audit.WithdrawalStore;
import io.attest.audit.retention.Holds;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What people decide stands in the log, and a row that was changed behind its back is found. */
class LoggedRowsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123456789Z");
  private static final LocalDate DAY = LocalDate.parse("2027-01-31");

  private JdbcClient jdbc;
  private TransactionTemplate transactions;
  private EvidenceLog log;
  private LoggedAudits audits;
  private ApprovalStore approvals;
  private WatchStore watches;
  private WithdrawalStore withdrawals;
  private CommitteeStore committees;
  private AbsenceStore absences;
  private EnquiryStore enquiries;
  private Holds holds;

  @BeforeEach
  void open() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000");
    Flyway.configure().dataSource(source).load().migrate();
    jdbc = JdbcClient.create(source);
    transactions = new TransactionTemplate(new JdbcTransactionManager(source));
    Clock clock = Clock.systemUTC();
    log = new EvidenceLog(jdbc, transactions, clock);
    Recorder recorder = new LoggedRows(jdbc, transactions, log);
    audits = new LoggedAudits(jdbc, clock, transactions, log);
    approvals = new ApprovalStore(jdbc, recorder, clock);
    watches = new WatchStore(jdbc, recorder, clock);
    withdrawals = new WithdrawalStore(jdbc, recorder);
    committees = new CommitteeStore(jdbc, recorder);
    absences = new AbsenceStore(jdbc, recorder);
    enquiries = new EnquiryStore(jdbc, recorder, clock);
    holds = new Holds(jdbc, transactions, recorder, clock);
  }

  private void begin() {
    transactions.executeWithoutResult(status -> LogBeginning.write(log, jdbc));
  }

  private Set<RecordTable> cover() {
    return transactions.execute(status -> LogBeginning.cover(log, jdbc));
  }

  private List<String> faults() {
    assertThat(log.check(List.of()).broken()).isEmpty();
    return RecordCheck.of(log, jdbc).faults();
  }

  private void audit(String id) {
    audits.create(
        new Audit(
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
            Optional.of("warn"),
            Optional.empty(),
            1,
            Optional.empty()));
  }

  private static final Absence AWAY =
      new Absence("abs-1", "rita", "bo", DAY, DAY.plusDays(9), "rita", NOW, Optional.empty());

  private static Watched notice() {
    return watched("k1", "suspend");
  }

  private static Watched watched(String key, String action) {
    return new Watched(
        key,
        "m",
        NOW,
        "incident",
        "d",
        Map.of("tier", "high"),
        action,
        "RV-02",
        "because",
        "SR 26-2",
        "basis",
        Optional.of("A-1"),
        "Notice of suspension given.",
        "open",
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Something in every table, as people would leave it. */
  private void everything() {
    audit("A-1");
    audit("A-2");
    committees.convene(
        "A-1",
        new Committee(
            1,
            2,
            List.of(
                new Committee.Seat("bo", true, "", Optional.empty()),
                new Committee.Seat("cy", false, "prepared it", Optional.empty()))));
    committees.task("A-1", 1, "bo", "task-7");
    approvals.create(
        new Approval("A-1", "m", NOW, DAY, "approved-with-conditions", "aa", ""),
        List.of(new Condition.Line("mend it", "ada", DAY), new Condition.Line("b", "", DAY)),
        "bo");
    audits.end("A-1", "approved-with-conditions");
    approvals.due("A-1", 1, DAY.plusDays(7), "bo");
    approvals.step("A-1", 1, "bo", "extended until 2027-02-07", "needs time");
    approvals.state("A-1", 1, "met", "rita");
    approvals.state("A-1", 2, "failed", "rita");
    watches.create(notice());
    watches.answer(notice(), "lifted", "olga", "checked");
    withdrawals.keep(
        new Withdrawal(
            "A-1",
            AuditStore.WITHDRAWN_REPORT,
            "approved-with-conditions",
            NOW,
            "rita",
            Optional.of("bo"),
            "wrong data",
            Optional.of("A-2"),
            List.of()));
    audits.state("A-1", AuditStore.WITHDRAWN_REPORT);
    withdrawals.told("A-1", List.of("x@example.org"), "told of the result");
    absences.add(AWAY);
    absences.handed(AWAY, NOW);
    absences.end(AWAY, "rita", NOW);
    enquiries.create(
        new Enquiry(
            "DEC-1",
            "m",
            "Model",
            "A-1",
            "case 7",
            Optional.empty(),
            "Mx Doe",
            "EU",
            "",
            "rest",
            "ada",
            NOW,
            DAY,
            DAY.plusDays(30),
            "running",
            1,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
    enquiries.drafted("DEC-1", "unfavourable", "dd".repeat(32));
    enquiries.checked("DEC-1", "{}", "rita");
    enquiries.step("DEC-1", "rita", "checked: approve", "fine", "reasons [a]");
    enquiries.file("DEC-1", new Artifact("l.docx", "ee".repeat(32), 9, "x"), "The letter");
    enquiries.end("DEC-1", "answered");
    holds.set("model", "m", "olga", "claim 7");
  }

  @Test
  void theLogSaysWhoDecidedWhatOfEach() {
    begin();
    everything();
    assertThat(faults()).isEmpty();
    assertThat(log.about("A-1"))
        .extracting(e -> e.what() + " " + e.who())
        .containsExactly(
            "audit-started ada",
            "committee-convened attest",
            "vote-assigned attest",
            "approval-granted bo",
            "condition-set bo",
            "condition-set bo",
            "audit-ended attest",
            "condition-extended bo",
            "condition-step bo",
            "condition-met rita",
            "condition-failed rita",
            "report-withdrawn bo",
            "audit-state attest",
            "withdrawal-told attest");
    assertThat(log.about("m"))
        .extracting(e -> e.what() + " " + e.who())
        .containsExactly("watch-decided attest", "suspension-lifted olga", "hold-set olga");
    assertThat(log.about("rita"))
        .extracting(e -> e.what() + " " + e.who())
        .containsExactly(
            "absence-entered rita", "absence-handed-over attest", "absence-taken-back rita");
    assertThat(log.about("DEC-1"))
        .extracting(e -> e.what() + " " + e.who())
        .containsExactly(
            "request-received ada",
            "reasons-drafted attest",
            "reasons-checked rita",
            "request-step rita",
            "request-file attest",
            "request-ended attest");
    // What an audit's pack holds: also what elsewhere was decided on its account.
    assertThat(log.ofAudit("A-1"))
        .extracting(LogEntry::what)
        .contains("watch-decided", "request-received", "audit-ended")
        .doesNotContain("absence-entered", "hold-set");
    assertThat(log.ofAudit("A_1")).isEmpty();
  }

  @Test
  void forPeopleHashesAndKeysAreLeftOut() {
    begin();
    everything();
    assertThat(log.about("DEC-1").get(1).facts()).isEqualTo(Map.of("outcome", "unfavourable"));
    assertThat(log.about("A-1").get(4).facts().keySet())
        .containsExactlyInAnyOrder("condition", "owner", "dueOn");
  }

  @Test
  void whatPeopleWroteInWordsStaysOutOfTheLog() {
    begin();
    everything();
    assertThat(log.newest(100))
        .extracting(LogEntry::detail)
        .noneMatch(d -> d.contains("needs time") || d.contains("Doe") || d.contains("example.org"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AUDIT|update attest_audit set state = 'approved' where id = 'A-1'|how the audit A-1 ended was changed after it was recorded",
        "APPROVAL|update attest_approval set valid_until = date '2099-01-01'|the approval A-1 was changed after it was recorded",
        "CONDITION|update attest_condition set state = 'met' where position = 2|condition 2 of the approval A-1 was changed after it was recorded",
        "CONDITION_STEP|delete from attest_condition_step|what was done about condition 1 of the approval A-1 is in the log, and no longer in the record",
        "SEAT|delete from attest_seat where member = 'cy'|the committee of round 1 of A-1 was changed after it was recorded",
        "WITHDRAWAL|delete from attest_withdrawal|the withdrawal of A-1 is in the log, and no longer in the record",
        "WATCH|update attest_watch set answered_by = 'eve'|what was decided of the event k1 was changed after it was recorded",
        "ABSENCE|update attest_absence set ended_at = null|the absence abs-1 was changed after it was recorded",
        "REQUEST|update attest_enquiry set due_on = date '2030-01-01'|the request DEC-1 was changed after it was recorded",
        "REQUEST_STEP|insert into attest_enquiry_step values ('DEC-1', 9, now(), 'eve', 'x', '', '')|what was done with the request DEC-1 was changed after it was recorded",
        "REQUEST_FILE|update attest_enquiry_file set sha256 = 'ff'|the list of files of the request DEC-1 was changed after it was recorded",
        "HOLD|delete from attest_hold|the legal hold on the model m is in the log, and no longer in the record"
      })
  void aChangedRowIsFound(RecordTable table, String sql, String fault) {
    begin();
    everything();
    jdbc.sql(sql).update();
    assertThat(faults()).containsExactly(fault);
  }

  /** A table that is not in the list above would be tampered with unseen by its test. */
  @Test
  void everyTableIsTried() throws Exception {
    CsvSource tried =
        LoggedRowsTest.class
            .getDeclaredMethod("aChangedRowIsFound", RecordTable.class, String.class, String.class)
            .getAnnotation(CsvSource.class);
    assertThat(Arrays.stream(tried.value()).map(row -> row.substring(0, row.indexOf('|'))).toList())
        .containsExactlyElementsOf(
            EnumSet.allOf(RecordTable.class).stream().map(Enum::name).toList());
  }

  @Test
  void aRowThatSomebodyPutThereIsFound() {
    begin();
    everything();
    audit("A-3");
    jdbc.sql(
            "insert into attest_approval values ('A-3', 'm', now(), date '2099-01-01', 'approved',"
                + " '', '')")
        .update();
    assertThat(faults())
        .containsExactly("the approval A-3 is in the record, and the log does not know it");
  }

  @Test
  void whatWaitedIsFollowedToItsEnd() {
    begin();
    Watched first = watched("k2", Watched.WAIT);
    Watched second = watched("k3", Watched.WAIT);
    watches.create(first);
    watches.create(second);
    watches.weighed(first, "with the end of A-1");
    watches.resume(second);
    assertThat(log.about("m"))
        .extracting(LogEntry::what)
        .containsExactly("watch-decided", "watch-decided", "watch-weighed", "watch-resumed");
    assertThat(faults()).isEmpty();
    watches.weighed(first, "again");
    assertThat(log.about("m")).hasSize(4);
  }

  @Test
  void whatChangesNothingIsNotWritten() {
    begin();
    everything();
    long before = log.head().sequence();
    approvals.create(
        new Approval("A-1", "m", NOW, DAY, "approved", "aa", ""), List.of(), "somebody else");
    approvals.state("A-1", 1, "met", "rita");
    committees.task("A-1", 1, "nobody", "task-8");
    watches.create(notice());
    absences.end(AWAY, "rita", Instant.now());
    audits.end("A-1", "rejected");
    audits.state("A-2", "waiting"); // goes on: not held yet
    assertThat(log.head().sequence()).isEqualTo(before);
    assertThat(faults()).isEmpty();
  }

  @Test
  void aHoldThatIsReleasedIsNotMissed() {
    begin();
    holdsNothing();
    audit("A-1");
    holds.set("model", "m", "olga", "claim");
    holds.release("model", "m", "olga", "settled");
    assertThat(faults()).isEmpty();
    holdsNothing();
  }

  private void holdsNothing() {
    assertThatThrownBy(() -> holds.release("model", "m", "olga", "x")).hasMessageContaining("held");
  }

  @Test
  void rowAndEntryAreOneTransaction() {
    begin();
    audit("A-1");
    jdbc.sql("alter table attest_log add constraint full_log check (what <> 'approval-granted')")
        .update();
    assertThatThrownBy(
        () ->
            approvals.create(
                new Approval("A-1", "m", NOW, DAY, "approved", "", ""), List.of(), "bo"));
    assertThat(approvals.find("A-1")).isEmpty();
    assertThat(faults()).isEmpty();
  }

  /** An older version wrote none of these entries: its log holds, and the next start takes over. */
  @Test
  void aLogOfAnOlderVersionHoldsAndIsExtended() {
    log.record("log-begun", "log", Recorder.ATTEST, Map.of("format", "1"));
    everything();
    long newer = log.head().sequence();
    assertThat(faults()).isEmpty(); // answers for none of these tables
    jdbc.sql("update attest_condition set wording = 'changed before' where position = 2").update();
    assertThat(faults()).isEmpty();

    assertThat(cover()).containsExactlyInAnyOrder(RecordTable.values());
    assertThat(cover()).isEmpty();
    assertThat(faults()).isEmpty();
    assertThat(log.after(newer).stream().filter(e -> e.what().equals("row-adopted")))
        .hasSizeGreaterThan(RecordTable.values().length)
        .anyMatch(e -> e.subject().equals("A-1") && e.detail().contains("\"table\":\"APPROVAL\""));
    jdbc.sql("update attest_condition set wording = 'changed after' where position = 2").update();
    assertThat(faults())
        .containsExactly("condition 2 of the approval A-1 was changed after it was recorded");
  }

  /** Two who put rows side by side: the hash that is written last sees both. */
  @Test
  void whatOthersPutBesideItIsSeen() throws Exception {
    begin();
    everything();
    CountDownLatch written = new CountDownLatch(1);
    CountDownLatch other = new CountDownLatch(1);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> slow =
          thread.submit(
              () ->
                  transactions.executeWithoutResult(
                      status -> {
                        enquiries.file(
                            "DEC-1", new Artifact("a.pdf", "aa".repeat(32), 1, "x"), "A");
                        written.countDown();
                        try {
                          other.await();
                        } catch (InterruptedException e) {
                          throw new IllegalStateException(e);
                        }
                      }));
      written.await();
      enquiries.file("DEC-1", new Artifact("b.pdf", "bb".repeat(32), 1, "x"), "B");
      other.countDown();
      slow.get();
    } finally {
      thread.shutdownNow();
    }
    assertThat(enquiries.files("DEC-1")).hasSize(3);
    assertThat(faults()).isEmpty();
  }

  /** What the documentation says of the hash, so that anybody can compute it. */
  @Test
  void theHashIsTheOneThatIsDocumented() {
    begin();
    audit("A-1");
    approvals.create(
        new Approval("A-1", "m", Instant.parse("2026-11-22T10:00:00Z"), DAY, "approved", "aa", ""),
        List.of(),
        "bo");
    String row =
        "{\"approved_at\":\"2026-11-22T10:00:00Z\",\"audit_id\":\"A-1\",\"model\":\"m\","
            + "\"model_sha256\":\"aa\",\"outcome\":\"approved\",\"valid_until\":\"2027-01-31\","
            + "\"yaml_sha256\":\"\"}";
    String together = sha256(sha256(row) + "\n");
    assertThat(log.about("A-1").get(1).detail())
        .isEqualTo(
            "{\"conditions\":\"0\",\"key\":\"[\\\"A-1\\\"]\",\"outcome\":\"approved\",\"sha256\":\""
                + together
                + "\",\"table\":\"APPROVAL\",\"validUntil\":\"2027-01-31\"}");
  }

  private static String sha256(String text) {
    return io.attest.audit.ArtifactStore.sha256(
        text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
