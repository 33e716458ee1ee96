package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.measure.CalibrationLine;
import io.attest.measure.Estimate;
import io.attest.measure.Performance;
import io.attest.measure.Thresholds;
import io.attest.measure.WeakSpots;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How well the predictions fit what happened. */
final class PerformanceSheet implements Sheet {

  @Override
  public String anchor() {
    return "performance_start";
  }

  @Override
  public String summary(AuditRecord record) {
    return record
        .section(Section.Validated.class)
        .map(
            v ->
                v.performance()
                    .map(
                        p ->
                            p.metrics().stream()
                                    .limit(3)
                                    .map(m -> name(m.name()) + " " + Figures.text(m.value()))
                                    .collect(Collectors.joining(", "))
                                + " on "
                                + Figures.count(p.rows(), "row")
                                + ".")
                    .orElse("Not tested: the audit rows have no labels."))
        .orElse(Words.notRun("validate"));
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    Optional<Section.Validated> validated = record.section(Section.Validated.class);
    if (validated.isEmpty()) {
      page.missing(Words.notRun("validate"));
      return;
    }
    Optional<Performance> performance = validated.get().performance();
    if (performance.isEmpty()) {
      page.missing(
          "Not tested: the audit rows do not say what happened, so nothing can be compared.");
    } else {
      fill(record, page, performance.get());
      validated.get().weakSpots().flatMap(WeakSpots::line).ifPresent(l -> line(page, l));
      validated.get().thresholds().ifPresent(t -> thresholds(page, t));
    }
    page.heading("Notes of the tests");
    List<String> notes = new ArrayList<>(performance.map(Performance::notes).orElse(List.of()));
    notes.addAll(validated.get().notes());
    page.table("test_notes", notes).text("Note", n -> n).write("Nothing to note.");
  }

  private static void fill(AuditRecord record, Page page, Performance p) {
    page.note(
        record
            .section(Section.Ingested.class)
            .map(
                i ->
                    "Source: "
                        + Figures.count(p.rows(), "labelled row")
                        + " of "
                        + i.audit().snapshot().name()
                        + ", SHA-256 "
                        + i.audit().snapshot().sha256()
                        + "; model file SHA-256 "
                        + i.modelFile().sha256()
                        + ".")
            .orElse("Source: " + Figures.count(p.rows(), "labelled row") + "."));
    page.heading("Metrics");
    page.table("metrics", p.metrics())
        .text("Metric", m -> name(m.name()))
        .number("Value", Performance.Metric::value)
        .number("Interval from (95 %)", Performance.Metric::low)
        .number("Interval to", Performance.Metric::high)
        .text("Better is", m -> better(m.name()))
        .text("Name in the rules", Performance.Metric::name)
        .write("No metric was computed.");
    page.heading("Confusion");
    page.note(
        record
            .spec()
            .decision()
            .map(d -> "At the threshold " + Figures.text(d.threshold()) + ".")
            .orElse("The model declares no threshold."));
    page.table("confusion", p.confusion())
        .text("Outcome", Performance.Count::name)
        .count("Rows", Performance.Count::rows)
        .percent("Share", c -> p.rows() == 0 ? Double.NaN : (double) c.rows() / p.rows())
        .write("Not available: there is no threshold, or the model is not binary.");
    page.heading("Calibration");
    page.note("Predicted probability against what happened. Perfect: both are the same.");
    int top = page.row();
    page.table("calibration", p.calibration())
        .text("Scores", b -> String.format(Locale.ROOT, "%.3f to %.3f", b.from(), b.to()))
        .count("Rows", Performance.Bin::rows)
        .number("Mean predicted", Performance.Bin::predicted)
        .number("Observed share", Performance.Bin::observed)
        .number("Perfect", Performance.Bin::predicted)
        .write("Not available: only binary models are calibrated.")
        .ifPresent(
            area -> {
              int height = 380;
              new NativeChart(page)
                  .curve(
                      new NativeChart.Place(area.left() + 7, top, 0, 560, height),
                      "Calibration",
                      "mean predicted probability",
                      "observed share",
                      "perfect",
                      false,
                      area.column(2),
                      area.column(3),
                      area.column(4));
              page.to(Math.max(page.row(), top + NativeChart.rows(page.sheet(), height)));
            });
  }

  private static void line(Page page, CalibrationLine line) {
    page.skip(1);
    page.table(
            "calibration_line",
            List.of(
                new LinePart(
                    "Intercept", line.intercept(), 0, "above 0: more happens than is said"),
                new LinePart("Slope", line.slope(), 1, "below 1: scores are too extreme")))
        .text("Line", LinePart::name)
        .number("Figure", l -> l.of().value())
        .number("From (95 %)", l -> l.of().low())
        .number("To", l -> l.of().high())
        .number("Best", LinePart::perfect)
        .text("How to read it", LinePart::reading)
        .write("");
  }

  private record LinePart(String name, Estimate of, double perfect, String reading) {}

  private static void thresholds(Page page, Thresholds thresholds) {
    page.heading("Thresholds");
    page.note(
        "What other thresholds would do, on "
            + Figures.count(thresholds.rows(), "labelled row")
            + ". Caught: share of the positive rows at or above the threshold; false alarms: share of"
            + " the others; precision: share of positive rows among those at or above it.");
    thresholds
        .costs()
        .ifPresentOrElse(
            c -> costs(page, c),
            () -> page.missing("Cost: not tested, model.yaml declares no decision.costs."));
    page.skip(1);
    boolean cost = thresholds.costs().isPresent();
    page.table("thresholds", thresholds.points())
        .text("Note", p -> p.note())
        .number("Threshold", Thresholds.Point::threshold)
        .percent("Favourable", Thresholds.Point::favourable)
        .percent("Caught", Thresholds.Point::truePositive)
        .percent("False alarms", Thresholds.Point::falsePositive)
        .percent("Precision", Thresholds.Point::precision)
        .percent("Accuracy", Thresholds.Point::accuracy)
        .number("Cost of 100", Thresholds.Point::cost)
        .write("There are no rows.")
        .ifPresent(
            area -> {
              int height = 340;
              page.skip(1);
              new NativeChart(page)
                  .curve(
                      new NativeChart.Place(area.left(), page.row(), 0, 520, height),
                      "Caught and false alarms by threshold",
                      "threshold",
                      "caught",
                      "false alarms",
                      false,
                      area.column(1),
                      area.column(3),
                      area.column(4));
              new NativeChart(page)
                  .curve(
                      new NativeChart.Place(area.left(), page.row(), 540, 520, height),
                      cost ? "Cost and share favoured" : "Accuracy and share favoured",
                      "threshold",
                      cost ? "cost of 100 cases" : "accuracy",
                      "share favoured",
                      true,
                      area.column(1),
                      area.column(cost ? 7 : 6),
                      area.column(2));
              page.skip(NativeChart.rows(page.sheet(), height));
            });
  }

  private record CostLine(String name, double threshold, Estimate cost, String note) {}

  private static void costs(Page page, Thresholds.Cost c) {
    page.note(
        "A false positive costs "
            + Figures.text(c.falsePositive())
            + ", a false negative "
            + Figures.text(c.falseNegative())
            + " (model.yaml). At the declared threshold there are "
            + Figures.count(c.falsePositives(), "false positive")
            + " and "
            + Figures.count(c.falseNegatives(), "false negative")
            + ".");
    page.table(
            "costs",
            List.of(
                new CostLine("Now", Double.NaN, c.now(), "at the declared threshold"),
                new CostLine(
                    "Cheapest on these rows",
                    c.best(),
                    new Estimate(c.bestCost(), Double.NaN, Double.NaN),
                    "too low: it was chosen on the same rows"),
                new CostLine(
                    "What the declared one costs more",
                    Double.NaN,
                    c.regret(),
                    "the cheapest of one half of the rows, tried on the other; below 0: keep it"),
                new CostLine(
                    "Everybody favoured",
                    Double.NaN,
                    new Estimate(c.everyone(), Double.NaN, Double.NaN),
                    "without a model"),
                new CostLine(
                    "Nobody favoured",
                    Double.NaN,
                    new Estimate(c.nobody(), Double.NaN, Double.NaN),
                    "without a model"),
                new CostLine(
                    "By the costs alone",
                    c.byCosts(),
                    new Estimate(Double.NaN, Double.NaN, Double.NaN),
                    "the best threshold if every probability is right (Elkan 2001)")))
        .text("Cost of 100 cases", CostLine::name)
        .number("Cost", l -> l.cost().value())
        .number("From (95 %)", l -> l.cost().low())
        .number("To", l -> l.cost().high())
        .number("Threshold", CostLine::threshold)
        .text("Note", CostLine::note)
        .write("");
  }

  static String name(String metric) {
    return switch (metric) {
      case "performance.auc" -> "AUC";
      case "performance.log_loss" -> "Log loss";
      case "performance.brier" -> "Brier score";
      case "performance.accuracy" -> "Accuracy";
      case "performance.calibration_error" -> "Calibration error";
      case "performance.rmse" -> "RMSE";
      case "performance.mae" -> "MAE";
      case "performance.r2" -> "R²";
      default -> metric.replaceFirst("^performance\\.", "").replace('_', ' ');
    };
  }

  private static String better(String metric) {
    return switch (metric) {
      case "performance.auc", "performance.accuracy", "performance.r2" -> "higher";
      case "performance.log_loss",
          "performance.brier",
          "performance.calibration_error",
          "performance.rmse",
          "performance.mae" ->
          "lower";
      default -> "";
    };
  }
}
