package io.attest.stage;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.data.Frame;
import io.attest.data.Parquet;
import io.attest.explain.Dataset;
import io.attest.explain.Draws;
import io.attest.explain.Explainers;
import io.attest.explain.Explanation;
import io.attest.explain.Parameters;
import io.attest.explain.Request;
import io.attest.explain.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** Runs one chosen explainer over every row of the audit data, and keeps all that it found. */
@Component("explain")
public class Explain implements Stage {

  private final AuditStore audits;
  private final ArtifactStore artifacts;
  private final Snapshots snapshots;

  public Explain(AuditStore audits, ArtifactStore artifacts, Snapshots snapshots) {
    this.audits = audits;
    this.artifacts = artifacts;
    this.snapshots = snapshots;
  }

  @Override
  public Map<String, Object> run(StageTask task) {
    String explainer = task.text("explainer").orElseThrow();
    Snapshot snapshot = snapshots.load(task.auditId());
    AuditSettings settings = AuditSettings.of(snapshot.spec().explain(), task);
    Parameters table =
        audits.require(task.auditId(), Section.Selected.class).choices().stream()
            .filter(c -> c.run() && c.explainer().equals(explainer))
            .map(c -> Parameters.parse(c.parameters()))
            .reduce(Parameters.NONE, Parameters::with);
    Dataset audit = snapshot.dataset(snapshot.audit());
    Optional<Dataset> training = snapshot.training().map(snapshot::dataset);
    Request request =
        new Request(
            snapshot.model(),
            audit,
            background(training.orElse(audit), settings),
            training,
            settings.explainer(explainer, table),
            settings.seed());
    long began = System.nanoTime();
    Explanation explanation =
        Explainers.all().explainer(explainer).explain(request, task.progress());
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    List<Artifact> files = new ArrayList<>();
    for (Map.Entry<String, Frame> table1 : Tables.of(explanation).entrySet()) {
      files.add(
          artifacts.put(
              explainer + "-" + table1.getKey() + ".parquet",
              "application/vnd.apache.parquet",
              target -> Parquet.write(table1.getValue(), target)));
    }
    audits.save(
        task.auditId(),
        new Section.Explained(
            explainer,
            Optional.of(explanation.provenance()),
            files,
            Optional.of(new Shown(snapshot, settings.local(), settings.seed()).of(explanation)),
            Optional.empty(),
            millis));
    return Map.of();
  }

  /** A seeded sample without replacement, in the order of the rows; all of them if they are few. */
  static Dataset background(Dataset rows, AuditSettings settings) {
    return rows.size() <= settings.background()
        ? rows
        : rows.select(
            new Draws(settings.seed(), "background").sample(rows.size(), settings.background()));
  }
}
