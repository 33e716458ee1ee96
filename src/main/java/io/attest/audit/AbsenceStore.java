package io.attest.audit;

import io.attest.audit.Recorder.Change;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who stands in for whom, in the database. Nothing is ever deleted. */
public class AbsenceStore {
  private final JdbcClient jdbc;
  private final Recorder recorder;

  public AbsenceStore(JdbcClient jdbc, Recorder recorder) {
    this.jdbc = jdbc;
    this.recorder = recorder;
  }

  public void add(Absence absence) {
    recorder.record(
        RecordTable.ABSENCE.rows(absence.id()),
        Change.of("absence-entered", absence.person(), absence.enteredBy())
            .with("deputy", absence.deputy())
            .with("from", absence.from())
            .with("until", absence.until()),
        () ->
            jdbc.sql(
                    "insert into attest_absence (id, person, deputy, from_day, until_day,"
                        + " entered_by, entered_at) values (:id, :person, :deputy, :from, :until,"
                        + " :by, :at)")
                .param("id", absence.id())
                .param("person", absence.person())
                .param("deputy", absence.deputy())
                .param("from", Date.valueOf(absence.from()))
                .param("until", Date.valueOf(absence.until()))
                .param("by", absence.enteredBy())
                .param("at", absence.enteredAt().atOffset(ZoneOffset.UTC))
                .update());
  }

  /** This person takes one back; does nothing where it was. */
  public void end(Absence absence, String who, Instant now) {
    recorder.record(
        RecordTable.ABSENCE.rows(absence.id()),
        Change.of("absence-taken-back", absence.person(), who).with("deputy", absence.deputy()),
        () ->
            jdbc.sql(
                    "update attest_absence set ended_at = :now where id = :id and ended_at is null")
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("id", absence.id())
                .update());
  }

  /** All, the latest first. */
  public List<Absence> all() {
    return jdbc.sql("select * from attest_absence order by from_day desc, person, id")
        .query(AbsenceStore::absence)
        .list();
  }

  /** Those that count on a day. */
  public List<Absence> on(LocalDate day) {
    return jdbc.sql(
            "select * from attest_absence where ended_at is null and from_day <= :day and until_day"
                + " >= :day order by person, id")
        .param("day", Date.valueOf(day))
        .query(AbsenceStore::absence)
        .list();
  }

  /** Those that count on a day and whose open tasks did not go to the deputy yet. */
  public List<Absence> toHandOver(LocalDate day) {
    return jdbc.sql(
            "select * from attest_absence where ended_at is null and handed_at is null and from_day"
                + " <= :day and until_day >= :day order by person, id")
        .param("day", Date.valueOf(day))
        .query(AbsenceStore::absence)
        .list();
  }

  /** The open tasks went to the deputy. */
  public void handed(Absence absence, Instant now) {
    recorder.record(
        RecordTable.ABSENCE.rows(absence.id()),
        Change.of("absence-handed-over", absence.person(), Recorder.ATTEST)
            .with("deputy", absence.deputy()),
        () ->
            jdbc.sql("update attest_absence set handed_at = :now where id = :id")
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("id", absence.id())
                .update());
  }

  private static Absence absence(ResultSet row, int n) throws SQLException {
    return new Absence(
        row.getString("id"),
        row.getString("person"),
        row.getString("deputy"),
        row.getDate("from_day").toLocalDate(),
        row.getDate("until_day").toLocalDate(),
        row.getString("entered_by"),
        row.getObject("entered_at", OffsetDateTime.class).toInstant(),
        Optional.ofNullable(row.getObject("ended_at", OffsetDateTime.class))
            .map(OffsetDateTime::toInstant));
  }
}
