package io.attest.report.page;

import io.attest.audit.Section;
import io.attest.measure.Estimate;
import io.attest.measure.Fairness;
import io.attest.measure.ScoreGap;
import io.attest.model.OutputSpace;
import io.attest.report.Figures;
import io.attest.report.chart.BarChart;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How groups of people fare, arranged for a page: sentences, tables, and what drives the gaps. */
public final class FairnessView {
  static final int MOST_GAPS = 8;

  private final Optional<Section.Validated> validated;
  private final Optional<Fairness> fairness;

  FairnessView(Optional<Section.Validated> validated) {
    this.validated = validated;
    this.fairness = validated.flatMap(Section.Validated::fairness);
  }

  /** A gap with its chart, what it says in a sentence, and how its parts add up. */
  public record Driven(ScoreGap gap, String chart, String reading, String check) {}

  /** Why nothing was tested; none if something was. */
  public List<String> untested() {
    return fairness.isPresent()
        ? List.of()
        : validated.map(Section.Validated::notes).orElse(List.of()).stream()
            .filter(n -> n.startsWith("Fairness was not tested"))
            .toList();
  }

  public String rule() {
    return Figures.brief(fairness.map(Fairness::rule).orElse(""));
  }

  public List<Fairness.Attribute> attributes() {
    return fairness.map(Fairness::attributes).orElse(List.of());
  }

  public List<Fairness.Attribute> intersections() {
    return fairness.map(Fairness::intersections).orElse(List.of());
  }

  public List<String> notes() {
    return fairness.map(Fairness::notes).orElse(List.of());
  }

  /** The lowest impact ratio, in a sentence. */
  public String reading() {
    if (fairness.isEmpty()) {
      return "";
    }
    record Found(Fairness.Attribute attribute, Fairness.Group group) {}
    List<Found> judged = new ArrayList<>();
    for (Fairness.Attribute a : attributes()) {
      a.groups().stream()
          .filter(g -> a.comparable())
          .filter(g -> !g.small() && Double.isFinite(g.impactRatio()))
          .forEach(g -> judged.add(new Found(a, g)));
    }
    return judged.stream()
        .min(Comparator.comparingDouble(f -> f.group().impactRatio()))
        .map(
            f ->
                f.group().impactRatio() == 1
                    ? "No group has the favourable decision less often than another."
                    : "The lowest impact ratio is "
                        + Figures.text(f.group().impactRatio())
                        + interval(f.group())
                        + ": "
                        + f.attribute().column()
                        + ", "
                        + f.group().name()
                        + ", "
                        + Figures.percent(f.group().favourable())
                        + " of "
                        + Figures.count(f.group().rows(), "row")
                        + " favoured.")
        .orElse("No two groups of an attribute are large enough to be compared.");
  }

  private static String interval(Fairness.Group group) {
    return group
        .detail()
        .map(Fairness.Detail::impactRatio)
        .filter(r -> Double.isFinite(r.low()))
        .map(
            r -> " (95 % interval " + Figures.text(r.low()) + " to " + Figures.text(r.high()) + ")")
        .orElse("");
  }

  /** The lowest impact ratio of one attribute, in few words. */
  public String lowest(Fairness.Attribute attribute) {
    return attribute.groups().stream()
        .filter(g -> attribute.comparable())
        .filter(g -> !g.small() && Double.isFinite(g.impactRatio()))
        .min(Comparator.comparingDouble(Fairness.Group::impactRatio))
        .map(g -> "lowest impact ratio " + Figures.text(g.impactRatio()) + " (" + g.name() + ")")
        .orElse("fewer than two groups are large enough to be compared");
  }

  /** The interval of a group's impact ratio. */
  public String ratio(Fairness.Group group) {
    if (!group.small() && alone(group)) {
      return "no group to compare with";
    }
    return !group.small() && group.impactRatio() == 1
        ? "best group"
        : group.detail().map(d -> span(d.impactRatio())).orElse("not available");
  }

  private boolean alone(Fairness.Group group) {
    return fairness.stream()
        .flatMap(f -> f.all().stream())
        .anyMatch(a -> !a.comparable() && a.groups().contains(group));
  }

  /** From where to where, as figures. */
  public String span(Estimate of) {
    return Double.isFinite(of.low())
        ? Figures.text(of.low()) + " to " + Figures.text(of.high())
        : "not available";
  }

  /** From where to where, as percentages. */
  public String interval(Estimate of) {
    return Double.isFinite(of.low())
        ? Figures.percent(of.low()) + " to " + Figures.percent(of.high())
        : "not available";
  }

  /** A criterion in words. */
  public String title(String criterion) {
    return switch (criterion) {
      case "selection rate" -> "share favoured";
      case "equal opportunity" -> "share favoured among the deserving (equal opportunity)";
      case "equal false favour" -> "share favoured among the undeserving";
      case "equalised odds" -> "both of these (equalised odds)";
      case "predictive parity" -> "share deserving among the favoured (predictive parity)";
      default -> criterion;
    };
  }

  /** The groups whose scores could be held against outcomes. */
  public List<Fairness.Group> calibrated(Fairness.Attribute attribute) {
    return attribute.groups().stream()
        .filter(g -> attribute.comparable())
        .filter(g -> g.detail().flatMap(Fairness.Detail::calibration).isPresent())
        .toList();
  }

  public int allGaps() {
    return fairness.map(f -> f.gaps().size()).orElse(0);
  }

  /** Single attributes first, then the widest. */
  public List<Driven> gaps() {
    List<String> single = attributes().stream().map(Fairness.Attribute::column).toList();
    return fairness.map(Fairness::gaps).orElse(List.of()).stream()
        .sorted(
            Comparator.comparing((ScoreGap g) -> !single.contains(g.attribute()))
                .thenComparingDouble(g -> -Math.abs(g.gap().value())))
        .limit(MOST_GAPS)
        .map(g -> new Driven(g, chart(g), reading(g), check(g)))
        .toList();
  }

  private static String chart(ScoreGap gap) {
    return new BarChart(
            "What drives the gap of " + gap.group() + " to " + gap.reference(),
            "difference of mean contributions, "
                + (gap.space() == OutputSpace.RAW ? "before the link" : "response")
                + ", with 95 % interval",
            gap.drivers().stream()
                .map(
                    d ->
                        new BarChart.Bar(
                            d.feature() + (d.isProtected() ? " (protected)" : ""),
                            d.difference().value(),
                            d.difference().low(),
                            d.difference().high()))
                .toList())
        .svg();
  }

  private static String reading(ScoreGap gap) {
    if (!gap.gap().excludesZero()) {
      return "The mean scores differ by no more than chance explains.";
    }
    ScoreGap.Driver first = gap.drivers().get(0);
    double share = first.difference().value() / gap.gap().value();
    double carried =
        gap.drivers().stream()
            .filter(ScoreGap.Driver::isProtected)
            .mapToDouble(d -> d.difference().value())
            .sum();
    String most =
        first.feature()
            + " drives most of the gap: "
            + Figures.signed(first.difference().value())
            + " of "
            + Figures.signed(gap.gap().value())
            + (share > 0 ? "." : ", against the direction of the rest.");
    return carried == 0
        ? most
        : most + " Protected attributes themselves add " + Figures.signed(carried) + ".";
  }

  private static String check(ScoreGap gap) {
    return "Sum check: the bars add up to "
        + Figures.signed(gap.drivers().stream().mapToDouble(d -> d.difference().value()).sum())
        + (gap.otherFeatures() == 0
            ? ""
            : ", "
                + Figures.count(gap.otherFeatures(), "other feature")
                + " to "
                + Figures.signed(gap.others()))
        + ", what contributions do not tell to "
        + String.format(java.util.Locale.ROOT, "%.1e", gap.residual())
        + "; the gap is "
        + Figures.signed(gap.gap().value())
        + ". By "
        + gap.explainer()
        + ", "
        + gap.rows()
        + " against "
        + Figures.count(gap.referenceRows(), "row")
        + ".";
  }
}
