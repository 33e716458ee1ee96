package io.attest.audit.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.audit.ArtifactStore;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The SHA-256 of what the record holds, as it is stored: so that a section or a decision that was
 * changed behind the back of the log is found.
 */
final class RecordedFacts {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JdbcClient jdbc;

  RecordedFacts(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** What is recorded of which audit. */
  record Place(String audit, String kind, String stage, String part) {
    static Place section(String audit, String stage, String part) {
      return new Place(audit, "section", stage, part);
    }

    static Place decision(String audit, String task) {
      return new Place(audit, "decision", task, "");
    }

    String inWords() {
      return kind.equals("decision")
          ? "the decision of task " + stage + " of " + audit
          : "the section " + (part.isEmpty() ? stage : stage + " " + part) + " of " + audit;
    }
  }

  /** Of the text of a section. */
  Optional<String> section(String auditId, String stage, String part) {
    return jdbc.sql(
            "select content from attest_section where audit_id = :audit and stage = :stage and part"
                + " = :part")
        .param("audit", auditId)
        .param("stage", stage)
        .param("part", part)
        .query(String.class)
        .optional()
        .map(RecordedFacts::sha256);
  }

  /** Of a decision with all its answers to findings. */
  Optional<String> decision(String auditId, String taskId) {
    return jdbc.sql("select * from attest_decision where audit_id = :audit and task_id = :task")
        .param("audit", auditId)
        .param("task", taskId)
        .query(
            (row, n) -> {
              Map<String, Object> all = new TreeMap<>();
              for (String column :
                  List.of("task", "task_id", "who", "decision", "comment_text", "detail")) {
                all.put(column, row.getString(column));
              }
              all.put(
                  "decided_at",
                  row.getObject("decided_at", OffsetDateTime.class).toInstant().toString());
              all.put("round", row.getInt("round_number"));
              return all;
            })
        .optional()
        .map(
            all -> {
              all.put("answers", answers(auditId, taskId));
              return sha256(json(all));
            });
  }

  private List<List<String>> answers(String auditId, String taskId) {
    return jdbc.sql(
            "select answer, reason, finding from attest_disposition where audit_id = :audit and"
                + " task_id = :task order by position")
        .param("audit", auditId)
        .param("task", taskId)
        .query((row, n) -> List.of(row.getString(1), row.getString(2), row.getString(3)))
        .list();
  }

  /** Everything that is recorded now. */
  void each(BiConsumer<Place, String> reader) {
    List<String> audits = jdbc.sql("select id from attest_audit").query(String.class).list();
    for (String audit : audits) {
      jdbc.sql("select stage, part, content from attest_section where audit_id = :audit")
          .param("audit", audit)
          .query(
              row -> {
                reader.accept(
                    Place.section(audit, row.getString(1), row.getString(2)),
                    sha256(row.getString(3)));
              });
      List<String> tasks = new ArrayList<>();
      jdbc.sql("select task_id from attest_decision where audit_id = :audit")
          .param("audit", audit)
          .query(
              row -> {
                tasks.add(row.getString(1));
              });
      tasks.forEach(
          task -> reader.accept(Place.decision(audit, task), decision(audit, task).orElseThrow()));
    }
  }

  static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Texts are JSON.", e);
    }
  }

  static String sha256(String text) {
    return ArtifactStore.sha256(text.getBytes(StandardCharsets.UTF_8));
  }
}
