package io.attest.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The record of audits in the database. Every method is one statement or takes part in the
 * transaction of its caller; saving the same thing twice leaves one of it.
 */
public class AuditStore {

  /** The stages of an audit, in their order. */
  public static final List<String> STAGES =
      List.of(
          "ingest",
          "correlate",
          "select",
          "explain",
          "drift",
          "validate",
          "verdict",
          "controls",
          "report",
          "approval",
          "publish");

  /** The ends that people decide, and what can become of them; any other end is a withdrawal. */
  public static final Set<String> DECIDED =
      Set.of("approved", "approved-with-conditions", "rejected", "superseded");

  /** The states of an audit that stands as approved. */
  public static final Set<String> APPROVED = Set.of("approved", "approved-with-conditions");

  /** Was approved, and another audit has taken its place. */
  public static final String SUPERSEDED = "superseded";

  /** Was approved and published, and two people took it back. */
  public static final String WITHDRAWN_REPORT = "withdrawn-after-publication";

  /** The states of an audit that was approved and not taken back since. */
  public static final Set<String> ONCE_APPROVED =
      Set.of("approved", "approved-with-conditions", SUPERSEDED);

  private final JdbcClient jdbc;
  private final Clock clock;
  private final ObjectMapper json =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  public AuditStore(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** Adds an audit; does nothing if it is there. */
  public void create(Audit audit) {
    if (find(audit.id()).isPresent()) {
      return;
    }
    jdbc.sql(
            "insert into attest_audit (id, model, model_name, tier, reason, audience, started_how,"
                + " started_by, started_at, state, verdict, data_source, round_number, ended_at)"
                + " values (:id, :model, :modelName, :tier, :reason, :audience, :trigger,"
                + " :startedBy, :startedAt, :state, :verdict, :data, :round, :endedAt)")
        .param("id", audit.id())
        .param("model", audit.model())
        .param("modelName", audit.modelName())
        .param("tier", audit.tier())
        .param("reason", audit.reason())
        .param("audience", audit.audience())
        .param("trigger", audit.trigger())
        .param("startedBy", audit.startedBy())
        .param("startedAt", sql(audit.startedAt()))
        .param("state", audit.state())
        .param("verdict", audit.verdict().orElse(null))
        .param("data", audit.data().orElse(null))
        .param("round", audit.round())
        .param("endedAt", audit.endedAt().map(AuditStore::sql).orElse(null))
        .update();
    happened(audit.id(), "started");
  }

  public Optional<Audit> find(String id) {
    return jdbc.sql("select * from attest_audit where id = :id")
        .param("id", id)
        .query(AuditStore::audit)
        .optional();
  }

  /**
   * The audit of this id.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Audit get(String id) {
    return find(id)
        .orElseThrow(() -> new IllegalArgumentException("There is no audit " + id + "."));
  }

  /** Whether an audit of this model has not ended. */
  public boolean underWay(String model) {
    return jdbc.sql("select count(*) from attest_audit where model = :model and ended_at is null")
            .param("model", model)
            .query(Long.class)
            .single()
        > 0;
  }

  /**
   * Audits, newest first.
   *
   * @param model only of this model, if given
   * @param state only in this state, if given
   */
  public List<Audit> list(Optional<String> model, Optional<String> state) {
    return jdbc.sql(
            "select * from attest_audit where (cast(:model as varchar) is null or model = :model)"
                + " and (cast(:state as varchar) is null or state = :state)"
                + " order by started_at desc, id desc")
        .param("model", model.orElse(null))
        .param("state", state.orElse(null))
        .query(AuditStore::audit)
        .list();
  }

  /** The audit of the same model that was decided last before this one began. */
  public Optional<Audit> previous(Audit audit) {
    return jdbc.sql(
            "select * from attest_audit where model = :model and started_at < :before and state in"
                + " (:decided) order by started_at desc, id desc fetch first 1 rows only")
        .param("model", audit.model())
        .param("before", sql(audit.startedAt()))
        .param("decided", DECIDED)
        .query(AuditStore::audit)
        .optional();
  }

  private static final String WANTED =
      " from attest_audit where (:model = '' or model = :model) and (:state = '' or state = :state)"
          + " and (:verdict = '' or verdict = :verdict) and (:text = '%%' or lower(concat(id, ' ',"
          + " model, ' ', model_name, ' ', reason, ' ', started_by, ' ', audience)) like :text"
          + " escape '!')";

  /** One page of the audits that somebody looks for, newest first. */
  public AuditQuery.Found search(AuditQuery query) {
    Map<String, Object> wanted =
        Map.of(
            "model",
            query.model(),
            "state",
            query.state(),
            "verdict",
            query.verdict(),
            "text",
            "%" + query.text().strip().toLowerCase(Locale.ROOT).replaceAll("[!%_]", "!$0") + "%");
    long found = jdbc.sql("select count(*)" + WANTED).params(wanted).query(Long.class).single();
    int pages = (int) Math.max(1, (found + query.size() - 1) / query.size());
    int page = Math.min(query.page(), pages);
    List<Audit> audits =
        jdbc.sql(
                "select *"
                    + WANTED
                    + " order by started_at desc, id desc offset :skip rows fetch next :size rows"
                    + " only")
            .params(wanted)
            .param("skip", (page - 1) * (long) query.size())
            .param("size", query.size())
            .query(AuditStore::audit)
            .list();
    return new AuditQuery.Found(audits, found, page, pages);
  }

  /** The models that were audited at least once: the name that each had last, by its id. */
  public Map<String, String> modelNames() {
    Map<String, String> names = new HashMap<>();
    jdbc.sql("select model, model_name from attest_audit order by started_at, id")
        .query((row, n) -> Map.entry(row.getString("model"), row.getString("model_name")))
        .list()
        .forEach(e -> names.put(e.getKey(), e.getValue()));
    return names;
  }

  public void state(String id, String state) {
    int changed =
        jdbc.sql("update attest_audit set state = :state where id = :id and state <> :state")
            .param("state", state)
            .param("id", id)
            .update();
    if (changed > 0 && state.equals("waiting")) {
      happened(id, "waiting");
    }
  }

  /** Sets the end state, once. */
  public void end(String id, String state) {
    int ended =
        jdbc.sql(
                "update attest_audit set state = :state, ended_at = :now where id = :id and"
                    + " ended_at is null")
            .param("state", state)
            .param("now", sql(clock.instant()))
            .param("id", id)
            .update();
    if (ended > 0) {
      happened(id, state.equals("approved-with-conditions") ? "approved" : state);
    }
    jdbc.sql("delete from attest_progress where audit_id = :id").param("id", id).update();
  }

  public void verdict(String id, String verdict) {
    jdbc.sql("update attest_audit set verdict = :verdict where id = :id")
        .param("verdict", verdict)
        .param("id", id)
        .update();
    happened(id, "verdict");
  }

  /**
   * Writes down what happened, in the transaction in which it did, for those outside who are to
   * hear of it ({@link EventStore}). A stage that is repeated happens once: the same verdict of the
   * same round is one event.
   */
  private void happened(String id, String event) {
    jdbc.sql(
            "insert into attest_event (id, audit_id, event, happened_at, state, verdict,"
                + " round_number) select :event, id, :what, :now, state, verdict, round_number from"
                + " attest_audit a where a.id = :id and (:what <> 'verdict' or not exists (select 1"
                + " from attest_event e where e.audit_id = a.id and e.event = 'verdict' and"
                + " e.round_number = a.round_number and e.verdict = a.verdict))")
        .param("event", UUID.randomUUID().toString())
        .param("what", event)
        .param("now", sql(clock.instant()))
        .param("id", id)
        .update();
  }

  /** A reviewer sent the audit back: it goes into another round. */
  public void round(String id, int round) {
    jdbc.sql("update attest_audit set round_number = :round where id = :id")
        .param("round", round)
        .param("id", id)
        .update();
  }

  /** Other data is audited from now on. */
  public void data(String id, String data) {
    jdbc.sql("update attest_audit set data_source = :data where id = :id")
        .param("data", data)
        .param("id", id)
        .update();
  }

  /** Saves what a stage left, in place of what it left before. */
  public void save(String auditId, Section section) {
    String content = write(section);
    int changed =
        jdbc.sql(
                "update attest_section set content = :content, saved_at = :now where audit_id ="
                    + " :audit and stage = :stage and part = :part")
            .param("content", content)
            .param("now", sql(clock.instant()))
            .param("audit", auditId)
            .param("stage", section.stage())
            .param("part", section.part())
            .update();
    if (changed == 0) {
      jdbc.sql(
              "insert into attest_section (audit_id, stage, part, content, saved_at) values"
                  + " (:audit, :stage, :part, :content, :now)")
          .param("audit", auditId)
          .param("stage", section.stage())
          .param("part", section.part())
          .param("content", content)
          .param("now", sql(clock.instant()))
          .update();
    }
  }

  /**
   * Forgets the explanations that the given explainers are not among: they are of another round.
   */
  public void keepExplained(String auditId, List<String> explainers) {
    for (Section.Explained explained : explained(auditId)) {
      if (!explainers.contains(explained.explainer())) {
        jdbc.sql(
                "delete from attest_section where audit_id = :audit and stage = 'explain' and part"
                    + " = :part")
            .param("audit", auditId)
            .param("part", explained.explainer())
            .update();
      }
    }
  }

  /**
   * A text that is another one as soon as a stage has left something new: for whoever keeps what
   * was read.
   */
  public String stamp(String auditId) {
    return jdbc.sql(
            "select count(*) as sections, max(saved_at) as latest from attest_section where"
                + " audit_id = :audit")
        .param("audit", auditId)
        .query((row, n) -> row.getLong("sections") + " " + row.getString("latest"))
        .single();
  }

  /** What a stage left, if it has run. */
  public <T extends Section> Optional<T> section(String auditId, Class<T> type) {
    return sections(auditId).stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  /**
   * What a stage left.
   *
   * @throws IllegalStateException if it has not run
   */
  public <T extends Section> T require(String auditId, Class<T> type) {
    return section(auditId, type)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "The audit "
                        + auditId
                        + " has no section "
                        + type.getSimpleName()
                        + " yet. An earlier stage did not run."));
  }

  /** What all explainers left, by name. */
  public List<Section.Explained> explained(String auditId) {
    return sections(auditId).stream()
        .filter(Section.Explained.class::isInstance)
        .map(Section.Explained.class::cast)
        .toList();
  }

  /** What was measured, judged and shown of an audit, without its large sections. */
  public List<Section> judgement(String auditId) {
    return jdbc.sql(
            "select stage, part, content from attest_section where audit_id = :audit and stage in"
                + " ('validate', 'verdict', 'controls') order by stage")
        .param("audit", auditId)
        .query((row, n) -> read(row.getString("stage"), row.getString("content")))
        .list();
  }

  /** Everything that stages left, in the order of the stages. */
  public List<Section> sections(String auditId) {
    return jdbc
        .sql(
            "select stage, part, content from attest_section where audit_id = :audit order by part")
        .param("audit", auditId)
        .query((row, n) -> read(row.getString("stage"), row.getString("content")))
        .list()
        .stream()
        .sorted(Comparator.comparingInt((Section s) -> STAGES.indexOf(s.stage())))
        .toList();
  }

  /** Records a decision and what it made of the findings; once for each task. */
  public void decide(String auditId, DecisionRecord decision) {
    Integer there =
        jdbc.sql("select count(*) from attest_decision where audit_id = :audit and task_id = :task")
            .param("audit", auditId)
            .param("task", decision.taskId())
            .query(Integer.class)
            .single();
    if (there > 0) {
      return;
    }
    jdbc.sql(
            "insert into attest_decision (audit_id, task_id, task, who, decided_at, decision,"
                + " comment_text, detail, round_number) values (:audit, :taskId, :task, :who, :at,"
                + " :decision, :comment, :detail, :round)")
        .param("audit", auditId)
        .param("taskId", decision.taskId())
        .param("task", decision.task())
        .param("who", decision.who())
        .param("at", sql(decision.at()))
        .param("decision", decision.decision())
        .param("comment", decision.comment())
        .param("detail", decision.detail())
        .param("round", decision.round())
        .update();
    for (int i = 0; i < decision.dispositions().size(); i++) {
      Disposition disposition = decision.dispositions().get(i);
      jdbc.sql(
              "insert into attest_disposition (audit_id, task_id, position, answer, reason, finding)"
                  + " values (:audit, :task, :position, :answer, :reason, :finding)")
          .param("audit", auditId)
          .param("task", decision.taskId())
          .param("position", i)
          .param("answer", disposition.answer())
          .param("reason", disposition.reason())
          .param("finding", write(disposition.finding()))
          .update();
    }
  }

  /** By task, in the order they were given. */
  private Map<String, List<Disposition>> dispositions(String auditId) {
    Map<String, List<Disposition>> byTask = new HashMap<>();
    jdbc.sql("select * from attest_disposition where audit_id = :audit order by task_id, position")
        .param("audit", auditId)
        .query(
            row -> {
              byTask
                  .computeIfAbsent(row.getString("task_id"), task -> new ArrayList<>())
                  .add(
                      new Disposition(
                          read(row.getString("finding"), Section.Finding.class),
                          row.getString("answer"),
                          row.getString("reason")));
            });
    return byTask;
  }

  /** What people decided, in the order they did. */
  public List<DecisionRecord> decisions(String auditId) {
    Map<String, List<Disposition>> dispositions = dispositions(auditId);
    return jdbc.sql(
            "select * from attest_decision where audit_id = :audit order by decided_at, task_id")
        .param("audit", auditId)
        .query(
            (row, n) ->
                new DecisionRecord(
                    row.getString("task"),
                    row.getString("task_id"),
                    row.getString("who"),
                    instant(row, "decided_at"),
                    row.getString("decision"),
                    row.getString("comment_text"),
                    row.getString("detail"),
                    row.getInt("round_number"),
                    dispositions.getOrDefault(row.getString("task_id"), List.of())))
        .list();
  }

  /** Tells how far a stage is. */
  public void progress(String auditId, Step step) {
    int changed =
        jdbc.sql(
                "update attest_progress set done = :done, total = :total, updated_at = :now where"
                    + " audit_id = :audit and stage = :stage and part = :part")
            .param("done", step.done())
            .param("total", step.total())
            .param("now", sql(clock.instant()))
            .param("audit", auditId)
            .param("stage", step.stage())
            .param("part", step.part())
            .update();
    if (changed == 0) {
      jdbc.sql(
              "insert into attest_progress (audit_id, stage, part, done, total, updated_at) values"
                  + " (:audit, :stage, :part, :done, :total, :now)")
          .param("audit", auditId)
          .param("stage", step.stage())
          .param("part", step.part())
          .param("done", step.done())
          .param("total", step.total())
          .param("now", sql(clock.instant()))
          .update();
    }
  }

  /** How far the stages of a running audit are. */
  public List<Step> progress(String auditId) {
    return jdbc
        .sql("select stage, part, done, total from attest_progress where audit_id = :audit")
        .param("audit", auditId)
        .query(
            (row, n) ->
                new Step(
                    row.getString("stage"),
                    row.getString("part"),
                    row.getLong("done"),
                    row.getLong("total")))
        .list()
        .stream()
        .sorted(
            Comparator.comparingInt((Step s) -> STAGES.indexOf(s.stage()))
                .thenComparing(Step::part))
        .toList();
  }

  /**
   * How far one stage is. One that says nothing of it is 0 of 1, then 1 of 1; one that failed is 0
   * of 0.
   *
   * @param part the explainer; else empty
   */
  public record Step(String stage, String part, long done, long total) {}

  /** An audit's record as JSON, indented: for the evidence pack. */
  public byte[] json(AuditRecord record) {
    try {
      return json.writerWithDefaultPrettyPrinter().writeValueAsBytes(record);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write the record of " + record.audit().id() + ".", e);
    }
  }

  private String write(Object part) {
    try {
      return json.writeValueAsString(part);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + part.getClass().getName() + ".", e);
    }
  }

  private Section read(String stage, String content) {
    Class<? extends Section> type =
        switch (stage) {
          case "ingest" -> Section.Ingested.class;
          case "correlate" -> Section.Correlated.class;
          case "select" -> Section.Selected.class;
          case "explain" -> Section.Explained.class;
          case "drift" -> Section.Drifted.class;
          case "validate" -> Section.Validated.class;
          case "verdict" -> Section.Judged.class;
          case "controls" -> Section.Controlled.class;
          case "report" -> Section.Reported.class;
          case "approval" -> Section.Granted.class;
          case "publish" -> Section.Published.class;
          case "told" -> Section.Told.class;
          default -> throw new IllegalStateException("There is no stage " + stage + ".");
        };
    return read(content, type);
  }

  private <T> T read(String content, Class<T> type) {
    try {
      return json.readValue(content, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "Cannot read a "
              + type.getSimpleName()
              + " of the record. Maybe it was written by a newer version of Attest.",
          e);
    }
  }

  private static Audit audit(ResultSet row, int n) throws SQLException {
    return new Audit(
        row.getString("id"),
        row.getString("model"),
        row.getString("model_name"),
        row.getString("tier"),
        row.getString("reason"),
        row.getString("audience"),
        row.getString("started_how"),
        row.getString("started_by"),
        instant(row, "started_at"),
        row.getString("state"),
        Optional.ofNullable(row.getString("verdict")),
        Optional.ofNullable(row.getString("data_source")),
        row.getInt("round_number"),
        Optional.ofNullable(row.getObject("ended_at", OffsetDateTime.class))
            .map(OffsetDateTime::toInstant));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static OffsetDateTime sql(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
