package io.attest.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.AuditRecord;
import io.attest.report.page.AuditDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Writes workbooks to look at: {@code -Dattest.look=<folder>}. */
class LookTest {

  @Test
  void look() throws Exception {
    String folder = System.getProperty("attest.look");
    Assumptions.assumeTrue(folder != null, "Set -Dattest.look=<folder> to get workbooks.");
    Files.createDirectories(Path.of(folder));
    Map<String, AuditRecord> records = new LinkedHashMap<>();
    records.put("plain", SampleRecords.plain());
    String only = System.getProperty("attest.only");
    records.put("undecided", SampleRecords.undecided());
    records.put("scorecard", SampleRecords.scorecard());
    records.put("one", SampleRecords.withFeatures(1));
    records.put("many", SampleRecords.withFeatures(300));
    records.put("long", SampleRecords.longNames());
    records.put("classes", SampleRecords.manyClasses());
    records.put("nothing", SampleRecords.nothingRan());
    records.put("skipped", SampleRecords.allSkipped());
    records.put("pass", SampleRecords.noFindings());
    records.put("hostile", SampleRecords.hostile("=HYPERLINK(\"http://x\",\"y\")"));
    records.put("rtl", SampleRecords.hostile("دخل شهري \"صافي\" "));
    if (only != null) {
      records.keySet().removeIf(k -> !only.equals(k));
    }
    Path files = Files.createDirectories(Path.of(folder, "files"));
    var cases = AllCasesTest.record(files, 1000, 14, 1, 500);
    try (var template = Files.newInputStream(TemplateTest.TEMPLATE)) {
      new AuditWorkbook(template, cases.getValue())
          .write(cases.getKey(), Path.of(folder, "cases.xlsx"));
    }
    for (var e : records.entrySet()) {
      Path file = Path.of(folder, e.getKey() + ".xlsx");
      try (var template = Files.newInputStream(TemplateTest.TEMPLATE)) {
        new AuditWorkbook(template).write(e.getValue(), file);
      }
      assertThat(file).isNotEmptyFile();
      AuditDocument document =
          new AuditDocument(name -> Files.newInputStream(Path.of("templates", name)));
      Files.writeString(Path.of(folder, e.getKey() + ".html"), document.html(e.getValue()));
      try (var out = Files.newOutputStream(Path.of(folder, e.getKey() + ".pdf"))) {
        document.pdf(e.getValue(), out);
      }
    }
  }
}
