package io.attest.audit;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/**
 * Somebody asks why one case was decided as it was.
 *
 * @param id for instance {@code DEC-german-credit-20261122-1}
 * @param model the model that decided
 * @param modelName its name for people
 * @param auditId the approved audit that the answer rests on: model, method and background are its
 * @param caseName which case: the name in the model's id column, or the number of the row
 * @param data a file with the case, where it is not among the audited rows
 * @param recipient to whom the letter goes, as it shall stand there; may be empty
 * @param jurisdiction whose rights the letter states; empty if none was given
 * @param reason why it is asked, for the record; may be empty
 * @param trigger which door it came through: {@code tasklist}, {@code rest}, {@code inbox}
 * @param askedBy who entered it: this person cannot check the answer
 * @param receivedOn when the request was received: the days run from here
 * @param dueOn when the answer must have gone
 * @param state {@code running}, {@code waiting}, {@code answered}, {@code refused} or {@code
 *     withdrawn}
 * @param round grows by one each time that the answer is sent back
 * @param outcome {@code favourable} or {@code unfavourable}, once it is known
 * @param draft hash of the file that has the explanation and the drafted reasons
 * @param checked what the checker decided, as JSON
 */
public record Enquiry(
    String id,
    String model,
    String modelName,
    String auditId,
    String caseName,
    Optional<String> data,
    String recipient,
    String jurisdiction,
    String reason,
    String trigger,
    String askedBy,
    Instant askedAt,
    LocalDate receivedOn,
    LocalDate dueOn,
    String state,
    int round,
    Optional<String> outcome,
    Optional<String> draft,
    Optional<String> checked,
    Optional<Instant> endedAt) {

  /**
   * Something that was done with it.
   *
   * @param who a user, or {@code attest}
   * @param what {@code asked}, {@code explained}, {@code checked: approve}...
   * @param comment in the words of whoever did it; may be empty
   * @param detail what it changed; may be empty
   */
  public record Step(Instant at, String who, String what, String comment, String detail) {}

  /**
   * A file that is archived with it.
   *
   * @param about what it is, for people
   */
  public record Filed(Artifact artifact, String about) {}
}
