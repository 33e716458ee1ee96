package io.attest.audit;

import java.time.Instant;

/**
 * What a person decided.
 *
 * @param task {@code review}, {@code second-approval}, {@code mend-data}, {@code mend-explainer}
 * @param taskId the engine's id of the task: makes recording idempotent
 * @param decision for instance {@code approve-with-conditions}
 * @param detail conditions, stage sent back to, parameters; empty if none
 */
public record DecisionRecord(
    String task,
    String taskId,
    String who,
    Instant at,
    String decision,
    String comment,
    String detail,
    int round) {}
