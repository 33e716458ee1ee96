package io.attest.stage;

import io.attest.audit.Artifact;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Writes the workbook that people decide on. */
@Component("report")
public class Report implements Stage {

  private final AuditStore audits;
  private final Controls controls;
  private final WorkbookFile workbook;

  public Report(AuditStore audits, Controls controls, WorkbookFile workbook) {
    this.audits = audits;
    this.controls = controls;
    this.workbook = workbook;
  }

  @Override
  public Map<String, Object> run(StageTask task) {
    Artifact file = workbook.write(controls.recorded(task.auditId()));
    audits.save(task.auditId(), new Section.Reported(file));
    return Map.of();
  }
}
