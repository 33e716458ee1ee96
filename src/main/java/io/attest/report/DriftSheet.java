package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.measure.drift.AttributionDrift;
import io.attest.measure.drift.PredictionChange;
import io.attest.measure.drift.Shift;
import java.util.List;
import java.util.Optional;

/** What is another than in the baseline: data, scores, performance, explanations, answers. */
final class DriftSheet implements Sheet {
  private static final int MOST_BARS = 12;

  @Override
  public String anchor() {
    return "drift_start";
  }

  @Override
  public String summary(AuditRecord record) {
    return record
        .section(Section.Drifted.class)
        .map(DriftWords::sentence)
        .orElse(Words.notRun("drift"));
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    Optional<Section.Drifted> drifted = record.section(Section.Drifted.class);
    if (drifted.isEmpty()) {
      page.missing(Words.notRun("drift"));
      return;
    }
    Section.Drifted d = drifted.get();
    page.note("Compared with: " + DriftWords.baseline(d));
    d.labelled().ifPresent(l -> page.note(DriftWords.labelled(l)));
    page.heading("Not tested");
    page.table("drift_not_tested", d.notTested())
        .wrap("What and why", n -> n)
        .write("Everything was compared.");
    if (d.baseline().isEmpty()) {
      return;
    }
    shifts(page, d);
    performance(page, d);
    d.attribution()
        .ifPresentOrElse(a -> attribution(page, a), () -> none(page, "What the model rests on"));
    fixedRows(page, d);
    page.heading("What changed");
    page.table("drift_changed", d.changed())
        .wrap("What", Section.Changed::what)
        .wrap("Then", Section.Changed::then)
        .wrap("Now", Section.Changed::now)
        .text("Same", c -> c.same() ? "same" : "changed")
        .write("Not applicable: the baseline is data and no audit.");
  }

  private static void none(Page page, String heading) {
    page.heading(heading);
    page.missing("Not tested: see above.");
  }

  private static void shifts(Page page, Section.Drifted d) {
    page.heading("Inputs");
    page.note(
        "PSI: from 0.1 on credit scoring speaks of a moderate shift, from 0.25 of a large one. By"
            + " chance: unchanged data of these sizes exceed it in one of twenty comparisons; below it"
            + " a PSI says nothing. KS: largest distance of the distributions. Moved: mean distance in"
            + " standard deviations of the baseline (Wasserstein).");
    table(page, "drift_inputs", d.inputs(), "No input was compared.");
    page.heading("Scores and outcomes");
    table(page, "drift_scores", d.scores(), "Not tested: see above.");
    table(page, "drift_outcomes", d.labels().stream().toList(), "Outcomes: not tested: see above.");
    page.heading("Notes on single columns");
    page.table(
            "drift_notes",
            java.util.stream.Stream.of(
                    d.inputs().stream(), d.scores().stream(), d.labels().stream())
                .flatMap(s -> s)
                .filter(s -> !s.notes().isEmpty())
                .toList())
        .wrap("Column", Shift::name)
        .wrap("Note", s -> String.join(" ", s.notes()))
        .write("Nothing to note.");
  }

  private static void table(Page page, String name, List<Shift> shifts, String none) {
    page.table(name, shifts)
        .wrap("Column", Shift::name)
        .wrap("Reading", DriftWords::reading)
        .wrap("Where most", DriftWords::most)
        .text("Shift", s -> DriftWords.size(s))
        .number("PSI", Shift::psi)
        .number("By chance", Shift::byChance)
        .number("KS", Shift::ks)
        .number("p", Shift::p)
        .number("Moved", Shift::scaled)
        .number("Moved (unit)", Shift::wasserstein)
        .percent("Total variation", Shift::totalVariation)
        .number("Mean then", Shift::meanThen)
        .number("Mean now", Shift::meanNow)
        .write(none);
  }

  private static void performance(Page page, Section.Drifted d) {
    page.heading("Performance");
    page.note(
        "Worse by: above 0 the model does worse than then, whichever way the figure runs. An interval"
            + " wholly above 0 is hardly chance.");
    page.table("drift_performance", d.performance())
        .wrap("Measure", c -> PerformanceSheet.name(c.metric()))
        .wrap("Reading", DriftWords::reading)
        .wrap("Name in the rules", c -> c.metric())
        .number("Then", c -> c.then())
        .number("Now", c -> c.now())
        .number("Worse by", c -> c.worse())
        .number("from (95 %)", c -> c.low())
        .number("to", c -> c.high())
        .write("Not tested: see above.");
  }

  private static void attribution(Page page, AttributionDrift drift) {
    page.heading("What the model rests on");
    page.note(
        "By "
            + drift.method()
            + ", output "
            + Words.inline(drift.output())
            + ". "
            + Words.inline(drift.how()));
    page.note(
        "Ranks of the features: nDCG "
            + Figures.text(drift.ndcg())
            + " (1: the same order; below 0.9 is usually taken for drift). Mean: mean absolute contribution.");
    page.table("drift_attribution", drift.features())
        .wrap("Feature", AttributionDrift.Feature::name)
        .wrap("Reading", DriftWords::reading)
        .text("Shift", f -> DriftWords.size(f.shift()))
        .count("Rank then", AttributionDrift.Feature::rankThen)
        .count("Rank now", AttributionDrift.Feature::rankNow)
        .percent("Share then", AttributionDrift.Feature::shareThen)
        .percent("Share now", AttributionDrift.Feature::shareNow)
        .percent("Change", AttributionDrift.Feature::change)
        .number("Mean then", AttributionDrift.Feature::then)
        .number("Mean now", AttributionDrift.Feature::now)
        .number("PSI", f -> f.shift().psi())
        .number("By chance", f -> f.shift().byChance())
        .number("KS", f -> f.shift().ks())
        .number("Moved", f -> f.shift().scaled())
        .write("Both speak of no feature in common.")
        .ifPresent(area -> chart(page, area));
  }

  private static void chart(Page page, Area area) {
    Area drawn = area.head(MOST_BARS);
    int height = Math.max(240, 130 + 34 * drawn.rows());
    page.skip(1);
    new NativeChart(page)
        .pairs(
            new NativeChart.Place(area.left(), page.row(), 0, 760, height),
            drawn.rows() < area.rows()
                ? "Share then and now (first " + drawn.rows() + " of " + area.rows() + ")"
                : "Share then and now",
            "share of all contributions",
            drawn.column(0),
            new NativeChart.Named("then", drawn.column(5)),
            new NativeChart.Named("now", drawn.column(6)));
    page.skip(NativeChart.rows(page.sheet(), height));
  }

  private static void fixedRows(Page page, Section.Drifted d) {
    if (d.fixedRows().isEmpty()) {
      none(page, "Answers to the same rows");
      return;
    }
    PredictionChange change = d.fixedRows().get();
    page.heading("Answers to the same rows");
    page.note(DriftWords.reading(change));
    d.stability().ifPresent(s -> page.note(DriftWords.reading(s)));
    page.table("drift_flips", change.groups())
        .wrap("Group", g -> g.attribute() + ": " + g.name())
        .wrap("Note", g -> g.small() ? "Small group: the counts are shown, not judged." : "")
        .count("Rows", PredictionChange.Group::rows)
        .count("Decided otherwise", PredictionChange.Group::flips)
        .percent("Share", PredictionChange.Group::share)
        .write("Flips by group: nothing is decided, or no protected group is named.");
    page.heading(change.flips() >= 0 ? "Cases decided otherwise" : "Cases that changed most");
    page.table("drift_cases", change.first())
        .wrap("Case", PredictionChange.Row::id)
        .text("Reading", r -> "from " + Figures.text(r.then()) + " to " + Figures.text(r.now()))
        .count("Row", r -> r.row() + 1)
        .number("Then", PredictionChange.Row::then)
        .number("Now", PredictionChange.Row::now)
        .number("Change", r -> r.now() - r.then())
        .write("None.");
    if (change.flips() > change.first().size()) {
      page.missing(
          "The "
              + change.first().size()
              + " largest of "
              + change.flips()
              + " are shown; the evidence pack has the rows and both models.");
    }
  }
}
