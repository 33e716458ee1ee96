package io.attest.report.page;

import io.attest.audit.Attributions;
import io.attest.audit.DecisionRecord;
import io.attest.audit.Disposition;
import io.attest.audit.Section;
import io.attest.audit.Wording;
import io.attest.correlate.Dependence;
import io.attest.explain.Effects;
import io.attest.explain.Importance;
import io.attest.explain.Provenance;
import io.attest.explain.Surrogate;
import io.attest.measure.Performance;
import io.attest.measure.drift.Shift;
import io.attest.model.OutputSpace;
import io.attest.report.DriftWords;
import io.attest.report.Figures;
import io.attest.report.chart.BarChart;
import io.attest.report.chart.Chart;
import io.attest.report.chart.HeatMap;
import io.attest.report.chart.LineChart;
import io.attest.report.chart.TreeDrawing;
import io.attest.report.chart.Waterfall;
import io.attest.report.reading.Answer;
import io.attest.report.reading.CalibrationReading;
import io.attest.report.reading.CaseReading;
import io.attest.report.reading.Cautions;
import io.attest.report.reading.ImportanceReading;
import io.attest.report.reading.InfluenceReading;
import io.attest.report.reading.InteractionReading;
import io.attest.report.reading.Links;
import io.attest.report.reading.SurrogateReading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What one audit found, arranged for a page, with its charts drawn. What is cut is counted, so that
 * the page can say so; the workbook has everything.
 */
public final class AuditSheet {
  static final int MOST_CURVES = 24;
  static final int MOST_CASES = 12;
  static final int MOST_PAIRS = 12;

  /** How many of the most important features a caution looks at. */
  private static final int LOOKED_AT = 10;

  /** How many features tell what a training row is like. */
  private static final int DESCRIBING = 24;

  /** One explainer that ran. */
  public record Told<T extends Section.Result>(
      String explainer, Optional<Provenance> provenance, T result, Optional<Chart> figure) {

    /** The figure as SVG; empty if there is none. */
    public String chart() {
      return figure.map(Chart::svg).orElse("");
    }
  }

  /**
   * How predictions go with each feature.
   *
   * @param figures of the most important features, first
   * @param features how many there are
   * @param output of several outputs the one shown; else empty
   * @param outputs how many there are
   * @param methods which explainers were heard
   * @param notes what is not drawn, and where it is
   */
  public record AllEffects(
      List<EffectFigure> figures,
      int features,
      String output,
      int outputs,
      List<Told<Section.EffectsResult>> methods,
      List<String> notes) {

    /** How many single rows are drawn behind a curve at most. */
    public int individual() {
      return figures.stream().mapToInt(EffectFigure::individual).max().orElse(0);
    }
  }

  /** One case that was explained. */
  public record Case(Section.LocalRow row, Chart figure, String reading) {}

  private final List<Section> sections;
  private final List<DecisionRecord> decisions;
  private final Optional<ExplainedRows> rows;
  private final Links links;
  private final Map<String, Section.ColumnSummary> columns = new HashMap<>();

  /** Without what is only in the files of the audit. */
  public AuditSheet(List<Section> sections, List<DecisionRecord> decisions) {
    this(sections, decisions, Optional.empty());
  }

  /**
   * @param rows reads single rows from the files of the audit, for charts
   */
  public AuditSheet(
      List<Section> sections, List<DecisionRecord> decisions, Optional<ExplainedRows> rows) {
    this.sections = sections;
    this.decisions = decisions;
    this.rows = rows;
    this.links = new Links(dependence());
    ingested().ifPresent(i -> i.audit().columns().forEach(c -> columns.put(c.name(), c)));
  }

  private <T extends Section> Optional<T> section(Class<T> type) {
    return sections.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  private <T extends Section> List<T> all(Class<T> type) {
    return sections.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Votes that went against how the committee decided. */
  public List<DecisionRecord> dissent() {
    return io.attest.audit.Committee.dissent(decisions);
  }

  public boolean empty() {
    return sections.isEmpty();
  }

  public Optional<Section.Judged> judged() {
    return section(Section.Judged.class);
  }

  public List<Section.Finding> findings() {
    return judged().map(Section.Judged::findings).orElse(List.of());
  }

  public Optional<Section.Ingested> ingested() {
    return section(Section.Ingested.class);
  }

  public Optional<Section.Selected> selected() {
    return section(Section.Selected.class);
  }

  /** What obligations ask for, and what of it is shown. */
  public Optional<Section.Controlled> controlled() {
    return section(Section.Controlled.class);
  }

  public Optional<Section.Validated> validated() {
    return section(Section.Validated.class);
  }

  public Optional<Performance> performance() {
    return validated().flatMap(Section.Validated::performance);
  }

  /** How groups fare, arranged for reading. */
  public FairnessView fairness() {
    return new FairnessView(validated());
  }

  /** What was not measured and why, without what the section on fairness says itself. */
  public List<String> notMeasured() {
    List<String> told = fairness().untested();
    return validated().map(Section.Validated::notes).orElse(List.of()).stream()
        .filter(n -> !told.contains(n))
        .toList();
  }

  /** Where the model is weak, arranged for reading. */
  public WeakSpotsView weak() {
    return new WeakSpotsView(validated(), this::unit);
  }

  /** Predicted against observed; empty where there are no bins. */
  public String calibration() {
    return calibrationChart().map(Chart::svg).orElse("");
  }

  /** The same to be drawn by a script. */
  public Optional<Chart> calibrationChart() {
    return bins().map(LineChart::of);
  }

  /** Whether predicted probabilities come true, in a sentence; empty where there are no bins. */
  public Optional<String> calibrationReading() {
    return bins().map(bins -> CalibrationReading.of(bins, positive()));
  }

  private Optional<List<Performance.Bin>> bins() {
    return performance().map(Performance::calibration).filter(bins -> !bins.isEmpty());
  }

  /** What the probability of a binary model is of, as its output is called; empty if not known. */
  public String positive() {
    String task = selected().map(s -> s.facts().getOrDefault("task", "")).orElse("");
    return task.equals("binary")
        ? told(Section.EffectsResult.class).stream()
            .flatMap(t -> t.result().effects().curves().stream())
            .map(Effects.Curve::output)
            .findFirst()
            .orElse("")
        : "";
  }

  public Optional<Dependence> dependence() {
    return section(Section.Correlated.class).map(Section.Correlated::dependence);
  }

  /** The strongest links; absent before they were looked for. */
  public Optional<Chart> heatMap() {
    // Of one column there is nothing to compare.
    return dependence().filter(d -> d.columns().size() > 1).map(HeatMap::of);
  }

  /** What goes together, for sentences. */
  public Links links() {
    return links;
  }

  /** The strongest associations first, without those that could not be measured. */
  public List<Dependence.Pair> strongestPairs() {
    return dependence().map(Dependence::pairs).orElse(List.of()).stream()
        .filter(p -> Double.isFinite(p.association()))
        .sorted(
            Comparator.comparingDouble((Dependence.Pair p) -> Math.abs(p.association())).reversed())
        .limit(MOST_PAIRS)
        .toList();
  }

  /** How many associations were measured. */
  public long allMeasuredPairs() {
    return dependence().map(Dependence::pairs).orElse(List.of()).stream()
        .filter(p -> Double.isFinite(p.association()))
        .count();
  }

  /** The main one first. */
  public List<Told<Section.AttributionResult>> attributions() {
    return told(
        Attributions.of(all(Section.Explained.class)),
        Section.AttributionResult.class,
        r -> Optional.of(BarChart.of(r)));
  }

  /** What features add in single rows, of the main attribution. */
  public Optional<ExplainedRows.Swarm> swarm() {
    return rows.flatMap(
        r ->
            Attributions.main(all(Section.Explained.class))
                .flatMap(e -> ingested().map(i -> r.swarm(e, i.audit()))));
  }

  /** How much of it all a few features have, in a sentence. */
  public String reading(Section.AttributionResult result) {
    return ImportanceReading.of(result.global());
  }

  public String reading(Section.ImportanceResult result) {
    return ImportanceReading.of(result.importance());
  }

  /** The same for readers who know what a feature means, not its name. */
  public String readingInWords(Section.AttributionResult result) {
    return ImportanceReading.of(
        result.global().stream()
            .map(
                g ->
                    new Section.GlobalShare(
                        meant(g.feature()), g.meanAbsolute(), g.interval(), g.share(), g.mean()))
            .toList());
  }

  private String meant(String feature) {
    return EffectFigures.meant(feature, meaning(feature));
  }

  public String reading(Section.InteractionsResult result) {
    return InteractionReading.of(result);
  }

  public String reading(Section.SurrogateResult result) {
    return SurrogateReading.of(result);
  }

  public String reading(Section.InfluenceResult result) {
    return InfluenceReading.of(result);
  }

  /** Where the method misleads; empty where it does not. */
  public Optional<String> caution(Section.AttributionResult result) {
    return Cautions.ofContributions(
        result.global().stream().limit(LOOKED_AT).map(Section.GlobalShare::feature).toList(),
        links);
  }

  public Optional<String> caution(Section.ImportanceResult result) {
    return Cautions.ofPermutation(
        result.importance().items().stream()
            .sorted(Comparator.comparingDouble(Importance.Item::value).reversed())
            .limit(LOOKED_AT)
            .map(Importance.Item::feature)
            .toList(),
        links);
  }

  public Optional<String> caution(Section.SurrogateResult result) {
    return SurrogateReading.caution(result);
  }

  public List<Told<Section.InteractionsResult>> interactions() {
    return told(Section.InteractionsResult.class);
  }

  /** Small models that mimic the model; the drawing is of a tree, and empty for rules. */
  public List<Told<Section.SurrogateResult>> surrogates() {
    return told(
        all(Section.Explained.class),
        Section.SurrogateResult.class,
        r ->
            Optional.of(r.surrogate())
                .filter(s -> !s.nodes().isEmpty())
                .map(s -> TreeDrawing.of(s, this::unit)));
  }

  /** When a rule holds, in words. */
  public String conditions(Surrogate.Rule rule) {
    return rule.conditions().isEmpty()
        ? "otherwise"
        : rule.conditions().stream()
            .map(c -> c.words(unit(c.feature())))
            .collect(Collectors.joining(" and "));
  }

  /** What the model answers on average where a rule counts; of several classes the likeliest. */
  public String answer(Surrogate surrogate, Surrogate.Rule rule) {
    double[] value = rule.value();
    int best = 0;
    for (int o = 1; o < value.length; o++) {
      best = value[o] > value[best] ? o : best;
    }
    String figure = Figures.text(value[best]);
    return value.length == 1 ? figure : surrogate.outputs().get(best) + " " + figure;
  }

  /** The strongest pairs of an explainer of interactions. */
  public List<Section.PairShare> strongest(Section.InteractionsResult result) {
    return result.pairs().stream().limit(MOST_PAIRS).toList();
  }

  public List<Told<Section.LossResult>> losses() {
    return told(Section.LossResult.class);
  }

  public List<Told<Section.ImportanceResult>> importances() {
    return told(
        all(Section.Explained.class),
        Section.ImportanceResult.class,
        r -> Optional.of(BarChart.of(r.importance())));
  }

  public List<Told<Section.CounterfactualsResult>> counterfactuals() {
    return told(Section.CounterfactualsResult.class);
  }

  /** Pairs of features over the whole data. */
  public List<Told<Section.SurfacesResult>> pairs() {
    return told(Section.SurfacesResult.class);
  }

  /** Straight lines near single cases. */
  public List<Told<Section.LocalSurrogateResult>> lines() {
    return told(Section.LocalSurrogateResult.class);
  }

  /** Rules that are enough for single answers. */
  public List<Told<Section.AnchorsResult>> rules() {
    return told(Section.AnchorsResult.class);
  }

  /** The explainers whose quality was measured. */
  public List<Section.Explained> qualities() {
    return all(Section.Explained.class).stream().filter(e -> e.quality().isPresent()).toList();
  }

  public List<Told<Section.InfluenceResult>> influences() {
    return told(Section.InfluenceResult.class);
  }

  /** What the most influential training rows are like, by their index; empty where unknown. */
  public Map<Integer, String> values(Section.InfluenceResult result) {
    Optional<Section.Table> training = ingested().flatMap(Section.Ingested::training);
    if (rows.isEmpty() || training.isEmpty()) {
      return Map.of();
    }
    List<String> features =
        attributions().stream()
            .findFirst()
            .map(t -> t.result().global().stream().map(Section.GlobalShare::feature).toList())
            .orElse(training.get().columns().stream().map(Section.ColumnSummary::name).toList());
    return rows.get()
        .values(
            training.get(),
            result.rows().stream().map(Section.InfluentialRow::row).toList(),
            features.subList(0, Math.min(DESCRIBING, features.size())));
  }

  /** What is not told of the rows of {@link #values}, and where it is; empty if nothing. */
  public String valuesMissing() {
    Optional<Section.Table> training = ingested().flatMap(Section.Ingested::training);
    if (training.isEmpty()) {
      return "";
    }
    if (rows.isEmpty()) {
      return "What these rows are like stands on the audit page.";
    }
    int columns = training.get().columns().size();
    String missing = rows.get().valuesMissing(training.get());
    return missing.isEmpty() && columns > DESCRIBING
        ? "Of each row the values of the " + DESCRIBING + " most important features are told."
        : missing;
  }

  /** All effect curves, those of one feature in one figure; absent if there are none. */
  public Optional<AllEffects> effects() {
    List<Told<Section.EffectsResult>> methods = told(Section.EffectsResult.class);
    List<Effects.Curve> every =
        methods.stream().flatMap(t -> t.result().effects().curves().stream()).toList();
    if (every.isEmpty()) {
      return Optional.empty();
    }
    List<String> outputs = every.stream().map(Effects.Curve::output).distinct().toList();
    String output = outputs.get(0);
    List<EffectFigure> figures =
        new EffectFigures(
                links,
                this::answer,
                this::column,
                e -> rows.map(r -> r.individual(e)).orElse(Map.of()))
            .of(
                all(Section.Explained.class).stream()
                    .filter(e -> e.result().orElse(null) instanceof Section.EffectsResult)
                    .toList(),
                output);
    return Optional.of(
        new AllEffects(
            byImportance(figures).stream().limit(MOST_CURVES).toList(),
            figures.size(),
            outputs.size() > 1 ? output : "",
            outputs.size(),
            methods,
            all(Section.Explained.class).stream()
                .filter(e -> e.result().orElse(null) instanceof Section.EffectsResult)
                .map(this::individualMissing)
                .filter(n -> !n.isEmpty())
                .toList()));
  }

  private String individualMissing(Section.Explained explained) {
    return rows.map(r -> r.individualMissing(explained))
        .orElseGet(
            () ->
                ExplainedRows.individualFile(explained)
                    .map(
                        f ->
                            "Curves of single rows are drawn on the audit page; the file "
                                + f.name()
                                + " has them.")
                    .orElse(""));
  }

  /** How the answer is spoken of. */
  private Answer answer(String output, OutputSpace space) {
    String task = selected().map(s -> s.facts().getOrDefault("task", "")).orElse("");
    if (task.equals("regression")) {
      return new Answer("The prediction", false);
    }
    return space == OutputSpace.RESPONSE
        ? new Answer("The probability of " + output, true)
        : new Answer("The score for " + output, false);
  }

  /** Cases of the main attribution, the ones with the worst errors first as the stage chose. */
  public List<Case> cases() {
    return attributions().stream()
        .findFirst()
        .map(Told::result)
        .map(
            result ->
                result.local().stream()
                    .limit(MOST_CASES)
                    .map(this::inUnits)
                    .map(row -> new Case(row, Waterfall.of(result, row), CaseReading.of(row)))
                    .toList())
        .orElse(List.of());
  }

  /** The same case with the units of its values. */
  private Section.LocalRow inUnits(Section.LocalRow row) {
    return new Section.LocalRow(
        row.row(),
        row.id(),
        row.why(),
        row.label(),
        row.response(),
        row.prediction(),
        row.residual(),
        row.contributions().stream()
            .map(
                c ->
                    new Section.Contribution(
                        c.feature(),
                        new Wording(c.feature(), "", unit(c.feature())).amount(c.value()),
                        c.contribution()))
            .toList());
  }

  /** How many cases were explained one by one. */
  public int allCases() {
    return attributions().stream().findFirst().map(t -> t.result().local().size()).orElse(0);
  }

  /** Explainers that a person skipped after they had failed. */
  public List<Section.Explained> notTested() {
    return all(Section.Explained.class).stream().filter(e -> e.skipped().isPresent()).toList();
  }

  public List<DecisionRecord> decisions() {
    return decisions;
  }

  public List<AuditFiles.Named> files() {
    return AuditFiles.of(sections).list();
  }

  /** The workbook to look at first: the final one, else the one for the reviewers. */
  public Optional<AuditFiles.Named> workbook() {
    return section(Section.Published.class)
        .map(Section.Published::workbook)
        .or(() -> section(Section.Reported.class).map(Section.Reported::workbook))
        .flatMap(
            w ->
                files().stream().filter(f -> f.artifact().sha256().equals(w.sha256())).findFirst());
  }

  public Optional<Section.Published> published() {
    return section(Section.Published.class);
  }

  /** A chart under the words that say what it answers, with its reading. */
  public record Headed(String heading, String chart, String reading) {}

  /** At most three charts for a reviewer: what counts, how, and whether it is right. */
  public List<Headed> reviewCharts() {
    List<Headed> charts = new ArrayList<>();
    attributions().stream()
        .findFirst()
        .map(t -> new Headed("What the model uses most", t.chart(), reading(t.result())))
        .or(
            () ->
                importances().stream()
                    .findFirst()
                    .map(
                        t ->
                            new Headed(
                                "What its performance needs most", t.chart(), reading(t.result()))))
        .ifPresent(charts::add);
    effects().stream()
        .flatMap(e -> e.figures().stream())
        .findFirst()
        .map(
            f ->
                new Headed(
                    "How the prediction follows " + f.feature(), f.chart().svg(), f.reading()))
        .ifPresent(charts::add);
    if (!calibration().isEmpty()) {
      charts.add(
          new Headed(
              "Whether the predicted probabilities come true",
              calibration(),
              calibrationReading().orElse("")));
    } else {
      heatMap()
          .map(map -> new Headed("Which features depend on each other", map.svg(), ""))
          .ifPresent(charts::add);
    }
    return charts;
  }

  /** What the reviewer of the given round made of each finding, by its id; empty before that. */
  public Map<String, Disposition> dispositions(int round) {
    Map<String, Disposition> byFinding = new LinkedHashMap<>();
    decisions.stream()
        .filter(d -> d.round() == round)
        .flatMap(d -> d.dispositions().stream())
        .forEach(d -> byFinding.put(d.finding().id(), d));
    return byFinding;
  }

  private <T extends Section.Result> List<Told<T>> told(Class<T> type) {
    return told(all(Section.Explained.class), type, r -> Optional.empty());
  }

  private static <T extends Section.Result> List<Told<T>> told(
      List<Section.Explained> explained, Class<T> type, Function<T, Optional<Chart>> figure) {
    List<Told<T>> out = new ArrayList<>();
    for (Section.Explained e : explained) {
      e.result()
          .filter(type::isInstance)
          .map(type::cast)
          .ifPresent(r -> out.add(new Told<>(e.explainer(), e.provenance(), r, figure.apply(r))));
    }
    return out;
  }

  private Optional<Section.ColumnSummary> column(String feature) {
    return Optional.ofNullable(columns.get(feature));
  }

  private String unit(String feature) {
    return column(feature).map(Section.ColumnSummary::unit).orElse("");
  }

  /** What a feature means, as declared; empty if nothing is. */
  public String meaning(String feature) {
    return column(feature).map(Section.ColumnSummary::meaning).orElse("");
  }

  /** Figures of features that matter first; where nothing is known of that, as they come. */
  private List<EffectFigure> byImportance(List<EffectFigure> figures) {
    Map<String, Integer> rank = new HashMap<>();
    attributions().stream()
        .findFirst()
        .ifPresent(
            main ->
                main.result().global().forEach(g -> rank.putIfAbsent(g.feature(), rank.size())));
    if (rank.isEmpty()) {
      importances().stream()
          .findFirst()
          .ifPresent(
              t ->
                  t.result().importance().items().stream()
                      .sorted(Comparator.comparingDouble(Importance.Item::value).reversed())
                      .forEach(i -> rank.putIfAbsent(i.feature(), rank.size())));
    }
    return figures.stream()
        .sorted(
            Comparator.comparingInt(
                (EffectFigure c) -> rank.getOrDefault(c.feature(), Integer.MAX_VALUE)))
        .toList();
  }

  /** What differs from the baseline. */
  public Optional<Section.Drifted> drift() {
    return section(Section.Drifted.class);
  }

  /** Everything that differs in a sentence; empty before it was compared. */
  public String drifted() {
    return drift().map(DriftWords::sentence).orElse("");
  }

  /** Who the baseline is, and why. */
  public String baseline() {
    return drift().map(DriftWords::baseline).orElse("");
  }

  /** Inputs that drifted first, then by the size of their shift. */
  public List<Shift> shifts() {
    return drift().map(Section.Drifted::inputs).orElse(List.of()).stream()
        .sorted(
            Comparator.comparing((Shift s) -> !s.drifted())
                .thenComparing(s -> -s.psi())
                .thenComparing(Shift::name))
        .toList();
  }
}
