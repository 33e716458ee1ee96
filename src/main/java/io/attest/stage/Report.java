package io.attest.stage;

import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Writes the report that people decide on: a workbook, and the same as a page and as PDF. */
@Component("report")
public class Report implements Stage {

  private final AuditStore audits;
  private final Controls controls;
  private final ReportFiles files;

  public Report(AuditStore audits, Controls controls, ReportFiles files) {
    this.audits = audits;
    this.controls = controls;
    this.files = files;
  }

  @Override
  public Map<String, Object> run(StageTask task) {
    ReportFiles.Written report = files.write(controls.recorded(task.auditId()));
    audits.save(
        task.auditId(),
        new Section.Reported(
            report.workbook(), Optional.of(report.page()), Optional.of(report.pdf())));
    return Map.of();
  }
}
