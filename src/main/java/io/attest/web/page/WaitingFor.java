package io.attest.web.page;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Enquiry;
import io.attest.audit.EnquiryStore;
import io.attest.stage.Account;
import io.attest.stage.WaitingTasks;
import io.attest.stage.WaitingTasks.About;
import io.attest.stage.WaitingTasks.WaitingTask;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** What waits for the person who looks, arranged for pages. */
@Component
class WaitingFor {
  private final WaitingTasks tasks;
  private final AuditStore audits;
  private final EnquiryStore enquiries;
  private final Clock clock;

  WaitingFor(WaitingTasks tasks, AuditStore audits, EnquiryStore enquiries, Clock clock) {
    this.tasks = tasks;
    this.audits = audits;
    this.enquiries = enquiries;
    this.clock = clock;
  }

  /**
   * A task with what it is about.
   *
   * @param model its name; empty where the task itself names it
   * @param verdict of the audit
   * @param late true from when it was due
   */
  public record Waiting(WaitingTask task, String model, Optional<String> verdict, boolean late) {}

  /** Everything, most urgent first. */
  List<Waiting> of(Account account) {
    Instant now = clock.instant();
    return tasks.of(account).stream().map(t -> waiting(t, now)).toList();
  }

  /** What waits about requests for an explanation. */
  List<Waiting> ofDecisions(Account account) {
    return of(account).stream().filter(w -> w.task().about() == About.DECISION).toList();
  }

  private Waiting waiting(WaitingTask task, Instant now) {
    Optional<Audit> audit =
        task.about() == About.AUDIT ? audits.find(task.subject()) : Optional.empty();
    Optional<Enquiry> enquiry =
        task.about() == About.DECISION ? enquiries.find(task.subject()) : Optional.empty();
    return new Waiting(
        task,
        audit.map(Audit::modelName).or(() -> enquiry.map(Enquiry::modelName)).orElse(""),
        audit.flatMap(Audit::verdict),
        task.due().map(due -> due.isBefore(now)).orElse(false));
  }
}
