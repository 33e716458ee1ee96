package io.attest.process.audit;

import io.attest.audit.AuditStore;
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

  AuditEnd(AuditStore audits) {
    this.audits = audits;
  }

  @Override
  public void notify(DelegateExecution execution) {
    String end = execution.getCurrentActivityId();
    Variables.text(execution, "auditId")
        .ifPresent(
            id ->
                audits.end(
                    id, end != null && AuditStore.DECIDED.contains(end) ? end : "withdrawn"));
  }
}
