package io.attest.process.evidence;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.process.AsNobody;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.history.HistoricProcessInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Keeps the engine's clean-up from the history of audits that no sealed pack holds. */
@Component
class HistoryKept {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryKept.class);

  private final HistoryService history;
  private final AuditStore audits;
  private final AsNobody asNobody;
  private final Clock clock;

  HistoryKept(HistoryService history, AuditStore audits, AsNobody asNobody, Clock clock) {
    this.history = history;
    this.audits = audits;
    this.asNobody = asNobody;
    this.clock = clock;
  }

  /**
   * Takes the time of removal from audits that ended without a pack before this rule was there.
   *
   * @return how many had one
   */
  int keepUnsealed() {
    int kept = 0;
    for (Audit audit : audits.list(Optional.empty(), Optional.empty())) {
      if (audit.endedAt().isPresent()
          && audits.section(audit.id(), Section.Published.class).isEmpty()) {
        for (HistoricProcessInstance instance : instances(audit.id())) {
          if (instance.getRemovalTime() != null) {
            asNobody.call(
                () ->
                    history
                        .setRemovalTimeToHistoricProcessInstances()
                        .clearedRemovalTime()
                        .byIds(instance.getId())
                        .hierarchical()
                        .executeAsync());
            kept++;
          }
        }
      }
    }
    if (kept > 0) {
      LOG.warn(
          "{} audits ended without a sealed evidence pack, and their history had a time of removal:"
              + " it is kept.",
          kept);
    }
    return kept;
  }

  /** The audit was removed: the next clean-up of the engine may take its history. */
  void forget(String auditId) {
    for (HistoricProcessInstance instance : instances(auditId)) {
      asNobody.call(
          () ->
              history
                  .setRemovalTimeToHistoricProcessInstances()
                  .absoluteRemovalTime(Date.from(clock.instant()))
                  .byIds(instance.getId())
                  .hierarchical()
                  .executeAsync());
    }
  }

  private List<HistoricProcessInstance> instances(String auditId) {
    return asNobody.call(
        () ->
            history
                .createHistoricProcessInstanceQuery()
                .processDefinitionKey("model-audit")
                .processInstanceBusinessKey(auditId)
                .finished()
                .list());
  }
}
