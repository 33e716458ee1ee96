package io.attest.process.people;

import io.attest.audit.Absence;
import io.attest.audit.AbsenceStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Committee;
import io.attest.audit.CommitteeStore;
import io.attest.audit.DecisionRecord;
import io.attest.audit.Enquiry;
import io.attest.audit.EnquiryStore;
import io.attest.process.AsNobody;
import io.attest.process.OneAtATime;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.IdentityLink;
import org.camunda.bpm.engine.task.Task;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Gives the tasks of somebody who is away to who stands in for him: once when the absence begins,
 * and every vote that begins meanwhile. A deputy must be in a group that the task is for, and may
 * do no task that he could not do as himself. What he may not do goes back to the group, with the
 * reason as a comment on the task.
 *
 * <p>A task that somebody takes while he is away stays his: he is there after all. When he is back,
 * what the deputy has stays with the deputy.
 */
@Component
class StandIns {
  private static final Logger LOG = LoggerFactory.getLogger(StandIns.class);
  private static final Duration LOOK_FIRST = Duration.ofSeconds(20);
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(5);
  private static final String CONDITION = ConditionTasks.MEET;
  private static final Set<String> COMMITTEE = Set.of(Groups.REVIEWER, Groups.APPROVER);

  private final AbsenceStore absences;
  private final CommitteeStore committees;
  private final AuditStore audits;
  private final Groups groups;
  private final FourEyes fourEyes;
  private final EnquiryStore enquiries;
  private final TaskService tasks;
  private final RuntimeService runtime;
  private final OneAtATime oneAtATime;
  private final AsNobody asNobody;
  private final Clock clock;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "absences");
            thread.setDaemon(true);
            return thread;
          });

  StandIns(
      AbsenceStore absences,
      CommitteeStore committees,
      AuditStore audits,
      Groups groups,
      FourEyes fourEyes,
      EnquiryStore enquiries,
      TaskService tasks,
      RuntimeService runtime,
      OneAtATime oneAtATime,
      AsNobody asNobody,
      Clock clock) {
    this.absences = absences;
    this.committees = committees;
    this.audits = audits;
    this.groups = groups;
    this.fourEyes = fourEyes;
    this.enquiries = enquiries;
    this.tasks = tasks;
    this.runtime = runtime;
    this.oneAtATime = oneAtATime;
    this.asNobody = asNobody;
    this.clock = clock;
  }

  @PostConstruct
  void begin() {
    watch.scheduleWithFixedDelay(
        this::handOver, LOOK_FIRST.toSeconds(), LOOK_AGAIN.toSeconds(), TimeUnit.SECONDS);
  }

  @PreDestroy
  void stop() {
    watch.shutdownNow();
  }

  /** The day it is here. */
  LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneId.systemDefault());
  }

  /** Who stands in for somebody today, if he is away. */
  Optional<String> deputy(String person) {
    return absences.on(today()).stream()
        .filter(absence -> absence.person().equals(person))
        .map(Absence::deputy)
        .findFirst();
  }

  boolean standsInFor(String who, String person) {
    return deputy(person).filter(who::equals).isPresent();
  }

  /**
   * Why somebody cannot do a task in place of another; empty if he can.
   *
   * @param wanted groups that the task is for
   */
  Optional<String> against(String task, Audit audit, String deputy, Set<String> wanted) {
    if (!groups.memberOfAny(deputy, wanted.toArray(String[]::new))) {
      return Optional.of(deputy + " is in none of the groups " + wanted + ".");
    }
    if (task.equals(Committee.VOTE)
        && committees
            .of(audit.id(), audit.round())
            .filter(committee -> committee.members().contains(deputy))
            .isPresent()) {
      return Optional.of(deputy + " has a vote of his own and cannot vote for another as well.");
    }
    return fourEyes.against(task, audit, deputy);
  }

  /** Offers a vote that begins to its member, and to who stands in for him. */
  void offer(DelegateTask task, String member, Audit audit) {
    deputy(member)
        .ifPresent(
            deputy -> {
              Optional<String> against = against(Committee.VOTE, audit, deputy, COMMITTEE);
              if (against.isEmpty()) {
                task.addCandidateUser(deputy);
              } else {
                String left =
                    member
                        + " is away, and the vote cannot be given to "
                        + deputy
                        + ": "
                        + against.get();
                LOG.warn("{}: {}", audit.id(), left);
                tasks.createComment(task.getId(), task.getProcessInstanceId(), left);
              }
            });
  }

  /** Votes that wait for somebody who is away and that his deputy cannot cast, a sentence each. */
  List<String> left(Absence absence) {
    return asNobody.call(
        () ->
            tasks.createTaskQuery().active().taskDefinitionKey(Committee.VOTE).list().stream()
                .filter(task -> votes(absence.person(), task))
                .flatMap(task -> audit(task).stream())
                .flatMap(
                    audit ->
                        against(Committee.VOTE, audit, absence.deputy(), COMMITTEE).stream()
                            .map(
                                why ->
                                    "The vote of "
                                        + absence.person()
                                        + " on "
                                        + audit.id()
                                        + " waits: "
                                        + why))
                .sorted()
                .toList());
  }

  private boolean votes(String person, Task task) {
    return audit(task)
        .flatMap(audit -> committees.of(audit.id(), audit.round()))
        .flatMap(committee -> committee.memberOf(task.getId()))
        .filter(person::equals)
        .isPresent();
  }

  /** Offers the condition of an approval to who stands in for its owner. */
  void offerCondition(DelegateTask task, String owner) {
    deputy(owner).ifPresent(task::addCandidateUser);
  }

  /**
   * Hands over what absences that have begun left lying: each absence in one transaction and on one
   * node only, however often it is looked at. Which are left stands in the database, so nothing is
   * forgotten while Attest is down.
   */
  void handOver() {
    for (Absence absence : absences.toHandOver(today())) {
      try {
        oneAtATime.call(() -> asNobody.call(() -> handOverOnce(absence)));
      } catch (RuntimeException e) {
        LOG.warn(
            "The tasks of {}, who is away, could not be handed over; tried again in {}.",
            absence.person(),
            LOOK_AGAIN,
            e);
      }
    }
  }

  private boolean handOverOnce(Absence absence) {
    boolean left = absences.toHandOver(today()).stream().anyMatch(a -> a.id().equals(absence.id()));
    if (left) {
      handOver(absence);
      absences.handed(absence, clock.instant());
    }
    return left;
  }

  private void handOver(Absence absence) {
    for (Task task : tasks.createTaskQuery().active().taskDefinitionKey(CONDITION).list()) {
      if (candidates(task).contains(absence.person())) {
        tasks.addCandidateUser(task.getId(), absence.deputy());
        say(task, standsIn(absence));
      }
    }
    for (Task task : tasks.createTaskQuery().active().taskDefinitionKey(Committee.VOTE).list()) {
      if (votes(absence.person(), task)) {
        hand(task, audit(task), absence, COMMITTEE);
      }
    }
    for (Task task : tasks.createTaskQuery().active().taskAssignee(absence.person()).list()) {
      if (!task.getTaskDefinitionKey().equals(Committee.VOTE)) {
        Set<String> wanted =
            tasks.getIdentityLinksForTask(task.getId()).stream()
                .map(IdentityLink::getGroupId)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        hand(task, audit(task), absence, wanted);
      }
    }
  }

  private void hand(Task task, Optional<Audit> audit, Absence absence, Set<String> wanted) {
    String key = task.getTaskDefinitionKey();
    String deputy = absence.deputy();
    Optional<String> against =
        (audit.isPresent()
                ? against(key, audit.get(), deputy, wanted)
                : Optional.of(deputy)
                    .filter(d -> !groups.memberOfAny(d, wanted.toArray(String[]::new)))
                    .filter(d -> !candidates(task).contains(d))
                    .map(d -> d + " is in none of the groups " + wanted + "."))
            .or(() -> begun(task, audit).filter(deputy::equalsIgnoreCase).map(StandIns::own));
    if (against.isPresent()) {
      say(task, absence.person() + " is away until " + absence.until() + ". " + against.get());
      tasks.setAssignee(task.getId(), null);
    } else if (key.equals(Committee.VOTE)) {
      tasks.addCandidateUser(task.getId(), deputy);
      tasks.setAssignee(task.getId(), null);
      say(task, standsIn(absence));
    } else {
      tasks.setOwner(task.getId(), absence.person());
      tasks.setAssignee(task.getId(), deputy);
      say(task, standsIn(absence));
    }
  }

  private static String standsIn(Absence absence) {
    return absence.deputy()
        + " stands in for "
        + absence.person()
        + " until "
        + absence.until()
        + ".";
  }

  private Set<String> candidates(Task task) {
    return tasks.getIdentityLinksForTask(task.getId()).stream()
        .map(IdentityLink::getUserId)
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  /** Who began what this task is to confirm, grant or check, and so cannot do it himself. */
  private Optional<String> begun(Task task, Optional<Audit> audit) {
    return switch (task.getTaskDefinitionKey()) {
      case WithdrawalTasks.CONFIRM ->
          audit.stream()
              .flatMap(a -> audits.decisions(a.id()).stream())
              .filter(d -> d.taskId().equals(task.getProcessInstanceId()))
              .map(DecisionRecord::who)
              .findFirst();
      case ConditionTasks.EXTEND ->
          Optional.ofNullable((String) tasks.getVariable(task.getId(), "extendAskedBy"));
      case EnquiryTasks.CHECK -> businessKey(task).flatMap(enquiries::find).map(Enquiry::askedBy);
      default -> Optional.empty();
    };
  }

  private static String own(String deputy) {
    return deputy + " began what this task decides on and cannot do it as well.";
  }

  /** Whether this person once stood in for that one. */
  boolean stoodInFor(String who, String person) {
    return absences.all().stream()
        .anyMatch(a -> a.person().equals(person) && a.deputy().equals(who));
  }

  private void say(Task task, String text) {
    LOG.info("{} ({}): {}", task.getName(), task.getId(), text);
    tasks.createComment(task.getId(), task.getProcessInstanceId(), text);
  }

  private Optional<Audit> audit(Task task) {
    return businessKey(task).flatMap(audits::find);
  }

  private Optional<String> businessKey(Task task) {
    return Optional.ofNullable(
            runtime
                .createProcessInstanceQuery()
                .processInstanceId(task.getProcessInstanceId())
                .singleResult())
        .map(ProcessInstance::getBusinessKey);
  }
}
