package io.attest.report.page;

import io.attest.audit.Attributions;
import io.attest.audit.DecisionRecord;
import io.attest.audit.Disposition;
import io.attest.audit.Section;
import io.attest.correlate.Dependence;
import io.attest.explain.Effects;
import io.attest.explain.Importance;
import io.attest.explain.Provenance;
import io.attest.explain.Surrogate;
import io.attest.measure.Performance;
import io.attest.measure.drift.Shift;
import io.attest.report.DriftWords;
import io.attest.report.Figures;
import io.attest.report.chart.BarChart;
import io.attest.report.chart.HeatMap;
import io.attest.report.chart.LineChart;
import io.attest.report.chart.TreeDrawing;
import io.attest.report.chart.Waterfall;
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

  /** One explainer that ran. */
  public record Told<T extends Section.Result>(
      String explainer, Optional<Provenance> provenance, T result, String chart) {}

  /** Charts of one explainer's effect curves; {@code first} is the feature of the first one. */
  public record Curves(
      String explainer,
      Optional<Provenance> provenance,
      String kind,
      List<String> charts,
      String first,
      int all) {}

  /** One case that was explained. */
  public record Case(Section.LocalRow row, String chart) {}

  private final List<Section> sections;
  private final List<DecisionRecord> decisions;

  public AuditSheet(List<Section> sections, List<DecisionRecord> decisions) {
    this.sections = sections;
    this.decisions = decisions;
  }

  private <T extends Section> Optional<T> section(Class<T> type) {
    return sections.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  private <T extends Section> List<T> all(Class<T> type) {
    return sections.stream().filter(type::isInstance).map(type::cast).toList();
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

  /** Where the model is weak, arranged for reading. */
  public WeakSpotsView weak() {
    return new WeakSpotsView(validated(), this::unit);
  }

  /** Predicted against observed; empty where there are no bins. */
  public String calibration() {
    return performance()
        .map(Performance::calibration)
        .filter(bins -> !bins.isEmpty())
        .map(bins -> LineChart.of(bins).svg())
        .orElse("");
  }

  public Optional<Dependence> dependence() {
    return section(Section.Correlated.class).map(Section.Correlated::dependence);
  }

  public String heatMap() {
    return dependence().map(d -> HeatMap.of(d).svg()).orElse("");
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

  /** The main one first. */
  public List<Told<Section.AttributionResult>> attributions() {
    return told(
        Attributions.of(all(Section.Explained.class)),
        Section.AttributionResult.class,
        r -> BarChart.of(r).svg());
  }

  public List<Told<Section.InteractionsResult>> interactions() {
    return told(Section.InteractionsResult.class, r -> "");
  }

  /** Small models that mimic the model; the drawing is of a tree, and empty for rules. */
  public List<Told<Section.SurrogateResult>> surrogates() {
    return told(
        Section.SurrogateResult.class,
        r ->
            r.surrogate().nodes().isEmpty() ? "" : TreeDrawing.of(r.surrogate(), this::unit).svg());
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
    return told(Section.LossResult.class, r -> "");
  }

  public List<Told<Section.ImportanceResult>> importances() {
    return told(Section.ImportanceResult.class, r -> BarChart.of(r.importance()).svg());
  }

  public List<Told<Section.CounterfactualsResult>> counterfactuals() {
    return told(Section.CounterfactualsResult.class, r -> "");
  }

  /** Pairs of features over the whole data. */
  public List<Told<Section.SurfacesResult>> pairs() {
    return told(Section.SurfacesResult.class, r -> "");
  }

  /** Straight lines near single cases. */
  public List<Told<Section.LocalSurrogateResult>> lines() {
    return told(Section.LocalSurrogateResult.class, r -> "");
  }

  /** Rules that are enough for single answers. */
  public List<Told<Section.AnchorsResult>> rules() {
    return told(Section.AnchorsResult.class, r -> "");
  }

  /** The explainers whose quality was measured. */
  public List<Section.Explained> qualities() {
    return all(Section.Explained.class).stream().filter(e -> e.quality().isPresent()).toList();
  }

  public List<Told<Section.InfluenceResult>> influences() {
    return told(Section.InfluenceResult.class, r -> "");
  }

  public List<Curves> effects() {
    return told(Section.EffectsResult.class, r -> "").stream()
        .map(
            t -> {
              List<Effects.Curve> curves = byImportance(t.result().effects().curves());
              return new Curves(
                  t.explainer(),
                  t.provenance(),
                  t.result().effects().kind(),
                  curves.stream()
                      .limit(MOST_CURVES)
                      .map(c -> LineChart.of(t.result().effects(), c, unit(c.feature())).svg())
                      .toList(),
                  curves.stream().map(Effects.Curve::feature).findFirst().orElse(""),
                  curves.size());
            })
        .toList();
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
                    .map(row -> new Case(row, Waterfall.of(result, row).svg()))
                    .toList())
        .orElse(List.of());
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

  /** A chart under the words that say what it answers. */
  public record Headed(String heading, String chart) {}

  /** At most three charts for a reviewer: what counts, how, and whether it is right. */
  public List<Headed> reviewCharts() {
    List<Headed> charts = new ArrayList<>();
    attributions().stream()
        .findFirst()
        .map(t -> new Headed("What the model uses most", t.chart()))
        .or(
            () ->
                importances().stream()
                    .findFirst()
                    .map(t -> new Headed("What its performance needs most", t.chart())))
        .ifPresent(charts::add);
    effects().stream()
        .findFirst()
        .filter(c -> !c.charts().isEmpty())
        .map(c -> new Headed("How the prediction follows " + c.first(), c.charts().get(0)))
        .ifPresent(charts::add);
    if (!calibration().isEmpty()) {
      charts.add(new Headed("Whether the predicted probabilities come true", calibration()));
    } else if (!heatMap().isEmpty()) {
      charts.add(new Headed("Which features depend on each other", heatMap()));
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

  private <T extends Section.Result> List<Told<T>> told(Class<T> type, Function<T, String> chart) {
    return told(all(Section.Explained.class), type, chart);
  }

  private static <T extends Section.Result> List<Told<T>> told(
      List<Section.Explained> explained, Class<T> type, Function<T, String> chart) {
    List<Told<T>> out = new ArrayList<>();
    for (Section.Explained e : explained) {
      e.result()
          .filter(type::isInstance)
          .map(type::cast)
          .ifPresent(r -> out.add(new Told<>(e.explainer(), e.provenance(), r, chart.apply(r))));
    }
    return out;
  }

  private String unit(String feature) {
    return ingested()
        .map(Section.Ingested::audit)
        .map(Section.Table::columns)
        .orElse(List.of())
        .stream()
        .filter(c -> c.name().equals(feature))
        .map(Section.ColumnSummary::unit)
        .findFirst()
        .orElse("");
  }

  /** Curves of features that matter first; where nothing is known of that, as they come. */
  private List<Effects.Curve> byImportance(List<Effects.Curve> curves) {
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
    return curves.stream()
        .sorted(
            Comparator.comparingInt(
                (Effects.Curve c) -> rank.getOrDefault(c.feature(), Integer.MAX_VALUE)))
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
