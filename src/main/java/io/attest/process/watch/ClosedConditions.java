package io.attest.process.watch;

import io.attest.audit.ApprovalStore;
import io.attest.audit.Condition;
import io.attest.audit.Recorder;
import io.attest.audit.Withdrawal;
import io.attest.audit.WithdrawalStore;
import io.attest.process.audit.Variables;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Closes the open conditions of an approval whose report was withdrawn, with the reason. */
@Component("closedConditions")
class ClosedConditions implements ExecutionListener {
  private final ApprovalStore approvals;
  private final WithdrawalStore withdrawals;

  ClosedConditions(ApprovalStore approvals, WithdrawalStore withdrawals) {
    this.approvals = approvals;
    this.withdrawals = withdrawals;
  }

  @Override
  public void notify(DelegateExecution execution) {
    close(Variables.text(execution, "auditId").orElseThrow());
  }

  /** Closes those that are open; those that were met or failed stay as they are. */
  void close(String auditId) {
    String why =
        withdrawals
            .of(auditId)
            .map(w -> "The report was withdrawn by " + w.by() + ": " + w.reason() + successor(w))
            .orElse("The report was withdrawn.");
    for (Condition condition : approvals.conditions(auditId)) {
      if (condition.state().equals("open")) {
        approvals.state(auditId, condition.position(), Condition.CLOSED, Recorder.ATTEST);
        approvals.step(auditId, condition.position(), Recorder.ATTEST, "closed", why);
      }
    }
  }

  private static String successor(Withdrawal withdrawal) {
    return withdrawal.supersededBy().map(by -> " (superseded by " + by + ")").orElse("");
  }
}
