package io.attest.stage;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.AuditRecord;
import io.attest.report.AuditWorkbook;
import java.io.InputStream;
import org.springframework.stereotype.Component;

/**
 * The workbook of an audit, made from the template of this installation and kept as an artefact.
 */
@Component
class WorkbookFile {

  private static final String TEMPLATE = "audit-report.xlsx";

  private final ArtifactStore artifacts;
  private final Templates templates;

  WorkbookFile(ArtifactStore artifacts, Templates templates) {
    this.artifacts = artifacts;
    this.templates = templates;
  }

  Artifact write(AuditRecord record) {
    return artifacts.put(
        record.audit().id() + ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        file -> {
          try (InputStream template = templates.open(TEMPLATE)) {
            new AuditWorkbook(template).write(record, file);
          }
        });
  }
}
