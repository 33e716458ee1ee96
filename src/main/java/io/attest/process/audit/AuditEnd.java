package io.attest.process.audit;

import io.attest.audit.AuditStore;
import io.attest.process.watch.FollowedApproval;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/**
 * Closes the record of an audit in the transaction that ends its process. Any end but the three
 * that people decide is a withdrawal, deletion in Cockpit included.
 */
@Component("auditEnd")
class AuditEnd implements ExecutionListener {
  private final AuditStore audits;

  private final FollowedApproval followed;

  AuditEnd(AuditStore audits, FollowedApproval followed) {
    this.audits = audits;
    this.followed = followed;
  }

  @Override
  public void notify(DelegateExecution execution) {
    String end = execution.getCurrentActivityId();
    Variables.text(execution, "auditId")
        .ifPresent(
            id -> end(id, end != null && AuditStore.DECIDED.contains(end) ? end : "withdrawn"));
  }

  private void end(String id, String state) {
    boolean ends = audits.find(id).filter(a -> a.endedAt().isEmpty()).isPresent();
    audits.end(id, state);
    if (ends && AuditStore.DECIDED.contains(state)) {
      followed.begin(audits.get(id), state);
    }
  }
}
