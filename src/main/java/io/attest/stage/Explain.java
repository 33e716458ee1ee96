package io.attest.stage;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.data.Frame;
import io.attest.data.Parquet;
import io.attest.data.ParquetReader;
import io.attest.explain.Dataset;
import io.attest.explain.Draws;
import io.attest.explain.Explainer;
import io.attest.explain.Explainers;
import io.attest.explain.Explanation;
import io.attest.explain.NotApplicable;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer;
import io.attest.explain.Tables;
import io.attest.explain.quality.Quality;
import io.attest.explain.quality.QualityOfAttribution;
import io.attest.model.Batch;
import io.attest.model.Metered;
import io.attest.model.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Runs one chosen explainer over every row of the audit data, and keeps all that it found. One that
 * explains row by row gets the rows in blocks, and neither they nor its answers are ever all in
 * memory.
 */
@Component("explain")
public class Explain implements Stage {
  private static final int BLOCK = 8192;

  private final AuditStore audits;
  private final ArtifactStore artifacts;
  private final Snapshots snapshots;
  private final Explainers explainers;
  private final Clock clock;

  @Autowired
  public Explain(AuditStore audits, ArtifactStore artifacts, Snapshots snapshots, Clock clock) {
    this(audits, artifacts, snapshots, Explainers.all(), clock);
  }

  Explain(
      AuditStore audits,
      ArtifactStore artifacts,
      Snapshots snapshots,
      Explainers explainers,
      Clock clock) {
    this.audits = audits;
    this.artifacts = artifacts;
    this.snapshots = snapshots;
    this.explainers = explainers;
    this.clock = clock;
  }

  @Override
  public Map<String, Object> run(StageTask task) {
    String name = task.text("explainer").orElseThrow();
    Snapshot snapshot = snapshots.load(task.auditId());
    AuditSettings settings = AuditSettings.of(snapshot.spec().explain(), task);
    Parameters parameters = parameters(audits, task.auditId(), name, snapshot, settings);
    Optional<Section.Explained> same = task.text("follows").flatMap(f -> earlier(f, task, name));
    if (same.isPresent()) {
      audits.save(task.auditId(), same.get());
      return Map.of();
    }
    Explainer<?> explainer = explainers.explainer(name);
    audits.save(
        task.auditId(),
        metered(
            snapshot.model(),
            explained(explainer, snapshot, settings, parameters, task.progress())));
    return Map.of();
  }

  /** Parameters of an explainer in an audit: of the table, of the declaration, of the clusters. */
  static Parameters parameters(
      AuditStore audits, String auditId, String name, Snapshot snapshot, AuditSettings settings) {
    Parameters table =
        audits.require(auditId, Section.Selected.class).choices().stream()
            .filter(c -> c.run() && c.explainer().equals(name))
            .map(c -> Parameters.parse(c.parameters()))
            .reduce(Parameters.NONE, Parameters::with);
    Parameters given =
        DeclaredParameters.beneath(name, settings.explainer(name, table), snapshot, settings);
    return audits
        .section(auditId, Section.Correlated.class)
        .map(
            c ->
                ClusterGroups.resolved(
                    given, c.dependence(), snapshot.model().info().featureNames()))
        .orElse(given);
  }

  /** What a model that is asked over a network was asked, as part of how the result came about. */
  private static Section.Explained metered(Model model, Section.Explained explained) {
    return model instanceof Metered metered
        ? new Section.Explained(
            explained.explainer(),
            explained.provenance().map(p -> p.noting(metered.told())),
            explained.files(),
            explained.result(),
            explained.skipped(),
            explained.millis(),
            explained.quality())
        : explained;
  }

  private Section.Explained explained(
      Explainer<?> explainer,
      Snapshot snapshot,
      AuditSettings settings,
      Parameters parameters,
      Progress progress) {
    try {
      return explainer instanceof RowExplainer<?> rows
          ? inBlocks(rows, snapshot, settings, parameters, progress)
          : whole(explainer, snapshot, settings, parameters, progress);
    } catch (NotApplicable e) {
      return new Section.Explained(
          explainer.name(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          Optional.of(new Section.Skipped("", clock.instant(), e.getMessage(), "")),
          0);
    }
  }

  private Section.Explained whole(
      Explainer<?> explainer,
      Snapshot snapshot,
      AuditSettings settings,
      Parameters parameters,
      Progress progress) {
    Dataset audit = snapshot.declared().dataset(snapshot.audit());
    Optional<Dataset> training = snapshot.training().map(snapshot.declared()::dataset);
    Request request =
        new Request(
            snapshot.model(),
            audit,
            background(training.orElse(audit), settings),
            training,
            parameters,
            settings.seed());
    long began = System.nanoTime();
    Explanation explanation = explainer.explain(request, progress);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    List<Artifact> files = new ArrayList<>();
    for (Map.Entry<String, Frame> table : Tables.of(explanation).entrySet()) {
      files.add(
          parquet(
              explainer.name() + "-" + table.getKey(),
              target -> Parquet.write(table.getValue(), target)));
    }
    return new Section.Explained(
        explainer.name(),
        Optional.of(explanation.provenance()),
        files,
        Optional.of(new Shown(snapshot, settings.local(), settings.seed()).of(explanation)),
        Optional.empty(),
        millis);
  }

  private Section.Explained inBlocks(
      RowExplainer<?> explainer,
      Snapshot snapshot,
      AuditSettings settings,
      Parameters parameters,
      Progress progress) {
    long began = System.nanoTime();
    Request request = request(explainer, snapshot, settings, parameters);
    RowsExplained rows = new RowsExplained(explainer, snapshot, settings);
    Artifact file = parquet(explainer.name(), target -> rows.write(request, target, progress));
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    Section.Explained explained =
        new Section.Explained(
            explainer.name(),
            Optional.of(rows.provenance()),
            List.of(file),
            Optional.of(rows.shown()),
            Optional.empty(),
            millis);
    boolean contributions =
        explained.result().orElseThrow() instanceof Section.AttributionResult
            || explained.result().orElseThrow() instanceof Section.LocalSurrogateResult;
    return contributions && settings.quality() > 0
        ? explained.with(
            quality(explainer, snapshot, settings, request, rows.provenance().rows(), progress))
        : explained;
  }

  /**
   * What an earlier audit of the same model and rows explained by this method, where outcomes do
   * not enter into it and nobody gave other parameters since.
   */
  private Optional<Section.Explained> earlier(String first, StageTask task, String name) {
    return audits.explained(first).stream()
        .filter(e -> e.explainer().equals(name) && e.provenance().isPresent())
        .filter(e -> e.result().filter(Explain::withoutOutcomes).isPresent())
        .filter(e -> choice(first, name).equals(choice(task.auditId(), name)))
        .filter(e -> task.text("reworkParameters").isEmpty())
        .findFirst()
        .map(
            e ->
                new Section.Explained(
                    name,
                    e.provenance()
                        .map(
                            p -> p.noting("Taken over from " + first + ": same model, same rows.")),
                    e.files(),
                    e.result(),
                    e.skipped(),
                    e.millis(),
                    e.quality()));
  }

  private List<Section.Choice> choice(String auditId, String name) {
    return audits.require(auditId, Section.Selected.class).choices().stream()
        .filter(c -> c.run() && c.explainer().equals(name))
        .map(c -> new Section.Choice(name, true, c.parameters(), ""))
        .toList();
  }

  private static boolean withoutOutcomes(Section.Result result) {
    return !(result instanceof Section.ImportanceResult
        || result instanceof Section.LossResult
        || result instanceof Section.InfluenceResult);
  }

  /** What a row explainer looks at beside the rows that it explains. */
  public static Request request(
      RowExplainer<?> explainer, Snapshot snapshot, AuditSettings settings, Parameters parameters) {
    Batch none = new Batch(0, snapshot.model().info().features().size(), new double[0]);
    Dataset noRows = new Dataset(none, Optional.empty());
    RowExplainer.Beside beside = explainer.beside(snapshot.model(), parameters);
    boolean counted = beside == RowExplainer.Beside.TRAINING_OR_BACKGROUND;
    Optional<Dataset> training =
        counted && snapshot.hasTraining() ? Optional.of(training(snapshot)) : Optional.empty();
    boolean general = beside == RowExplainer.Beside.BACKGROUND || (counted && training.isEmpty());
    return new Request(
        snapshot.model(),
        noRows,
        general ? background(snapshot, settings) : noRows,
        training,
        parameters,
        settings.seed());
  }

  /** On a seeded sample of the audit rows, with the background that features are replaced from. */
  private static Quality quality(
      RowExplainer<?> explainer,
      Snapshot snapshot,
      AuditSettings settings,
      Request request,
      long explained,
      Progress progress) {
    Dataset sample =
        drawn(
            snapshot,
            snapshot.auditBlocks(BLOCK),
            rows -> new Draws(settings.seed(), "quality").sample(rows, settings.quality()));
    Dataset background =
        request.background().size() > 0 ? request.background() : background(snapshot, settings);
    return new QualityOfAttribution(Runtime.getRuntime().availableProcessors())
        .measure(
            explainer,
            new Request(
                request.model(),
                sample,
                background,
                request.training(),
                request.parameters(),
                request.seed()),
            explained,
            progress);
  }

  private Artifact parquet(String name, ArtifactStore.Writer writer) {
    return artifacts.put(name + ".parquet", "application/vnd.apache.parquet", writer);
  }

  /** A seeded sample without replacement, in the order of the rows; all of them if they are few. */
  public static Dataset background(Dataset rows, AuditSettings settings) {
    return rows.size() <= settings.background() ? rows : rows.select(sample(rows.size(), settings));
  }

  private static int[] sample(int rows, AuditSettings settings) {
    return new Draws(settings.seed(), "background").sample(rows, settings.background());
  }

  /** The same sample, of which nothing else is ever in memory. */
  public static Dataset background(Snapshot snapshot, AuditSettings settings) {
    return drawn(snapshot, snapshot.backgroundBlocks(BLOCK), rows -> sample(rows, settings));
  }

  /** All training rows as the model sees them, with nothing else of them ever in memory. */
  private static Dataset training(Snapshot snapshot) {
    return drawn(
        snapshot, snapshot.backgroundBlocks(BLOCK), rows -> IntStream.range(0, rows).toArray());
  }

  /** The rows that are drawn, as the model sees them; nothing else is ever in memory. */
  public static Dataset drawn(Snapshot snapshot, ParquetReader reader, IntFunction<int[]> draw) {
    try (ParquetReader blocks = reader) {
      int[] chosen = draw.apply(Math.toIntExact(blocks.rows()));
      int p = snapshot.model().info().features().size();
      double[] values = new double[Math.multiplyExact(chosen.length, p)];
      int next = 0;
      int first = 0;
      for (Optional<Frame> block = blocks.next(); block.isPresent(); block = blocks.next()) {
        int from = first;
        int end = first + block.get().rows();
        int[] here =
            Arrays.stream(chosen).filter(i -> i >= from && i < end).map(i -> i - from).toArray();
        Batch batch = snapshot.declared().batch(block.get().select(here));
        System.arraycopy(batch.values(), 0, values, next * p, here.length * p);
        next += here.length;
        first = end;
      }
      return new Dataset(new Batch(chosen.length, p, values), Optional.empty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
