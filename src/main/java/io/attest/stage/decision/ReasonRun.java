package io.attest.stage.decision;

import java.time.Instant;
import java.util.List;

/**
 * A file of cases on its way to a file of reasons.
 *
 * @param id names it
 * @param person who asked
 * @param file the name of the file of cases
 * @param model its id
 * @param audit the approved audit that it rests on
 * @param method of the contributions
 * @param state {@code waiting}, {@code working}, {@code done}, {@code failed} or {@code cancelled}
 * @param done rows that have an answer
 * @param rows all of them
 * @param faults rows that could not be read
 * @param flags rows with something that a person has to decide
 * @param notes what was detected, sampled or left out, a sentence each
 * @param why it failed; else empty
 * @param begun when it was asked for
 */
public record ReasonRun(
    String id,
    String person,
    String file,
    String model,
    String audit,
    String method,
    String state,
    long done,
    long rows,
    long faults,
    long flags,
    List<String> notes,
    String why,
    Instant begun) {

  public ReasonRun {
    notes = List.copyOf(notes);
  }

  /** Whether nothing more will come. */
  public boolean ended() {
    return !state.equals("waiting") && !state.equals("working");
  }
}
