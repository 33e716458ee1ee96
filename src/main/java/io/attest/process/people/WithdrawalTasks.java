package io.attest.process.people;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.DecisionRecord;
import io.attest.audit.Withdrawal;
import io.attest.audit.WithdrawalStore;
import io.attest.process.Refusal;
import io.attest.process.audit.Variables;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.stereotype.Component;

/**
 * The task of the second person in {@code withdraw-report}. What was asked and by whom is read from
 * the record. Of the two who withdraw a report one is a reviewer and the other an approver.
 */
@Component
public class WithdrawalTasks {
  static final String CONFIRM = "confirm-withdrawal";

  /** The request, in decisions; its task is the process instance. */
  public static final String REQUEST = "request-withdrawal";

  private final AuditStore audits;
  private final WithdrawalStore withdrawals;
  private final Groups groups;
  private final TaskAnswers answers;
  private final Clock clock;

  WithdrawalTasks(
      AuditStore audits,
      WithdrawalStore withdrawals,
      Groups groups,
      TaskAnswers answers,
      Clock clock) {
    this.audits = audits;
    this.withdrawals = withdrawals;
    this.groups = groups;
    this.answers = answers;
    this.clock = clock;
  }

  void notify(DelegateTask task) {
    Audit audit = audits.get(task.getExecution().getProcessBusinessKey());
    if (task.getEventName().equals(TaskListener.EVENTNAME_CREATE)) {
      task.setVariable("confirm", null);
      task.setVariable("confirmComment", null);
      task.setName(task.getName() + ": " + audit.id());
    } else {
      complete(task, audit);
    }
  }

  private void complete(DelegateTask task, Audit audit) {
    String who = answers.who();
    DecisionRecord request =
        audits.decisions(audit.id()).stream()
            .filter(d -> d.taskId().equals(task.getProcessInstanceId()))
            .findFirst()
            .orElseThrow(() -> new Refusal("The record knows of no request to withdraw this."));
    otherPerson(request.who(), who);
    String decision =
        Variables.text(task, "confirm")
            .filter(List.of("confirm", "refuse")::contains)
            .orElseThrow(() -> new Refusal("Decide: confirm must be one of [confirm, refuse]."));
    String comment = Variables.text(task, "confirmComment").orElse("");
    if (decision.equals("refuse") && comment.isEmpty()) {
      throw new Refusal("Say why the report stands: confirmComment is empty.");
    }
    if (decision.equals("confirm") && !AuditStore.ONCE_APPROVED.contains(audit.state())) {
      throw new Refusal("The audit " + audit.id() + " is " + audit.state() + " already.");
    }
    audits.decide(
        audit.id(),
        new DecisionRecord(
            CONFIRM, task.getId(), who, clock.instant(), decision, comment, "", audit.round()));
    if (decision.equals("confirm")) {
      withdraw(audit, request, who);
    }
  }

  private void withdraw(Audit audit, DecisionRecord request, String who) {
    Optional<String> by = superseding(request);
    String state = by.isPresent() ? AuditStore.SUPERSEDED : AuditStore.WITHDRAWN_REPORT;
    withdrawals.keep(
        new Withdrawal(
            audit.id(),
            state,
            audit.state(),
            clock.instant(),
            request.who(),
            Optional.of(who),
            request.comment(),
            by,
            List.of()));
    audits.state(audit.id(), state);
  }

  private static final String SUPERSEDED_BY = "superseded by: ";

  /** What the record keeps of the audit that takes its place. */
  public static String detail(Optional<String> supersededBy) {
    return supersededBy.map(SUPERSEDED_BY::concat).orElse("");
  }

  private static Optional<String> superseding(DecisionRecord request) {
    return Optional.of(request.detail())
        .filter(detail -> detail.startsWith(SUPERSEDED_BY))
        .map(detail -> detail.substring(SUPERSEDED_BY.length()));
  }

  private void otherPerson(String first, String second) {
    if (first.equalsIgnoreCase(second)) {
      throw new Refusal(
          second + " asked for the withdrawal and cannot confirm it. Ask somebody else.");
    }
    boolean both =
        groups.memberOfAny(first, Groups.REVIEWER) && groups.memberOfAny(second, Groups.APPROVER)
            || groups.memberOfAny(first, Groups.APPROVER)
                && groups.memberOfAny(second, Groups.REVIEWER);
    if (!both) {
      throw new Refusal(
          "A reviewer and an approver withdraw a report together; "
              + first
              + " is in "
              + groups.of(first).stream().sorted().toList()
              + " and "
              + second
              + " in "
              + groups.of(second).stream().sorted().toList()
              + ".");
    }
  }
}
