package io.attest.stage.decision;

import io.attest.audit.CaseExplanation.Subject;
import io.attest.data.Frame;
import java.util.List;

/**
 * A case, laid out as a table.
 *
 * @param subject which case it is
 * @param frame one row, every feature of the model a column
 * @param warnings what to know of how it was found
 */
record CaseRow(Subject subject, Frame frame, List<String> warnings) {

  CaseRow {
    warnings = List.copyOf(warnings);
  }
}
