package io.attest.process.watch;

import io.attest.audit.Approval;
import io.attest.audit.ApprovalStore;
import io.attest.audit.Audit;
import io.attest.process.AsNobody;
import io.attest.stage.Approvals;
import io.attest.stage.Validity;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.springframework.stereotype.Component;

/**
 * Begins to follow what became of an audit, in the transaction that ends the audit: the watch hears
 * of every end, and an approval is followed.
 */
@Component
public class FollowedApproval {
  static final String PROCESS = "follow-approval";

  private final Approvals approvals;
  private final ApprovalStore store;
  private final Validity validity;
  private final RuntimeService runtime;
  private final RepositoryService repository;
  private final AsNobody asNobody;

  FollowedApproval(
      Approvals approvals,
      ApprovalStore store,
      Validity validity,
      RuntimeService runtime,
      RepositoryService repository,
      AsNobody asNobody) {
    this.approvals = approvals;
    this.store = store;
    this.validity = validity;
    this.runtime = runtime;
    this.repository = repository;
    this.asNobody = asNobody;
  }

  /** Begins; does nothing in an installation that has taken the process out. */
  public void begin(Audit audit, String outcome) {
    Map<String, Object> variables = new HashMap<>();
    variables.put("auditId", audit.id());
    variables.put("model", audit.model());
    variables.put("tier", audit.tier());
    variables.put("startedBy", audit.startedBy());
    variables.put("outcome", outcome);
    variables.put("approved", false);
    variables.put("conditions", 0);
    if (outcome.startsWith("approved")) {
      Approval approval = approvals.grant(audit.id(), outcome);
      variables.put("approved", true);
      variables.put("conditions", store.conditions(audit.id()).size());
      variables.put("validUntil", approval.validUntil().toString());
      variables.put("expiresAt", day(approval.validUntil().plusDays(1)));
      variables.put("remindAt", day(approval.validUntil().minus(validity.remind())));
    }
    asNobody.call(
        () -> {
          if (repository.createProcessDefinitionQuery().processDefinitionKey(PROCESS).count() > 0) {
            supersede(audit, outcome);
            runtime.startProcessInstanceByKey(PROCESS, key(audit.id()), variables);
          }
          return null;
        });
  }

  /** The approval before this one no longer has to be renewed; its conditions stay. */
  private void supersede(Audit audit, String outcome) {
    if (!outcome.startsWith("approved")) {
      return;
    }
    runtime
        .createMessageCorrelation("approval-superseded")
        .processInstanceVariableEquals("model", audit.model())
        .correlateAll();
  }

  /** The business key of what follows an audit. */
  static String key(String auditId) {
    return "follow-" + auditId;
  }

  /** Midnight, where a day begins for the people of this installation. */
  static Date day(LocalDate day) {
    return Date.from(day.atStartOfDay(ZoneId.systemDefault()).toInstant());
  }
}
