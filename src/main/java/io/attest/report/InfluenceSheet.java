package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.explain.TestInfluence;

/** Which training rows made the model what it is. */
final class InfluenceSheet implements Sheet {

  @Override
  public String anchor() {
    return "influence_start";
  }

  @Override
  public String summary(AuditRecord record) {
    return Explanations.of(record, Section.InfluenceResult.class).stream()
        .findFirst()
        .map(
            h ->
                "The most influential training row has "
                    + Figures.percent(h.result().maxShare())
                    + " of all influence.")
        .orElse(Explanations.none(record));
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    var heard = Explanations.of(record, Section.InfluenceResult.class);
    if (heard.isEmpty()) {
      Explanations.missing(record, page, "the influence of training rows");
      return;
    }
    Explanations.untested(record).forEach(page::missing);
    for (var h : heard) {
      if (!h.result().rows().isEmpty()) {
        distances(h, page);
      }
      h.result().onTests().ifPresent(onTests -> onTests(h, onTests, page));
    }
  }

  private static void distances(Explanations.Heard<Section.InfluenceResult> h, Page page) {
    Section.InfluenceResult result = h.result();
    page.heading("Training rows by Cook's distance, " + h.explainer());
    page.note(h.source());
    page.note(
        "The "
            + result.rows().size()
            + " most influential of "
            + result.trainingRows()
            + " training rows; the whole table is in the files that the sheet of methods lists."
            + " Largest share of one row in all influence: "
            + Figures.percent(result.maxShare())
            + ". Changes are \"without the row\" minus \"with the row\".");
    page.table("influence", result.rows())
        .count("Training row", r -> r.row())
        .text("What happened", Section.InfluentialRow::label)
        .number("Response", Section.InfluentialRow::response)
        .number("Leverage", Section.InfluentialRow::leverage)
        .number("Studentized residual", Section.InfluentialRow::studentized)
        .number("Cook's distance", Section.InfluentialRow::cook)
        .number("DFFITS", Section.InfluentialRow::dffits)
        .number("Change of the audit loss", Section.InfluentialRow::looLoss)
        .wrap("Parameter moved most", Section.InfluentialRow::largestTerm)
        .number("by (DFBETAS)", Section.InfluentialRow::largestDfbetas)
        .write("The method names no rows.");
    page.heading("Parameters of the model");
    page.table("terms", result.terms())
        .text("Parameter", t -> t)
        .write("The method names no parameters.");
  }

  private static void onTests(
      Explanations.Heard<Section.InfluenceResult> h, Section.InfluenceOnTests onTests, Page page) {
    page.heading("Training rows by what they change for audit rows, " + h.explainer());
    page.note(h.source());
    page.note(
        "The "
            + onTests.rows().size()
            + " of "
            + h.result().trainingRows()
            + " training rows without which the "
            + onTests.measure()
            + " of "
            + onTests.tests()
            + " audit rows would change most; the whole table is in the files. Changes are \"without"
            + " the row\" minus \"with the row\": a loss that falls without a row says that the row"
            + " did harm.");
    page.note(onTests.validation().map(InfluenceSheet::checked).orElse("Not checked."));
    page.table("training_rows", onTests.rows())
        .text("Training case", Section.TrainingRow::id)
        .text("What happened", Section.TrainingRow::label)
        .percent("Share of all influence", Section.TrainingRow::share)
        .number("Mean size of change", Section.TrainingRow::strength)
        .number("Mean change", Section.TrainingRow::mean)
        .wrap("Audit cases changed most", Section.TrainingRow::most)
        .wrap("What it is like", Section.TrainingRow::values)
        .write("No training row changes anything.");
  }

  /** What the figures were held against, and how they agree. */
  private static String checked(TestInfluence.Validation v) {
    return "Checked: "
        + v.rows()
        + " training rows were left out one at a time and "
        + v.against()
        + ". Correlation with the figures here "
        + Figures.text(v.pearson())
        + ", of ranks "
        + Figures.text(v.spearman())
        + "."
        + (v.retrained() ? "" : " This is not a real training without the row: see the notes.");
  }
}
