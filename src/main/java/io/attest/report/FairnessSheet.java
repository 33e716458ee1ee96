package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.measure.Fairness;
import io.attest.measure.Performance;
import io.attest.measure.ScoreGap;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How groups of people, and groups within groups, fare under the decision, and why. */
final class FairnessSheet implements Sheet {
  /** How many gaps have a chart. */
  private static final int CHARTS = 8;

  private record Line(Fairness.Attribute attribute, Fairness.Group group) {

    String name() {
      return attribute.column() + ": " + group.name() + (group.small() ? " (small group)" : "");
    }

    Fairness.Detail detail() {
      return group.detail().orElseThrow();
    }
  }

  private record Criterion(String attribute, Fairness.Criterion of) {}

  private record BinLine(String group, Performance.Bin bin) {}

  @Override
  public String anchor() {
    return "fairness_start";
  }

  @Override
  public String summary(AuditRecord record) {
    Optional<Section.Validated> validated = record.section(Section.Validated.class);
    if (validated.isEmpty()) {
      return Words.notRun("validate");
    }
    if (validated.get().fairness().isEmpty()) {
      return "Not tested: see the sheet for the reason.";
    }
    return lines(validated.get().fairness().get().attributes()).stream()
        .filter(
            l ->
                l.attribute().comparable()
                    && !l.group().small()
                    && Double.isFinite(l.group().impactRatio()))
        .min(Comparator.comparingDouble(l -> l.group().impactRatio()))
        .map(
            l ->
                "Lowest impact ratio "
                    + Figures.text(l.group().impactRatio())
                    + ": "
                    + Words.inline(l.attribute().column())
                    + ", "
                    + Words.inline(l.group().name())
                    + ".")
        .orElse("No two groups of an attribute are large enough to be compared.");
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    Optional<Section.Validated> validated = record.section(Section.Validated.class);
    if (validated.isEmpty()) {
      page.missing(Words.notRun("validate"));
      return;
    }
    Optional<Fairness> measured = validated.get().fairness();
    if (measured.isEmpty()) {
      page.missing("Not tested: groups were not compared.");
      validated.get().notes().stream()
          .filter(n -> n.startsWith("Fairness was not tested"))
          .forEach(page::missing);
      return;
    }
    Fairness fairness = measured.get();
    if (!fairness.rule().isEmpty()) {
      page.note(fairness.rule());
    }
    page.note(
        "Favourable: share with the favourable decision. Impact ratio: that share divided by the best"
            + " group's. Among the deserving: the share among those whose outcome was favourable; gap:"
            + " the best group's minus this one's.");
    groups(page, fairness);
    if (lines(fairness.all()).stream().anyMatch(l -> l.group().detail().isPresent())) {
      criteria(page, fairness);
      intersections(page, fairness);
      intervals(page, fairness);
      calibration(page, fairness);
      gaps(page, fairness);
    }
    page.heading("Rows in no group");
    page.table("unassigned", fairness.attributes())
        .text("Attribute", Fairness.Attribute::column)
        .count("Rows", Fairness.Attribute::unassigned)
        .text(
            "Reason",
            a ->
                a.unassigned() == 0
                    ? "none: every row is in a group"
                    : "missing, or in no declared group")
        .write("No attribute was compared.");
    page.heading("Notes of the tests");
    page.table("fairness_notes", fairness.notes()).text("Note", n -> n).write("Nothing to note.");
  }

  private static void groups(Page page, Fairness fairness) {
    page.heading("Groups");
    table(page, "groups", lines(fairness.attributes()))
        .write("No group has rows.")
        .ifPresent(
            area -> {
              Area drawn = area.head(30);
              int height = Math.max(220, 120 + 24 * drawn.rows());
              page.skip(1);
              new NativeChart(page)
                  .bars(
                      new NativeChart.Place(area.left(), page.row(), 0, 760, height),
                      drawn.rows() < area.rows()
                          ? "Impact ratio (first " + drawn.rows() + " of " + area.rows() + ")"
                          : "Impact ratio",
                      "impact ratio",
                      drawn.column(0),
                      drawn.column(5));
              page.skip(NativeChart.rows(page.sheet(), height));
            });
  }

  private static TableWriter<Line> table(Page page, String name, List<Line> lines) {
    return page.table(name, lines)
        .wrap("Attribute and group", Line::name)
        .wrap("Attribute", l -> l.attribute().column())
        .wrap("Group", l -> l.group().name())
        .count("Rows", l -> l.group().rows())
        .percent("Favourable", l -> l.group().favourable())
        .number("Impact ratio", l -> l.group().impactRatio())
        .percent("Among the deserving", l -> l.group().truePositive())
        .number("Gap", l -> l.group().opportunityGap())
        .number("Mean score", l -> l.group().meanScore())
        .wrap("Note", FairnessSheet::note);
  }

  private static void criteria(Page page, Fairness fairness) {
    page.heading("What fair may mean, and how far the groups are from it");
    page.note(
        "The largest difference between two groups that are large enough, with Newcombe's 95 %"
            + " interval; the two were picked because they differ most, so that the interval is a"
            + " little too narrow. Where groups differ in how many deserve the favourable decision,"
            + " no model but a perfect one can meet all of these (Kleinberg 2016, Chouldechova"
            + " 2017).");
    List<Criterion> lines = new ArrayList<>();
    fairness.all().forEach(a -> a.criteria().forEach(c -> lines.add(new Criterion(a.column(), c))));
    page.table("fairness_criteria", lines)
        .wrap("Criterion", c -> title(c.of().name()))
        .wrap("Attribute", Criterion::attribute)
        .wrap("Lowest", c -> c.of().lowest())
        .percent("Gap", c -> c.of().gap().value())
        .percent("from (95 %)", c -> c.of().gap().low())
        .percent("to", c -> c.of().gap().high())
        .wrap("Highest", c -> c.of().highest())
        .text("Note", c -> c.of().why())
        .write("Nothing was compared.");
  }

  /** A criterion in words. */
  static String title(String name) {
    return switch (name) {
      case "selection rate" -> "Same share favoured";
      case "equal opportunity" -> "Same share favoured among the deserving (equal opportunity)";
      case "equal false favour" -> "Same share favoured among the undeserving";
      case "equalised odds" -> "Both of these (equalised odds)";
      case "predictive parity" -> "Same share deserving among the favoured (predictive parity)";
      default -> name;
    };
  }

  private static void intersections(Page page, Fairness fairness) {
    page.heading("Groups within groups");
    page.note(
        "Every pair of attributes. Groups below 30 rows or 2 % of all are shown with their counts and"
            + " not judged.");
    table(page, "intersections", lines(fairness.intersections()))
        .write("Not available: there is only one protected attribute.");
  }

  private static void intervals(Page page, Fairness fairness) {
    page.heading("Counts and 95 % intervals");
    page.note(
        "Shares with Wilson's interval, impact ratios with Katz's (where a share is 0 or 1: Donner and"
            + " Zou's). The best group is compared with itself and has none. n/a where outcomes are"
            + " not known.");
    page.table("fairness_intervals", detailed(fairness.all()))
        .wrap("Attribute and group", Line::name)
        .percent("Favourable from", l -> l.detail().favourable().low())
        .percent("to", l -> l.detail().favourable().high())
        .number("Ratio from", l -> l.detail().impactRatio().low())
        .number("Ratio to", l -> l.detail().impactRatio().high())
        .count("Deserving rows", l -> l.detail().deserving())
        .wrap("Favoured of them", l -> share(l.detail().truePositive()))
        .count("Undeserving rows", l -> l.detail().undeserving())
        .wrap("Favoured of them all the same", l -> share(l.detail().falsePositive()))
        .wrap("Deserving among the favoured", l -> share(l.detail().precision()))
        .write("No group has rows.");
  }

  private static String share(io.attest.measure.Estimate e) {
    return Double.isNaN(e.value())
        ? "n/a"
        : Figures.percent(e.value())
            + " ("
            + Figures.percent(e.low())
            + " to "
            + Figures.percent(e.high())
            + ")";
  }

  private static void calibration(Page page, Fairness fairness) {
    page.heading("Whether scores come true in each group");
    page.note(
        "Gap: observed minus predicted; above 0 the model predicts too little for the group."
            + " Calibration error: mean distance over bins, the same bins for all; by chance: how large"
            + " it is on average in so many rows if every score is right.");
    List<Line> known =
        detailed(fairness.all()).stream()
            .filter(l -> l.detail().calibration().isPresent())
            .toList();
    page.table("group_calibration", known)
        .wrap("Attribute and group", Line::name)
        .count("Labelled rows", l -> calibration(l).rows())
        .percent("Mean predicted", l -> calibration(l).predicted())
        .percent("Mean observed", l -> calibration(l).observed())
        .signed("Gap", l -> calibration(l).gap().value())
        .signed("Gap from (95 %)", l -> calibration(l).gap().low())
        .signed("to", l -> calibration(l).gap().high())
        .number("Calibration error", l -> calibration(l).error())
        .number("By chance", l -> calibration(l).byChance())
        .write("Not tested: the audit rows do not say what happened.");
    List<BinLine> bins = new ArrayList<>();
    known.stream()
        .filter(l -> fairness.attributes().contains(l.attribute()))
        .forEach(l -> calibration(l).bins().forEach(b -> bins.add(new BinLine(l.name(), b))));
    if (!bins.isEmpty()) {
      page.skip(1);
      page.table("group_calibration_bins", bins)
          .wrap("Attribute and group", BinLine::group)
          .text(
              "Scores",
              b -> String.format(Locale.ROOT, "%.3f to %.3f", b.bin().from(), b.bin().to()))
          .count("Rows in the bin", b -> b.bin().rows())
          .number("Predicted", b -> b.bin().predicted())
          .number("Observed", b -> b.bin().observed())
          .most(400, "in the record of the audit")
          .write("");
    }
  }

  private static Fairness.Calibration calibration(Line line) {
    return line.detail().calibration().orElseThrow();
  }

  private static void gaps(Page page, Fairness fairness) {
    page.heading("Which features drive the gaps in scores");
    if (fairness.gaps().isEmpty()) {
      page.missing("Not available: see the notes of the tests.");
      return;
    }
    page.note(
        "Each line: mean contribution of a feature in the group minus that in the best group. All lines"
            + " of a group add up to the gap between the mean scores; base values cancel. A driver is"
            + " what the model uses, not what is unfair: that people must judge.");
    List<GapLine> lines = new ArrayList<>();
    List<GapLine> sums = new ArrayList<>();
    for (ScoreGap gap : fairness.gaps()) {
      gap.drivers().forEach(d -> lines.add(new GapLine(gap, Optional.of(d))));
      sums.add(new GapLine(gap, Optional.empty()));
    }
    page.table("gap_sums", sums)
        .wrap("Group against the best group", GapLine::name)
        .wrap("Attribute", l -> l.gap().attribute())
        .wrap("Method and space", GapLine::space)
        .signed("Gap in mean score", l -> l.gap().gap().value())
        .signed("from (95 %)", l -> l.gap().gap().low())
        .signed("to", l -> l.gap().gap().high())
        .signed("Sum of the features", l -> l.gap().sum() - l.gap().residual())
        .signed("Residual", l -> l.gap().residual())
        .signed("Sum check", l -> l.gap().miss())
        .wrap(
            "Note",
            l ->
                l.gap().otherFeatures() == 0
                    ? "every feature is listed below"
                    : Figures.count(l.gap().otherFeatures(), "more feature")
                        + " not listed: together "
                        + Figures.signed(l.gap().others()))
        .write("");
    page.skip(1);
    page.table("gap_drivers", lines)
        .wrap("Group against the best group", GapLine::name)
        .wrap("Attribute", l -> l.gap().attribute())
        .wrap("Feature", l -> l.driver().get().feature())
        .signed("Difference", l -> l.driver().get().difference().value())
        .signed("from (95 %)", l -> l.driver().get().difference().low())
        .signed("to", l -> l.driver().get().difference().high())
        .signed("Mean in the group", l -> l.driver().get().mean())
        .signed("in the best", l -> l.driver().get().referenceMean())
        .wrap("Itself protected", l -> l.driver().get().isProtected() ? "yes" : "no")
        .most(2000, "in the record of the audit")
        .write("")
        .ifPresent(area -> charts(page, area, fairness.gaps()));
  }

  private record GapLine(ScoreGap gap, Optional<ScoreGap.Driver> driver) {
    String name() {
      return gap.group() + " against " + gap.reference();
    }

    String space() {
      return gap.explainer()
          + ", "
          + (gap.space() == OutputSpace.RAW ? "before the link" : "response");
    }
  }

  private static void charts(Page page, Area area, List<ScoreGap> gaps) {
    int from = 0;
    int drawn = 0;
    for (ScoreGap gap : gaps) {
      int to = from + gap.drivers().size();
      if (to > area.rows() || drawn == CHARTS) {
        page.skip(1);
        page.note(
            "Charts of the first " + drawn + " of " + Figures.count(gaps.size(), "gap") + ".");
        return;
      }
      Area part = area.part(from, to);
      int height = Math.max(220, 120 + 24 * part.rows());
      page.skip(1);
      new NativeChart(page)
          .bars(
              new NativeChart.Place(area.left(), page.row(), 0, 760, height),
              "What drives the gap of " + gap.group() + " to " + gap.reference(),
              "difference of mean contributions",
              part.column(2),
              part.column(3));
      page.skip(NativeChart.rows(page.sheet(), height));
      drawn++;
      from = to;
    }
  }

  private static String note(Line line) {
    Fairness.Group group = line.group();
    if (group.small()) {
      return "Small group: the counts are shown, the ratio is not judged.";
    }
    if (!line.attribute().comparable()) {
      return "No other group is large enough to be compared with.";
    }
    if (group.impactRatio() == 1) {
      return "Best group.";
    }
    return group
        .detail()
        .map(Fairness.Detail::impactRatio)
        .filter(r -> Double.isFinite(r.low()))
        .map(r -> "Ratio from " + Figures.text(r.low()) + " to " + Figures.text(r.high()) + ".")
        .orElse("");
  }

  private static List<Line> lines(List<Fairness.Attribute> attributes) {
    List<Line> out = new ArrayList<>();
    attributes.forEach(a -> a.groups().forEach(g -> out.add(new Line(a, g))));
    return out;
  }

  private static List<Line> detailed(List<Fairness.Attribute> attributes) {
    return lines(attributes).stream().filter(l -> l.group().detail().isPresent()).toList();
  }
}
