package io.attest.audit;

import io.attest.audit.Recorder.Change;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The record of enquiries in the database. Every method is a statement or two and takes part in the
 * transaction of its caller; doing the same thing twice leaves one of it, but for steps.
 */
public class EnquiryStore {
  private final JdbcClient jdbc;
  private final Recorder recorder;
  private final Clock clock;

  public EnquiryStore(JdbcClient jdbc, Recorder recorder, Clock clock) {
    this.jdbc = jdbc;
    this.recorder = recorder;
    this.clock = clock;
  }

  /** Adds an enquiry. */
  public void create(Enquiry e) {
    recorder.record(
        RecordTable.REQUEST.rows(e.id()),
        Change.of("request-received", e.id(), e.askedBy())
            .with("model", e.model())
            .with("audit", e.auditId())
            .with("dueOn", e.dueOn()),
        () -> insert(e));
  }

  private void insert(Enquiry e) {
    jdbc.sql(
            "insert into attest_enquiry (id, model, model_name, audit_id, case_name, data_source,"
                + " recipient, jurisdiction, reason, started_how, asked_by, asked_at, received_on,"
                + " due_on, state, round_number) values (:id, :model, :modelName, :audit, :case,"
                + " :data, :recipient, :jurisdiction, :reason, :trigger, :askedBy, :askedAt,"
                + " :receivedOn, :dueOn, :state, :round)")
        .param("id", e.id())
        .param("model", e.model())
        .param("modelName", e.modelName())
        .param("audit", e.auditId())
        .param("case", e.caseName())
        .param("data", e.data().orElse(null))
        .param("recipient", e.recipient())
        .param("jurisdiction", e.jurisdiction())
        .param("reason", e.reason())
        .param("trigger", e.trigger())
        .param("askedBy", e.askedBy())
        .param("askedAt", sql(e.askedAt()))
        .param("receivedOn", Date.valueOf(e.receivedOn()))
        .param("dueOn", Date.valueOf(e.dueOn()))
        .param("state", e.state())
        .param("round", e.round())
        .update();
  }

  public Optional<Enquiry> find(String id) {
    return jdbc.sql("select * from attest_enquiry where id = :id")
        .param("id", id)
        .query(EnquiryStore::enquiry)
        .optional();
  }

  /**
   * The enquiry of this id.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Enquiry get(String id) {
    return find(id)
        .orElseThrow(
            () -> new IllegalArgumentException("There is no request of this id: " + id + "."));
  }

  /**
   * Enquiries, newest first.
   *
   * @param model only of this model, if given
   * @param state only in this state, if given
   */
  public List<Enquiry> list(Optional<String> model, Optional<String> state) {
    return jdbc.sql(
            "select * from attest_enquiry where (cast(:model as varchar) is null or model ="
                + " :model) and (cast(:state as varchar) is null or state = :state) order by"
                + " asked_at desc, id desc")
        .param("model", model.orElse(null))
        .param("state", state.orElse(null))
        .query(EnquiryStore::enquiry)
        .list();
  }

  public void state(String id, String state) {
    recorder.record(
        RecordTable.REQUEST.rows(id),
        Change.of("request-state", id, Recorder.ATTEST).with("state", state),
        () ->
            jdbc.sql("update attest_enquiry set state = :state where id = :id and ended_at is null")
                .param("state", state)
                .param("id", id)
                .update());
  }

  /** Another case is meant, or another file has it, as this person says. */
  public void mended(String id, String caseName, Optional<String> data, String who) {
    recorder.record(
        RecordTable.REQUEST.rows(id),
        Change.of("request-mended", id, who),
        () ->
            jdbc.sql(
                    "update attest_enquiry set case_name = :case, data_source = :data where id ="
                        + " :id")
                .param("case", caseName)
                .param("data", data.orElse(null))
                .param("id", id)
                .update());
  }

  /**
   * The case is explained and the reasons are drafted.
   *
   * @param outcome {@code favourable} or {@code unfavourable}
   * @param draft hash of the file with the draft
   */
  public void drafted(String id, String outcome, String draft) {
    recorder.record(
        RecordTable.REQUEST.rows(id),
        Change.of("reasons-drafted", id, Recorder.ATTEST)
            .with("outcome", outcome)
            .with("draft", draft),
        () ->
            jdbc.sql(
                    "update attest_enquiry set outcome = :outcome, draft = :draft, checked = null"
                        + " where id = :id")
                .param("outcome", outcome)
                .param("draft", draft)
                .param("id", id)
                .update());
  }

  /** What the checker decided of the reasons, as JSON. */
  public void checked(String id, String json, String who) {
    recorder.record(
        RecordTable.REQUEST.rows(id),
        Change.of("reasons-checked", id, who),
        () ->
            jdbc.sql("update attest_enquiry set checked = :json where id = :id")
                .param("json", json)
                .param("id", id)
                .update());
  }

  /** This person sent the answer back. */
  public void round(String id, int round, String who) {
    recorder.record(
        RecordTable.REQUEST.rows(id),
        Change.of("request-round", id, who).with("round", round),
        () ->
            jdbc.sql("update attest_enquiry set round_number = :round where id = :id")
                .param("round", round)
                .param("id", id)
                .update());
  }

  /** Sets the end state, once. */
  public void end(String id, String state) {
    recorder.record(
        RecordTable.REQUEST.rows(id),
        Change.of("request-ended", id, Recorder.ATTEST).with("state", state),
        () ->
            jdbc.sql(
                    "update attest_enquiry set state = :state, ended_at = :now where id = :id and"
                        + " ended_at is null")
                .param("state", state)
                .param("now", sql(clock.instant()))
                .param("id", id)
                .update());
  }

  /** Adds what was done, as the last thing. */
  public void step(String id, String who, String what, String comment, String detail) {
    recorder.record(
        RecordTable.REQUEST_STEP.rows(id),
        Change.of("request-step", id, who).with("step", what),
        () ->
            jdbc.sql(
                    "insert into attest_enquiry_step (enquiry_id, position, done_at, who, what,"
                        + " comment, detail) select :id, coalesce(max(position), 0) + 1, :now,"
                        + " :who, :what, :comment, :detail from attest_enquiry_step where"
                        + " enquiry_id = :id")
                .param("id", id)
                .param("now", sql(clock.instant()))
                .param("who", who)
                .param("what", what)
                .param("comment", comment)
                .param("detail", detail)
                .update());
  }

  /** What was done, in order. */
  public List<Enquiry.Step> steps(String id) {
    return jdbc.sql("select * from attest_enquiry_step where enquiry_id = :id order by position")
        .param("id", id)
        .query(
            (row, n) ->
                new Enquiry.Step(
                    instant(row, "done_at"),
                    row.getString("who"),
                    row.getString("what"),
                    row.getString("comment"),
                    row.getString("detail")))
        .list();
  }

  /** Archives a file; one of the same name gives way. */
  public void file(String id, Artifact artifact, String about) {
    recorder.record(
        RecordTable.REQUEST_FILE.rows(id),
        Change.of("request-file", id, Recorder.ATTEST)
            .with("file", artifact.name())
            .with("of", artifact.sha256()),
        () -> write(id, artifact, about));
  }

  private void write(String id, Artifact artifact, String about) {
    jdbc.sql("delete from attest_enquiry_file where enquiry_id = :id and name = :name")
        .param("id", id)
        .param("name", artifact.name())
        .update();
    jdbc.sql(
            "insert into attest_enquiry_file (enquiry_id, name, about, sha256, bytes, media_type)"
                + " values (:id, :name, :about, :sha256, :bytes, :mediaType)")
        .param("id", id)
        .param("name", artifact.name())
        .param("about", about)
        .param("sha256", artifact.sha256())
        .param("bytes", artifact.bytes())
        .param("mediaType", artifact.mediaType())
        .update();
  }

  /** The archived files, by name. */
  public List<Enquiry.Filed> files(String id) {
    return jdbc.sql("select * from attest_enquiry_file where enquiry_id = :id order by name")
        .param("id", id)
        .query(
            (row, n) ->
                new Enquiry.Filed(
                    new Artifact(
                        row.getString("name"),
                        row.getString("sha256"),
                        row.getLong("bytes"),
                        row.getString("media_type")),
                    row.getString("about")))
        .list();
  }

  private static Enquiry enquiry(ResultSet row, int n) throws SQLException {
    OffsetDateTime ended = row.getObject("ended_at", OffsetDateTime.class);
    return new Enquiry(
        row.getString("id"),
        row.getString("model"),
        row.getString("model_name"),
        row.getString("audit_id"),
        row.getString("case_name"),
        Optional.ofNullable(row.getString("data_source")),
        row.getString("recipient"),
        row.getString("jurisdiction"),
        row.getString("reason"),
        row.getString("started_how"),
        row.getString("asked_by"),
        instant(row, "asked_at"),
        row.getDate("received_on").toLocalDate(),
        row.getDate("due_on").toLocalDate(),
        row.getString("state"),
        row.getInt("round_number"),
        Optional.ofNullable(row.getString("outcome")),
        Optional.ofNullable(row.getString("draft")),
        Optional.ofNullable(row.getString("checked")),
        Optional.ofNullable(ended).map(OffsetDateTime::toInstant));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static OffsetDateTime sql(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }
}
