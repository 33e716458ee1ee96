package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.data.Field;
import io.attest.measure.Performance;
import io.attest.measure.WeakSpots;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Where the model is worse than elsewhere: declared segments, slices, a tree of the errors. */
final class WeakSpotsSheet implements Sheet {
  private static final int METRICS = 4;

  private record SegmentLine(String column, WeakSpots.Part part) {

    String name() {
      return column + ": " + part.name();
    }
  }

  @Override
  public String anchor() {
    return "weak_spots_start";
  }

  @Override
  public String summary(AuditRecord record) {
    Optional<Section.Validated> validated = record.section(Section.Validated.class);
    return validated.isEmpty()
        ? Words.notRun("validate")
        : validated
            .get()
            .weakSpots()
            .map(WeakSpotsSheet::summary)
            .orElse(untested(validated.get()));
  }

  private static String untested(Section.Validated validated) {
    return validated.performance().isEmpty()
        ? "Not tested: the audit rows have no labels."
        : "Not available: this audit is older than the search for weak spots.";
  }

  /** The worst slice that is no accident, in a sentence. */
  static String summary(WeakSpots spots) {
    return spots.slices().stream()
        .filter(WeakSpots.Slice::certain)
        .findFirst()
        .map(
            s ->
                "Weakest: "
                    + Words.inline(s.where())
                    + ", "
                    + Figures.text(s.loss().value() / s.rest())
                    + " times the error of all others.")
        .orElse(
            "No slice of "
                + spots.tested()
                + " is worse than the others by more than chance explains.");
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    Optional<Section.Validated> validated = record.section(Section.Validated.class);
    if (validated.isEmpty()) {
      page.missing(Words.notRun("validate"));
      return;
    }
    Optional<WeakSpots> spots = validated.get().weakSpots();
    if (spots.isEmpty()) {
      page.missing(untested(validated.get()));
      return;
    }
    page.note(
        "Worse means a larger mean "
            + spots.get().loss()
            + ". Over all "
            + Figures.count(spots.get().rows(), "labelled row")
            + " it is "
            + Figures.text(spots.get().overall().value())
            + ". Outcomes that nobody could foretell make an error large too: look at the predicted and"
            + " observed columns.");
    segments(page, spots.get());
    slices(page, spots.get());
    tree(
        page,
        spots.get(),
        record.spec().fields().stream()
            .collect(Collectors.toMap(Field::name, Field::unit, (a, b) -> a)));
    page.heading("Notes of the search");
    page.table("weak_spots_notes", spots.get().notes())
        .text("Note", n -> n)
        .write("Nothing to note.");
  }

  private static void segments(Page page, WeakSpots spots) {
    page.heading("Declared segments");
    if (spots.segments().stream()
        .flatMap(s -> s.parts().stream())
        .anyMatch(p -> p.metrics().size() > METRICS)) {
      page.note("The first four metrics of each; the record of the audit has all.");
    }
    List<SegmentLine> lines = new ArrayList<>();
    Set<String> metrics = new LinkedHashSet<>();
    for (WeakSpots.Segment segment : spots.segments()) {
      for (WeakSpots.Part part : segment.parts()) {
        lines.add(new SegmentLine(segment.column(), part));
        part.metrics().stream().map(Performance.Metric::name).limit(METRICS).forEach(metrics::add);
      }
    }
    TableWriter<SegmentLine> table =
        page.table("segments", lines)
            .wrap("Segment", SegmentLine::name)
            .count("Rows", l -> l.part().rows())
            .count("Labelled", l -> l.part().labelled());
    for (String metric : metrics) {
      table.number(
          PerformanceSheet.name(metric),
          l -> l.part().metric(metric.replaceFirst("^performance\\.", "")));
    }
    table
        .signed("Observed minus predicted", l -> l.part().calibration().value())
        .signed("from (95 %)", l -> l.part().calibration().low())
        .signed("to", l -> l.part().calibration().high())
        .wrap("Note", l -> l.part().small() ? "Too few rows to be judged." : "")
        .write("model.yaml declares no segments.");
  }

  private static void slices(Page page, WeakSpots spots) {
    page.heading("The worst slices");
    page.note(
        "Single values, ranges between quartiles, and pairs of them, with at least 30 rows and 2 % of"
            + " all. "
            + Figures.count(spots.tested(), "slice")
            + " were compared with all other rows; listed are the worst by the lower end of the"
            + " difference. Corrected: the p value after Holm's correction for all of them; from 0.05"
            + " on, chance alone may have made the difference.");
    page.table("slices", spots.slices())
        .wrap("Where", WeakSpots.Slice::where)
        .count("Rows", WeakSpots.Slice::rows)
        .percent("Share", WeakSpots.Slice::share)
        .number("Mean error", s -> s.loss().value())
        .number("Elsewhere", WeakSpots.Slice::rest)
        .signed("Difference", s -> s.difference().value())
        .signed("from (95 %)", s -> s.difference().low())
        .signed("to", s -> s.difference().high())
        .number("p value", WeakSpots.Slice::pValue)
        .number("Corrected", WeakSpots.Slice::adjusted)
        .number("Mean predicted", WeakSpots.Slice::predicted)
        .number("Mean observed", WeakSpots.Slice::observed)
        .write("No slice with enough rows is worse than the others.")
        .ifPresent(
            area -> {
              int height = Math.max(220, 120 + 24 * area.rows());
              page.skip(1);
              new NativeChart(page)
                  .bars(
                      new NativeChart.Place(area.left(), page.row(), 0, 900, height),
                      "By how much the error is larger than elsewhere",
                      "difference of mean errors",
                      area.column(0),
                      area.column(5));
              page.skip(NativeChart.rows(page.sheet(), height));
            });
  }

  private static void tree(Page page, WeakSpots spots, Map<String, String> units) {
    page.heading("A tree of the errors");
    if (spots.tree().isEmpty()) {
      page.missing("Not tested: see the notes.");
      return;
    }
    WeakSpots.ErrorTree tree = spots.tree().get();
    page.note(
        "Regions that a small tree found on "
            + Figures.count(tree.grownOn(), "row")
            + "; the figures are of "
            + tree.measuredOn()
            + " other rows.");
    page.note(reading(tree));
    page.table("error_regions", tree.regions())
        .wrap("Where", r -> where(r, units))
        .count("Rows", WeakSpots.Region::rows)
        .percent("Share", WeakSpots.Region::share)
        .number("Mean error", r -> r.loss().value())
        .number("from (95 %)", r -> r.loss().low())
        .number("to", r -> r.loss().high())
        .number("Mean predicted", WeakSpots.Region::predicted)
        .number("Mean observed", WeakSpots.Region::observed)
        .write("There is no tree.");
  }

  /** How much the tree may be believed, in a sentence. */
  static String reading(WeakSpots.ErrorTree tree) {
    if (tree.nodes().size() == 1) {
      return "It found no region: nowhere is the error larger by more than chance explains.";
    }
    return tree.explained() > 0
        ? "It tells "
            + Figures.percent(tree.explained())
            + " of the variance of the errors of those rows."
        : "On those rows it tells nothing about the errors: no region of it is reliably worse.";
  }

  private static String where(WeakSpots.Region region, Map<String, String> units) {
    return region.where().isEmpty()
        ? "all rows"
        : region.where().stream()
            .map(c -> c.words(units.getOrDefault(c.feature(), "")))
            .collect(Collectors.joining(" and "));
  }
}
