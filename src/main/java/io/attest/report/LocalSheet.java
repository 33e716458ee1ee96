package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.poi.ss.util.CellReference;

/** Single cases: what the model said, what added to it, and that the sum is right. */
final class LocalSheet implements Sheet {
  private static final int MOST_CONTRIBUTIONS = 20_000;
  private static final int REASONS = 4;

  /** Columns that the formulas speak of. */
  private static final int BASE = 5;

  private static final int SUM = 7;
  private static final int CONTRIBUTION = 5;

  /** A case under one method; the number ties its two tables together. */
  private record Case(
      int number, Explanations.Heard<Section.AttributionResult> heard, Section.LocalRow row) {

    /** Base value plus contributions. */
    double sum() {
      return heard.result().baseValue()
          + row.contributions().stream().mapToDouble(Section.Contribution::contribution).sum();
    }
  }

  private record Part(Case of, int rank, Section.Contribution contribution) {}

  @Override
  public String anchor() {
    return "local_start";
  }

  @Override
  public String summary(AuditRecord record) {
    List<Case> cases = cases(record);
    if (cases.isEmpty()) {
      return Explanations.none(record);
    }
    double worst = cases.stream().mapToDouble(c -> Math.abs(c.row().residual())).max().orElse(0);
    return Figures.count(cases.size(), "case")
        + " in full; largest difference in a sum check "
        + Figures.text(worst)
        + ".";
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    List<Case> cases = cases(record);
    if (cases.isEmpty()) {
      page.freeze(0, 1);
      Explanations.missing(record, page, "contributions to single cases");
      return;
    }
    Explanations.untested(record).forEach(page::missing);
    var attributions = Explanations.attributions(record);
    page.note(attributions.get(0).source());
    if (attributions.size() > 1) {
      page.note(
          "By the main attribution of this audit; the contributions by "
              + attributions.stream()
                  .skip(1)
                  .map(Explanations.Heard::explainer)
                  .collect(Collectors.joining(" and "))
              + " are in the files that the sheet of methods lists.");
    }
    page.heading("Cases");
    page.note(
        "Base value plus contributions is the prediction. \"Sum\" is a formula over the table below,"
            + " so that Excel can check the stored difference.");
    Optional<Area> sums =
        page.table("cases", cases)
            .count("No.", Case::number)
            .wrap("Case", c -> c.row().id())
            .text("Picked as", c -> c.row().why())
            .wrap("What happened", c -> c.row().label())
            .number("Response", c -> c.row().response())
            .number("Base value", c -> c.heard().result().baseValue())
            .number("Prediction", c -> c.row().prediction())
            .number("Sum", Case::sum)
            .number("Difference", c -> c.row().residual())
            .wrap("Main reasons", LocalSheet::reasons)
            .text("Method", c -> c.heard().explainer())
            .wrap("Output", c -> c.heard().result().output())
            .write("There are no cases.");
    page.freeze(0, 1);
    page.heading("Contributions");
    page.note("Of each case, largest first, in the same space as the prediction.");
    List<Part> parts = parts(cases);
    int shown = parts.isEmpty() ? 0 : parts.get(parts.size() - 1).of().number();
    if (shown < cases.size()) {
      page.note(
          "Of the first "
              + Figures.count(shown, "case")
              + "; "
              + Figures.count(cases.size() - shown, "case")
              + " left out here. All of them are in the files that the sheet of methods lists.");
    }
    Optional<Area> below =
        page.table("case_contributions", parts)
            .count("No.", p -> p.of().number())
            .wrap("Case", p -> p.of().row().id())
            .wrap("Feature", p -> p.contribution().feature())
            .wrap("Value", p -> p.contribution().value())
            .count("Rank", Part::rank)
            .signed("Contribution", p -> p.contribution().contribution())
            .write("The cases have no contributions.");
    if (sums.isPresent() && below.isPresent()) {
      cases.subList(0, shown).forEach(c -> recompute(page, c, sums.get(), below.get()));
    }
  }

  /** Puts a formula beside the stored figures, now that it is known where the parts stand. */
  private static void recompute(Page page, Case c, Area cases, Area parts) {
    if (!Double.isFinite(c.sum())) {
      return;
    }
    int row = cases.first() + c.number() - 1;
    String number = new CellReference(row, cases.left()).formatAsString();
    String base = new CellReference(row, cases.left() + BASE).formatAsString();
    String sum =
        base
            + "+SUMIFS("
            + column(parts, CONTRIBUTION)
            + ","
            + column(parts, 0)
            + ","
            + number
            + ")";
    page.cells().formula(page.cell(row, cases.left() + SUM), sum, c.sum(), Look.NUMBER);
  }

  private static String column(Area area, int index) {
    return new CellReference(area.first(), area.left() + index, true, true).formatAsString()
        + ":"
        + new CellReference(area.last(), area.left() + index, true, true).formatAsString();
  }

  private static String reasons(Case c) {
    return c.row().contributions().stream()
        .limit(REASONS)
        .map(
            x ->
                x.feature()
                    + (x.value().isBlank() ? "" : " = " + x.value())
                    + " ("
                    + Figures.signed(x.contribution())
                    + ")")
        .collect(Collectors.joining("; "));
  }

  private static List<Case> cases(AuditRecord record) {
    List<Case> cases = new ArrayList<>();
    // The others, if there are any, speak of the same cases.
    Explanations.attributions(record).stream()
        .findFirst()
        .ifPresent(
            main ->
                main.result()
                    .local()
                    .forEach(row -> cases.add(new Case(cases.size() + 1, main, row))));
    return cases;
  }

  /** Whole cases until the sheet has enough. */
  private static List<Part> parts(List<Case> cases) {
    List<Part> parts = new ArrayList<>();
    for (Case c : cases) {
      if (parts.size() + c.row().contributions().size() > MOST_CONTRIBUTIONS) {
        break;
      }
      for (int i = 0; i < c.row().contributions().size(); i++) {
        parts.add(new Part(c, i + 1, c.row().contributions().get(i)));
      }
    }
    return parts;
  }
}
