package io.attest.process.watch;

import io.attest.audit.ApprovalStore;
import io.attest.audit.Condition;
import io.attest.process.audit.Variables;
import java.time.LocalDate;
import java.util.Date;
import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Gives the follow-up of one condition its words, its owner and its dates. */
@Component("conditionStart")
class ConditionStart implements ExecutionListener {
  /** Days before the day it is due. */
  static final int REMIND = 7;

  private static final List<String> OWN =
      List.of(
          "conditionDecision", "conditionComment", "extendTo", "extendDecision", "extendComment");

  private final ApprovalStore approvals;

  ConditionStart(ApprovalStore approvals) {
    this.approvals = approvals;
  }

  @Override
  public void notify(DelegateExecution execution) {
    int position = ((Number) execution.getVariable("loopCounter")).intValue() + 1;
    Condition condition =
        approvals.condition(Variables.text(execution, "auditId").orElseThrow(), position);
    OWN.forEach(name -> execution.setVariableLocal(name, null));
    execution.setVariableLocal("position", position);
    execution.setVariableLocal("conditionText", cut(condition.text()));
    execution.setVariableLocal("conditionOwner", condition.owner());
    execution.setVariableLocal("conditionDue", condition.dueOn().toString());
    execution.setVariableLocal("conditionDueAt", due(condition.dueOn()));
    execution.setVariableLocal("conditionRemindAt", remind(condition.dueOn()));
  }

  private static String cut(String text) {
    return text.length() <= 1000 ? text : text.substring(0, 1000) + "\u2026";
  }

  private static Date due(LocalDate day) {
    return FollowedApproval.day(day.plusDays(1));
  }

  private static Date remind(LocalDate day) {
    return FollowedApproval.day(day.minusDays(REMIND));
  }
}
