package io.attest.process.withdrawal;

import io.attest.process.AsNobody;
import io.attest.process.OneAtATime;
import io.attest.process.Refusal;
import io.attest.process.people.Groups;
import io.attest.stage.Account;
import io.attest.stage.Accounts;
import io.attest.stage.Withdrawals;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.springframework.stereotype.Component;

/** Begins withdrawals as instances of the process {@code withdraw-report}, and confirms them. */
@Component
class EngineWithdrawals implements Withdrawals {
  private final RuntimeService runtime;
  private final TaskService tasks;
  private final Groups groups;
  private final Accounts accounts;
  private final OneAtATime oneAtATime;
  private final AsNobody asNobody;

  EngineWithdrawals(
      RuntimeService runtime,
      TaskService tasks,
      Groups groups,
      Accounts accounts,
      OneAtATime oneAtATime,
      AsNobody asNobody) {
    this.runtime = runtime;
    this.tasks = tasks;
    this.groups = groups;
    this.accounts = accounts;
    this.oneAtATime = oneAtATime;
    this.asNobody = asNobody;
  }

  @Override
  public void request(String auditId, String who, String reason, Optional<String> supersededBy) {
    if (!groups.memberOfAny(who, Groups.REVIEWER, Groups.APPROVER)) {
      throw new SecurityException(
          "Only a reviewer or an approver can ask to withdraw a published report.");
    }
    Map<String, Object> variables = new HashMap<>();
    variables.put("auditId", auditId);
    variables.put("requestedBy", who);
    variables.put("withdrawReason", reason);
    supersededBy.ifPresent(other -> variables.put("supersededBy", other));
    try {
      oneAtATime.call(
          () ->
              asNobody.call(
                  () ->
                      runtime
                          .startProcessInstanceByKey(WithdrawalStart.PROCESS, auditId, variables)
                          .getId()));
    } catch (Refusal e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public void confirm(String auditId, Account who, boolean confirm, String comment) {
    Task task =
        asNobody.call(
            () ->
                tasks
                    .createTaskQuery()
                    .processDefinitionKey(WithdrawalStart.PROCESS)
                    .processInstanceBusinessKey(auditId)
                    .taskDefinitionKey("confirm-withdrawal")
                    .singleResult());
    if (task == null) {
      throw new IllegalArgumentException(
          "Nobody has asked to withdraw the report of " + auditId + ".");
    }
    Map<String, Object> answers = new HashMap<>();
    answers.put("confirm", confirm ? "confirm" : "refuse");
    answers.put("confirmComment", comment);
    try {
      accounts.as(who, () -> tasks.complete(task.getId(), answers));
    } catch (Refusal e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(
          "The withdrawal of " + auditId + " could not be confirmed.", e);
    }
  }
}
