package io.attest.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What happened to audits, and what became of telling it outside. {@link AuditStore} writes the
 * events, in the transaction of what happened; here they are read and their deliveries kept, so
 * that an event is told at least once however often this program stops in between.
 */
public class EventStore {
  private static final int LONGEST_ANSWER = 500;

  private final JdbcClient jdbc;

  public EventStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * One thing that happened.
   *
   * @param id the same however often it is told
   * @param position grows with time: for whoever wants them in order
   * @param event {@code started, verdict, waiting, approved, rejected} or {@code withdrawn}
   * @param state of the audit at that moment
   * @param verdict at that moment; absent before there is one
   */
  public record AuditEvent(
      String id,
      long position,
      String audit,
      String event,
      Instant at,
      String state,
      Optional<String> verdict,
      int round) {}

  /**
   * An event on its way.
   *
   * @param state {@code waiting, told} or {@code given-up}
   * @param attempts how often it was tried
   * @param next when it is tried again, if it waits
   * @param answer what the other side said last
   */
  public record Delivery(
      AuditEvent event, String door, String state, int attempts, Instant next, String answer) {}

  /** Counts of deliveries. */
  public record Tally(String door, String state, long count) {}

  /** Remembers since when a door is open; does nothing if that is known. */
  public void open(String door, Instant now) {
    if (opened(door).isEmpty()) {
      jdbc.sql("insert into attest_door (door, opened_at) values (:door, :now)")
          .param("door", door)
          .param("now", sql(now))
          .update();
    }
  }

  private Optional<Instant> opened(String door) {
    return jdbc.sql("select opened_at from attest_door where door = :door")
        .param("door", door)
        .query((row, n) -> instant(row, "opened_at"))
        .optional();
  }

  /**
   * Takes what is due at a door, oldest first, and keeps it from others for a while: who stops
   * before it is told leaves it to be taken again. Call it where one transaction at a time runs.
   */
  public List<Delivery> claim(String door, Instant now, Duration lease, int most) {
    List<AuditEvent> fresh =
        jdbc.sql(
                "select e.* from attest_event e join attest_door o on o.door = :door where"
                    + " e.happened_at >= o.opened_at and not exists (select 1 from attest_delivery"
                    + " d where d.event_id = e.id and d.door = :door) order by e.position limit"
                    + " :most")
            .param("door", door)
            .param("most", most)
            .query(EventStore::event)
            .list();
    for (AuditEvent event : fresh) {
      jdbc.sql(
              "insert into attest_delivery (event_id, door, attempts, next_at, state, answer)"
                  + " values (:event, :door, 0, :now, 'waiting', '')")
          .param("event", event.id())
          .param("door", door)
          .param("now", sql(now))
          .update();
    }
    List<Delivery> due =
        jdbc.sql(
                SELECT
                    + " where d.door = :door and d.state = 'waiting' and d.next_at <= :now order by"
                    + " e.position limit :most")
            .param("door", door)
            .param("now", sql(now))
            .param("most", most)
            .query(EventStore::delivery)
            .list();
    for (Delivery delivery : due) {
      jdbc.sql(
              "update attest_delivery set attempts = attempts + 1, next_at = :next where event_id ="
                  + " :event and door = :door")
          .param("next", sql(now.plus(lease)))
          .param("event", delivery.event().id())
          .param("door", door)
          .update();
    }
    return due.stream()
        .map(
            d ->
                new Delivery(
                    d.event(), d.door(), d.state(), d.attempts() + 1, now.plus(lease), d.answer()))
        .toList();
  }

  private static final String SELECT =
      "select e.*, d.door, d.state as delivery_state, d.attempts, d.next_at, d.answer from"
          + " attest_delivery d join attest_event e on e.id = d.event_id";

  /** It arrived. */
  public void told(Delivery delivery, String answer, Instant now) {
    end(delivery, "told", answer, now);
  }

  /** It will not be tried again. */
  public void givenUp(Delivery delivery, String answer, Instant now) {
    end(delivery, "given-up", answer, now);
  }

  private void end(Delivery delivery, String state, String answer, Instant now) {
    jdbc.sql(
            "update attest_delivery set state = :state, answer = :answer, done_at = :now where"
                + " event_id = :event and door = :door")
        .param("state", state)
        .param("answer", fitting(answer))
        .param("now", sql(now))
        .param("event", delivery.event().id())
        .param("door", delivery.door())
        .update();
  }

  /** It did not arrive, and is tried again. */
  public void later(Delivery delivery, String answer, Instant next) {
    jdbc.sql(
            "update attest_delivery set answer = :answer, next_at = :next where event_id = :event"
                + " and door = :door")
        .param("answer", fitting(answer))
        .param("next", sql(next))
        .param("event", delivery.event().id())
        .param("door", delivery.door())
        .update();
  }

  /** What became of the events of an audit, in their order. */
  public List<Delivery> of(String auditId) {
    return jdbc.sql(SELECT + " where e.audit_id = :audit order by e.position, d.door")
        .param("audit", auditId)
        .query(EventStore::delivery)
        .list();
  }

  /** How many deliveries are in which state. */
  public List<Tally> tallies() {
    return jdbc.sql(
            "select door, state, count(*) as n from attest_delivery group by door, state order by"
                + " door, state")
        .query(
            (row, n) -> new Tally(row.getString("door"), row.getString("state"), row.getLong("n")))
        .list();
  }

  private static String fitting(String answer) {
    return answer.length() <= LONGEST_ANSWER ? answer : answer.substring(0, LONGEST_ANSWER);
  }

  private static AuditEvent event(ResultSet row, int n) throws SQLException {
    return new AuditEvent(
        row.getString("id"),
        row.getLong("position"),
        row.getString("audit_id"),
        row.getString("event"),
        instant(row, "happened_at"),
        row.getString("state"),
        Optional.ofNullable(row.getString("verdict")),
        row.getInt("round_number"));
  }

  private static Delivery delivery(ResultSet row, int n) throws SQLException {
    return new Delivery(
        event(row, n),
        row.getString("door"),
        row.getString("delivery_state"),
        row.getInt("attempts"),
        instant(row, "next_at"),
        row.getString("answer"));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static OffsetDateTime sql(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
