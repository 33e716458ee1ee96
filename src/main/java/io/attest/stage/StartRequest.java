package io.attest.stage;

import java.util.Optional;

/**
 * A wish to audit a model.
 *
 * @param model the model's id
 * @param reason why, for the record
 * @param audience for whom the report is, or empty
 * @param data a file kept by {@link Uploads} or in the {@link DropFolder}, or a URI that this
 *     installation allows, in place of the registered data
 * @param trigger {@code tasklist}, {@code rest}, {@code schedule}, {@code inbox}, {@code cli},
 *     {@code sample} or {@code labels}
 * @param startedBy who starts it; where a user is logged in, that user counts and not this name
 * @param parameters lines {@code name=value} in place of those of {@code model.yaml}; may be empty
 * @param key the same for repetitions of one wish: of all that have it, one starts an audit
 * @param baseline what to compare with: {@code last-approved}, {@code training}, {@code none} or
 *     the id of an audit; absent for what the model declares, or else the usual
 * @param follows the audit whose frozen model and rows are audited again, {@code data} being the
 *     outcomes that have come since
 */
public record StartRequest(
    String model,
    String reason,
    String audience,
    Optional<String> data,
    String trigger,
    String startedBy,
    String parameters,
    Optional<String> key,
    Optional<String> baseline,
    Optional<String> follows) {

  /** A wish that names no baseline. */
  public StartRequest(
      String model,
      String reason,
      String audience,
      Optional<String> data,
      String trigger,
      String startedBy,
      String parameters,
      Optional<String> key) {
    this(
        model,
        reason,
        audience,
        data,
        trigger,
        startedBy,
        parameters,
        key,
        Optional.empty(),
        Optional.empty());
  }

  /** A wish without parameters of its own. */
  public StartRequest(
      String model,
      String reason,
      String audience,
      Optional<String> data,
      String trigger,
      String startedBy,
      Optional<String> key) {
    this(model, reason, audience, data, trigger, startedBy, "", key);
  }

  /** The same wish, compared with this. */
  public StartRequest comparedWith(Optional<String> other) {
    return new StartRequest(
        model, reason, audience, data, trigger, startedBy, parameters, key, other, follows);
  }

  /** The same wish about the frozen model and rows of another audit. */
  public StartRequest following(String audit) {
    return new StartRequest(
        model,
        reason,
        audience,
        data,
        trigger,
        startedBy,
        parameters,
        key,
        baseline,
        Optional.of(audit));
  }
}
