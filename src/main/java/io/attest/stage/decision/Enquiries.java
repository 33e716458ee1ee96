package io.attest.stage.decision;

import java.util.Optional;

/** Asks why a case was decided so, for every door but Tasklist: REST and the drop folder. */
public interface Enquiries {

  /**
   * Begins to answer.
   *
   * @return its id, for instance {@code DEC-german-credit-20261122-1}; where the request has a key
   *     that an earlier one had, the id of that one
   * @throws IllegalArgumentException if there is no such model, no approved audit of it, or
   *     something of the request is wrong
   */
  String start(EnquiryRequest request);

  /** What a request with this key began, if one did. */
  Optional<String> startedFor(String key);
}
