package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;

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
  }
}
