package io.attest.stage;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.AuditRecord;
import io.attest.report.AuditWorkbook;
import io.attest.report.CaseFiles;
import io.attest.report.page.AuditDocument;
import io.attest.report.pdf.Fonts;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The report of an audit as a workbook, as one HTML file and as PDF, made from the templates of
 * this installation and kept as artefacts.
 */
@Component
class ReportFiles {

  private static final String TEMPLATE = "audit-report.xlsx";

  private final ArtifactStore artifacts;
  private final Templates templates;
  private final CaseFiles files;
  private final Fonts fonts;

  /**
   * @param fonts of the PDF, for signs that the packed ones lack
   * @param cases how many cases the workbook lists at most
   */
  ReportFiles(
      ArtifactStore artifacts,
      Templates templates,
      Fonts fonts,
      @Value("${attest.workbook.cases:" + CaseFiles.MOST + "}") int cases) {
    this.artifacts = artifacts;
    this.templates = templates;
    this.fonts = fonts;
    this.files = new CaseFiles(a -> Optional.of(artifacts.path(a)), cases);
  }

  /** The three of them: they say the same. */
  record Written(Artifact workbook, Artifact page, Artifact pdf) {}

  Written write(AuditRecord record) {
    AuditDocument document = new AuditDocument(templates::open, fonts);
    String id = record.audit().id();
    return new Written(
        artifacts.put(
            id + ".xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            file -> {
              try (InputStream template = templates.open(TEMPLATE)) {
                new AuditWorkbook(template, files).write(record, file);
              }
            }),
        artifacts.put(
            id + ".html", "text/html", file -> Files.writeString(file, document.html(record))),
        artifacts.put(
            id + ".pdf",
            "application/pdf",
            file -> {
              try (OutputStream out = Files.newOutputStream(file)) {
                document.pdf(record, out);
              }
            }));
  }
}
