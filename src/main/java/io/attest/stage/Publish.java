package io.attest.stage;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.AuditRecord;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Seals an audit: the workbook with the decisions in it, and the evidence pack. Runs once: a second
 * run finds the seal and changes nothing.
 */
@Component("publish")
public class Publish implements Stage {

  private final AuditStore audits;
  private final ArtifactStore artifacts;
  private final Records records;
  private final EngineHistory engine;
  private final WorkbookFile workbook;
  private final Clock clock;

  public Publish(
      AuditStore audits,
      ArtifactStore artifacts,
      Records records,
      EngineHistory engine,
      WorkbookFile workbook,
      Clock clock) {
    this.audits = audits;
    this.artifacts = artifacts;
    this.records = records;
    this.engine = engine;
    this.workbook = workbook;
    this.clock = clock;
  }

  @Override
  public Map<String, Object> run(StageTask task) {
    String id = task.auditId();
    Optional<Section.Published> sealed = audits.section(id, Section.Published.class);
    if (sealed.isEmpty()) {
      AuditRecord record = records.of(id);
      Artifact file = workbook.write(record);
      audits.save(
          id, new Section.Published(file, pack(record, file), outcome(record), clock.instant()));
    }
    return Map.of("outcome", audits.require(id, Section.Published.class).outcome());
  }

  /** The last decision of a review or of a second approval decides. */
  private static String outcome(AuditRecord record) {
    String outcome = "rejected";
    for (var decision : record.decisions()) {
      switch (decision.task() + " " + decision.decision()) {
        case "review approve" -> outcome = "approved";
        case "review approve-with-conditions" -> outcome = "approved-with-conditions";
        case "review reject", "second-approval reject" -> outcome = "rejected";
        default -> {}
      }
    }
    return outcome;
  }

  private Artifact pack(AuditRecord record, Artifact file) {
    EvidencePack pack = new EvidencePack(artifacts);
    pack.add("report.xlsx", file);
    record
        .section(Section.Ingested.class)
        .ifPresent(
            i -> {
              pack.add("data/" + i.audit().snapshot().name(), i.audit().snapshot());
              i.training().ifPresent(t -> pack.add("data/" + t.snapshot().name(), t.snapshot()));
              pack.add("model/" + i.modelFile().name(), i.modelFile());
              pack.add("model/model.yaml", i.modelYaml());
            });
    record
        .explained()
        .forEach(e -> e.files().forEach(f -> pack.add("explanations/" + f.name(), f)));
    engine.files(record.audit().id()).forEach((name, bytes) -> pack.add("rules/" + name, bytes));
    pack.add("record.json", audits.json(record));
    return artifacts.put(record.audit().id() + "-evidence.zip", "application/zip", pack::write);
  }
}
