package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.explain.Surfaces;
import io.attest.explain.effect.AccumulatedPairs;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.poi.ss.util.CellRangeAddress;

/** Which features act together: the strongest pairs, and a matrix of the strongest features. */
final class InteractionsSheet implements Sheet {
  @Override
  public String anchor() {
    return "interactions_start";
  }

  @Override
  public String summary(AuditRecord record) {
    var heard = Explanations.of(record, Section.InteractionsResult.class);
    if (heard.isEmpty()) {
      var joint = Explanations.of(record, Section.SurfacesResult.class);
      if (joint.isEmpty()) {
        return Explanations.none(record);
      }
      return accumulated(joint.get(0))
          ? "Pairs that act together, by their local effects."
          : "Pairs that act together, by Friedman's H.";
    }
    Section.InteractionsResult result = heard.get(0).result();
    if (result.pairs().isEmpty()) {
      return "One feature, so there is no pair.";
    }
    Section.PairShare first = result.pairs().get(0);
    return "Strongest: "
        + Words.inline(first.first())
        + " with "
        + Words.inline(first.second())
        + ", "
        + Figures.percent(first.share())
        + "; all pairs together "
        + Figures.percent(together(result))
        + ".";
  }

  /** What main effects leave; rounding must not make it less than nothing. */
  private static double together(Section.InteractionsResult result) {
    return Math.max(0, 1 - result.mainShare());
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    var heard = Explanations.of(record, Section.InteractionsResult.class);
    var joint = Explanations.of(record, Section.SurfacesResult.class);
    if (heard.isEmpty() && joint.isEmpty()) {
      Explanations.missing(record, page, "interactions of features");
      return;
    }
    Explanations.untested(record).forEach(page::missing);
    for (var one : heard) {
      interactions(page, one);
    }
    for (var one : joint) {
      joint(page, one);
    }
  }

  private static void joint(Page page, Explanations.Heard<Section.SurfacesResult> heard) {
    Section.SurfacesResult result = heard.result();
    boolean local = accumulated(heard);
    page.heading(
        (local ? "Second-order local effects" : "Joint partial dependence")
            + ", by "
            + heard.explainer());
    page.note(heard.source());
    page.note(
        local
            ? "What two features do together beyond what each does alone, for the cases that have"
                + " such values. The share is that of the variance of all that the two do; size is"
                + " the root mean square over the cases."
            : "Friedman's H squared is the share of the variance of what is predicted over both"
                + " features that the sum of their single curves does not explain: 0, they do not"
                + " act together. Size is the root mean square of that part, before the link.");
    if (result.pairs().size() < result.allPairs()) {
      page.note(
          "There are "
              + Figures.count(result.allPairs(), "pair")
              + " that act together; these are the "
              + result.pairs().size()
              + " strongest, and all are in the file that the sheet of methods lists.");
    }
    page.table("joint_pairs", result.pairs())
        .wrap("Pair", p -> p.first() + " with " + p.second())
        .text("Output", Surfaces.Pair::output)
        .number(local ? "Share" : "H squared", Surfaces.Pair::h2)
        .number("Size", Surfaces.Pair::size)
        .write("No two features act together in these rows.");
    int number = 0;
    for (Surfaces.Surface surface : result.surfaces()) {
      surface(page, surface, result.space(), local, ++number);
    }
  }

  private static boolean accumulated(Explanations.Heard<Section.SurfacesResult> heard) {
    return heard.explainer().equals(AccumulatedPairs.NAME);
  }

  /** Rows are points of the first feature, columns of the second. */
  private static void surface(
      Page page, Surfaces.Surface surface, OutputSpace space, boolean local, int number) {
    page.heading(
        (local ? "Effect of both together on " : "Mean prediction of ")
            + surface.output()
            + (space == OutputSpace.RAW ? " (before the link)" : "")
            + ": "
            + surface.first()
            + " (down) with "
            + surface.second()
            + " (across)");
    page.note(
        (local ? "Share " : "H squared ")
            + Figures.text(surface.h2())
            + ". n/a marks a cell that has no row of the data near it, so that a prediction there"
            + " would be about cases that hardly exist.");
    List<Integer> points = IntStream.range(0, surface.firstGrid().length).boxed().toList();
    TableWriter<Integer> table =
        page.table("surface_" + number, points)
            .wrap(surface.first(), i -> point(surface.firstLabels(), surface.firstGrid(), i));
    for (int j = 0; j < surface.secondGrid().length; j++) {
      int column = j;
      table.number(
          point(surface.secondLabels(), surface.secondGrid(), j),
          i -> surface.support()[i][column] > 0 ? surface.mean()[i][column] : Double.NaN);
    }
    table
        .write("No row has a value of both features.")
        .ifPresent(
            area ->
                ColourScale.of(
                        ColourScale.Point.least(ColourScale.WHITE),
                        ColourScale.Point.greatest(ColourScale.BLUE))
                    .shade(
                        page,
                        new CellRangeAddress(
                            area.first(),
                            area.first() + points.size() - 1,
                            area.left() + 1,
                            area.left() + surface.secondGrid().length)));
  }

  private static String point(List<String> labels, double[] grid, int g) {
    return labels.isEmpty() ? Figures.text(grid[g]) : labels.get(g);
  }

  private static void interactions(
      Page page, Explanations.Heard<Section.InteractionsResult> heard) {
    Section.InteractionsResult result = heard.result();
    String unit = result.space() == OutputSpace.RAW ? " (before the link)" : "";
    page.heading("Pairs, strongest first: " + result.output() + unit + ", by " + heard.explainer());
    page.note(heard.source());
    page.note(
        "What two features add together beyond what each adds alone: mean absolute interaction over"
            + " all cases, and its share of the sum of all main effects and interactions. All pairs"
            + " together have "
            + Figures.percent(together(result))
            + " of that sum. Largest residual relative to the largest prediction "
            + Figures.text(result.relativeResidual())
            + ".");
    if (result.pairs().stream().anyMatch(p -> Double.isNaN(p.mean()))) {
      page.note(
          "Of several classes the figures are means over the classes, and there is no direction: what"
              + " raises one class lowers others.");
    }
    if (result.pairs().size() < result.allPairs()) {
      page.note(
          "The "
              + result.pairs().size()
              + " strongest of "
              + Figures.count(result.allPairs(), "pair")
              + "; every pair of every case is in the file that the sheet of methods lists.");
    }
    page.table("interaction_pairs", result.pairs())
        .wrap("Pair", p -> p.first() + " with " + p.second())
        .number("Mean absolute", Section.PairShare::meanAbsolute)
        .percent("Share", Section.PairShare::share)
        .signed("Mean", Section.PairShare::mean)
        .text("Direction", InteractionsSheet::direction)
        .write(
            result.features() < 2
                ? "The model has one feature, so there is no pair."
                : "There are no pairs.");
    if (result.matrix().size() > 1) {
      matrix(page, result);
    }
  }

  /** In words, since a mean near nothing hides what goes both ways. */
  private static String direction(Section.PairShare pair) {
    if (Double.isNaN(pair.mean())) {
      return "";
    }
    if (pair.meanAbsolute() == 0) {
      return "none";
    }
    double lean = pair.mean() / pair.meanAbsolute();
    return lean > 0.5 ? "mostly raises" : lean < -0.5 ? "mostly lowers" : "both ways";
  }

  private static void matrix(Page page, Section.InteractionsResult result) {
    List<Section.MatrixRow> rows = result.matrix();
    page.pageBreak();
    page.heading(
        rows.size() < result.features()
            ? "The " + rows.size() + " features with the largest part"
            : "Every feature with every other");
    page.note(
        "Shares of the same sum. On the diagonal the main effect, beside it the interaction of the"
            + " pair, which stands twice; the darker, the stronger.");
    TableWriter<Section.MatrixRow> table =
        page.table("interactions", rows).wrap("Feature", Section.MatrixRow::feature);
    for (int j = 0; j < rows.size(); j++) {
      int column = j;
      table.turnedPercent(rows.get(j).feature(), r -> r.values().get(column));
    }
    table
        .write("There are no features.")
        .ifPresent(area -> colour(page, area.first(), area.left() + 1, rows.size()));
  }

  /** The main effects are left out: beside them every interaction would look pale. */
  private static void colour(Page page, int top, int left, int n) {
    List<CellRangeAddress> beside = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      if (i > 0) {
        beside.add(new CellRangeAddress(top + i, top + i, left, left + i - 1));
      }
      if (i < n - 1) {
        beside.add(new CellRangeAddress(top + i, top + i, left + i + 1, left + n - 1));
      }
    }
    ColourScale.of(
            ColourScale.Point.at(0, ColourScale.WHITE),
            ColourScale.Point.greatest(ColourScale.BLUE))
        .shade(page, beside.toArray(CellRangeAddress[]::new));
  }
}
