package io.attest.process.people;

import io.attest.audit.ApprovalStore;
import io.attest.audit.Condition;
import io.attest.audit.WatchStore;
import io.attest.process.Refusal;
import io.attest.process.audit.Variables;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.camunda.bpm.engine.task.IdentityLink;
import org.springframework.stereotype.Component;

/**
 * The tasks of people about conditions of an approval and about suspensions: who may do them, what
 * they may answer, and the record of it in the transaction that completes the task.
 */
@Component
class ConditionTasks {
  static final String MEET = "meet-condition";
  static final String EXTEND = "extend-condition";
  static final String SUSPENSION = "answer-suspension";

  private static final int LONGEST_COMMENT = 4000;

  private static final Map<String, List<String>> ANSWERS =
      Map.of(
          MEET, List.of("conditionDecision", "conditionComment", "extendTo"),
          EXTEND, List.of("extendDecision", "extendComment"),
          SUSPENSION, List.of("suspensionDecision", "suspensionComment"));

  private static final Map<String, List<String>> CHOICES =
      Map.of(
          MEET, List.of("met", "extend", "failed"),
          EXTEND, List.of("extend", "keep"),
          SUSPENSION, List.of("confirm", "lift"));

  private final ApprovalStore approvals;
  private final WatchStore decisions;
  private final TaskAnswers answers;
  private final StandIns standIns;
  private final IdentityService identity;
  private final Clock clock;

  ConditionTasks(
      ApprovalStore approvals,
      WatchStore decisions,
      TaskAnswers answers,
      StandIns standIns,
      IdentityService identity,
      Clock clock) {
    this.approvals = approvals;
    this.decisions = decisions;
    this.answers = answers;
    this.standIns = standIns;
    this.identity = identity;
    this.clock = clock;
  }

  static boolean has(String key) {
    return ANSWERS.containsKey(key);
  }

  void notify(DelegateTask task) {
    if (task.getEventName().equals(TaskListener.EVENTNAME_CREATE)) {
      begin(task);
    } else {
      complete(task);
    }
  }

  private void begin(DelegateTask task) {
    String key = task.getTaskDefinitionKey();
    ANSWERS.get(key).forEach(answer -> task.setVariable(answer, null));
    String about =
        key.equals(SUSPENSION) ? Variables.text(task, "model").orElse("") : condition(task).text();
    if (key.equals(MEET)) {
      Condition condition = condition(task);
      task.setDueDate((Date) task.getVariable("conditionDueAt"));
      String owner = condition.owner();
      // An owner may be a name in words; only an account can be given a task.
      if (!owner.isEmpty() && identity.createUserQuery().userId(owner).count() > 0) {
        task.addCandidateUser(owner);
        standIns.offerCondition(task, owner);
      }
    }
    String asked = task.getName().endsWith("?") ? task.getName() + " " : task.getName() + ": ";
    task.setName(TaskAnswers.fitting(asked + about, TaskAnswers.LONGEST_NAME));
  }

  private void complete(DelegateTask task) {
    String key = task.getTaskDefinitionKey();
    String who = answers.who();
    mayDecide(task, who);
    String decision = TaskAnswers.choice(task, ANSWERS.get(key).get(0), CHOICES.get(key));
    String comment = comment(task, ANSWERS.get(key).get(1), decision);
    switch (key) {
      case MEET -> meet(task, who, decision, comment);
      case EXTEND -> extend(task, who, decision, comment);
      default -> suspension(task, who, decision, comment);
    }
  }

  private void mayDecide(DelegateTask task, String who) {
    if (task.getCandidates().stream().map(IdentityLink::getUserId).noneMatch(who::equals)) {
      answers.inGroup(task, who);
    }
  }

  private static String comment(DelegateTask task, String name, String decision) {
    String comment = Variables.text(task, name).orElse("");
    if (comment.isEmpty()) {
      throw new Refusal(
          decision.equals("met")
              ? "Say what shows that the condition is met: " + name + " is empty."
              : "Say why: " + name + " is empty, and the record needs a reason.");
    }
    if (comment.length() > LONGEST_COMMENT) {
      throw new Refusal("The comment is longer than " + LONGEST_COMMENT + " characters.");
    }
    return comment;
  }

  private void meet(DelegateTask task, String who, String decision, String comment) {
    Condition condition = condition(task);
    String what = decision;
    switch (decision) {
      case "met", "failed" ->
          approvals.state(condition.auditId(), condition.position(), decision, who);
      default -> what = "asked for more time, until " + wanted(task, condition);
    }
    approvals.step(condition.auditId(), condition.position(), who, what, comment);
    task.setVariable("extendAskedBy", who);
  }

  private LocalDate wanted(DelegateTask task, Condition condition) {
    LocalDate day;
    try {
      day = Condition.day(Variables.text(task, "extendTo").orElse(""));
    } catch (IllegalArgumentException e) {
      throw new Refusal("Say until when. " + e.getMessage(), e);
    }
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneId.systemDefault());
    if (!day.isAfter(condition.dueOn()) || day.isBefore(today)) {
      throw new Refusal(
          "The new day "
              + day
              + " must be after "
              + condition.dueOn()
              + ", the day it is due, and not in the past.");
    }
    return day;
  }

  private void extend(DelegateTask task, String who, String decision, String comment) {
    if (Variables.text(task, "extendAskedBy").filter(who::equalsIgnoreCase).isPresent()) {
      throw new Refusal(who + " asked for more time and cannot grant it. Ask another approver.");
    }
    Condition condition = condition(task);
    if (decision.equals("extend")) {
      LocalDate day = wanted(task, condition);
      approvals.due(condition.auditId(), condition.position(), day, who);
      task.setVariable("conditionDue", day.toString());
      task.setVariable("conditionDueAt", at(day.plusDays(1)));
      task.setVariable("conditionRemindAt", at(day.minusDays(7)));
      approvals.step(
          condition.auditId(), condition.position(), who, "extended until " + day, comment);
    } else {
      approvals.step(
          condition.auditId(), condition.position(), who, "more time was not granted", comment);
    }
  }

  private void suspension(DelegateTask task, String who, String decision, String comment) {
    decisions.answer(
        decisions.find(Variables.text(task, "eventKey").orElseThrow()).orElseThrow(),
        decision.equals("lift") ? "lifted" : "confirmed",
        who,
        comment);
  }

  private Condition condition(DelegateTask task) {
    // By the business key and not by variables of the form: follow-<audit>.
    String audit =
        Optional.ofNullable(task.getExecution().getProcessBusinessKey())
            .filter(key -> key.startsWith("follow-"))
            .map(key -> key.substring("follow-".length()))
            .orElseThrow(() -> new Refusal("This task belongs to no approval."));
    return approvals.condition(audit, ((Number) task.getVariable("position")).intValue());
  }

  private static Date at(LocalDate day) {
    return Date.from(day.atStartOfDay(ZoneId.systemDefault()).toInstant());
  }
}
