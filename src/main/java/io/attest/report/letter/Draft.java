package io.attest.report.letter;

import io.attest.audit.CaseExplanation;
import java.time.LocalDate;
import java.util.List;

/**
 * What is known of a case before a person checks it: the explanation, and what a letter could tell
 * of it. Kept as a file, so that what was checked is what is sent.
 *
 * @param enquiry the enquiry it belongs to
 * @param modelName the model's name for people, as it was audited
 * @param modelVersion as it was audited
 * @param owner who is responsible for the model
 * @param purpose what the model is for
 * @param modelSha256 hash of the model file
 * @param audit the audit that all this rests on
 * @param audited the day on which it was decided
 * @param caseName which case
 * @param data hash of the file that the case was read from; empty if it is a row of the audit
 * @param favourable how the case was decided
 * @param decision the same in a sentence
 * @param reasons all that pushed towards the outcome, strongest first
 * @param changes what would have changed an unfavourable outcome, a sentence each
 * @param information which information the model uses, in words
 * @param rights the rights that the letter tells of
 * @param warnings what a checker should know, a sentence each
 * @param explanation where all of it comes from; without rows of other people
 */
public record Draft(
    String enquiry,
    String modelName,
    String modelVersion,
    String owner,
    String purpose,
    String modelSha256,
    String audit,
    LocalDate audited,
    String caseName,
    String data,
    boolean favourable,
    String decision,
    List<FoundReason> reasons,
    List<String> changes,
    List<String> information,
    List<Right> rights,
    List<String> warnings,
    CaseExplanation explanation) {

  public Draft {
    reasons = List.copyOf(reasons);
    changes = List.copyOf(changes);
    information = List.copyOf(information);
    rights = List.copyOf(rights);
    warnings = List.copyOf(warnings);
  }
}
