package io.attest.audit;

import io.attest.audit.Recorder.Change;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Approvals and their conditions in the database. Every method takes part in the transaction of its
 * caller; doing the same thing twice leaves one of it, but for steps.
 */
public class ApprovalStore {
  private final JdbcClient jdbc;
  private final Recorder recorder;
  private final Clock clock;

  public ApprovalStore(JdbcClient jdbc, Recorder recorder, Clock clock) {
    this.jdbc = jdbc;
    this.recorder = recorder;
    this.clock = clock;
  }

  /**
   * Adds an approval and its conditions; does nothing if it is there.
   *
   * @param who the person whose decision it rests on
   */
  public void create(Approval approval, List<Condition.Line> conditions, String who) {
    String audit = approval.auditId();
    if (find(audit).isPresent()) {
      return;
    }
    recorder.record(
        RecordTable.APPROVAL.rows(audit),
        Change.of("approval-granted", audit, who)
            .with("outcome", approval.outcome())
            .with("validUntil", approval.validUntil())
            .with("conditions", conditions.size()),
        () -> insert(approval));
    int position = 0;
    for (Condition.Line line : conditions) {
      int at = ++position;
      recorder.record(
          RecordTable.CONDITION.rows(audit, at),
          Change.of("condition-set", audit, who)
              .with("condition", at)
              .with("owner", line.owner())
              .with("dueOn", line.dueOn()),
          () -> insert(approval, at, line));
    }
  }

  private void insert(Approval approval) {
    jdbc.sql(
            "insert into attest_approval (audit_id, model, approved_at, valid_until, outcome,"
                + " model_sha256, yaml_sha256) values (:audit, :model, :at, :until, :outcome,"
                + " :file, :yaml)")
        .param("audit", approval.auditId())
        .param("model", approval.model())
        .param("at", approval.at().atOffset(ZoneOffset.UTC))
        .param("until", Date.valueOf(approval.validUntil()))
        .param("outcome", approval.outcome())
        .param("file", approval.modelSha256())
        .param("yaml", approval.yamlSha256())
        .update();
  }

  private void insert(Approval approval, int position, Condition.Line line) {
    jdbc.sql(
            "insert into attest_condition (audit_id, position, model, wording, owner, due_on,"
                + " state) values (:audit, :position, :model, :text, :owner, :due, 'open')")
        .param("audit", approval.auditId())
        .param("position", position)
        .param("model", approval.model())
        .param("text", line.text())
        .param("owner", line.owner())
        .param("due", Date.valueOf(line.dueOn()))
        .update();
  }

  public Optional<Approval> find(String auditId) {
    return jdbc.sql("select * from attest_approval where audit_id = :audit")
        .param("audit", auditId)
        .query(ApprovalStore::approval)
        .optional();
  }

  /**
   * The approval of a model that was given last. None if its report was withdrawn: an earlier one,
   * which that replaced, does not come back.
   */
  public Optional<Approval> last(String model) {
    return jdbc.sql(
            "select last.* from (select * from attest_approval where model = :model order by"
                + " approved_at desc, audit_id desc limit 1) last where last.audit_id not in (select"
                + " id from attest_audit where state = :withdrawn)")
        .param("model", model)
        .param("withdrawn", AuditStore.WITHDRAWN_REPORT)
        .query(ApprovalStore::approval)
        .optional();
  }

  /** The conditions of an approval, in the order they were written. */
  public List<Condition> conditions(String auditId) {
    return jdbc.sql("select * from attest_condition where audit_id = :audit order by position")
        .param("audit", auditId)
        .query(ApprovalStore::condition)
        .list();
  }

  /**
   * One condition.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Condition condition(String auditId, int position) {
    return conditions(auditId).stream()
        .filter(c -> c.position() == position)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The audit " + auditId + " has no condition " + position + "."));
  }

  /** A condition is {@code met}, {@code failed} or {@code closed}, as this person decided. */
  public void state(String auditId, int position, String state, String who) {
    recorder.record(
        RecordTable.CONDITION.rows(auditId, position),
        Change.of("condition-" + state, auditId, who).with("condition", position),
        () ->
            jdbc.sql(
                    "update attest_condition set state = :state where audit_id = :audit and position"
                        + " = :position")
                .param("state", state)
                .param("audit", auditId)
                .param("position", position)
                .update());
  }

  /** This person agreed to another day. */
  public void due(String auditId, int position, LocalDate day, String who) {
    recorder.record(
        RecordTable.CONDITION.rows(auditId, position),
        Change.of("condition-extended", auditId, who)
            .with("condition", position)
            .with("dueOn", day),
        () ->
            jdbc.sql(
                    "update attest_condition set due_on = :day where audit_id = :audit and position"
                        + " = :position")
                .param("day", Date.valueOf(day))
                .param("audit", auditId)
                .param("position", position)
                .update());
  }

  /** Adds what was done about a condition, as the last thing. */
  public void step(String auditId, int position, String who, String what, String comment) {
    recorder.record(
        RecordTable.CONDITION_STEP.rows(auditId, position),
        Change.of("condition-step", auditId, who).with("condition", position).with("step", what),
        () ->
            jdbc.sql(
                    "insert into attest_condition_step (audit_id, position, step, done_at, who,"
                        + " what, comment) select :audit, :position, coalesce(max(step), 0) + 1,"
                        + " :now, :who, :what, :comment from attest_condition_step where audit_id ="
                        + " :audit and position = :position")
                .param("audit", auditId)
                .param("position", position)
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("who", who)
                .param("what", what)
                .param("comment", comment)
                .update());
  }

  public List<Condition.Step> steps(String auditId, int position) {
    return jdbc.sql(
            "select * from attest_condition_step where audit_id = :audit and position = :position"
                + " order by step")
        .param("audit", auditId)
        .param("position", position)
        .query(
            (row, n) ->
                new Condition.Step(
                    row.getObject("done_at", OffsetDateTime.class).toInstant(),
                    row.getString("who"),
                    row.getString("what"),
                    row.getString("comment")))
        .list();
  }

  private static Approval approval(ResultSet row, int n) throws SQLException {
    return new Approval(
        row.getString("audit_id"),
        row.getString("model"),
        row.getObject("approved_at", OffsetDateTime.class).toInstant(),
        row.getDate("valid_until").toLocalDate(),
        row.getString("outcome"),
        row.getString("model_sha256"),
        row.getString("yaml_sha256"));
  }

  private static Condition condition(ResultSet row, int n) throws SQLException {
    return new Condition(
        row.getString("audit_id"),
        row.getInt("position"),
        row.getString("model"),
        row.getString("wording"),
        row.getString("owner"),
        row.getDate("due_on").toLocalDate(),
        row.getString("state"));
  }
}
