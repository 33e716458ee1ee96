package io.attest.stage;

import io.attest.audit.ArtifactStore;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.model.Model;
import io.attest.model.ModelReader;
import io.attest.model.ModelSpec;
import io.attest.model.ModelSpecReader;
import io.attest.model.plugin.Plugins;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Loads what the stage ingest froze. Later stages read the artefacts, never the sources: a model
 * file that is changed or deleted in the middle of an audit changes nothing in it.
 */
@Component
public class Snapshots {

  private final AuditStore audits;
  private final ArtifactStore artifacts;
  private final Plugins plugins;

  @Autowired
  public Snapshots(AuditStore audits, ArtifactStore artifacts, Plugins plugins) {
    this.audits = audits;
    this.artifacts = artifacts;
    this.plugins = plugins;
  }

  /** With plugins off. */
  public Snapshots(AuditStore audits, ArtifactStore artifacts) {
    this(audits, artifacts, Plugins.OFF);
  }

  /** Everything that was frozen for an audit; its tables are not read yet. */
  public Snapshot load(String auditId) {
    Section.Ingested ingested = audits.require(auditId, Section.Ingested.class);
    ModelSpec spec = spec(ingested);
    try {
      return new Snapshot(
          new DeclaredModel(spec, model(spec, ingested)),
          artifacts.path(ingested.audit().snapshot()),
          ingested.training().map(t -> artifacts.path(t.snapshot())));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the snapshot of " + auditId + ".", e);
    }
  }

  /** The declaration of the model as it was audited. */
  public ModelSpec spec(Section.Ingested ingested) {
    try {
      return ModelSpecReader.parse(
          Files.readAllBytes(artifacts.path(ingested.modelYaml())),
          artifacts.path(ingested.modelYaml()));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the declaration of the model.", e);
    }
  }

  private Model model(ModelSpec spec, Section.Ingested ingested) throws IOException {
    return ModelReader.read(spec.withModelFile(artifacts.path(ingested.modelFile())), plugins);
  }
}
