package io.attest.report;

import io.attest.audit.AuditRecord;
import java.util.List;

/** One sheet of the workbook: what it needs of the template, and how it is filled. */
interface Sheet {

  /** Name of the template's cell where the content begins: tells the sheet as well. */
  String anchor();

  /** All named cells that the sheet needs. */
  default List<String> anchors() {
    return List.of(anchor());
  }

  /** What the cover says about it: one line with the figures that matter most. */
  String summary(AuditRecord record);

  /** Writes the sheet, from its anchor downwards. */
  void fill(AuditRecord record, Page page);
}
