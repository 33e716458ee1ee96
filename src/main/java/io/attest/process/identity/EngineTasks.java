package io.attest.process.identity;

import io.attest.stage.Account;
import io.attest.stage.WaitingTasks;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Comment;
import org.camunda.bpm.engine.task.Task;
import org.springframework.stereotype.Component;

/** User tasks of the engine that belong to audits. */
@Component
class EngineTasks implements WaitingTasks {

  /** Beginnings of business keys: what follows, or all where the id begins so, is the subject. */
  private static final String AUDIT = "ATT-";

  private static final String APPROVAL = "follow-";
  private static final String DECISION = "DEC-";
  private static final String WATCH = "watch-";

  /** Tasks that are no work: by them people change what runs. */
  private static final Set<String> RUNNING = Set.of("running", "watching");

  /** What the key of a process says it is about. */
  private record Subject(About about, String id) {
    static Optional<Subject> of(String key) {
      if (key.startsWith(APPROVAL + AUDIT)) {
        return Optional.of(new Subject(About.AUDIT, key.substring(APPROVAL.length())));
      }
      if (key.startsWith(AUDIT)) {
        return Optional.of(new Subject(About.AUDIT, key));
      }
      if (key.startsWith(DECISION)) {
        return Optional.of(new Subject(About.DECISION, key));
      }
      return key.startsWith(WATCH)
          ? Optional.of(new Subject(About.MODEL, key.substring(WATCH.length())))
          : Optional.empty();
    }
  }

  private final TaskService tasks;
  private final RuntimeService runtime;
  private final IdentityService identity;

  EngineTasks(TaskService tasks, RuntimeService runtime, IdentityService identity) {
    this.tasks = tasks;
    this.runtime = runtime;
    this.identity = identity;
  }

  @Override
  public List<WaitingTask> of(Account account) {
    return asEngine(
        () ->
            waiting(
                task -> Optional.empty(),
                tasks
                    .createTaskQuery()
                    .active()
                    .or()
                    .taskAssignee(account.name())
                    .taskCandidateUser(account.name())
                    .endOr()
                    .list()));
  }

  @Override
  public List<WaitingTask> ofAudit(String auditId) {
    return asEngine(
        () ->
            waiting(
                this::note,
                tasks.createTaskQuery().active().processInstanceBusinessKey(auditId).list()));
  }

  /** The last comment that is of no person: Attest says there why it moved the task. */
  private Optional<String> note(Task task) {
    return tasks.getTaskComments(task.getId()).stream()
        .filter(comment -> comment.getUserId() == null)
        .max(Comparator.comparing(Comment::getTime))
        .map(Comment::getFullMessage);
  }

  private List<WaitingTask> waiting(Function<Task, Optional<String>> note, List<Task> found) {
    Map<String, String> keys = businessKeys(found);
    return found.stream()
        .filter(t -> !RUNNING.contains(t.getTaskDefinitionKey()))
        .flatMap(
            t ->
                Subject.of(keys.getOrDefault(t.getProcessInstanceId(), ""))
                    .map(subject -> waiting(t, subject, note.apply(t)))
                    .stream())
        .sorted(
            Comparator.comparing((WaitingTask t) -> t.due().orElse(java.time.Instant.MAX))
                .thenComparing(WaitingTask::since)
                .thenComparing(WaitingTask::id))
        .toList();
  }

  private static WaitingTask waiting(Task t, Subject subject, Optional<String> note) {
    return new WaitingTask(
        t.getId(),
        t.getTaskDefinitionKey(),
        t.getName(),
        subject.about(),
        subject.id(),
        Optional.ofNullable(t.getAssignee()),
        t.getCreateTime().toInstant(),
        Optional.ofNullable(t.getDueDate()).map(java.util.Date::toInstant),
        note);
  }

  private Map<String, String> businessKeys(List<Task> found) {
    Set<String> ids =
        found.stream()
            .map(Task::getProcessInstanceId)
            .filter(id -> id != null)
            .collect(Collectors.toSet());
    Map<String, String> keys = new HashMap<>();
    if (!ids.isEmpty()) {
      for (ProcessInstance p :
          runtime.createProcessInstanceQuery().processInstanceIds(ids).list()) {
        keys.put(p.getId(), p.getBusinessKey() == null ? "" : p.getBusinessKey());
      }
    }
    return keys;
  }

  /** The queries name the person themselves; that an audit waits, everybody with a role may see. */
  private <T> T asEngine(java.util.function.Supplier<T> query) {
    Authentication before = identity.getCurrentAuthentication();
    identity.clearAuthentication();
    try {
      return query.get();
    } finally {
      if (before != null) {
        identity.setAuthentication(before);
      }
    }
  }
}
