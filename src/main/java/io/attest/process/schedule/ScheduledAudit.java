package io.attest.process.schedule;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.process.bridge.StageEndpoint;
import io.attest.stage.Audits;
import io.attest.stage.StageTask;
import io.attest.stage.StartRequest;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Starts the audit that a schedule asks for, once for each time it asks; and not while the audit
 * that it started before still runs, so that slow audits do not pile up.
 */
@Component("scheduledAudit")
public class ScheduledAudit {
  private static final Logger LOG = LoggerFactory.getLogger(ScheduledAudit.class);

  private final Audits audits;
  private final AuditStore store;

  ScheduledAudit(Audits audits, AuditStore store) {
    this.audits = audits;
    this.store = store;
  }

  /**
   * Starts it.
   *
   * @param taskId the same when this is tried again: then the audit that was started counts
   * @return {@code lastAudit}, and {@code lastOutcome} in words
   */
  public Map<String, Object> start(
      @Body StageTask task, @Header(StageEndpoint.TASK_ID) String taskId) {
    String model = task.text("model").orElseThrow();
    String key = "schedule:" + taskId;
    Optional<Audit> running =
        store.list(Optional.of(model), Optional.empty()).stream()
            .filter(audit -> audit.trigger().equals("schedule") && audit.endedAt().isEmpty())
            .findFirst();
    if (running.isPresent() && audits.startedFor(key).isEmpty()) {
      String outcome =
          "Not started: " + running.get().id() + " is still " + running.get().state() + ".";
      LOG.info("Schedule of {}: {}", model, outcome);
      return Map.of("lastOutcome", outcome);
    }
    String id =
        audits.start(
            new StartRequest(
                    model,
                    task.text("reason").orElse("scheduled"),
                    task.text("audience").orElse(""),
                    Optional.empty(),
                    "schedule",
                    task.text("startedBy").orElse("attest"),
                    Optional.of(key))
                .comparedWith(task.text("baseline")));
    LOG.info("Schedule of {}: started {}.", model, id);
    return Map.of("lastAudit", id, "lastOutcome", "Started " + id + ".");
  }
}
