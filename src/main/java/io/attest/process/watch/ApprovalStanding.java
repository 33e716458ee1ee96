package io.attest.process.watch;

import io.attest.audit.Approval;
import io.attest.audit.ApprovalStore;
import io.attest.audit.Withdrawal;
import io.attest.audit.WithdrawalStore;
import io.attest.process.audit.Variables;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/**
 * Says whether an approval still stands when it begins to be followed: another one, or a
 * withdrawal, may have come first, and its message found nobody waiting yet.
 */
@Component("approvalStanding")
class ApprovalStanding implements ExecutionListener {
  private final ApprovalStore approvals;
  private final WithdrawalStore withdrawals;
  private final ClosedConditions conditions;

  ApprovalStanding(
      ApprovalStore approvals, WithdrawalStore withdrawals, ClosedConditions conditions) {
    this.approvals = approvals;
    this.withdrawals = withdrawals;
    this.conditions = conditions;
  }

  @Override
  public void notify(DelegateExecution execution) {
    String audit = Variables.text(execution, "auditId").orElseThrow();
    String model = Variables.text(execution, "model").orElseThrow();
    boolean last = approvals.last(model).map(Approval::auditId).filter(audit::equals).isPresent();
    boolean withdrawn = withdrawals.of(audit).flatMap(Withdrawal::confirmedBy).isPresent();
    execution.setVariable("stands", last && !withdrawn);
    if (withdrawn) {
      conditions.close(audit);
      execution.setVariable("conditions", 0);
    }
  }
}
