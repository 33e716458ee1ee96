package io.attest.report.page;

import io.attest.audit.Section;
import io.attest.measure.CalibrationLine;
import io.attest.measure.Performance;
import io.attest.measure.Thresholds;
import io.attest.measure.WeakSpots;
import io.attest.report.Figures;
import io.attest.report.chart.BarChart;
import io.attest.report.chart.LineChart;
import io.attest.report.chart.TreeDrawing;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Where a model is weak and what its threshold costs, arranged for a page. */
public final class WeakSpotsView {
  private static final int METRICS = 4;

  private final Optional<WeakSpots> spots;
  private final Optional<Thresholds> thresholds;
  private final UnaryOperator<String> units;

  WeakSpotsView(Optional<Section.Validated> validated, UnaryOperator<String> units) {
    this.spots = validated.flatMap(Section.Validated::weakSpots);
    this.thresholds = validated.flatMap(Section.Validated::thresholds);
    this.units = units;
  }

  public Optional<WeakSpots> spots() {
    return spots;
  }

  public Optional<Thresholds> thresholds() {
    return thresholds;
  }

  /** Whether scores are too high or too extreme, in a sentence; empty where it was not measured. */
  public String calibration() {
    Optional<CalibrationLine> line =
        spots.flatMap(WeakSpots::line).filter(l -> Double.isFinite(l.slope().value()));
    return line.map(
            l ->
                "Calibration slope "
                    + Figures.text(l.slope().value())
                    + " ("
                    + Figures.text(l.slope().low())
                    + " to "
                    + Figures.text(l.slope().high())
                    + "): "
                    + (l.slope().high() < 1
                        ? "scores are too extreme."
                        : l.slope().low() > 1
                            ? "scores are too timid."
                            : "neither too extreme nor too timid.")
                    + (l.intercept().low() > 0
                        ? " More happens than is predicted."
                        : l.intercept().high() < 0 ? " Less happens than is predicted." : ""))
        .orElse("");
  }

  /** What the threshold costs, in a few sentences. */
  public String cost() {
    return thresholds
        .map(
            t ->
                t.costs()
                    .map(WeakSpotsView::cost)
                    .orElse(
                        "What the threshold costs was not tested: model.yaml declares no"
                            + " decision.costs."))
        .orElse("");
  }

  private static String cost(Thresholds.Cost c) {
    String now =
        "In the units of the declared costs, 100 cases cost "
            + Figures.text(c.now().value())
            + " ("
            + Figures.text(c.now().low())
            + " to "
            + Figures.text(c.now().high())
            + ") at the declared threshold, where a false positive costs "
            + Figures.text(c.falsePositive())
            + " and a false negative "
            + Figures.text(c.falseNegative())
            + ". Without a model they would cost "
            + Figures.text(Math.min(c.everyone(), c.nobody()))
            + " ("
            + (c.everyone() < c.nobody() ? "everybody" : "nobody")
            + " favoured). On these rows "
            + Figures.text(c.best())
            + " is cheapest ("
            + Figures.text(c.bestCost())
            + ")";
    return c.regret().low() > 0
        ? now + ", and that holds on rows it was not chosen on: think about the threshold."
        : now + ", but on rows it was not chosen on that is not surely better: keep the threshold.";
  }

  /** Caught, false alarms and share favoured, over the threshold. */
  public String thresholdChart() {
    List<Thresholds.Point> points = thresholds.map(Thresholds::points).orElse(List.of());
    double[] x = points.stream().mapToDouble(Thresholds.Point::threshold).toArray();
    return new LineChart(
            "What other thresholds would do",
            "threshold",
            "share",
            List.of(),
            x,
            List.of(
                new LineChart.Series(
                    "favourable",
                    points.stream().mapToDouble(Thresholds.Point::favourable).toArray()),
                new LineChart.Series(
                    "caught",
                    points.stream().mapToDouble(Thresholds.Point::truePositive).toArray()),
                new LineChart.Series(
                    "false alarms",
                    points.stream().mapToDouble(Thresholds.Point::falsePositive).toArray())),
            new int[0])
        .svg();
  }

  /** The worst slice that is no accident, in a sentence. */
  public String reading() {
    return spots
        .map(
            s ->
                s.slices().stream()
                    .filter(WeakSpots.Slice::certain)
                    .findFirst()
                    .map(
                        w ->
                            "The weakest slice is "
                                + w.where()
                                + ": its "
                                + Figures.count(w.rows(), "row")
                                + " have "
                                + Figures.text(w.loss().value() / w.rest())
                                + " times the error of all others.")
                    .orElse(
                        "Of "
                            + Figures.count(s.tested(), "slice")
                            + " none is worse than the other rows by more than chance explains."))
        .orElse("");
  }

  public String slicesChart() {
    return spots
        .map(
            s ->
                new BarChart(
                        "By how much the error is larger than elsewhere",
                        "difference of mean errors, with 95 % interval",
                        s.slices().stream()
                            .limit(10)
                            .map(
                                w ->
                                    new BarChart.Bar(
                                        w.where(),
                                        w.difference().value(),
                                        w.difference().low(),
                                        w.difference().high()))
                            .toList())
                    .svg())
        .orElse("");
  }

  /** Names of the metrics of segments, without their prefix. */
  public Set<String> metrics() {
    Set<String> names = new LinkedHashSet<>();
    spots
        .map(WeakSpots::segments)
        .orElse(List.of())
        .forEach(
            g ->
                g.parts()
                    .forEach(
                        p ->
                            p.metrics().stream()
                                .map(Performance.Metric::name)
                                .limit(METRICS)
                                .forEach(n -> names.add(n.replaceFirst("^performance\\.", "")))));
    return names;
  }

  /** Whether segments have more metrics than are told. */
  public boolean moreMetrics() {
    return spots.map(WeakSpots::segments).orElse(List.of()).stream()
        .flatMap(g -> g.parts().stream())
        .anyMatch(p -> p.metrics().size() > METRICS);
  }

  /** How the tree came about and how much it may be believed. */
  public String tree() {
    return spots
        .flatMap(WeakSpots::tree)
        .map(
            t ->
                "Regions found on "
                    + Figures.count(t.grownOn(), "row")
                    + "; the figures are of "
                    + t.measuredOn()
                    + " other rows. "
                    + (t.nodes().size() == 1
                        ? "No region was found: nowhere is the error larger by more than chance"
                            + " explains."
                        : t.explained() > 0
                            ? "There the tree tells "
                                + Figures.percent(t.explained())
                                + " of the variance of the errors."
                            : "There the tree tells nothing about the errors: no region of it is reliably"
                                + " worse."))
        .orElse("");
  }

  public String treeChart() {
    return spots
        .flatMap(WeakSpots::tree)
        .map(t -> new TreeDrawing("A tree of the errors", List.of("error"), t.nodes(), units).svg())
        .orElse("");
  }
}
