package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.measure.Performance;
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

  private static String name(String metric) {
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
