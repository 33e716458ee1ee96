package io.attest.stage;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.Attributions;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.explain.Draws;
import io.attest.explain.Explainers;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.RowExplainer;
import io.attest.explain.quality.RowAgreement;
import io.attest.measure.Membership;
import io.attest.measure.Performance;
import io.attest.measure.Performances;
import io.attest.measure.drift.AttributionDrift;
import io.attest.measure.drift.MetricChange;
import io.attest.measure.drift.PredictionChange;
import io.attest.model.Metered;
import io.attest.model.ModelSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** One audit against an earlier one. */
final class AuditsCompared {

  /** Contributions of more rows are a seeded sample: distributions need no more. */
  private static final int MOST_ROWS = 20_000;

  /** How many rows are explained again where explanations do not compare as they are. */
  private static final int AGAIN = 500;

  private final AuditStore audits;
  private final ArtifactStore artifacts;
  private final EngineHistory engine;
  private final Explainers explainers;
  private final Snapshots snapshots;
  private final Audit before;
  private final String id;
  private final Section.Ingested ingestedThen;
  private final Section.Ingested ingestedNow;
  private final Snapshot now;
  private final List<String> notTested = new ArrayList<>();

  AuditsCompared(
      AuditStore audits,
      ArtifactStore artifacts,
      Snapshots snapshots,
      EngineHistory engine,
      Explainers explainers,
      Audit before,
      String id,
      Snapshot now) {
    this.audits = audits;
    this.artifacts = artifacts;
    this.engine = engine;
    this.explainers = explainers;
    this.snapshots = snapshots;
    this.before = before;
    this.id = id;
    this.now = now;
    this.ingestedThen = audits.require(before.id(), Section.Ingested.class);
    this.ingestedNow = audits.require(id, Section.Ingested.class);
  }

  /** Why nothing at all can be compared, if so: what was frozen is gone, or no longer the same. */
  Optional<String> unreadable() {
    try {
      verified(ingestedThen.audit().snapshot());
      verified(ingestedThen.modelFile());
      verified(ingestedThen.modelYaml());
      for (Section.Table training : ingestedThen.training().stream().toList()) {
        verified(training.snapshot());
      }
      return Optional.empty();
    } catch (UncheckedIOException e) {
      return Optional.of(e.getCause().getMessage());
    }
  }

  /** The file of an artefact whose bytes still are those that were stored. */
  private Path verified(Artifact artifact) {
    Path file = artifacts.path(artifact);
    try {
      if (!ArtifactStore.sha256(file).equals(artifact.sha256())) {
        throw new IOException(
            "The artefact "
                + artifact.name()
                + " has changed since it was stored. Restore it from the backup.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  Section.Drifted with(String why, Optional<Section.Labelled> labelled, Progress progress) {
    Snapshot then = snapshots.load(before.id());
    Frame rowsThen = then.audit();
    Frame rowsNow = now.audit();
    DataShift shift = DataShift.of(then.declared(), rowsThen, now.declared(), rowsNow, notTested);
    List<MetricChange> performance = performance(rowsNow);
    Optional<AttributionDrift> attribution = attribution(then, rowsNow, progress);
    Optional<PredictionChange> fixed = fixedRows(then, rowsThen);
    Optional<Section.Stability> stability =
        fixed.isPresent() && !sameModel() ? stability(then, rowsThen, progress) : Optional.empty();
    return new Section.Drifted(
        Optional.of(
            new Section.Baseline(
                "audit",
                before.id(),
                before.state(),
                Optional.of(before.startedAt()),
                then.spec().version(),
                rowsThen.rows())),
        why,
        shift.inputs(),
        shift.scores(),
        shift.labels(),
        performance,
        attribution,
        fixed,
        stability,
        changed(then.spec()),
        labelled,
        notTested);
  }

  private boolean sameModel() {
    return ingestedThen.modelFile().sha256().equals(ingestedNow.modelFile().sha256());
  }

  // --- performance ----------------------------------------------------------------------------

  private List<MetricChange> performance(Frame rowsNow) {
    Optional<Performance> then =
        audits
            .section(before.id(), Section.Validated.class)
            .flatMap(Section.Validated::performance);
    Optional<double[]> labels = now.declared().knownLabels(rowsNow);
    if (then.isEmpty() || labels.isEmpty()) {
      notTested.add(
          "Performance: "
              + (labels.isEmpty()
                  ? "this audit has no labels yet."
                  : "the baseline had no labels."));
      return List.of();
    }
    return MetricChange.of(
        then.get(),
        Performances.of(
            now.spec().task(),
            now.model().info().outputs().size(),
            DataShift.responses(now.declared(), rowsNow),
            labels.get(),
            now.spec().decision()));
  }

  // --- attribution ----------------------------------------------------------------------------

  /** The method that both speak through, the main one first; else the baseline's main one. */
  private Optional<Section.Explained> method() {
    List<Section.Explained> then = Attributions.of(audits.explained(before.id()));
    return then.stream()
        .filter(t -> of(id, t.explainer()).isPresent())
        .findFirst()
        .or(() -> then.stream().findFirst())
        .filter(t -> !t.files().isEmpty());
  }

  private Optional<Section.Explained> of(String audit, String explainer) {
    return Attributions.of(audits.explained(audit)).stream()
        .filter(e -> e.explainer().equals(explainer) && !e.files().isEmpty())
        .findFirst();
  }

  private Optional<AttributionDrift> attribution(Snapshot then, Frame rowsNow, Progress progress) {
    Optional<Section.Explained> method = method();
    if (method.isEmpty()) {
      notTested.add("Explanations: the baseline has no contributions of features.");
      return Optional.empty();
    }
    Section.Explained was = method.get();
    try {
      String output = result(was).output();
      Contributions a = kept(was, then, output);
      Optional<Section.Explained> is = of(id, was.explainer());
      List<String> differences = is.map(e -> unlike(was, e)).orElse(List.of("not run this time"));
      Contributions b;
      String how;
      if (differences.isEmpty()) {
        b = kept(is.orElseThrow(), now, output);
        how = "As both audits explained their rows: same method, parameters and background.";
      } else {
        int[] rows = sample(rowsNow.rows(), AGAIN, "drift-again");
        b = again(was, then, rowsNow.select(rows), output, progress);
        how =
            "Explained again, with the method, parameters and background of the baseline: "
                + (rows.length < rowsNow.rows()
                    ? rows.length + " of " + rowsNow.rows() + " rows, drawn by seed. "
                    : "all rows. ")
                + "As they are the two do not compare: "
                + String.join(", ", differences)
                + ".";
      }
      how += sampled(a, "of the baseline") + sampled(b, "of this audit");
      return Optional.of(AttributionDrift.of(was.explainer(), output, how, a.values(), b.values()));
    } catch (IllegalArgumentException | UncheckedIOException e) {
      notTested.add("Explanations: " + reason(e));
      return Optional.empty();
    }
  }

  private static String sampled(Contributions c, String whose) {
    return c.rows() < c.allRows()
        ? " " + c.rows() + " of " + c.allRows() + " rows " + whose + ", drawn by seed."
        : "";
  }

  private static String reason(RuntimeException e) {
    return e instanceof UncheckedIOException io ? io.getCause().getMessage() : e.getMessage();
  }

  private static Section.AttributionResult result(Section.Explained explained) {
    return (Section.AttributionResult) explained.result().orElseThrow();
  }

  private static int output(DeclaredModel model, String output) {
    int at = model.model().info().outputs().indexOf(output);
    if (at < 0) {
      throw new IllegalArgumentException(
          "the model has no output "
              + output
              + ": its outputs are "
              + model.model().info().outputs()
              + ".");
    }
    return at;
  }

  /** What an audit kept of an explainer. */
  private Contributions kept(Section.Explained explained, Snapshot of, String output) {
    List<String> features =
        result(explained).global().stream().map(Section.GlobalShare::feature).toList();
    return Contributions.read(
        verified(explained.files().get(0)),
        features,
        of.model().info().outputs().size(),
        output(of.declared(), output),
        rows -> sample(rows, MOST_ROWS, "drift"));
  }

  private int[] sample(int rows, int most, String purpose) {
    return rows <= most
        ? IntStream.range(0, rows).toArray()
        : new Draws(settings(now).seed(), purpose).sample(rows, most);
  }

  private static AuditSettings settings(Snapshot of) {
    return AuditSettings.of(of.spec().explain(), new StageTask("", Map.of(), Progress.NONE));
  }

  /** Asks the model of now as the baseline's was asked, beside the baseline's background. */
  private Contributions again(
      Section.Explained was, Snapshot then, Frame rows, String output, Progress progress) {
    if (!(explainers.explainer(was.explainer()) instanceof RowExplainer<?> explainer)) {
      throw new IllegalArgumentException(was.explainer() + " does not explain row by row.");
    }
    AuditSettings settings = settings(then);
    Parameters parameters =
        Explain.parameters(audits, before.id(), was.explainer(), then, settings);
    Snapshot mixed = then.seenBy(now.declared());
    return Contributions.explained(
        explainer,
        Explain.request(explainer, mixed, settings, parameters),
        now.declared().batch(rows),
        output(now.declared(), output),
        was.provenance().map(Provenance::parameters).orElse(Map.of()),
        progress);
  }

  /** Why two explanations by one method do not compare; empty if they do. */
  private List<String> unlike(Section.Explained then, Section.Explained is) {
    Provenance a = then.provenance().orElseThrow();
    Provenance b = is.provenance().orElseThrow();
    List<String> differences = new ArrayList<>();
    if (!a.parameters().equals(b.parameters())) {
      differences.add("the parameters were others");
    }
    if (a.space() != b.space()) {
      differences.add("the contributions are measured in another space");
    }
    if (!result(then).output().equals(result(is).output())) {
      differences.add("they are of another output");
    }
    boolean background = a.backgroundRows() > 0 || b.backgroundRows() > 0;
    if (background
        && (a.backgroundRows() != b.backgroundRows()
            || !background(ingestedThen).equals(background(ingestedNow))
            || settings(now).seed() != audited(before.id()).seed())) {
      differences.add("the background rows were others");
    }
    return differences;
  }

  private AuditSettings audited(String audit) {
    return settings(snapshots.load(audit));
  }

  /** What the background is drawn from. */
  private static String background(Section.Ingested of) {
    return of.training().orElse(of.audit()).snapshot().sha256();
  }

  // --- the same rows --------------------------------------------------------------------------

  private Optional<PredictionChange> fixedRows(Snapshot then, Frame rowsThen) {
    if (now.model() instanceof Metered || then.model() instanceof Metered) {
      notTested.add(
          "The same rows: a model that is asked over a network answers as it is today, not as it"
              + " was then.");
      return Optional.empty();
    }
    if (sameModel() && now.spec().decision().equals(then.spec().decision())) {
      notTested.add(
          "The same rows: the model file and the threshold are those of then, so all answers to"
              + " the baseline's rows are the same.");
      return Optional.empty();
    }
    if (!now.model().info().outputs().equals(then.model().info().outputs())) {
      notTested.add("The same rows: the outputs of the model were others then.");
      return Optional.empty();
    }
    try {
      double[] a = DataShift.responses(then.declared(), rowsThen);
      double[] b = DataShift.responses(now.declared(), rowsThen);
      return Optional.of(
          PredictionChange.of(
              a,
              b,
              now.model().info().outputs().size(),
              then.declared().decided(a),
              now.declared().decided(b),
              groups(rowsThen),
              row -> now.declared().rowName(rowsThen, row).orElse("row " + (row + 1))));
    } catch (IllegalArgumentException e) {
      notTested.add("The same rows: this model cannot be asked about them. " + e.getMessage());
      return Optional.empty();
    }
  }

  private Map<String, Membership> groups(Frame frame) {
    Map<String, Membership> groups = new TreeMap<>();
    for (ModelSpec.Protected attribute : now.spec().protectedGroups()) {
      frame
          .find(attribute.column())
          .filter(column -> !attribute.groups().isEmpty() || !(column instanceof NumericColumn))
          .ifPresent(column -> groups.put(attribute.column(), Membership.of(column, attribute)));
    }
    return groups;
  }

  private Optional<Section.Stability> stability(Snapshot then, Frame rowsThen, Progress progress) {
    Optional<Section.Explained> method = method();
    if (method.isEmpty()) {
      return Optional.empty();
    }
    Section.Explained was = method.get();
    try {
      String output = result(was).output();
      int[] rows = sample(rowsThen.rows(), AGAIN, "drift-fixed");
      List<String> features =
          result(was).global().stream().map(Section.GlobalShare::feature).toList();
      Contributions a =
          Contributions.read(
              verified(was.files().get(0)),
              features,
              then.model().info().outputs().size(),
              output(then.declared(), output),
              all -> rows);
      Contributions b = again(was, then, rowsThen.select(rows), output, progress);
      if (!new TreeSet<>(a.values().keySet()).equals(new TreeSet<>(b.values().keySet()))) {
        throw new IllegalArgumentException("the two models have other features.");
      }
      double same = 0;
      double signs = 0;
      double ranks = 0;
      for (int i = 0; i < rows.length; i++) {
        RowAgreement agreement = RowAgreement.of(row(a, features, i), row(b, features, i));
        same += agreement.features();
        signs += agreement.signs();
        ranks += agreement.ranks();
      }
      int n = Math.max(1, rows.length);
      return Optional.of(
          new Section.Stability(
              was.explainer(), rows.length, rowsThen.rows(), same / n, signs / n, ranks / n));
    } catch (IllegalArgumentException | UncheckedIOException e) {
      notTested.add("Explanations of the same rows: " + reason(e));
      return Optional.empty();
    }
  }

  private static double[] row(Contributions of, List<String> features, int row) {
    return features.stream().mapToDouble(f -> of.values().get(f)[row]).toArray();
  }

  // --- what changed ---------------------------------------------------------------------------

  private List<Section.Changed> changed(ModelSpec specThen) {
    List<Section.Changed> out = new ArrayList<>();
    add(out, "Version of the model", specThen.version(), now.spec().version());
    hash(out, "Model file", ingestedThen.modelFile(), ingestedNow.modelFile());
    hash(out, "Declaration", ingestedThen.modelYaml(), ingestedNow.modelYaml());
    hash(out, "Audit data", ingestedThen.audit().snapshot(), ingestedNow.audit().snapshot());
    add(
        out,
        "Training data",
        ingestedThen.training().map(t -> brief(t.snapshot().sha256())).orElse("none"),
        ingestedNow.training().map(t -> brief(t.snapshot().sha256())).orElse("none"));
    Map<String, String> filesThen = files(before.id());
    Map<String, String> filesNow = files(id);
    TreeSet<String> names = new TreeSet<>(filesThen.keySet());
    names.addAll(filesNow.keySet());
    for (String name : names) {
      if (name.endsWith(".dmn") || name.endsWith(".bpmn")) {
        add(
            out,
            name,
            filesThen.getOrDefault(name, "unknown"),
            filesNow.getOrDefault(name, "unknown"));
      }
    }
    Map<String, Map<String, String>> methodsThen = parameters(before.id());
    Map<String, Map<String, String>> methodsNow = parameters(id);
    TreeSet<String> methods = new TreeSet<>(methodsThen.keySet());
    methods.addAll(methodsNow.keySet());
    for (String method : methods) {
      Optional<Map<String, String>> a = Optional.ofNullable(methodsThen.get(method));
      Optional<Map<String, String>> b = Optional.ofNullable(methodsNow.get(method));
      add(out, "Explainer " + method, unlike(a, b), unlike(b, a));
    }
    return out;
  }

  private static void add(List<Section.Changed> out, String what, String then, String is) {
    out.add(new Section.Changed(what, then, is, then.equals(is)));
  }

  private static void hash(List<Section.Changed> out, String what, Artifact then, Artifact is) {
    out.add(
        new Section.Changed(
            what, brief(then.sha256()), brief(is.sha256()), then.sha256().equals(is.sha256())));
  }

  private static String brief(String sha256) {
    return sha256.substring(0, 12);
  }

  /** Deployed files by name; none where the engine no longer knows the audit. */
  private Map<String, String> files(String audit) {
    Map<String, String> files = new LinkedHashMap<>();
    try {
      engine.files(audit).forEach((n, bytes) -> files.put(n, brief(ArtifactStore.sha256(bytes))));
    } catch (IllegalArgumentException e) {
      notTested.add("Rules of " + audit + ": " + e.getMessage());
    }
    return files;
  }

  /** The parameters that are others than there; which rows a method was given is no parameter. */
  private static String unlike(
      Optional<Map<String, String>> own, Optional<Map<String, String>> other) {
    if (own.isEmpty()) {
      return "not run";
    }
    List<String> unlike =
        own.get().entrySet().stream()
            .filter(e -> !e.getKey().equals("rows"))
            .filter(e -> other.isPresent() && !e.getValue().equals(other.get().get(e.getKey())))
            .map(e -> e.getKey() + "=" + e.getValue())
            .toList();
    return unlike.isEmpty()
        ? other.isPresent() ? "same parameters" : "run"
        : String.join("; ", unlike);
  }

  private Map<String, Map<String, String>> parameters(String audit) {
    Map<String, Map<String, String>> parameters = new TreeMap<>();
    audits
        .explained(audit)
        .forEach(e -> e.provenance().ifPresent(p -> parameters.put(e.explainer(), p.parameters())));
    return parameters;
  }
}
