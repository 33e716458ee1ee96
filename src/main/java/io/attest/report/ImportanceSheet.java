package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.explain.Importance;
import io.attest.model.OutputSpace;
import java.util.Comparator;
import java.util.List;

/** Which features matter most, over all cases. */
final class ImportanceSheet implements Sheet {
  private static final int DRAWN = 20;
  private static final int CHART_COLUMN = 7;

  @Override
  public String anchor() {
    return "importance_start";
  }

  @Override
  public String summary(AuditRecord record) {
    var heard = Explanations.of(record, Section.AttributionResult.class);
    if (heard.isEmpty() || heard.get(0).result().global().isEmpty()) {
      return Explanations.of(record, Section.ImportanceResult.class).isEmpty()
          ? Explanations.none(record)
          : "Permutation importance only.";
    }
    Section.GlobalShare first = heard.get(0).result().global().get(0);
    return "Largest: "
        + Words.inline(first.feature())
        + " with "
        + Figures.percent(first.share())
        + " of all contributions.";
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    var attributions = Explanations.of(record, Section.AttributionResult.class);
    var importances = Explanations.of(record, Section.ImportanceResult.class);
    if (attributions.isEmpty() && importances.isEmpty()) {
      Explanations.missing(record, page, "the importance of features");
      return;
    }
    Explanations.untested(record).forEach(page::missing);
    for (var heard : attributions) {
      attribution(page, heard);
    }
    for (var heard : importances) {
      permutation(page, heard);
    }
  }

  private static void attribution(Page page, Explanations.Heard<Section.AttributionResult> heard) {
    Section.AttributionResult result = heard.result();
    String unit = result.space() == OutputSpace.RAW ? " (before the link)" : "";
    page.heading("Contributions to " + result.output() + unit + ", by " + heard.explainer());
    page.note(heard.source());
    page.note(
        "Mean absolute contribution over all cases with its 95 % interval, its share of the sum, and"
            + " the signed mean. Base value "
            + Figures.text(result.baseValue())
            + "; largest residual relative to the largest prediction "
            + Figures.text(result.relativeResidual())
            + ".");
    int top = page.row();
    page.table("contributions", result.global())
        .wrap("Feature", Section.GlobalShare::feature)
        .number("Mean absolute", Section.GlobalShare::meanAbsolute)
        .number("Interval from", Section.GlobalShare::low)
        .number("Interval to", Section.GlobalShare::high)
        .percent("Share", Section.GlobalShare::share)
        .signed("Mean contribution", Section.GlobalShare::mean)
        .write("The method gives no global figures.")
        .ifPresent(
            area ->
                chart(page, area, top, "What moves the predictions", "mean |contribution|" + unit));
  }

  private static void permutation(Page page, Explanations.Heard<Section.ImportanceResult> heard) {
    Importance importance = heard.result().importance();
    List<Importance.Item> items =
        importance.items().stream()
            .sorted(Comparator.comparingDouble(i -> Double.isNaN(i.value()) ? 1e300 : -i.value()))
            .toList();
    page.pageBreak();
    page.heading("What the performance needs, by " + heard.explainer());
    page.note(heard.source());
    page.note(
        "Measured as "
            + importance.measure()
            + " when the feature is made worthless; with nothing changed it is "
            + Figures.text(importance.reference())
            + ". The interval holds the mean of the repeats with 95 %.");
    int top = page.row();
    page.table("permutation", items)
        .wrap("Feature", Importance.Item::feature)
        .number("Importance", Importance.Item::value)
        .number("Interval from", Importance.Item::low)
        .number("Interval to", Importance.Item::high)
        .write("The method gives no figures.")
        .ifPresent(
            area -> chart(page, area, top, "What the performance needs", importance.measure()));
  }

  private static void chart(Page page, Area area, int top, String title, String axis) {
    Area drawn = area.head(DRAWN);
    int height = Math.max(200, 110 + 22 * drawn.rows());
    String many =
        area.rows() > DRAWN ? title + " (first " + DRAWN + " of " + area.rows() + ")" : title;
    new NativeChart(page)
        .bars(
            new NativeChart.Place(area.left() + CHART_COLUMN, top, 0, 620, height),
            many,
            axis,
            drawn.column(0),
            drawn.column(1));
    page.to(Math.max(page.row(), top + NativeChart.rows(page.sheet(), height)));
  }
}
