package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The first cases, step by step from the base value to the prediction. */
final class WaterfallSheet implements Sheet {
  private static final int MOST_CASES = 6;
  private static final int MOST_STEPS = 10;
  private static final int CHART_COLUMN = 11;

  /** Columns of the table that the bars are drawn from: what is not seen, then what is. */
  private static final int FIRST_BAR = 4;

  @Override
  public String anchor() {
    return "waterfall_start";
  }

  @Override
  public String summary(AuditRecord record) {
    int cases = cases(record).size();
    return cases == 0
        ? Explanations.none(record)
        : "The first " + Figures.count(cases, "case") + ", from the base value to the prediction.";
  }

  private static List<Section.LocalRow> cases(AuditRecord record) {
    return Explanations.attributions(record).stream()
        .findFirst()
        .map(h -> h.result().local().stream().limit(MOST_CASES).toList())
        .orElse(List.of());
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    List<Section.LocalRow> cases = cases(record);
    if (cases.isEmpty()) {
      Explanations.missing(record, page, "contributions to single cases");
      return;
    }
    var heard = Explanations.attributions(record).get(0);
    int all = heard.result().local().size();
    page.note(heard.source());
    page.note(
        "Each bar begins where the one above ends. The columns from \"Before the bar\" on are what"
            + " the chart is drawn from: Excel stacks what is above 0 and what is below apart.");
    if (cases.size() < all) {
      page.note(
          "The first "
              + Figures.count(cases.size(), "case")
              + " of the "
              + all
              + " on the sheet of single cases; "
              + Figures.count(all - cases.size(), "case")
              + " not drawn.");
    }
    String unit = heard.result().space() == OutputSpace.RAW ? " (before the link)" : "";
    for (int i = 0; i < cases.size(); i++) {
      Section.LocalRow row = cases.get(i);
      if (i > 0 && i % 2 == 0) {
        page.pageBreak();
      }
      write(page, row, heard.result().output() + unit);
    }
  }

  /**
   * One bar.
   *
   * @param total true for the base value and the prediction, which begin at 0
   */
  private record Step(String name, double from, double to, boolean total) {

    private double low() {
      return Math.min(from, to);
    }

    private double high() {
      return Math.max(from, to);
    }

    /** What lies between 0 and the bar. */
    double before() {
      return total ? 0 : low() > 0 ? low() : Math.min(high(), 0);
    }

    double above(boolean raises) {
      return total || (to >= from) != raises ? 0 : Math.max(0, high()) - Math.max(0, low());
    }

    double below(boolean raises) {
      return total || (to >= from) != raises ? 0 : Math.min(0, low()) - Math.min(0, high());
    }

    double whole() {
      return total ? to : 0;
    }
  }

  private static void write(Page page, Section.LocalRow row, String unit) {
    List<Step> steps = steps(row);
    page.heading("Case " + row.id() + ", " + row.why());
    int top = page.row();
    page.table("waterfall", steps)
        .wrap("Step", Step::name)
        .signed("Change", s -> s.total() ? Double.NaN : s.to() - s.from())
        .number("From", Step::from)
        .number("To", Step::to)
        .number("Before the bar", Step::before)
        .number("Raises, above 0", s -> s.above(true))
        .number("Raises, below 0", s -> s.below(true))
        .number("Lowers, above 0", s -> s.above(false))
        .number("Lowers, below 0", s -> s.below(false))
        .number("From 0", Step::whole)
        .write("The case has no contributions.")
        .ifPresent(
            area -> {
              int height = 90 + 21 * area.rows();
              new WaterfallChart(page)
                  .draw(
                      new NativeChart.Place(area.left() + CHART_COLUMN, top, 0, 700, height),
                      "Case " + row.id() + ": from the base value to the prediction",
                      unit,
                      area,
                      FIRST_BAR);
              page.to(Math.max(page.row(), top + NativeChart.rows(page.sheet(), height)));
            });
  }

  private static List<Step> steps(Section.LocalRow row) {
    List<Section.Contribution> parts =
        row.contributions().stream().filter(c -> Double.isFinite(c.contribution())).toList();
    int drawn = parts.size() > MOST_STEPS + 1 ? MOST_STEPS : parts.size();
    List<Step> steps = new ArrayList<>();
    ToDoubleFunction<List<Section.Contribution>> sum =
        list -> list.stream().mapToDouble(Section.Contribution::contribution).sum();
    double at = row.prediction() - row.residual() - sum.applyAsDouble(parts);
    steps.add(new Step("base value", 0, at, true));
    for (Section.Contribution c : parts.subList(0, drawn)) {
      String value = c.value().isBlank() ? "" : " = " + c.value();
      steps.add(new Step(c.feature() + value, at, at + c.contribution(), false));
      at += c.contribution();
    }
    if (drawn < parts.size()) {
      double rest = sum.applyAsDouble(parts.subList(drawn, parts.size()));
      steps.add(new Step((parts.size() - drawn) + " other features", at, at + rest, false));
    }
    steps.add(new Step("prediction", 0, row.prediction(), true));
    return steps;
  }
}
