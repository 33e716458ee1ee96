package io.attest.audit.retention;

import io.attest.audit.Audit;
import io.attest.audit.RecordTable;
import io.attest.audit.Recorder;
import io.attest.audit.Recorder.Change;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/** The legal holds; setting and releasing one is in the evidence log. */
public class Holds {
  private static final List<String> KINDS = List.of("audit", "model");
  private static final int LONGEST = 2000;

  private final JdbcClient jdbc;
  private final TransactionOperations transactions;
  private final Recorder recorder;
  private final Clock clock;

  public Holds(
      JdbcClient jdbc, TransactionOperations transactions, Recorder recorder, Clock clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.recorder = recorder;
    this.clock = clock;
  }

  /** All that stand, oldest first. */
  public List<Hold> list() {
    return jdbc.sql("select * from attest_hold order by set_at, kind, subject")
        .query(
            (row, n) ->
                new Hold(
                    row.getString("kind"),
                    row.getString("subject"),
                    row.getString("reason"),
                    row.getString("set_by"),
                    row.getObject("set_at", OffsetDateTime.class).toInstant()))
        .list();
  }

  /** What holds an audit, if anything does. */
  public Optional<Hold> of(Audit audit) {
    return on(audit).stream().findFirst();
  }

  /** What holds an audit: a hold on itself, one on its model, or both; oldest first. */
  public List<Hold> on(Audit audit) {
    return list().stream()
        .filter(
            h ->
                h.kind().equals("audit")
                    ? h.subject().equals(audit.id())
                    : h.subject().equals(audit.model()))
        .toList();
  }

  /**
   * Sets a hold.
   *
   * @throws IllegalArgumentException if there is no such audit or model, no reason, or one stands
   */
  public void set(String kind, String subject, String who, String reason) {
    check(kind, reason);
    transactions.executeWithoutResult(
        status -> {
          String column = kind.equals("audit") ? "id" : "model";
          if (jdbc.sql("select count(*) from attest_audit where " + column + " = :subject")
                  .param("subject", subject)
                  .query(Long.class)
                  .single()
              == 0) {
            throw new IllegalArgumentException(
                "There is no "
                    + (kind.equals("audit") ? "audit " : "audit of the model ")
                    + subject
                    + ".");
          }
          if (list().stream().anyMatch(h -> h.kind().equals(kind) && h.subject().equals(subject))) {
            throw new IllegalArgumentException(
                "The " + kind + " " + subject + " is held already. Release that hold first.");
          }
          recorder.record(
              RecordTable.HOLD.rows(kind, subject),
              new Change("hold-set", subject, who, Map.of("kind", kind, "reason", reason.strip())),
              () -> insert(new Hold(kind, subject, reason.strip(), who, clock.instant())));
        });
  }

  private void insert(Hold hold) {
    jdbc.sql(
            "insert into attest_hold (kind, subject, reason, set_by, set_at) values (:kind,"
                + " :subject, :reason, :who, :at)")
        .param("kind", hold.kind())
        .param("subject", hold.subject())
        .param("reason", hold.reason())
        .param("who", hold.by())
        .param("at", hold.at().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC))
        .update();
  }

  /**
   * Releases a hold.
   *
   * @throws IllegalArgumentException if none stands, or there is no reason
   */
  public void release(String kind, String subject, String who, String reason) {
    check(kind, reason);
    if (list().stream().noneMatch(h -> h.kind().equals(kind) && h.subject().equals(subject))) {
      throw new IllegalArgumentException("The " + kind + " " + subject + " is not held.");
    }
    recorder.record(
        RecordTable.HOLD.rows(kind, subject),
        new Change("hold-released", subject, who, Map.of("kind", kind, "reason", reason.strip())),
        () ->
            jdbc.sql("delete from attest_hold where kind = :kind and subject = :subject")
                .param("kind", kind)
                .param("subject", subject)
                .update());
  }

  private static void check(String kind, String reason) {
    if (!KINDS.contains(kind)) {
      throw new IllegalArgumentException(
          "A hold is on an audit or on a model, not on '" + kind + "'.");
    }
    if (reason.isBlank() || reason.length() > LONGEST) {
      throw new IllegalArgumentException(
          "Say why, in 1 to " + LONGEST + " characters: the log keeps it.");
    }
  }
}
