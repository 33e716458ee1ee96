package io.attest.report;

import io.attest.audit.AuditRecord;

/** A small tree and a list of rules that mimic the model, and how well they do. */
final class SurrogateSheet implements Sheet {
  @Override
  public String anchor() {
    return "surrogate_start";
  }

  @Override
  public String summary(AuditRecord record) {
    return Explanations.none(record);
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    Explanations.missing(record, page, "a surrogate");
  }
}
