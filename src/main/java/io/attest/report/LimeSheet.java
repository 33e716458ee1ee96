package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.explain.quality.RowAgreement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Straight-line accounts of the model near single cases, beside the main attribution. */
final class LimeSheet implements Sheet {
  private static final int MOST_COEFFICIENTS = 20_000;

  /** A line, and what the main attribution says of the same case. */
  private record Case(
      int number, Section.LocalLine line, Optional<Map<String, Double>> contributions) {

    /** Share of the most important features that both have; NaN where they cannot be compared. */
    double agreement() {
      Map<String, Double> own = LimeSheet.contributions(line.row());
      if (contributions.isEmpty() || !contributions.get().keySet().equals(own.keySet())) {
        return Double.NaN;
      }
      return RowAgreement.of(figures(own), figures(contributions.get())).features();
    }

    private static double[] figures(Map<String, Double> of) {
      return of.values().stream().mapToDouble(Double::doubleValue).toArray();
    }
  }

  private record Part(Case of, Section.Coefficient coefficient, Section.Contribution own) {
    double main() {
      return of.contributions().map(c -> c.get(coefficient.feature())).orElse(Double.NaN);
    }
  }

  @Override
  public String anchor() {
    return "lime_start";
  }

  @Override
  public String summary(AuditRecord record) {
    return Explanations.of(record, Section.LocalSurrogateResult.class).stream()
        .map(
            heard ->
                "Near a typical case a straight line explains "
                    + Figures.percent(heard.result().r2())
                    + " of the model.")
        .findFirst()
        .orElseGet(() -> Explanations.none(record));
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    var lines = Explanations.of(record, Section.LocalSurrogateResult.class);
    if (lines.isEmpty()) {
      Explanations.missing(record, page, "local straight-line models");
      return;
    }
    Explanations.untested(record).forEach(page::missing);
    var main = Explanations.attributions(record).stream().findFirst();
    for (var heard : lines) {
      page.note(heard.source());
      fit(page, heard.result());
      List<Case> cases = cases(heard.result(), main.map(Explanations.Heard::result));
      String name = main.map(Explanations.Heard::explainer).orElse("");
      cases(page, cases, name);
      coefficients(page, cases, name);
    }
  }

  private static void fit(Page page, Section.LocalSurrogateResult result) {
    page.heading("How well the lines fit");
    page.note(
        "R squared: share of what the model does near a case that a straight line tells. Where it is"
            + " low, the coefficients describe something that the model is not.");
    page.facts(
        "lime_fit",
        List.of(
            new Page.Fact("R squared, half of the cases are above", Figures.text(result.r2())),
            new Page.Fact("R squared, one case in twenty is below", Figures.text(result.r2Low())),
            new Page.Fact(
                "Most important features that two halves of the draws agree on",
                Figures.percent(result.stability())),
            new Page.Fact(
                "Cosine to the coefficients of half or double the width",
                Figures.text(result.widthAgreement())),
            new Page.Fact(
                "Cases near which the model says the same everywhere",
                Long.toString(result.level()))));
  }

  private static void cases(Page page, List<Case> cases, String main) {
    page.heading("Cases");
    page.note(
        "The same cases as those of single cases. \"Line\" is what the straight line says at the case."
            + (main.isEmpty()
                ? ""
                : " Agreement: share of the most important features that "
                    + main
                    + " has too; they answer different questions, so that all is not to be"
                    + " expected."));
    TableWriter<Case> table =
        page.table("lime_cases", cases)
            .count("No.", Case::number)
            .wrap("Case", c -> c.line().row().id())
            .text("Picked as", c -> c.line().row().why())
            .number("Prediction", c -> c.line().row().prediction())
            .number("Line", c -> c.line().row().prediction() - c.line().row().residual())
            .number("R squared", c -> c.line().r2())
            .percent("Stability", c -> c.line().stability());
    if (!main.isEmpty()) {
      table.percent("Agreement", Case::agreement);
    }
    table.write("There are no cases.");
  }

  private static void coefficients(Page page, List<Case> cases, String main) {
    page.heading("Coefficients");
    page.note(
        "What one standard deviation more of a number does near the case, or the case's own category in"
            + " place of others, with what other draws would have given. Contribution: coefficient"
            + " times how far the case is from the mean.");
    List<Part> parts = new ArrayList<>();
    for (Case c : cases) {
      Map<String, Section.Contribution> own =
          c.line().row().contributions().stream()
              .collect(Collectors.toMap(Section.Contribution::feature, Function.identity()));
      c.line().coefficients().forEach(k -> parts.add(new Part(c, k, own.get(k.feature()))));
    }
    TableWriter<Part> table =
        page.table("lime_coefficients", parts)
            .most(MOST_COEFFICIENTS, "in the file that the sheet of methods lists")
            .count("No.", p -> p.of().number())
            .wrap("Case", p -> p.of().line().row().id())
            .wrap("Feature", p -> p.coefficient().feature())
            .wrap("Value", p -> p.own().value())
            .signed("Coefficient", p -> p.coefficient().value())
            .signed("from", p -> p.coefficient().low())
            .signed("to", p -> p.coefficient().high())
            .signed("Contribution", p -> p.own().contribution());
    if (!main.isEmpty()) {
      table.signed("By " + main, Part::main);
    }
    table.write("The cases have no coefficients.");
  }

  private static List<Case> cases(
      Section.LocalSurrogateResult result, Optional<Section.AttributionResult> main) {
    Map<Integer, Section.LocalRow> rows =
        main.map(Section.AttributionResult::local).orElse(List.of()).stream()
            .collect(Collectors.toMap(Section.LocalRow::row, Function.identity(), (a, b) -> a));
    List<Case> cases = new ArrayList<>();
    for (Section.LocalLine line : result.local()) {
      cases.add(
          new Case(
              cases.size() + 1,
              line,
              Optional.ofNullable(rows.get(line.row().row())).map(LimeSheet::contributions)));
    }
    return cases;
  }

  /** By feature, in the order of their names. */
  private static Map<String, Double> contributions(Section.LocalRow row) {
    return row.contributions().stream()
        .collect(
            Collectors.toMap(
                Section.Contribution::feature,
                Section.Contribution::contribution,
                (a, b) -> a,
                TreeMap::new));
  }
}
