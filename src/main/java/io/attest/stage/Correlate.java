package io.attest.stage;

import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.correlate.Associations;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Measures how the model's inputs depend on each other. */
@Component("correlate")
public class Correlate implements Stage {

  private final AuditStore audits;
  private final Snapshots snapshots;

  public Correlate(AuditStore audits, Snapshots snapshots) {
    this.audits = audits;
    this.snapshots = snapshots;
  }

  @Override
  public Map<String, Object> run(StageTask task) {
    Snapshot snapshot = snapshots.load(task.auditId());
    audits.save(
        task.auditId(),
        new Section.Correlated(
            Associations.of(
                snapshot.audit(), snapshot.model().info().featureNames(), task.progress())));
    return Map.of();
  }
}
