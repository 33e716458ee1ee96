package io.attest.report;

import io.attest.audit.AuditRecord;

/** Conditions under which the model decides the same way, case by case. */
final class RulesSheet implements Sheet {
  @Override
  public String anchor() {
    return "rules_start";
  }

  @Override
  public String summary(AuditRecord record) {
    return Explanations.none(record);
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    Explanations.missing(record, page, "rules");
  }
}
