package io.attest.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Why a published report no longer stands.
 *
 * @param state {@link AuditStore#SUPERSEDED} or {@link AuditStore#WITHDRAWN_REPORT}
 * @param formerState how the audit had ended
 * @param requestedBy who asked for it; {@code attest} where a later approval took its place
 * @param confirmedBy the second person; absent where a later approval took its place
 * @param supersededBy the audit that takes its place, if one does
 * @param told the mail addresses that the notice went to
 */
public record Withdrawal(
    String auditId,
    String state,
    String formerState,
    Instant at,
    String requestedBy,
    Optional<String> confirmedBy,
    String reason,
    Optional<String> supersededBy,
    List<String> told) {

  public Withdrawal {
    told = List.copyOf(told);
  }

  /** In a heading: {@code Withdrawn}. */
  public String inShort() {
    return state.equals(AuditStore.SUPERSEDED) ? "Superseded" : "Withdrawn";
  }

  /** By whom, in words. */
  public String by() {
    return confirmedBy.map(second -> requestedBy + " and " + second).orElse(requestedBy);
  }
}
