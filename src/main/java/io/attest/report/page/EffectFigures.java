package io.attest.report.page;

import io.attest.audit.Section;
import io.attest.explain.Effects;
import io.attest.model.OutputSpace;
import io.attest.report.chart.LineChart;
import io.attest.report.reading.Answer;
import io.attest.report.reading.Cautions;
import io.attest.report.reading.EffectReading;
import io.attest.report.reading.Links;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Puts the curves of one feature by several methods into one figure. Accumulated effects are
 * differences from the mean; where there is a partial dependence beside them they are moved to its
 * mean over the rows, so that both can be held against each other.
 */
final class EffectFigures {
  /** The 95 % interval in standard errors. */
  private static final double WIDE = 1.96;

  private final Links links;
  private final BiFunction<String, OutputSpace, Answer> answer;
  private final Function<String, Optional<Section.ColumnSummary>> column;
  private final Function<Section.Explained, Map<String, List<double[]>>> individual;

  EffectFigures(
      Links links,
      BiFunction<String, OutputSpace, Answer> answer,
      Function<String, Optional<Section.ColumnSummary>> column,
      Function<Section.Explained, Map<String, List<double[]>>> individual) {
    this.links = links;
    this.answer = answer;
    this.column = column;
    this.individual = individual;
  }

  private record Heard(
      Section.Explained explained, Effects effects, OutputSpace space, Effects.Curve curve) {
    EffectFigure.Curve shown() {
      return new EffectFigure.Curve(explained.explainer(), effects.kind(), curve);
    }
  }

  /**
   * @param explained those with effects
   * @param output of several outputs the one to show
   */
  List<EffectFigure> of(List<Section.Explained> explained, String output) {
    Map<String, List<Heard>> groups = new LinkedHashMap<>();
    Map<String, Double> largest = new LinkedHashMap<>();
    for (Section.Explained e : explained) {
      Effects effects = ((Section.EffectsResult) e.result().orElseThrow()).effects();
      OutputSpace space = effects.provenance().space();
      for (Effects.Curve curve : effects.curves()) {
        if (curve.output().equals(output)) {
          groups
              .computeIfAbsent(curve.feature() + "\n" + space, k -> new ArrayList<>())
              .add(new Heard(e, effects, space, curve));
          largest.merge(e.explainer(), curve.range(), Math::max);
        }
      }
    }
    return groups.values().stream().map(g -> figure(g, largest)).toList();
  }

  private EffectFigure figure(List<Heard> group, Map<String, Double> largest) {
    Optional<Heard> partial = group.stream().filter(h -> !h.effects().accumulated()).findFirst();
    Optional<Heard> local = group.stream().filter(h -> h.effects().accumulated()).findFirst();
    Heard main = partial.or(() -> local).orElseThrow();
    String feature = main.curve().feature();
    Optional<Section.ColumnSummary> about = column.apply(feature);
    String unit = about.map(Section.ColumnSummary::unit).orElse("");
    Optional<String> caution =
        partial.flatMap(
            h ->
                Cautions.ofPartial(feature, h.curve().mostOffManifold(), links, local.isPresent()));
    Heard read = caution.isPresent() && local.isPresent() ? local.get() : main;
    List<double[]> singles =
        partial
            .map(h -> individual.apply(h.explained()))
            .map(all -> all.get(ExplainedRows.curve(feature, main.curve().output())))
            .orElse(List.of())
            .stream()
            .filter(v -> v.length == main.curve().mean().length)
            .toList();
    String meaning = about.map(Section.ColumnSummary::meaning).orElse("");
    return new EffectFigure(
        feature,
        main.curve().output(),
        chart(main, partial.isPresent() ? local : Optional.empty(), unit, singles),
        reading(read, read.curve(), unit, largest),
        reading(read, named(read.curve(), meant(feature, meaning)), unit, largest),
        read.explained().explainer(),
        caution,
        meaning,
        singles.size(),
        group.stream().map(Heard::shown).toList());
  }

  private String reading(
      Heard read, Effects.Curve curve, String unit, Map<String, Double> largest) {
    return EffectReading.of(
            curve,
            read.effects().accumulated(),
            answer.apply(curve.output(), read.space()),
            unit,
            largest.get(read.explained().explainer()))
        .sentence();
  }

  /** What a feature is called in a sentence for people who know no names of columns. */
  static String meant(String feature, String meaning) {
    return meaning.isBlank() ? feature : "“" + meaning + "”";
  }

  private static Effects.Curve named(Effects.Curve c, String name) {
    return new Effects.Curve(
        name,
        c.output(),
        c.labels(),
        c.grid(),
        c.mean(),
        c.support(),
        c.error(),
        c.offManifold(),
        c.iceRows(),
        c.ice());
  }

  private static LineChart chart(
      Heard main, Optional<Heard> beside, String unit, List<double[]> singles) {
    LineChart alone = LineChart.of(main.effects(), main.curve(), unit);
    List<LineChart.Series> series = new ArrayList<>();
    String name = main.effects().accumulated() ? "local effect" : "mean prediction";
    series.add(new LineChart.Series(name, main.curve().mean()));
    beside.ifPresent(b -> series.add(moved(b.curve(), main.curve())));
    return new LineChart(
        alone.title(),
        alone.xAxis(),
        alone.yAxis(),
        alone.labels(),
        alone.x(),
        series,
        alone.support(),
        alone.off(),
        Arrays.stream(main.curve().error()).map(e -> WIDE * e).toArray(),
        singles);
  }

  private static LineChart.Series moved(Effects.Curve local, Effects.Curve partial) {
    double rows = 0;
    double sum = 0;
    for (int g = 0; g < partial.mean().length; g++) {
      double weight = g < partial.support().length ? partial.support()[g] : 1;
      if (Double.isFinite(partial.mean()[g])) {
        rows += weight;
        sum += weight * partial.mean()[g];
      }
    }
    double mean = rows > 0 ? sum / rows : 0;
    String name = "local effect, at the same mean";
    if (!partial.categorical()) {
      double[] y = Arrays.stream(local.mean()).map(v -> v + mean).toArray();
      return new LineChart.Series(name, local.grid(), y);
    }
    double[] y = new double[partial.labels().size()];
    Arrays.fill(y, Double.NaN);
    for (int g = 0; g < y.length; g++) {
      int at = local.labels().indexOf(partial.labels().get(g));
      y[g] = at < 0 ? Double.NaN : local.mean()[at] + mean;
    }
    return new LineChart.Series(name, y);
  }
}
