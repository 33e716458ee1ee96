package io.attest.stage;

import io.attest.audit.ArtifactStore;
import io.attest.audit.AuditRecord;
import io.attest.audit.AuditStore;
import io.attest.audit.DecisionRecord;
import io.attest.audit.Section;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Seals an audit: the report with the decisions in it, and the evidence pack. Runs once: a second
 * run finds the seal and changes nothing.
 */
@Component("publish")
public class Publish implements Stage {

  private final AuditStore audits;
  private final Controls controls;
  private final Evidence evidence;
  private final ReportFiles files;
  private final Approvals approvals;
  private final ArtifactStore artifacts;
  private final Signing signing;
  private final Clock clock;

  public Publish(
      AuditStore audits,
      Controls controls,
      Evidence evidence,
      ReportFiles files,
      Approvals approvals,
      ArtifactStore artifacts,
      Signing signing,
      Clock clock) {
    this.artifacts = artifacts;
    this.signing = signing;
    this.audits = audits;
    this.controls = controls;
    this.evidence = evidence;
    this.files = files;
    this.approvals = approvals;
    this.clock = clock;
  }

  @Override
  public Map<String, Object> run(StageTask task) {
    String id = task.auditId();
    Optional<Section.Published> sealed = audits.section(id, Section.Published.class);
    if (sealed.isEmpty()) {
      String outcome = outcome(audits.decisions(id));
      if (outcome.startsWith("approved")) {
        // Before the report: its cover says how long the approval holds.
        approvals.grant(id, outcome);
      }
      AuditRecord record = controls.recorded(id);
      ReportFiles.Written written = files.write(record);
      Section.Reported report =
          new Section.Reported(
              signing.workbook(written.workbook(), artifacts),
              Optional.of(written.page()),
              Optional.of(written.pdf()));
      audits.save(
          id,
          new Section.Published(
              report.workbook(),
              evidence.sealed(record, report, signing),
              outcome,
              clock.instant(),
              report.page(),
              report.pdf()));
    }
    return Map.of("outcome", audits.require(id, Section.Published.class).outcome());
  }

  /** The last decision of a review, of a second approval or of a committee decides. */
  private static String outcome(List<DecisionRecord> decisions) {
    String outcome = "rejected";
    for (var decision : decisions) {
      switch (decision.task() + " " + decision.decision()) {
        case "review approve" -> outcome = "approved";
        case "review approve-with-conditions" -> outcome = "approved-with-conditions";
        case "review reject", "second-approval reject", "committee reject" -> outcome = "rejected";
        default -> {}
      }
    }
    return outcome;
  }
}
