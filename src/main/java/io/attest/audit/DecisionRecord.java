package io.attest.audit;

import java.time.Instant;
import java.util.List;

/**
 * What a person decided.
 *
 * @param task {@code review}, {@code second-approval}, {@code mend-data}, {@code mend-explainer}
 * @param taskId the engine's id of the task: makes recording idempotent
 * @param decision for instance {@code approve-with-conditions}
 * @param detail conditions, stage sent back to, parameters; empty if none
 * @param dispositions the answer to each finding; of a review only, and none in older records
 */
public record DecisionRecord(
    String task,
    String taskId,
    String who,
    Instant at,
    String decision,
    String comment,
    String detail,
    int round,
    List<Disposition> dispositions) {

  public DecisionRecord {
    dispositions = List.copyOf(dispositions);
  }

  /** A decision that answers no findings. */
  public DecisionRecord(
      String task,
      String taskId,
      String who,
      Instant at,
      String decision,
      String comment,
      String detail,
      int round) {
    this(task, taskId, who, at, decision, comment, detail, round, List.of());
  }
}
