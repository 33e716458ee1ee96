package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.audit.Section.CounterfactualCase;
import io.attest.audit.Section.OtherValues;
import io.attest.explain.Counterfactuals;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.poi.xssf.usermodel.XSSFCell;

/** What would have had to be different for another decision, case by case. */
final class CounterfactualsSheet implements Sheet {
  /** Cases that are drawn in full; all are in the table above them. */
  private static final int DRAWN = 30;

  @Override
  public String anchor() {
    return "counterfactuals_start";
  }

  @Override
  public String summary(AuditRecord record) {
    return Explanations.of(record, Section.CounterfactualsResult.class).stream()
        .findFirst()
        .map(
            h -> {
              Counterfactuals.Quality q = h.result().quality();
              return "For "
                  + q.found()
                  + " of "
                  + Figures.count(q.searched(), "case")
                  + " other values would have changed the answer.";
            })
        .orElse(Explanations.none(record));
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    var heard = Explanations.of(record, Section.CounterfactualsResult.class);
    if (heard.isEmpty()) {
      Explanations.missing(record, page, "counterfactuals");
      return;
    }
    Explanations.untested(record).forEach(page::missing);
    for (var h : heard) {
      page.heading("Cases");
      page.note(h.source());
      notes(h.result().quality(), page);
      cases(h.result().cases(), page);
      long told = h.result().cases().stream().filter(c -> !c.alternatives().isEmpty()).count();
      if (told > DRAWN) {
        page.note(
            "The alternatives of the first "
                + DRAWN
                + " of "
                + told
                + " cases follow; all of them are in the record of the audit.");
      }
      h.result().cases().stream()
          .filter(c -> !c.alternatives().isEmpty())
          .limit(DRAWN)
          .forEach(c -> draw(c, page));
    }
  }

  private static void notes(Counterfactuals.Quality q, Page page) {
    page.note(
        "Every alternative was predicted by the model and held against the rules of model.yaml."
            + " Distance: of a number in usual differences of the data (median absolute deviations),"
            + " of a category 1. Plausibility: share of the data that lies at least as far from its"
            + " nearest neighbour; 0 is unlike any row. Gap: how much nearer another alternative"
            + " could be; 0 is proved.");
    if (q.found() > 0) {
      page.note(
          Figures.count(q.found(), "case")
              + " of "
              + q.searched()
              + " with an alternative; on average "
              + Figures.text(q.sparsity())
              + " changed features at least, distance "
              + Figures.text(q.proximity())
              + ", plausibility "
              + Figures.percent(q.plausibility())
              + ".");
    }
    page.note(
        "It says what would have changed the model's answer, not what would change the outcome.");
  }

  private static void cases(List<CounterfactualCase> cases, Page page) {
    page.table("counterfactuals", cases)
        .count("Row", c -> c.row() + 1)
        .wrap("Case", CounterfactualCase::id)
        .wrap("The model says", CounterfactualCase::answer)
        .wrap("Wanted", CounterfactualCase::wanted)
        .count("Alternatives", c -> c.alternatives().size())
        .column("Fewest changes", (cell, c) -> fewest(page, cell, c))
        .number(
            "Distance",
            c ->
                c.alternatives().stream()
                    .mapToDouble(OtherValues::distance)
                    .min()
                    .orElse(Double.NaN))
        .percent("Plausibility", c -> first(c).map(OtherValues::plausibility).orElse(Double.NaN))
        .number("Gap", CounterfactualCase::gap)
        .wrap(
            "What would have changed it", c -> first(c).map(OtherValues::sentence).orElse(c.why()))
        .write("No case was searched.");
  }

  private static void fewest(Page page, XSSFCell cell, CounterfactualCase c) {
    first(c)
        .ifPresentOrElse(
            a -> page.cells().count(cell, a.changes().size()),
            () -> page.cells().number(cell, Double.NaN, Look.NUMBER));
  }

  private static Optional<OtherValues> first(CounterfactualCase c) {
    return c.alternatives().stream().findFirst();
  }

  /** A line of a drawn case: the case itself, or one alternative. */
  private record Line(String name, String answer, Optional<OtherValues> other) {}

  /** The case above, its alternatives below, a column for each feature that one of them changes. */
  private static void draw(CounterfactualCase c, Page page) {
    Map<String, String> now = new LinkedHashMap<>();
    List<Line> lines = new ArrayList<>();
    lines.add(new Line("Now", c.answer(), Optional.empty()));
    for (OtherValues a : c.alternatives()) {
      a.changes().forEach(x -> now.putIfAbsent(x.feature(), x.from()));
      lines.add(new Line(Integer.toString(lines.size()), a.answer(), Optional.of(a)));
    }
    page.heading("Case " + Words.inline(c.id()) + ": wanted " + Words.inline(c.wanted()));
    TableWriter<Line> table =
        page.table("counterfactual_" + (c.row() + 1), lines)
            .text("No.", Line::name)
            .wrap("The model says", Line::answer);
    now.forEach(
        (feature, value) ->
            table.column(feature, (cell, line) -> put(page, cell, line, feature, value)));
    table.write("There is no alternative.");
  }

  private static void put(Page page, XSSFCell cell, Line line, String feature, String value) {
    Optional<Counterfactuals.Change> change =
        line.other().stream()
            .flatMap(o -> o.changes().stream())
            .filter(x -> x.feature().equals(feature))
            .findFirst();
    if (change.isPresent()) {
      page.cells().mark(cell, new Mark("→ " + change.get().to(), Look.WARN));
    } else {
      page.cells().textOrDash(cell, value, Look.WRAP);
    }
  }
}
