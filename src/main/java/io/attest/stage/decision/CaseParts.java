package io.attest.stage.decision;

import io.attest.audit.CaseExplanation;
import io.attest.audit.CaseExplanation.Absent;
import io.attest.audit.CaseExplanation.Answer;
import io.attest.audit.CaseExplanation.CaseDecision;
import io.attest.audit.CaseExplanation.Contributions;
import io.attest.audit.CaseExplanation.Difference;
import io.attest.audit.CaseExplanation.Influential;
import io.attest.audit.CaseExplanation.Line;
import io.attest.audit.CaseExplanation.LineAgreement;
import io.attest.audit.CaseExplanation.OutputResponse;
import io.attest.audit.CaseExplanation.Similar;
import io.attest.audit.CaseExplanation.SimilarRow;
import io.attest.audit.CaseExplanation.Value;
import io.attest.audit.Section;
import io.attest.audit.Section.Contribution;
import io.attest.correlate.Dependence;
import io.attest.data.Field;
import io.attest.data.Frame;
import io.attest.explain.Anchors;
import io.attest.explain.Attribution;
import io.attest.explain.Counterfactuals;
import io.attest.explain.Dataset;
import io.attest.explain.LocalSurrogate;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.counterfactual.CounterfactualSearch;
import io.attest.explain.counterfactual.Neighbours;
import io.attest.explain.quality.Ranks;
import io.attest.explain.quality.RowAgreement;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.ModelInfo;
import io.attest.model.ModelSpec;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.report.Figures;
import io.attest.stage.Members;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The parts of the explanation of one case. One that cannot be had is left out with its reason, and
 * takes no other with it.
 */
final class CaseParts {
  private static final int NEIGHBOURS = 5;

  /** A remote model is asked for so many rows by one search. */
  private static final String REMOTE_BUDGET = "2000";

  /** Below this share of the data that lies as far out, the case is unlike the data. */
  private static final double UNLIKE = 0.05;

  private static final double DEPENDENT = 0.6;
  private static final double WEAK_LINE = 0.5;
  private static final double CLOSE = 0.02;

  private final CaseBench bench;
  private final CaseRow row;
  private final Batch batch;
  private final Progress progress;
  private final ModelInfo info;
  private final ModelSpec spec;
  private final List<String> warnings = new ArrayList<>();
  private final List<Absent> absent = new ArrayList<>();
  private final List<Provenance> provenance = new ArrayList<>();
  private final Answer answer;
  private final int output;

  /**
   * @param wanted the output to explain; the likeliest if absent
   * @throws CaseRefused if there is no such output
   * @throws IllegalArgumentException if the model cannot predict the case
   */
  CaseParts(CaseBench bench, CaseRow row, Optional<String> wanted, Progress progress) {
    this.bench = bench;
    this.row = row;
    this.progress = progress;
    this.info = bench.model().info();
    this.spec = bench.snapshot().spec();
    this.batch = bench.batch(row.frame());
    warnings.addAll(row.warnings());
    double[] responses = bench.model().predict(batch, OutputSpace.RESPONSE);
    this.output =
        wanted
            .map(
                name -> {
                  int at = info.outputs().indexOf(name);
                  if (at < 0) {
                    throw new CaseRefused(
                        "output",
                        "The model has no output '" + name + "'. Maybe one of " + info.outputs());
                  }
                  return at;
                })
            .orElseGet(() -> largest(responses));
    this.answer =
        new Answer(
            info.outputs().get(output),
            responses[output],
            IntStream.range(0, responses.length)
                .mapToObj(k -> new OutputResponse(info.outputs().get(k), responses[k]))
                .toList(),
            spec.decision()
                .filter(d -> spec.task() != Task.MULTICLASS)
                .map(d -> decision(d, responses[0])));
  }

  private static int largest(double[] values) {
    int best = 0;
    for (int k = 1; k < values.length; k++) {
      best = values[k] > values[best] ? k : best;
    }
    return best;
  }

  /** As counterfactuals count it: the threshold itself is above. */
  private static CaseDecision decision(ModelSpec.Decision d, double response) {
    boolean below = response < d.threshold();
    boolean favoured = below == d.favourable().equals("below");
    return new CaseDecision(
        d.threshold(),
        d.favourable(),
        favoured,
        Figures.text(response)
            + " is "
            + (below ? "below" : "not below")
            + " the threshold "
            + Figures.text(d.threshold())
            + ", which is "
            + (favoured ? "favourable" : "not favourable")
            + " for the person.");
  }

  CaseExplanation prediction(String auditId) {
    Optional<Contributions> contributions =
        part(
                "contributions",
                () -> {
                  if (bench.remote()) {
                    throw new IllegalArgumentException(
                        "Not worked out while you try values: each try would ask the model over the"
                            + " network for thousands of rows.");
                  }
                  return contributions();
                })
            .flatMap(c -> c);
    return new CaseExplanation(
        auditId,
        spec.id(),
        spec.version(),
        row.subject(),
        values(),
        answer,
        contributions,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        warnings,
        absent,
        provenance);
  }

  CaseExplanation full(String auditId) {
    close();
    Optional<Contributions> contributions = contributions();
    contributions.ifPresent(this::dependent);
    progress.check();
    Optional<Section.CounterfactualCase> counterfactuals =
        part("counterfactuals", this::counterfactuals);
    progress.check();
    Optional<Similar> similar = part("similar rows", this::similar);
    progress.check();
    List<Influential> influential = part("influential rows", this::influential).orElse(List.of());
    Optional<Line> line = part("line", () -> line(contributions));
    progress.check();
    Optional<Section.AnchorRule> rule = part("rule", this::rule);
    return new CaseExplanation(
        auditId,
        spec.id(),
        spec.version(),
        row.subject(),
        values(),
        answer,
        contributions,
        counterfactuals,
        similar,
        influential,
        line,
        rule,
        warnings,
        absent,
        provenance);
  }

  private <T> Optional<T> part(String name, Supplier<T> work) {
    try {
      return Optional.of(work.get());
    } catch (IllegalArgumentException e) {
      absent.add(new Absent(name, String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  private List<Value> values() {
    Map<String, Field> fields =
        bench.reader().fields().stream().collect(Collectors.toMap(Field::name, f -> f));
    return info.featureNames().stream()
        .map(
            name -> {
              Field field = fields.get(name);
              return new Value(
                  name,
                  field == null ? "" : field.meaning(),
                  bench.reader().words(row.frame(), name),
                  field == null ? "" : field.unit(),
                  !row.frame().column(name).isMissing(0),
                  bench.reader().guarded(name));
            })
        .toList();
  }

  // --- contributions --------------------------------------------------------------------------

  private Optional<Contributions> contributions() {
    Optional<CaseBench.Attributor> with = bench.attributor();
    if (with.isEmpty()) {
      absent.add(
          new Absent(
              "contributions",
              "No method that tells what each feature added fits this model. "
                  + String.join(" ", bench.attempts())));
      return Optional.empty();
    }
    return part("contributions", () -> contributions(with.get()));
  }

  private Contributions contributions(CaseBench.Attributor with) {
    Attribution a = with.prepared().explain(batch, progress);
    provenance.add(a.provenance());
    double base = a.base(0, output);
    double residual = a.residual(0, output);
    double prediction = a.prediction(0, output);
    if (!with.ofAudit()) {
      warnings.add(
          "The audit itself has no contributions of single features that can be made again; these"
              + " are by "
              + with.name()
              + ".");
    }
    boolean constant = a.baseValues().length == a.outputs().size();
    with.baseValue()
        .filter(recorded -> constant && Math.abs(recorded - a.base(0, 0)) > 1e-9 * scale(recorded))
        .ifPresent(
            recorded ->
                warnings.add(
                    "The base value is "
                        + Figures.text(a.base(0, 0))
                        + ", but the audit recorded "
                        + Figures.text(recorded)
                        + ". Maybe the audit ran with other parameters than those declared: these"
                        + " contributions are measured against other rows than the report's."));
    if (Math.abs(residual) > 1e-6 * scale(prediction)) {
      warnings.add(
          "The contributions do not add up to the prediction: "
              + Figures.signed(residual)
              + " is left over. Read them as an estimate.");
    }
    return new Contributions(
        with.name(),
        with.ofAudit(),
        a.outputs().get(output),
        a.provenance().space(),
        base,
        prediction,
        residual,
        sorted(a, Members.of(Optional.of(a.provenance()), info.featureNames())));
  }

  private static double scale(double value) {
    return Math.max(1, Math.abs(value));
  }

  private List<Contribution> sorted(Attribution a, Members members) {
    return IntStream.range(0, a.features().size())
        .mapToObj(
            j ->
                new Contribution(
                    a.features().get(j),
                    words(members.of(a.features().get(j))),
                    a.value(0, j, output)))
        .sorted(
            Comparator.comparingDouble((Contribution c) -> -Math.abs(c.contribution()))
                .thenComparing(Contribution::feature))
        .toList();
  }

  private String words(List<String> features) {
    return features.stream()
        .filter(f -> row.frame().find(f).isPresent())
        .map(f -> bench.reader().words(row.frame(), f))
        .collect(Collectors.joining(", "));
  }

  // --- what would have changed it -------------------------------------------------------------

  private Section.CounterfactualCase counterfactuals() {
    CaseBench.Data data = bench.data();
    Parameters parameters =
        bench.parameters(CounterfactualSearch.NAME).with(new Parameters(Map.of("rows", "0")));
    if (bench.remote()) {
      parameters = parameters.with(new Parameters(Map.of("budget", REMOTE_BUDGET)));
    }
    Counterfactuals found =
        (Counterfactuals)
            bench
                .explainer(CounterfactualSearch.NAME)
                .explain(
                    new Request(
                        bench.model(),
                        new Dataset(batch, Optional.empty()),
                        data.rows(),
                        Optional.of(data.rows()),
                        parameters,
                        bench.seed()),
                    progress);
    provenance.add(noted(found.provenance(), data));
    return Section.CounterfactualCase.of(
        row.subject().row().map(r -> (int) (r - 1)).orElse(0),
        row.subject().id(),
        found.cases().get(0));
  }

  private static Provenance noted(Provenance provenance, CaseBench.Data data) {
    return data.sampled()
        ? provenance.noting(
            "Of "
                + data.all()
                + " rows a seeded sample of "
                + data.chosen().length
                + " was looked at.")
        : provenance;
  }

  // --- rows of the data -----------------------------------------------------------------------

  private Similar similar() {
    CaseBench.Data data = bench.data();
    double[] values = batch.row(0);
    // The row itself is no neighbour of itself.
    int own =
        data.training() || !row.subject().unchanged()
            ? -1
            : (int) (row.subject().row().orElseThrow() - 1);
    List<Neighbours.Near> near =
        data.neighbours().nearest(values, NEIGHBOURS + 1).stream()
            .filter(n -> data.chosen()[n.row()] != own)
            .limit(NEIGHBOURS)
            .toList();
    double typical = data.neighbours().plausibility(values);
    outside(data);
    if (typical < UNLIKE) {
      warnings.add(
          "This case is unlike the "
              + (data.training() ? "training" : "audit")
              + " rows: only "
              + Figures.percent(typical)
              + " of them are as far from their nearest neighbour. What the model says out there,"
              + " and why, rests on little.");
    }
    List<Frame> frames =
        bench.frames(near.stream().mapToInt(n -> data.chosen()[n.row()]).toArray());
    Batch rows = data.rows().rows().select(near.stream().mapToInt(Neighbours.Near::row).toArray());
    double[] responses = bench.model().predict(rows, OutputSpace.RESPONSE);
    List<SimilarRow> out = new ArrayList<>();
    for (int i = 0; i < near.size(); i++) {
      int at = data.chosen()[near.get(i).row()];
      Frame frame = frames.get(i);
      out.add(
          new SimilarRow(
              at + 1L,
              bench.snapshot().declared().rowName(frame, 0).orElse(Integer.toString(at + 1)),
              bench.snapshot().declared().label(frame, 0),
              responses[i * info.outputs().size() + output],
              near.get(i).distance(),
              differences(values, rows.row(i), frame, data.neighbours()),
              info.featureNames().stream().map(f -> bench.reader().words(frame, f)).toList()));
    }
    return new Similar(data.training() ? "training" : "audit", data.chosen().length, typical, out);
  }

  private List<Difference> differences(
      double[] own, double[] other, Frame frame, Neighbours neighbours) {
    return IntStream.range(0, own.length)
        .filter(j -> neighbours.part(j, own[j], other[j]) > 0)
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer j) -> -neighbours.part(j, own[j], other[j]))
                .thenComparing(j -> j))
        .map(
            j ->
                new Difference(
                    info.featureNames().get(j),
                    bench.reader().words(frame, info.featureNames().get(j))))
        .toList();
  }

  /** Values that the data do not have. */
  private void outside(CaseBench.Data data) {
    String whose = data.training() ? "training" : "audit";
    for (int j = 0; j < info.features().size(); j++) {
      Feature feature = info.features().get(j);
      double value = batch.at(0, j);
      if (Double.isNaN(value)) {
        continue;
      }
      if (feature.categorical()) {
        if (!data.neighbours().occurs(j, (int) value)) {
          warnings.add(
              "No "
                  + whose
                  + " row has "
                  + feature.name()
                  + " = "
                  + bench.reader().words(row.frame(), feature.name())
                  + ".");
        }
      } else if (value < data.neighbours().low(j) || value > data.neighbours().high(j)) {
        warnings.add(
            feature.name()
                + " is "
                + bench.reader().words(row.frame(), feature.name())
                + "; the "
                + whose
                + " rows go from "
                + Figures.text(data.neighbours().low(j))
                + " to "
                + Figures.text(data.neighbours().high(j))
                + ".");
      }
    }
  }

  private List<Influential> influential() {
    List<Influential> out = new ArrayList<>();
    for (Section.Explained e : bench.explained()) {
      if (e.result().orElse(null) instanceof Section.InfluenceResult r && r.onTests().isPresent()) {
        out.addAll(CaseInfluence.of(bench, e, r.onTests().get(), row.subject()));
      }
    }
    return out;
  }

  // --- the line beside the contributions ------------------------------------------------------

  private Line line(Optional<Contributions> beside) {
    LocalSurrogate found = bench.lime().explain(batch, progress);
    provenance.add(found.provenance());
    Attribution a = found.contributions();
    List<Contribution> contributions = sorted(a, new Members(Map.of()));
    int p = a.features().size();
    int k = a.outputs().size();
    List<Section.Coefficient> coefficients =
        IntStream.range(0, p)
            .mapToObj(
                j ->
                    new Section.Coefficient(
                        a.features().get(j),
                        found.coefficient(0, j, output),
                        found.low()[j * k + output],
                        found.high()[j * k + output]))
            .sorted(
                Comparator.comparingDouble((Section.Coefficient c) -> -Math.abs(c.value()))
                    .thenComparing(Section.Coefficient::feature))
            .toList();
    double r2 = found.r2()[output];
    if (r2 < WEAK_LINE) {
      warnings.add(
          "Near this case the line of LIME tells only "
              + Figures.percent(r2)
              + " of what the model does: its figures describe something that the model is not.");
    }
    return new Line(
        a.provenance().space(),
        r2,
        found.stability()[output],
        coefficients,
        contributions,
        beside.map(b -> agreement(b.features(), contributions)));
  }

  /** Features that were explained together are added up on the line, too. */
  private LineAgreement agreement(List<Contribution> shap, List<Contribution> line) {
    Members members =
        Members.of(
            provenance.stream().filter(p -> p.parameters().containsKey("groups")).findFirst(),
            info.featureNames());
    Map<String, Double> ofLine = new HashMap<>();
    line.forEach(c -> ofLine.put(c.feature(), c.contribution()));
    // In the order of the model, so that ties fall as they do elsewhere.
    List<Contribution> ordered =
        shap.stream().sorted(Comparator.comparing(Contribution::feature)).toList();
    double[] one = ordered.stream().mapToDouble(Contribution::contribution).toArray();
    double[] other =
        ordered.stream()
            .mapToDouble(
                c ->
                    members.of(c.feature()).stream()
                        .mapToDouble(f -> ofLine.getOrDefault(f, 0.0))
                        .sum())
            .toArray();
    RowAgreement agreement = RowAgreement.of(one, other);
    int top = Ranks.top(one.length);
    String verdict =
        agreement.signs() >= 0.8
            ? "The two methods agree."
            : agreement.signs() >= 0.5
                ? "The two methods agree in part: trust what both say."
                : "The two methods disagree: rest nothing on one of them alone.";
    return new LineAgreement(
        top,
        agreement.features(),
        agreement.signs(),
        agreement.ranks(),
        Ranks.spearman(one, other),
        "Of the "
            + Figures.count(top, "largest feature")
            + " both have "
            + Figures.percent(agreement.features())
            + " in common, "
            + Figures.percent(agreement.signs())
            + " with the same sign. "
            + verdict);
  }

  private Section.AnchorRule rule() {
    if (bench.remote()) {
      throw new IllegalArgumentException(
          "Not looked for: it would ask the model over the network for tens of thousands of rows.");
    }
    Anchors found =
        (Anchors)
            bench
                .explainer("anchors")
                .explain(
                    new Request(
                        bench.model(),
                        new Dataset(batch, Optional.empty()),
                        bench.background(),
                        Optional.empty(),
                        bench.parameters("anchors"),
                        bench.seed()),
                    progress);
    provenance.add(found.provenance());
    Anchors.Rule r = found.rules().get(0);
    return new Section.AnchorRule(
        row.subject().row().map(n -> (int) (n - 1)).orElse(0),
        row.subject().id(),
        row.subject().label(),
        r.answer(),
        r.response(),
        r.words(),
        r.precision(),
        r.low(),
        r.high(),
        r.coverage(),
        r.reached());
  }

  // --- where figures mislead ------------------------------------------------------------------

  private void close() {
    answer
        .decision()
        .filter(d -> spec.task() == Task.BINARY)
        .filter(d -> Math.abs(answer.response() - d.threshold()) < CLOSE)
        .ifPresent(
            d ->
                warnings.add(
                    "The answer is within "
                        + Figures.text(CLOSE)
                        + " of the threshold: a small difference in the data turns it."));
    long unknown = Arrays.stream(batch.values()).filter(Double::isNaN).count();
    if (unknown > 0) {
      warnings.add(
          Figures.count(unknown, "value")
              + (unknown == 1 ? " is" : " are")
              + " missing. The model has its own way with missing values, and a contribution of one"
              + " says what missing it did.");
    }
  }

  /** Features that go together share what they add. */
  private void dependent(Contributions contributions) {
    List<String> important =
        contributions.features().stream()
            .limit(Ranks.top(contributions.features().size()))
            .map(Contribution::feature)
            .toList();
    bench.dependence().map(Dependence::pairs).orElse(List.of()).stream()
        .filter(p -> important.contains(p.a()) && important.contains(p.b()))
        .filter(p -> Math.abs(p.association()) >= DEPENDENT)
        .forEach(
            p ->
                warnings.add(
                    p.a()
                        + " and "
                        + p.b()
                        + " go together in the data ("
                        + Figures.text(p.association())
                        + "): how much is due to which of them is not certain, so read them"
                        + " together."));
  }
}
