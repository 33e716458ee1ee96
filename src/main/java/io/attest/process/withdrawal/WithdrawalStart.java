package io.attest.process.withdrawal;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.DecisionRecord;
import io.attest.audit.Section;
import io.attest.process.AsNobody;
import io.attest.process.Refusal;
import io.attest.process.audit.Variables;
import io.attest.process.people.Groups;
import io.attest.process.people.WithdrawalTasks;
import java.time.Clock;
import java.util.Optional;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.springframework.stereotype.Component;

/**
 * Checks who asks for a withdrawal and of what, and writes the request to the record of the audit,
 * in the transaction that begins the process.
 */
@Component("withdrawalStart")
class WithdrawalStart implements ExecutionListener {
  static final String PROCESS = "withdraw-report";
  private static final int LONGEST_REASON = 2000;

  private final AuditStore audits;
  private final Groups groups;
  private final IdentityService identity;
  private final RuntimeService runtime;
  private final AsNobody asNobody;
  private final Clock clock;

  WithdrawalStart(
      AuditStore audits,
      Groups groups,
      IdentityService identity,
      RuntimeService runtime,
      AsNobody asNobody,
      Clock clock) {
    this.audits = audits;
    this.groups = groups;
    this.identity = identity;
    this.runtime = runtime;
    this.asNobody = asNobody;
    this.clock = clock;
  }

  @Override
  public void notify(DelegateExecution execution) {
    String id =
        Variables.text(execution, "auditId")
            .orElseThrow(() -> new Refusal("Say which report: auditId is empty."));
    Audit audit = audits.find(id).orElseThrow(() -> new Refusal("There is no audit " + id + "."));
    // Who is logged in counts; only where Attest itself begins it, the variable.
    String who =
        Optional.ofNullable(identity.getCurrentAuthentication())
            .map(Authentication::getUserId)
            .or(() -> Variables.text(execution, "requestedBy"))
            .orElseThrow(() -> new Refusal("Nobody is logged in, so nobody can ask for this."));
    if (!groups.memberOfAny(who, Groups.REVIEWER, Groups.APPROVER)) {
      throw new Refusal("Only a reviewer or an approver can ask to withdraw a published report.");
    }
    if (!AuditStore.ONCE_APPROVED.contains(audit.state())
        || audits.section(id, Section.Published.class).isEmpty()) {
      throw new Refusal(
          "The audit "
              + id
              + " is "
              + audit.state()
              + "; only a report that was approved and published can be withdrawn.");
    }
    String reason =
        Variables.text(execution, "withdrawReason")
            .orElseThrow(() -> new Refusal("Say why the report of " + id + " is withdrawn."));
    if (reason.length() > LONGEST_REASON) {
      throw new Refusal(
          "The reason has "
              + reason.length()
              + " characters. Shorten it to "
              + LONGEST_REASON
              + ".");
    }
    Optional<String> by = Variables.text(execution, "supersededBy");
    by.ifPresent(other -> supersedes(audit, other));
    alone(id);
    execution.setProcessBusinessKey(id);
    execution.setVariable("requestedBy", who);
    audits.decide(
        id,
        new DecisionRecord(
            WithdrawalTasks.REQUEST,
            execution.getProcessInstanceId(),
            who,
            clock.instant(),
            "request",
            reason,
            WithdrawalTasks.detail(by),
            audit.round()));
  }

  private void supersedes(Audit audit, String other) {
    if (audits
        .find(other)
        .filter(a -> a.model().equals(audit.model()) && !a.id().equals(audit.id()))
        .filter(a -> AuditStore.APPROVED.contains(a.state()))
        .isEmpty()) {
      throw new Refusal(
          "\""
              + other
              + "\" is no approved audit of the model "
              + audit.model()
              + " and cannot take the place of "
              + audit.id()
              + ".");
    }
  }

  private void alone(String auditId) {
    boolean asked =
        asNobody.call(
            () ->
                runtime
                        .createProcessInstanceQuery()
                        .processDefinitionKey(PROCESS)
                        .processInstanceBusinessKey(auditId)
                        .count()
                    > 0);
    if (asked) {
      throw new Refusal(
          "The withdrawal of "
              + auditId
              + " is asked for already; a second person has to confirm it.");
    }
  }
}
