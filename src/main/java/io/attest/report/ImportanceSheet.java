package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.explain.Importance;
import io.attest.explain.importance.Sage;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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
    var heard = Explanations.attributions(record);
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
    var attributions = Explanations.attributions(record);
    var importances = Explanations.of(record, Section.ImportanceResult.class);
    var losses = Explanations.of(record, Section.LossResult.class);
    if (attributions.isEmpty() && importances.isEmpty() && losses.isEmpty()) {
      Explanations.missing(record, page, "the importance of features");
      return;
    }
    Explanations.untested(record).forEach(page::missing);
    attributions.stream()
        .findFirst()
        .ifPresent(main -> attribution(page, main, attributions.size() > 1));
    attributions.stream()
        .skip(1)
        .forEach(other -> compared(record, page, attributions.get(0), other));
    for (var heard : importances) {
      permutation(page, heard);
    }
    for (var heard : losses) {
      loss(page, heard);
    }
  }

  private static void attribution(
      Page page, Explanations.Heard<Section.AttributionResult> heard, boolean main) {
    Section.AttributionResult result = heard.result();
    String unit = result.space() == OutputSpace.RAW ? " (before the link)" : "";
    page.heading("Contributions to " + result.output() + unit + ", by " + heard.explainer());
    page.note(heard.source());
    if (main) {
      page.note(
          "The main attribution of this audit: cases, facts and charts are its. Of several,"
              + " tree-shap-interventional comes first, then tree-shap, linear-shap, kernel-shap,"
              + " expected-gradients, then any other.");
    }
    page.note(
        "Mean absolute contribution over all cases with its 95 % interval, its share of the sum, and"
            + " the signed mean. Base value "
            + Figures.text(result.baseValue())
            + (addsUp(heard)
                ? "; largest residual relative to the largest prediction "
                    + Figures.text(result.relativeResidual())
                    + "."
                : ". The contributions do not add up to the prediction and are not meant to."));
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

  private static boolean addsUp(Explanations.Heard<Section.AttributionResult> heard) {
    return heard.provenance().map(p -> p.error().isPresent()).orElse(true);
  }

  private record Compared(
      String feature, int rank, double share, Optional<Integer> otherRank, double otherShare) {}

  private static void compared(
      AuditRecord record,
      Page page,
      Explanations.Heard<Section.AttributionResult> main,
      Explanations.Heard<Section.AttributionResult> other) {
    page.pageBreak();
    page.heading("Beside it: the same by " + other.explainer());
    page.note(other.source());
    page.note(agreement(record, main.explainer() + " ~ " + other.explainer()));
    List<Section.GlobalShare> others = other.result().global();
    List<Compared> rows = new ArrayList<>();
    for (Section.GlobalShare share : main.result().global()) {
      int at = 0;
      while (at < others.size() && !others.get(at).feature().equals(share.feature())) {
        at++;
      }
      boolean known = at < others.size();
      rows.add(
          new Compared(
              share.feature(),
              rows.size() + 1,
              share.share(),
              known ? Optional.of(at + 1) : Optional.empty(),
              known ? others.get(at).share() : Double.NaN));
    }
    page.table("contributions_beside", rows)
        .wrap("Feature", Compared::feature)
        .percent("Share, main", Compared::share)
        .count("Rank, main", Compared::rank)
        .percent("Share, beside", Compared::otherShare)
        .text("Rank, beside", c -> c.otherRank().map(Object::toString).orElse(""))
        .write("The method gives no global figures.");
  }

  private static String agreement(AuditRecord record, String both) {
    return record
        .section(Section.Validated.class)
        .flatMap(
            v ->
                v.facts().stream()
                    .filter(f -> f.metric().equals("explanation.agreement"))
                    .filter(f -> f.subject().equals(both))
                    .findFirst())
        .map(
            f ->
                "Agreement of the two orders (Spearman, -1 to 1): " + Figures.text(f.value()) + ".")
        .orElse("The agreement of the two orders is not available.");
  }

  private static void loss(Page page, Explanations.Heard<Section.LossResult> heard) {
    Section.LossResult result = heard.result();
    page.pageBreak();
    page.heading("What the loss comes from, by " + heard.explainer());
    page.note(heard.source());
    page.note(
        "The mean loss is "
            + Figures.text(result.base())
            + " if nothing is known of a case, and "
            + Figures.text(result.loss())
            + " for the predictions; the mean contributions add up to the difference. Below 0 a"
            + " feature makes the predictions better, above 0 worse.");
    page.table("loss", result.features())
        .wrap("Feature", Section.LossShare::feature)
        .signed("Mean contribution", Section.LossShare::mean)
        .number("Mean absolute", Section.LossShare::meanAbsolute)
        .write("The method gives no figures.");
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
        heard.explainer().equals(Sage.NAME)
            ? "Measured as "
                + importance.measure()
                + " that knowing the feature brings, from a prediction that knows nothing to that of"
                + " the model, whose loss is "
                + Figures.text(importance.reference())
                + ". The values add up to the whole decrease. The interval holds the value for other"
                + " cases with 95 %."
            : "Measured as "
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
