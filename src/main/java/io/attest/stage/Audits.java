package io.attest.stage;

import java.util.Optional;

/** Starts and cancels audits, for every door but Tasklist: REST, drop folder, schedule, sample. */
public interface Audits {

  /**
   * Starts an audit.
   *
   * @return its id, for instance {@code ATT-german-credit-20261122-1}; where the request has a key
   *     that an earlier request had, the id of the audit that the earlier one started
   * @throws IllegalArgumentException if there is no such model, or its declaration is wrong, or the
   *     data may not be named by whoever starts
   */
  String start(StartRequest request);

  /**
   * Starts an audit, unless one of the same model is under way.
   *
   * @return its id, or that of the audit that an earlier request with the same key started; empty
   *     if another audit of the model has not ended
   * @throws IllegalArgumentException as {@link #start}
   */
  Optional<String> startAlone(StartRequest request);

  /** The audit that a request with this key started, if one did. */
  Optional<String> startedFor(String key);

  /**
   * Cancels an audit that has not ended: it becomes {@code withdrawn}.
   *
   * @param who the user who asks: whoever started it, a reviewer or an administrator
   * @param reason why, for the record
   * @throws IllegalArgumentException if there is no such audit, it has ended, or the reason is
   *     blank
   * @throws SecurityException if this user may not cancel it
   */
  void cancel(String auditId, String who, String reason);
}
