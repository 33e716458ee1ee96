package io.attest.report;

import io.attest.audit.AuditRecord;

/** Straight-line accounts of the model near single cases, beside the main attribution. */
final class LimeSheet implements Sheet {
  @Override
  public String anchor() {
    return "lime_start";
  }

  @Override
  public String summary(AuditRecord record) {
    return Explanations.none(record);
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    Explanations.missing(record, page, "local straight-line models");
  }
}
