package io.attest.stage.decision;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.Attributions;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.correlate.Dependence;
import io.attest.data.Frame;
import io.attest.data.Parquet;
import io.attest.data.ParquetReader;
import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Draws;
import io.attest.explain.Explainer;
import io.attest.explain.Explainers;
import io.attest.explain.LocalSurrogate;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.RowExplainer;
import io.attest.explain.counterfactual.CounterfactualSearch;
import io.attest.explain.counterfactual.Neighbours;
import io.attest.model.Batch;
import io.attest.model.LinearModel;
import io.attest.model.Metered;
import io.attest.model.Model;
import io.attest.model.tree.TreeEnsembleModel;
import io.attest.stage.AuditSettings;
import io.attest.stage.DeclaredParameters;
import io.attest.stage.Explain;
import io.attest.stage.Snapshot;
import io.attest.stage.Snapshots;
import io.attest.stage.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What single cases of one audit are explained with: its model, background and parameters, loaded
 * and prepared once. Thread-safe.
 */
final class CaseBench {
  /** How many cells of the data are kept to search in: 32 MB. */
  private static final int CELLS = 4_000_000;

  private static final int MOST_ROWS = 20_000;
  private static final int BLOCK = 8192;

  /** Preparation that pays for a person who tries some values. */
  private static final long EXPECTED = 50;

  private final ArtifactStore artifacts;
  private final Snapshot snapshot;
  private final List<Section.Explained> explained;
  private final Optional<Dependence> dependence;
  private final AuditSettings settings;
  private final Explainers explainers = Explainers.all(1);
  private final CaseReader reader;
  private final List<String> attempts = new ArrayList<>();
  private Optional<Attributor> attributor = Optional.empty();
  private boolean attributorSought;
  private Optional<RowExplainer.Prepared<LocalSurrogate>> lime = Optional.empty();
  private Optional<Data> data = Optional.empty();

  CaseBench(AuditStore audits, ArtifactStore artifacts, Snapshots snapshots, String auditId) {
    this.artifacts = artifacts;
    snapshot = snapshots.load(auditId);
    explained = audits.explained(auditId);
    dependence =
        audits.section(auditId, Section.Correlated.class).map(Section.Correlated::dependence);
    reader = new CaseReader(snapshot);
    settings = settings();
  }

  /**
   * The method that says what each feature added.
   *
   * @param ofAudit whether it is the main one of the audit
   * @param baseValue as the audit recorded it; absent if it is not of the audit
   */
  record Attributor(
      String name,
      boolean ofAudit,
      RowExplainer.Prepared<Attribution> prepared,
      Optional<Double> baseValue) {}

  /**
   * Rows to search in.
   *
   * @param training whether they are of the training
   * @param all how many there are
   * @param chosen their indices in the file, ascending: all, or a seeded sample
   */
  record Data(boolean training, int all, int[] chosen, Dataset rows, Neighbours neighbours) {

    boolean sampled() {
      return chosen.length < all;
    }
  }

  Snapshot snapshot() {
    return snapshot;
  }

  Model model() {
    return snapshot.model();
  }

  CaseReader reader() {
    return reader;
  }

  List<Section.Explained> explained() {
    return explained;
  }

  Optional<Dependence> dependence() {
    return dependence;
  }

  long seed() {
    return settings.seed();
  }

  /** Whether each prediction costs a request over a network. */
  boolean remote() {
    return model() instanceof Metered;
  }

  Explainer<?> explainer(String name) {
    return explainers.explainer(name);
  }

  /**
   * The parameters that a method had in the audit; where it did not run, the declared ones.
   *
   * @param name of the explainer
   */
  Parameters parameters(String name) {
    return provenance(name)
        .map(p -> new Parameters(p.parameters()))
        .orElseGet(() -> DeclaredParameters.of(name, snapshot.spec()));
  }

  private Optional<Provenance> provenance(String name) {
    return explained.stream()
        .filter(e -> e.explainer().equals(name))
        .flatMap(e -> e.provenance().stream())
        .findFirst();
  }

  /** A reviewer may have sent the audit back with another seed: what ran tells which it was. */
  private AuditSettings settings() {
    AuditSettings declared =
        AuditSettings.of(snapshot.spec().explain(), new StageTask("", Map.of(), Progress.NONE));
    long seed =
        explained.stream()
            .flatMap(e -> e.provenance().stream())
            .flatMap(p -> p.seed().stream())
            .findFirst()
            .orElse(declared.seed());
    return with(declared, seed, declared.background());
  }

  private static AuditSettings with(AuditSettings settings, long seed, int background) {
    return new AuditSettings(
        seed, background, settings.local(), settings.quality(), settings.explainers());
  }

  /** The main method of the audit, or one that fits; empty if none does. */
  synchronized Optional<Attributor> attributor() {
    if (!attributorSought) {
      for (Section.Explained main : Attributions.of(explained)) {
        attributor = attributor.or(() -> prepare(main.explainer(), Optional.of(main)));
      }
      for (String name : fitting()) {
        attributor = attributor.or(() -> prepare(name, Optional.empty()));
      }
      attributorSought = true;
    }
    return attributor;
  }

  /** Why methods did not fit, a sentence each. */
  synchronized List<String> attempts() {
    return List.copyOf(attempts);
  }

  private List<String> fitting() {
    return model() instanceof TreeEnsembleModel
        ? List.of("tree-shap", "kernel-shap", "permutation-shap")
        : model() instanceof LinearModel
            ? List.of("linear-shap", "kernel-shap", "permutation-shap")
            : List.of("kernel-shap", "permutation-shap");
  }

  @SuppressWarnings("unchecked") // what gave an attribution once gives one again
  private Optional<Attributor> prepare(String name, Optional<Section.Explained> of) {
    try {
      if (!(explainers.explainer(name) instanceof RowExplainer<?> rows)) {
        return Optional.empty();
      }
      Parameters parameters =
          of.flatMap(Section.Explained::provenance)
              .map(p -> new Parameters(p.parameters()))
              .orElse(Parameters.NONE);
      RowExplainer.Prepared<?> prepared =
          rows.prepare(
              Explain.request(rows, snapshot, background(of), parameters), EXPECTED, Progress.NONE);
      return Optional.of(
          new Attributor(
              name,
              of.isPresent(),
              (RowExplainer.Prepared<Attribution>) prepared,
              of.flatMap(Section.Explained::result)
                  .filter(Section.AttributionResult.class::isInstance)
                  .map(r -> ((Section.AttributionResult) r).baseValue())));
    } catch (IllegalArgumentException e) {
      attempts.add(name + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** As many background rows as the audit had. */
  private AuditSettings background(Optional<Section.Explained> of) {
    int rows =
        of.flatMap(Section.Explained::provenance)
            .map(p -> (int) Math.min(Integer.MAX_VALUE, p.backgroundRows()))
            .filter(n -> n > 0)
            .orElse(settings.background());
    return with(settings, settings.seed(), rows);
  }

  /**
   * LIME, ready.
   *
   * @throws IllegalArgumentException if it does not fit
   */
  @SuppressWarnings("unchecked") // the explainer of this name answers with lines
  synchronized RowExplainer.Prepared<LocalSurrogate> lime() {
    if (lime.isEmpty()) {
      RowExplainer<LocalSurrogate> explainer =
          (RowExplainer<LocalSurrogate>) explainers.explainer("lime");
      lime =
          Optional.of(
              explainer.prepare(
                  Explain.request(explainer, snapshot, settings, parameters("lime")),
                  1,
                  Progress.NONE));
    }
    return lime.get();
  }

  /** The rows that stand for "in general" in the audit. */
  Dataset background() {
    return Explain.background(snapshot, settings);
  }

  /**
   * The rows to search in: those of the training, or else of the audit; a seeded sample if they are
   * many.
   */
  synchronized Data data() {
    if (data.isEmpty()) {
      int p = model().info().features().size();
      int most = Math.max(1, Math.min(MOST_ROWS, CELLS / Math.max(1, p)));
      List<int[]> drawn = new ArrayList<>();
      int[] all = new int[1];
      Dataset rows =
          Explain.drawn(
              snapshot,
              snapshot.backgroundBlocks(BLOCK),
              n -> {
                all[0] = n;
                drawn.add(new Draws(seed(), "one case").sample(n, Math.min(n, most)));
                return drawn.get(0);
              });
      data =
          Optional.of(
              new Data(
                  snapshot.hasTraining(),
                  all[0],
                  drawn.get(0),
                  rows,
                  Neighbours.of(
                      model().info().features(),
                      rows.rows(),
                      rules(parameters(CounterfactualSearch.NAME)))));
    }
    return data.get();
  }

  private static Parameters rules(Parameters given) {
    Map<String, String> kept = new TreeMap<>(given.values());
    kept.keySet().retainAll(List.of("scale", "one-of"));
    return new Parameters(kept);
  }

  /** Rows of the data that is searched, by their indices in the file, as tables of one row. */
  List<Frame> frames(int[] wanted) {
    Frame[] out = new Frame[wanted.length];
    try (ParquetReader blocks = snapshot.backgroundBlocks(BLOCK)) {
      int first = 0;
      for (Optional<Frame> block = blocks.next(); block.isPresent(); block = blocks.next()) {
        for (int i = 0; i < wanted.length; i++) {
          if (wanted[i] >= first && wanted[i] < first + block.get().rows()) {
            out[i] = block.get().select(new int[] {wanted[i] - first});
          }
        }
        first += block.get().rows();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Arrays.asList(out);
  }

  /** A table that the audit left. */
  Frame table(Artifact file) {
    try {
      return Parquet.read(artifacts.path(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Batch batch(Frame frame) {
    return snapshot.declared().batch(frame);
  }
}
