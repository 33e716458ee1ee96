package io.attest.stage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.AuditRecord;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import java.util.Optional;
import io.attest.audit.log.EvidenceLog;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Gathers the evidence of an audit into one pack, kept as an artefact. */
@Component
public class Evidence {

  /** In the pack: what a person gave in place of the parameters of {@code model.yaml}. */
  static final String SETTINGS = "settings.json";

  private final AuditStore audits;
  private final ArtifactStore artifacts;
  private final EngineHistory engine;
  private final EvidenceLog log;

  public Evidence(
      AuditStore audits, ArtifactStore artifacts, EngineHistory engine, EvidenceLog log) {
    this.audits = audits;
    this.artifacts = artifacts;
    this.engine = engine;
    this.log = log;
  }

  /**
   * Makes the pack.
   *
   * @param workbook the report that goes into it
   * @param page the same as one HTML file
   * @param pdf the same as PDF
   */
  public Artifact pack(
      AuditRecord record, Artifact workbook, Optional<Artifact> page, Optional<Artifact> pdf) {
    EvidencePack pack = new EvidencePack(artifacts);
    pack.add("report.xlsx", workbook);
    page.ifPresent(f -> pack.add("report.html", f));
    pdf.ifPresent(f -> pack.add("report.pdf", f));
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
    pack.add(SETTINGS, settings(engine.parameters(record.audit().id())));
    pack.add(PackedLog.FILE, PackedLog.write(log.head(), log.about(record.audit().id())));
    return artifacts.put(record.audit().id() + "-evidence.zip", "application/zip", pack::write);
  }

  private static byte[] settings(String parameters) {
    try {
      return new ObjectMapper().writeValueAsBytes(Map.of("parameters", parameters));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A text is JSON.", e);
    }
  }
}
