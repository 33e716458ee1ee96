package io.attest.report;

import io.attest.audit.AuditRecord;
import java.util.LinkedHashMap;
import java.util.Map;

/** Records that strain whoever shows them, for tests of other packages. */
public final class StrainedRecords {
  private StrainedRecords() {}

  /** By a short name that is safe in addresses. */
  public static Map<String, AuditRecord> all() {
    Map<String, AuditRecord> records = new LinkedHashMap<>();
    records.put("plain", SampleRecords.plain());
    records.put("many-features", SampleRecords.withFeatures(300));
    records.put("one-feature", SampleRecords.withFeatures(1));
    records.put("long-names", SampleRecords.longNames());
    records.put("many-classes", SampleRecords.manyClasses());
    records.put(
        "right-to-left",
        SampleRecords.hostile(
            "\u0627\u0644\u062F\u062E\u0644 \u0627\u0644\u0634\u0647\u0631\u064A"));
    records.put("nothing-yet", SampleRecords.nothingRan());
    records.put("all-skipped", SampleRecords.allSkipped());
    return records;
  }
}
