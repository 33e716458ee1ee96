package io.attest.stage;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.data.Field;
import io.attest.data.Format;
import io.attest.data.Frame;
import io.attest.data.Parquet;
import io.attest.data.ReadOptions;
import io.attest.data.TableReader;
import io.attest.explain.Explainers;
import io.attest.explain.Progress;
import io.attest.model.Model;
import io.attest.model.ModelSpec;
import io.attest.model.ModelSpecReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Audits of the sample models, and of invented ones, for tests of single cases. */
public final class CaseAudits {
  private final AuditStore audits;
  private final ArtifactStore artifacts;
  private final Map<String, Model> invented = new HashMap<>();
  private final Snapshots snapshots;

  /** In a database of its own. */
  public static CaseAudits in(Path folder) {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Flyway.configure().dataSource(source).load().migrate();
    return new CaseAudits(
        new AuditStore(JdbcClient.create(source), Clock.systemUTC()),
        new ArtifactStore(folder.resolve("artifacts")));
  }

  public CaseAudits(AuditStore audits, ArtifactStore artifacts) {
    this.audits = audits;
    this.artifacts = artifacts;
    this.snapshots =
        new Snapshots(audits, artifacts) {
          @Override
          public Snapshot load(String auditId) {
            Section.Ingested in = audits.require(auditId, Section.Ingested.class);
            return invented.containsKey(auditId)
                ? new Snapshot(
                    new DeclaredModel(spec(in), invented.get(auditId)),
                    artifacts.path(in.audit().snapshot()),
                    in.training().map(t -> artifacts.path(t.snapshot())))
                : super.load(auditId);
          }
        };
  }

  public AuditStore store() {
    return audits;
  }

  public ArtifactStore artifacts() {
    return artifacts;
  }

  public Snapshots snapshots() {
    return snapshots;
  }

  /**
   * An audit of one of the sample models, with the first rows of its data.
   *
   * @param model id of the folder in {@code config/models}
   */
  public CaseAudits sample(String id, String model, int rows, int training) {
    try {
      Path home = Path.of("config/models").resolve(model);
      ModelSpec spec = ModelSpecReader.read(home.resolve("model.yaml"));
      freeze(
          id,
          rows(home.resolve("audit.csv"), spec, rows),
          Optional.of(rows(home.resolve("training.csv"), spec, training)),
          Files.readAllBytes(spec.model().path()),
          Files.readAllBytes(home.resolve("model.yaml")));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An audit of a model that is none but in this test. */
  public CaseAudits invented(
      String id, String yaml, Model model, Frame audit, Optional<Frame> training) {
    invented.put(id, model);
    freeze(id, audit, training, new byte[0], yaml.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  private static Frame rows(Path file, ModelSpec spec, int most) throws IOException {
    List<Field> fields = new ArrayList<>(spec.fields());
    fields.add(Field.categorical("class", List.of("good", "bad")));
    fields.add(Field.text("application"));
    Frame all =
        TableReader.read(
                file,
                Format.CSV,
                ReadOptions.of(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty()),
                fields,
                List.of())
            .frame();
    return all.select(IntStream.range(0, Math.min(most, all.rows())).toArray());
  }

  private void freeze(String id, Frame audit, Optional<Frame> training, byte[] model, byte[] yaml) {
    if (audits.find(id).isPresent()) {
      return;
    }
    audits.create(
        new Audit(
            id,
            "credit",
            "Credit",
            "high",
            "yearly",
            "validator",
            "rest",
            "mary",
            Instant.parse("2026-11-22T09:00:00Z"),
            "waiting",
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.empty()));
    audits.save(
        id,
        new Section.Ingested(
            table("audit", audit),
            training.map(t -> table("training", t)),
            artifacts.put("model", "x/y", model),
            artifacts.put("model.yaml", "x/y", yaml),
            "xgboost",
            ""));
  }

  private Section.Table table(String name, Frame frame) {
    Artifact file = artifacts.put(name + ".parquet", "x/y", target -> Parquet.write(frame, target));
    return new Section.Table(
        name + ".csv",
        "0".repeat(64),
        file,
        frame.rows(),
        frame.rows(),
        0,
        List.of(),
        List.of(),
        List.of());
  }

  /** Runs a method over the rows of an audit, as its stage does. */
  public Section.Explained explained(String id, String explainer, String parameters) {
    List<Section.Choice> choices =
        new ArrayList<>(
            audits
                .section(id, Section.Selected.class)
                .map(Section.Selected::choices)
                .orElse(List.of()));
    choices.removeIf(c -> c.explainer().equals(explainer));
    choices.add(new Section.Choice(explainer, true, parameters, "test"));
    audits.save(id, new Section.Selected(Map.of(), choices));
    new Explain(audits, artifacts, snapshots, Explainers.all(2), Clock.systemUTC())
        .run(new StageTask(id, Map.of("explainer", explainer), Progress.NONE));
    return audits.explained(id).stream()
        .filter(e -> e.explainer().equals(explainer))
        .findFirst()
        .orElseThrow();
  }
}
