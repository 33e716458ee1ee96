package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.model.OutputSpace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Each case as a point beside what a feature added to it: how values and contributions go. */
final class BeeswarmSheet implements Sheet {
  private static final int CHART_COLUMN = 7;
  private static final int CHART_COLUMNS = 13;
  private static final int HEIGHT = 620;
  private static final int PRINTED = 40;

  @Override
  public String anchor() {
    return "beeswarm_start";
  }

  @Override
  public String summary(AuditRecord record) {
    return Explanations.main(record).isEmpty()
        ? Explanations.none(record)
        : "A point for each case: which values raise the prediction, which lower it.";
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    Optional<Section.Explained> main = Explanations.main(record);
    if (main.isEmpty()) {
      Explanations.missing(record, page, "contributions to single cases");
      return;
    }
    Optional<Swarm> swarm;
    try {
      swarm = Swarm.of(record, page.files());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the contributions of the cases.", e);
    }
    if (swarm.isEmpty()) {
      page.missing("Not available here: the file with all cases cannot be read.");
      return;
    }
    write(Explanations.attributions(record).get(0), page, swarm.get());
  }

  private static void write(
      Explanations.Heard<Section.AttributionResult> heard, Page page, Swarm swarm) {
    page.note(heard.source());
    page.note(
        (swarm.cases() < swarm.all()
                ? "A seeded sample of "
                    + Figures.count(swarm.cases(), "case")
                    + " of "
                    + swarm.all()
                    + "; the others are left out here and are on the sheet of all cases. "
                : "All " + Figures.count(swarm.cases(), "case") + ". ")
            + "The "
            + Figures.count(swarm.features().size(), "feature")
            + " with the largest contributions.");
    page.note(
        "Right of 0 the value raises the prediction, left of it lowers it. The shape and colour of a"
            + " point say where its value stands among those of the sample. Height within a line"
            + " means nothing: it keeps points apart.");
    page.heading("Lines of the chart");
    int top = page.row();
    Optional<Area> lines =
        page.table("beeswarm_lines", swarm.features())
            .text("Feature", f -> f)
            .count("Line", f -> swarm.features().size() - swarm.features().indexOf(f))
            .number("Label at", f -> swarm.left())
            .write("The method gives no global figures.");
    page.heading("Points");
    Optional<Area> points =
        page.table("beeswarm", swarm.points())
            .text("Feature", p -> swarm.features().get(p.feature()))
            .count("Row", Swarm.Point::row)
            .text("Value", Swarm.Point::text)
            .text("Among the values", p -> p.value().words())
            .signed("Contribution", Swarm.Point::x)
            .number("Height", Swarm.Point::height)
            .write("There are no cases.");
    if (lines.isEmpty() || points.isEmpty()) {
      return;
    }
    Area area = points.get();
    String unit = heard.result().space() == OutputSpace.RAW ? " (before the link)" : "";
    new SwarmChart(page)
        .draw(
            new NativeChart.Place(area.left() + CHART_COLUMN, top, 0, 760, HEIGHT),
            "Contributions of single cases",
            "contribution to " + heard.result().output() + unit,
            swarm,
            lines.get(),
            area);
    int below = top + NativeChart.rows(page.sheet(), HEIGHT);
    page.print(
        Math.max(below, Math.min(area.last(), area.first() + PRINTED - 1)),
        area.left() + CHART_COLUMN + CHART_COLUMNS);
  }
}
