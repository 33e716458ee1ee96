package io.attest.process.people;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Committee;
import io.attest.audit.CommitteeStore;
import io.attest.audit.Condition;
import io.attest.audit.DecisionRecord;
import io.attest.audit.Disposition;
import io.attest.audit.Section;
import io.attest.process.AsNobody;
import io.attest.process.AttestProperties;
import io.attest.process.Refusal;
import io.attest.process.audit.AllowedData;
import io.attest.process.audit.Variables;
import io.attest.stage.AuditSettings;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.springframework.stereotype.Component;

/**
 * Stands at every task of a person. When it begins: forgets the answers of an earlier round. When
 * it is completed: checks who answers and what, and writes the decision to the record of the audit,
 * in the transaction that completes the task.
 *
 * <p>Who answers is who is logged in, never a variable; who started and who reviewed is what the
 * record says. Administrators are bound like everybody. A refusal is an exception, so the task
 * stays open.
 */
@Component("people")
class People implements TaskListener {

  private static final String REVIEW = FourEyes.REVIEW;
  private static final String SECOND = FourEyes.SECOND;
  private static final String VOTE = Committee.VOTE;
  private static final String MEND_DATA = "mend-data";
  private static final String MEND_EXPLAINER = "mend-explainer";
  private static final String DISPOSITIONS = "dispositions";

  private static final Set<String> STAGES =
      Set.of(MEND_DATA, "ingest", "correlate", "select", "explain", "drift", "validate", "report");

  /** The variables of each task's form; the first is the decision. */
  private static final Map<String, List<String>> ANSWERS =
      Map.of(
          REVIEW, List.of("decision", "comment", "conditions", "reworkStage"),
          SECOND, List.of("secondDecision", "secondComment", "reworkStage"),
          VOTE, List.of("vote", "voteReason"),
          MEND_DATA, List.of("mend"),
          MEND_EXPLAINER, List.of("explainerDecision", "skipReason"));

  private static final Map<String, List<String>> CHOICES =
      Map.of(
          REVIEW, List.of("approve", "approve-with-conditions", "rework", "reject"),
          SECOND, List.of("approve", "rework", "reject"),
          VOTE, List.of("approve", "reject", "abstain"),
          MEND_DATA, List.of("resubmit", "cancel"),
          MEND_EXPLAINER, List.of("retry", "skip"));

  private final AuditStore audits;
  private final TaskAnswers answers;
  private final TaskService tasks;
  private final RuntimeService runtime;
  private final ExternalTaskService externalTasks;
  private final AsNobody asNobody;
  private final AllowedData allowed;
  private final AttestProperties properties;
  private final Clock clock;
  private final EnquiryTasks enquiryTasks;
  private final ConditionTasks conditionTasks;
  private final WithdrawalTasks withdrawalTasks;
  private final StandingTasks standingTasks;
  private final FourEyes fourEyes;
  private final StandIns standIns;
  private final CommitteeStore committees;
  private final CommitteeVote committeeVote;

  People(
      AuditStore audits,
      TaskAnswers answers,
      TaskService tasks,
      RuntimeService runtime,
      ExternalTaskService externalTasks,
      AsNobody asNobody,
      AllowedData allowed,
      AttestProperties properties,
      Clock clock,
      EnquiryTasks enquiryTasks,
      ConditionTasks conditionTasks,
      WithdrawalTasks withdrawalTasks,
      StandingTasks standingTasks,
      FourEyes fourEyes,
      StandIns standIns,
      CommitteeStore committees,
      CommitteeVote committeeVote) {
    this.audits = audits;
    this.answers = answers;
    this.tasks = tasks;
    this.runtime = runtime;
    this.externalTasks = externalTasks;
    this.asNobody = asNobody;
    this.allowed = allowed;
    this.properties = properties;
    this.clock = clock;
    this.enquiryTasks = enquiryTasks;
    this.conditionTasks = conditionTasks;
    this.withdrawalTasks = withdrawalTasks;
    this.standingTasks = standingTasks;
    this.fourEyes = fourEyes;
    this.standIns = standIns;
    this.committees = committees;
    this.committeeVote = committeeVote;
  }

  @Override
  public void notify(DelegateTask task) {
    String key = task.getTaskDefinitionKey();
    if (EnquiryTasks.has(key)) {
      enquiryTasks.notify(task);
      return;
    }
    if (ConditionTasks.has(key)) {
      conditionTasks.notify(task);
      return;
    }
    if (WithdrawalTasks.CONFIRM.equals(key)) {
      withdrawalTasks.notify(task);
      return;
    }
    if (StandingTasks.has(key)) {
      standingTasks.begin(task);
      return;
    }
    if (!ANSWERS.containsKey(key)) {
      throw new IllegalStateException(
          "The task "
              + key
              + " is none that people decide here: "
              + ANSWERS.keySet()
              + ". Maybe its id was changed in the process.");
    }
    switch (task.getEventName()) {
      case EVENTNAME_CREATE -> begin(task, key);
      case EVENTNAME_COMPLETE -> complete(task, key);
      default ->
          throw new IllegalStateException("No task is heard at " + task.getEventName() + ".");
    }
  }

  private void begin(DelegateTask task, String key) {
    // Set to null even if nobody answered yet: expressions of the process read them when it ends.
    // Parameters are not forgotten: they hold until somebody gives others.
    ANSWERS.get(key).forEach(answer -> task.setVariable(answer, null));
    Audit audit = audits.get(auditId(task));
    audits.state(audit.id(), "waiting");
    String about =
        switch (key) {
          case MEND_EXPLAINER ->
              Variables.text(task, "explainer").orElse("unknown") + ", " + audit.modelName();
          // Starters may not read the variables of the process, by which lists tell tasks apart.
          case MEND_DATA -> audit.modelName() + ", " + audit.id();
          case VOTE -> seat(task, audit) + ", " + audit.modelName();
          default -> audit.modelName();
        };
    String round = audit.round() > 1 ? " (round " + audit.round() + ")" : "";
    task.setName(
        TaskAnswers.fitting(
                task.getName() + ": " + about, TaskAnswers.LONGEST_NAME - round.length())
            + round);
  }

  /** Gives a vote to the member it was made for, and to who stands in for him. */
  private String seat(DelegateTask task, Audit audit) {
    String member =
        Variables.text(task, "member")
            .orElseThrow(() -> refuse("This vote belongs to no member of the committee."));
    committees.task(audit.id(), audit.round(), member, task.getId());
    standIns.offer(task, member, audit);
    return member;
  }

  private void complete(DelegateTask task, String key) {
    Audit audit = audits.get(auditId(task));
    nothingElseChanged(task, audit);
    String who = answers.who();
    if (key.equals(VOTE)) {
      inCommittee(task, audit, who);
    } else {
      answers.inGroup(task, who);
    }
    fourEyes
        .against(key, audit, who)
        .ifPresent(
            reason -> {
              throw refuse(reason);
            });
    String decision = TaskAnswers.choice(task, ANSWERS.get(key).get(0), CHOICES.get(key));
    if (key.equals(REVIEW) && decision.startsWith("approve")) {
      committeeVote.mayConvene(audit, who);
    }
    String detail =
        Stream.of(detail(task, key, decision, audit), insteadOf(task, audit, who))
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining("\n"));
    String comment = comment(task, key, decision);
    List<Disposition> dispositions =
        key.equals(REVIEW) ? dispositions(task, decision, audit) : List.of();
    audits.decide(
        audit.id(),
        new DecisionRecord(
            key,
            task.getId(),
            who,
            clock.instant(),
            decision,
            comment,
            detail,
            audit.round(),
            dispositions));
    follow(task, key, decision, audit, who);
    audits.state(audit.id(), othersWait(task) ? "waiting" : "running");
  }

  // --- who ------------------------------------------------------------------------------------

  /** The member whose vote it is, or who stands in for him and has no vote himself. */
  private void inCommittee(DelegateTask task, Audit audit, String who) {
    Committee committee =
        committees
            .of(audit.id(), audit.round())
            .orElseThrow(() -> refuse("No committee votes on this round of " + audit.id() + "."));
    String member =
        committee
            .memberOf(task.getId())
            .orElseThrow(() -> refuse("This vote belongs to no member of the committee."));
    if (member.equals(who)) {
      return;
    }
    if (!standIns.standsInFor(who, member)) {
      throw refuse(
          "This is the vote of " + member + ", and " + who + " does not stand in for him.");
    }
    standIns
        .against(VOTE, audit, who, Set.of(Groups.REVIEWER, Groups.APPROVER))
        .ifPresent(
            reason -> {
              throw refuse(reason);
            });
  }

  /** For whom somebody decides who is away; empty for nobody. */
  private String insteadOf(DelegateTask task, Audit audit, String who) {
    return Optional.ofNullable(task.getOwner())
        .or(() -> committees.of(audit.id(), audit.round()).flatMap(c -> c.memberOf(task.getId())))
        .filter(person -> !person.equals(who))
        .flatMap(
            person ->
                standIns.standsInFor(who, person)
                    ? Optional.of("for " + person + ", who is absent")
                    : Optional.of("taken over from " + person + ", who was absent")
                        .filter(words -> standIns.stoodInFor(who, person)))
        .orElse("");
  }

  /** A form can set any variable; those that rule the process must be as the record says. */
  private void nothingElseChanged(DelegateTask task, Audit audit) {
    Map<String, Object> fixed =
        Map.of(
            "model", audit.model(),
            "tier", audit.tier(),
            "startedBy", audit.startedBy());
    fixed.forEach(
        (name, value) -> {
          if (!value.equals(task.getVariable(name))) {
            throw refuse("The variable " + name + " of an audit cannot be changed.");
          }
        });
    if (!task.getTaskDefinitionKey().equals(MEND_DATA)
        && !Variables.text(task, "data").equals(audit.data())) {
      throw refuse("The data of an audit can be changed only where they are mended.");
    }
  }

  // --- what -----------------------------------------------------------------------------------

  private static String comment(DelegateTask task, String key, String decision) {
    String name =
        switch (key) {
          case REVIEW -> "comment";
          case SECOND -> "secondComment";
          case VOTE -> "voteReason";
          case MEND_EXPLAINER -> "skipReason";
          default -> "";
        };
    String comment = name.isEmpty() ? "" : Variables.text(task, name).orElse("");
    if (comment.isEmpty()
        && (key.equals(VOTE) || Set.of("reject", "rework", "skip").contains(decision))) {
      throw refuse(
          "Say why: " + name + " is empty, and the record needs a reason to " + decision + ".");
    }
    return comment;
  }

  private String detail(DelegateTask task, String key, String decision, Audit audit) {
    return switch (decision) {
      case "approve" -> {
        if (key.equals(REVIEW) && audit.verdict().equals(Optional.of("block"))) {
          throw refuse(
              "A finding blocks, so the audit cannot be approved without conditions. Approve with"
                  + " conditions, send it back, or reject it.");
        }
        yield "";
      }
      case "approve-with-conditions" -> "conditions: " + conditions(task);
      case "rework" -> {
        String stage = Variables.text(task, "reworkStage").orElse("");
        if (!STAGES.contains(stage)) {
          throw refuse(
              "Say which stage it goes back to: reworkStage must be one of "
                  + STAGES.stream().sorted().toList()
                  + ".");
        }
        try {
          AuditSettings.check(Variables.text(task, "reworkParameters").orElse(""));
        } catch (IllegalArgumentException e) {
          throw refuse(e.getMessage());
        }
        yield "back to: "
            + stage
            + Variables.text(task, "reworkParameters")
                .map(parameters -> "\nparameters: " + parameters)
                .orElse("");
      }
      case "resubmit" -> {
        Optional<String> data = Variables.text(task, "data");
        data.filter(name -> !audit.data().equals(Optional.of(name))).ifPresent(allowed::check);
        yield data.map(name -> "data: " + name).orElse("");
      }
      case "retry", "skip" -> "explainer: " + Variables.text(task, "explainer").orElse("unknown");
      default -> "";
    };
  }

  /** One a line; each becomes a task with an owner and a day. */
  private String conditions(DelegateTask task) {
    String lines =
        Variables.text(task, "conditions")
            .orElseThrow(() -> refuse("Say the conditions: conditions is empty."));
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneId.systemDefault());
    try {
      for (Condition.Line line : Condition.read(lines, today)) {
        if (line.dueOn().isBefore(today)) {
          throw refuse(
              "The condition \"" + line.text() + "\" is due on " + line.dueOn() + ", in the past.");
        }
      }
    } catch (IllegalArgumentException e) {
      throw refuse(e.getMessage());
    }
    return lines;
  }

  /** Every finding of this round needs one for an approval; they stay in the record only. */
  private List<Disposition> dispositions(DelegateTask task, String decision, Audit audit) {
    List<Section.Finding> findings =
        audits
            .section(audit.id(), Section.Judged.class)
            .map(Section.Judged::findings)
            .orElse(List.of());
    List<Disposition> dispositions =
        Dispositions.read(Variables.text(task, DISPOSITIONS).orElse(""), findings);
    if (decision.startsWith("approve")) {
      Dispositions.mayApprove(findings, dispositions);
    }
    task.removeVariable(DISPOSITIONS);
    return dispositions;
  }

  // --- what follows ---------------------------------------------------------------------------

  private void follow(DelegateTask task, String key, String decision, Audit audit, String who) {
    switch (decision) {
      case "rework" -> {
        audits.round(audit.id(), audit.round() + 1);
        if (Variables.text(task, "reworkStage").equals(Optional.of(MEND_DATA))) {
          // The starters read there why they are asked.
          task.setVariable("refusalCode", "sent-back");
          task.setVariable("refusal", comment(task, key, decision));
        }
      }
      case "resubmit" ->
          Variables.text(task, "data").ifPresent(data -> audits.data(audit.id(), data));
      case "retry" -> failed(task).forEach(this::again);
      case "skip" -> skip(task, audit, who);
      default -> {}
    }
  }

  private void again(ExternalTask failed) {
    asNobody.call(
        () -> {
          externalTasks.setRetries(failed.getId(), properties.retries().size() + 1);
          return null;
        });
  }

  private void skip(DelegateTask task, Audit audit, String who) {
    String explainer = Variables.text(task, "explainer").orElseThrow();
    Instant now = clock.instant();
    audits.save(
        audit.id(),
        new Section.Explained(
            explainer,
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.of(
                new Section.Skipped(
                    who,
                    now,
                    Variables.text(task, "skipReason").orElse(""),
                    Variables.text(task, "explainerError").orElse(""))),
            0));
  }

  /** The task that finally failed and that this task asks about. */
  private List<ExternalTask> failed(DelegateTask task) {
    Object explainer = task.getVariable("explainer");
    return asNobody.call(
        () ->
            externalTasks
                .createExternalTaskQuery()
                .processInstanceId(task.getProcessInstanceId())
                .topicName("explain")
                .noRetriesLeft()
                .list()
                .stream()
                .filter(
                    failed ->
                        Objects.equals(
                            explainer, runtime.getVariable(failed.getExecutionId(), "explainer")))
                .toList());
  }

  private boolean othersWait(DelegateTask task) {
    return asNobody.call(
        () ->
            tasks.createTaskQuery().processInstanceId(task.getProcessInstanceId()).list().stream()
                .anyMatch(other -> !other.getId().equals(task.getId())));
  }

  private static String auditId(DelegateTask task) {
    // The business key and not the variable: a form can set variables.
    return Optional.ofNullable(task.getExecution().getProcessBusinessKey())
        .orElseThrow(() -> refuse("This task belongs to no audit."));
  }

  private static Refusal refuse(String message) {
    return new Refusal(message);
  }
}
