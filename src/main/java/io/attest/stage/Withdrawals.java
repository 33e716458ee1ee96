package io.attest.stage;

import java.util.Optional;

/** Takes published reports back, by a reviewer and an approver together. */
public interface Withdrawals {

  /**
   * Asks for the withdrawal of a report. It stands until a second person confirms.
   *
   * @param who the user who asks: a reviewer or an approver
   * @param reason why, for the record and for those who were told of the result
   * @param supersededBy the approved audit of the same model that takes its place, if there is one
   * @throws IllegalArgumentException if there is no such audit, it does not stand as approved, the
   *     withdrawal is asked for already, or the reason is blank
   * @throws SecurityException if this user may not ask
   */
  void request(String auditId, String who, String reason, Optional<String> supersededBy);

  /**
   * Confirms or refuses what another person asked for.
   *
   * @param who the second person: an approver where a reviewer asked, and the other way round
   * @param confirm false: the report stands
   * @throws IllegalArgumentException if nothing is asked, or the reason of a refusal is blank, or
   *     this user may not confirm it
   */
  void confirm(String auditId, Account who, boolean confirm, String comment);
}
