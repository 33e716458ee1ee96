package io.attest.audit;

import io.attest.audit.Recorder.Change;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Published reports that no longer stand, in the database; takes part in the transaction of its
 * caller.
 */
public class WithdrawalStore {
  private final JdbcClient jdbc;
  private final Recorder recorder;

  public WithdrawalStore(JdbcClient jdbc, Recorder recorder) {
    this.jdbc = jdbc;
    this.recorder = recorder;
  }

  /**
   * Keeps a withdrawal. One that people confirmed takes the place of what a later approval left;
   * how the audit had ended and what took its place stay.
   */
  public void keep(Withdrawal withdrawal) {
    Change change =
        Change.of(
                withdrawal.state().equals(AuditStore.SUPERSEDED)
                    ? "report-superseded"
                    : "report-withdrawn",
                withdrawal.auditId(),
                withdrawal.confirmedBy().orElse(withdrawal.requestedBy()))
            .with("requestedBy", withdrawal.requestedBy());
    recorder.record(
        RecordTable.WITHDRAWAL.rows(withdrawal.auditId()),
        withdrawal.supersededBy().map(by -> change.with("by", by)).orElse(change),
        () -> write(withdrawal));
  }

  private void write(Withdrawal withdrawal) {
    Optional<Withdrawal> before = of(withdrawal.auditId());
    jdbc.sql("delete from attest_withdrawal where audit_id = :audit")
        .param("audit", withdrawal.auditId())
        .update();
    jdbc.sql(
            "insert into attest_withdrawal (audit_id, state, former_state, withdrawn_at,"
                + " requested_by, confirmed_by, reason, superseded_by, told) values (:audit,"
                + " :state, :former, :at, :requested, :confirmed, :reason, :by, :told)")
        .param("audit", withdrawal.auditId())
        .param("state", withdrawal.state())
        .param("former", before.map(Withdrawal::formerState).orElse(withdrawal.formerState()))
        .param("at", withdrawal.at().atOffset(ZoneOffset.UTC))
        .param("requested", withdrawal.requestedBy())
        .param("confirmed", withdrawal.confirmedBy().orElse(null))
        .param("reason", withdrawal.reason())
        .param(
            "by",
            withdrawal
                .supersededBy()
                .or(() -> before.flatMap(Withdrawal::supersededBy))
                .orElse(null))
        .param("told", String.join("\n", withdrawal.told()))
        .update();
  }

  /**
   * Writes whom the notice went to.
   *
   * @param why those, in words
   */
  public void told(String auditId, List<String> addresses, String why) {
    recorder.record(
        RecordTable.WITHDRAWAL.rows(auditId),
        Change.of("withdrawal-told", auditId, Recorder.ATTEST)
            .with("addresses", addresses.size())
            .with("why", why),
        () ->
            jdbc.sql("update attest_withdrawal set told = :told where audit_id = :audit")
                .param("told", String.join("\n", addresses))
                .param("audit", auditId)
                .update());
  }

  public Optional<Withdrawal> of(String auditId) {
    return jdbc.sql("select * from attest_withdrawal where audit_id = :audit")
        .param("audit", auditId)
        .query(WithdrawalStore::withdrawal)
        .optional();
  }

  /** The audits that this one took the place of. */
  public List<String> supersededBy(String auditId) {
    return jdbc.sql(
            "select audit_id from attest_withdrawal where superseded_by = :audit order by audit_id")
        .param("audit", auditId)
        .query(String.class)
        .list();
  }

  private static Withdrawal withdrawal(ResultSet row, int n) throws SQLException {
    return new Withdrawal(
        row.getString("audit_id"),
        row.getString("state"),
        row.getString("former_state"),
        row.getObject("withdrawn_at", OffsetDateTime.class).toInstant(),
        row.getString("requested_by"),
        Optional.ofNullable(row.getString("confirmed_by")),
        row.getString("reason"),
        Optional.ofNullable(row.getString("superseded_by")),
        row.getString("told").lines().toList());
  }
}
