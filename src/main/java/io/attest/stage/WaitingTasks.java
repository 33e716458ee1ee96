package io.attest.stage;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What waits for people. */
public interface WaitingTasks {

  /** What a task is about. */
  enum About {
    AUDIT,
    DECISION,
    MODEL
  }

  /**
   * The open tasks that this person may do, most urgent first: by due date, then by age. Of audits,
   * of conditions of their approvals, of decisions that are explained, of models that are watched;
   * not those by which a schedule or a watch is changed, which are open as long as it runs.
   */
  List<WaitingTask> of(Account account);

  /** The open tasks of one audit, whoever may do them. */
  List<WaitingTask> ofAudit(String auditId);

  /**
   * One open task.
   *
   * @param id the engine's id, also in the task's address
   * @param key which task of the process: {@code review}
   * @param name what people read
   * @param about what it is about
   * @param subject the id of that: of the audit, the request or the model
   * @param assignee who has taken it, if anybody
   * @param note what Attest last wrote on it, for instance who stands in for whom; only where the
   *     tasks of one audit are asked for
   */
  record WaitingTask(
      String id,
      String key,
      String name,
      About about,
      String subject,
      Optional<String> assignee,
      Instant since,
      Optional<Instant> due,
      Optional<String> note) {}
}
