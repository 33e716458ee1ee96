package io.attest.stage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.AuditRecord;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.audit.log.EvidenceLog;
import io.attest.audit.signature.Signatory;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Gathers the evidence of an audit into one pack, kept as an artefact. */
@Component
public class Evidence {

  /** In the pack: what a person gave in place of the parameters of {@code model.yaml}. */
  public static final String SETTINGS = "settings.json";

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

  /** Makes the pack of an audit that nobody has released. */
  public Artifact pack(AuditRecord record, Section.Reported report) {
    return pack(record, report, Optional.empty());
  }

  /** Makes the pack of a released audit: signed, where the installation has a key. */
  Artifact sealed(AuditRecord record, Section.Reported report, Signing signing) {
    return pack(record, report, signing.signatory());
  }

  private Artifact pack(
      AuditRecord record, Section.Reported report, Optional<Signatory> signatory) {
    EvidencePack pack = new EvidencePack(artifacts);
    pack.signedBy(signatory);
    pack.add("report.xlsx", report.workbook());
    report.page().ifPresent(f -> pack.add("report.html", f));
    report.pdf().ifPresent(f -> pack.add("report.pdf", f));
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
    pack.add(PackedLog.FILE, PackedLog.write(log.head(), log.ofAudit(record.audit().id())));
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
