package io.attest.report;

import io.attest.audit.AuditRecord;

/** How far each explanation may be believed. */
final class QualitySheet implements Sheet {
  @Override
  public String anchor() {
    return "quality_start";
  }

  @Override
  public String summary(AuditRecord record) {
    return Explanations.none(record);
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    Explanations.missing(record, page, "figures of quality");
  }
}
