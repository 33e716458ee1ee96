package io.attest.report;

import io.attest.audit.AuditRecord;

/** What would have had to be different for another decision, case by case. */
final class CounterfactualsSheet implements Sheet {
  @Override
  public String anchor() {
    return "counterfactuals_start";
  }

  @Override
  public String summary(AuditRecord record) {
    return Explanations.none(record);
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    Explanations.missing(record, page, "counterfactuals");
  }
}
