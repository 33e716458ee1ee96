package io.attest.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.audit.Recorder.Change;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What was decided of events in the life of models. Every method takes part in the transaction of
 * its caller; recording the same event twice leaves one of it.
 */
public class WatchStore {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JdbcClient jdbc;
  private final Recorder recorder;
  private final Clock clock;

  public WatchStore(JdbcClient jdbc, Recorder recorder, Clock clock) {
    this.jdbc = jdbc;
    this.recorder = recorder;
    this.clock = clock;
  }

  /** Adds a decision; does nothing if one of this event is there. */
  public void create(Watched w) {
    if (find(w.key()).isPresent()) {
      return;
    }
    Change change =
        Change.of("watch-decided", w.model(), Recorder.ATTEST)
            .with("event", w.event())
            .with("action", w.action())
            .with("rule", w.rule());
    recorder.record(
        RecordTable.WATCH.rows(w.key()),
        w.auditId().map(audit -> change.with("audit", audit)).orElse(change),
        () -> insert(w));
  }

  private void insert(Watched w) {
    jdbc.sql(
            "insert into attest_watch (event_key, model, decided_at, event, detail, facts, action,"
                + " rule, reason, reference, basis, audit_id, outcome, suspension) values (:key,"
                + " :model, :at, :event, :detail, :facts, :action, :rule, :reason, :reference,"
                + " :basis, :audit, :outcome, :suspension)")
        .param("key", w.key())
        .param("model", w.model())
        .param("at", w.at().atOffset(ZoneOffset.UTC))
        .param("event", w.event())
        .param("detail", w.detail())
        .param("facts", write(w.facts()))
        .param("action", w.action())
        .param("rule", w.rule())
        .param("reason", w.reason())
        .param("reference", w.reference())
        .param("basis", w.basis())
        .param("audit", w.auditId().orElse(null))
        .param("outcome", w.outcome())
        .param("suspension", w.suspension())
        .update();
  }

  public Optional<Watched> find(String key) {
    return jdbc.sql("select * from attest_watch where event_key = :key")
        .param("key", key)
        .query(WatchStore::watched)
        .optional();
  }

  /** The decisions about a model, newest first. */
  public List<Watched> list(String model) {
    return jdbc.sql(
            "select * from attest_watch where model = :model order by decided_at desc, event_key"
                + " desc")
        .param("model", model)
        .query(WatchStore::watched)
        .list();
  }

  /** What waits for the end of an audit of this model, in the order it was told. */
  public List<Watched> waiting(String model) {
    return jdbc.sql(
            "select * from attest_watch where model = :model and action = :wait order by"
                + " decided_at, event_key")
        .param("model", model)
        .param("wait", Watched.WAIT)
        .query(WatchStore::watched)
        .list();
  }

  /** What waited was weighed as part of another event: it waits no longer. */
  public void weighed(Watched waiting, String outcome) {
    recorder.record(
        RecordTable.WATCH.rows(waiting.key()),
        Change.of("watch-weighed", waiting.model(), Recorder.ATTEST).with("event", waiting.event()),
        () ->
            jdbc.sql(
                    "update attest_watch set action = 'nothing', outcome = :outcome where event_key"
                        + " = :key and action = :wait")
                .param("outcome", outcome)
                .param("key", waiting.key())
                .param("wait", Watched.WAIT)
                .update());
  }

  /** Forgets that something waits, so that it is weighed anew by itself. */
  public void resume(Watched waiting) {
    recorder.record(
        RecordTable.WATCH.rows(waiting.key()),
        Change.of("watch-resumed", waiting.model(), Recorder.ATTEST).with("event", waiting.event()),
        () ->
            jdbc.sql("delete from attest_watch where event_key = :key and action = :wait")
                .param("key", waiting.key())
                .param("wait", Watched.WAIT)
                .update());
  }

  /** The notices of suspension that nobody lifted, of all models, by model. */
  public List<Watched> suspensions() {
    return jdbc.sql(
            "select * from attest_watch where suspension in ('open', 'confirmed') order by model,"
                + " decided_at desc")
        .query(WatchStore::watched)
        .list();
  }

  /** A person answered the notice of a suspension of a model. */
  public void answer(Watched notice, String suspension, String who, String words) {
    recorder.record(
        RecordTable.WATCH.rows(notice.key()),
        Change.of("suspension-" + suspension, notice.model(), who).with("rule", notice.rule()),
        () ->
            jdbc.sql(
                    "update attest_watch set suspension = :suspension, answered_by = :who,"
                        + " answered_at = :now, answer = :words where event_key = :key")
                .param("suspension", suspension)
                .param("who", who)
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("words", words)
                .param("key", notice.key())
                .update());
  }

  private static Watched watched(ResultSet row, int n) throws SQLException {
    return new Watched(
        row.getString("event_key"),
        row.getString("model"),
        row.getObject("decided_at", OffsetDateTime.class).toInstant(),
        row.getString("event"),
        row.getString("detail"),
        read(row.getString("facts")),
        row.getString("action"),
        row.getString("rule"),
        row.getString("reason"),
        row.getString("reference"),
        row.getString("basis"),
        Optional.ofNullable(row.getString("audit_id")),
        row.getString("outcome"),
        row.getString("suspension"),
        Optional.ofNullable(row.getString("answered_by")),
        Optional.ofNullable(row.getObject("answered_at", OffsetDateTime.class))
            .map(OffsetDateTime::toInstant),
        Optional.ofNullable(row.getString("answer")));
  }

  private static String write(Map<String, String> facts) {
    try {
      return JSON.writeValueAsString(new TreeMap<>(facts));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The facts cannot be written as JSON.", e);
    }
  }

  private static Map<String, String> read(String json) {
    try {
      return JSON.readValue(json, new TypeReference<TreeMap<String, String>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The stored facts are no JSON: " + json, e);
    }
  }
}
