package io.attest.audit;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What was decided of one event in the life of a model.
 *
 * @param key of the event: the same event is decided once
 * @param event {@code look}, {@code model-changed}, {@code data-arrived}...
 * @param detail what the event says, in words or the name of data
 * @param facts what the table saw
 * @param action {@code nothing}, {@code wait}, {@code light}, {@code full} or {@code suspend}
 * @param rule the row of {@code revalidation.dmn}
 * @param basis on what the action rests: the same rule on the same basis acts once
 * @param auditId the audit that was started, or that had been started before
 * @param outcome what was done, in words
 * @param suspension {@code open} (nobody has answered), {@code confirmed}, {@code lifted}; empty if
 *     the action suspends nothing
 * @param answer the words of the person who answered the notice
 */
public record Watched(
    String key,
    String model,
    Instant at,
    String event,
    String detail,
    Map<String, String> facts,
    String action,
    String rule,
    String reason,
    String reference,
    String basis,
    Optional<String> auditId,
    String outcome,
    String suspension,
    Optional<String> answeredBy,
    Optional<Instant> answeredAt,
    Optional<String> answer) {

  /** The action of what is weighed again when the audit that is under way has ended. */
  public static final String WAIT = "wait";

  /** Whether it is still to be weighed again. */
  public boolean waits() {
    return action.equals(WAIT);
  }
}
