package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.data.Field;
import io.attest.explain.Effects;
import io.attest.model.ModelSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** How the prediction goes with each feature, and how many cases stand behind each point. */
final class EffectsSheet implements Sheet {
  private static final int MOST_CHARTS = 24;
  private static final int MOST_POINTS = 20_000;
  private static final int MOST_NAMED = 5;
  private static final int WIDTH = 520;
  private static final int HEIGHT = 260;

  private record Point(Effects.Curve curve, int index) {}

  @Override
  public String anchor() {
    return "effects_start";
  }

  @Override
  public String summary(AuditRecord record) {
    var heard = Explanations.of(record, Section.EffectsResult.class);
    if (heard.isEmpty()) {
      return Explanations.none(record);
    }
    return curves(heard.get(0).result().effects()).stream()
        .findFirst()
        .map(c -> "Widest: " + Words.inline(c.feature()) + ", by " + Figures.text(c.range()) + ".")
        .orElse("No curves.");
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    var effects = Explanations.of(record, Section.EffectsResult.class);
    if (effects.isEmpty()) {
      Explanations.missing(record, page, "effects of features");
      return;
    }
    Explanations.untested(record).forEach(page::missing);
    for (var heard : effects) {
      summary(record, page, heard);
    }
    curves(record, page, effects);
  }

  private static void summary(
      AuditRecord record, Page page, Explanations.Heard<Section.EffectsResult> heard) {
    Effects effects = heard.result().effects();
    List<Effects.Curve> curves = curves(effects);
    page.heading("Effects by " + heard.explainer() + ", widest first");
    page.note(heard.source());
    page.note(
        effects.accumulated()
            ? "Each case is moved only to the ends of its own bin, or to the next level, and these"
                + " small effects are added up: a curve tells differences, with a mean of 0. Range:"
                + " largest minus smallest. Direction: 1 always rises, -1 always falls, 0 neither."
            : "Range: largest minus smallest mean prediction. Direction: 1 always rises, -1 always"
                + " falls, 0 neither; it has no meaning for levels without an order.");
    warning(curves, effects.accumulated()).ifPresent(page::note);
    TableWriter<Effects.Curve> table =
        page.table("effects", curves)
            .wrap("Feature", Effects.Curve::feature)
            .wrap("Output", Effects.Curve::output)
            .number("Range", Effects.Curve::range)
            .number("Direction", c -> c.categorical() ? Double.NaN : c.direction())
            .text("Expected", c -> expected(record.spec(), c))
            .mark("As expected", c -> asExpected(record.spec(), c))
            .count("Points", c -> c.mean().length)
            .count("Fewest rows at a point", c -> fewest(effects, c));
    if (curves.stream().anyMatch(c -> c.error().length > 0)) {
      table.number("Largest error", c -> Arrays.stream(c.error()).max().orElse(Double.NaN));
    }
    if (curves.stream().anyMatch(c -> c.offManifold().length > 0)) {
      table.percent("Most off the data", Effects.Curve::mostOffManifold);
    }
    table.write("The method gives no curves.");
  }

  /** No bin begins at the last edge of a number. */
  private static int fewest(Effects effects, Effects.Curve curve) {
    int points = curve.support().length;
    boolean edges = effects.accumulated() && !curve.categorical() && points > 1;
    return Arrays.stream(curve.support()).limit(edges ? points - 1 : points).min().orElse(0);
  }

  /** Names the curves that speak of cases that hardly exist. */
  private static Optional<String> warning(List<Effects.Curve> curves, boolean accumulated) {
    List<Effects.Curve> off =
        curves.stream()
            .filter(c -> c.mostOffManifold() > Effects.OFF)
            .sorted(Comparator.comparingDouble(c -> -c.mostOffManifold()))
            .toList();
    if (off.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "Read with care: "
            + off.stream()
                .limit(MOST_NAMED)
                .map(c -> Words.inline(c.feature()) + " (" + worst(c) + ")")
                .distinct()
                .collect(Collectors.joining(", "))
            + (off.size() > MOST_NAMED ? " and others" : "")
            + ". At these points so many of the cases set there are unlike any real case. What the"
            + " model says of them is no experience"
            + (accumulated ? "." : "; ale moves cases only a little."));
  }

  private static String worst(Effects.Curve curve) {
    int worst = 0;
    for (int i = 0; i < curve.offManifold().length; i++) {
      if (curve.offManifold()[i] == curve.mostOffManifold()) {
        worst = i;
      }
    }
    return Figures.percent(curve.mostOffManifold())
        + " at "
        + (curve.categorical()
            ? Words.inline(curve.labels().get(worst))
            : Figures.text(curve.grid()[worst]));
  }

  /**
   * The curves of one method two in a row, or of several beside each other: the first one's on the
   * left, on the right the same curve by another. Their points come below, but the charts are drawn
   * from their cells.
   */
  private static void curves(
      AuditRecord record, Page page, List<Explanations.Heard<Section.EffectsResult>> effects) {
    List<Effects.Curve> first = curves(effects.get(0).result().effects());
    boolean beside = effects.size() > 1;
    int charts = Math.min(beside ? MOST_CHARTS / 2 : MOST_CHARTS, first.size());
    page.pageBreak();
    page.heading("Curves");
    page.note(
        (beside
                ? "On the left by "
                    + effects.get(0).explainer()
                    + ", on the right the same by "
                    + effects.get(1).explainer()
                    + ". "
                : "")
            + "The mean prediction, and dashed, on the right-hand scale, how many cases are near: where"
            + " they are few, the curve speaks of cases that hardly exist. Levels carry the number of"
            + " cases behind the name."
            + (charts < first.size()
                ? " The " + charts + " widest of " + first.size() + " curves are drawn."
                : ""));
    int rows = beside ? charts : (charts + 1) / 2;
    int chartTop = page.row();
    int perChart = NativeChart.rows(page.sheet(), HEIGHT);
    for (int r = 2; r < rows; r += 2) {
      page.to(chartTop + r * perChart);
      page.pageBreak();
    }
    page.to(chartTop + rows * perChart);
    page.pageBreak();
    for (int e = 0; e < effects.size(); e++) {
      var heard = effects.get(e);
      List<Effects.Curve> curves = curves(heard.result().effects());
      page.heading("Points of the curves" + (beside ? " by " + heard.explainer() : ""));
      Optional<Area> area = points(page, heard, curves);
      int right = e;
      area.filter(a -> right < 2)
          .ifPresent(
              a -> {
                Charts drawing =
                    new Charts(record, page, a, curves, heard.result().effects().accumulated());
                for (int i = 0; i < charts; i++) {
                  drawing.draw(
                      same(first.get(i), curves),
                      chartTop + (beside ? i : i / 2) * perChart,
                      beside ? right : i % 2);
                }
              });
    }
  }

  /** Where the same feature and output is; -1 if it is not. */
  private static int same(Effects.Curve curve, List<Effects.Curve> curves) {
    for (int i = 0; i < curves.size(); i++) {
      if (curves.get(i).feature().equals(curve.feature())
          && curves.get(i).output().equals(curve.output())) {
        return i;
      }
    }
    return -1;
  }

  private static Optional<Area> points(
      Page page, Explanations.Heard<Section.EffectsResult> heard, List<Effects.Curve> curves) {
    boolean accumulated = heard.result().effects().accumulated();
    TableWriter<Point> table =
        page.table("points", points(curves))
            .wrap("Feature", p -> p.curve().feature())
            .wrap("Output", p -> p.curve().output())
            .number(
                accumulated ? "Local effect" : "Mean prediction", p -> p.curve().mean()[p.index()])
            .column("Value", (c, p) -> value(page, c, p))
            .wrap("Level (cases)", EffectsSheet::level)
            .count("Cases near", p -> support(p));
    if (curves.stream().anyMatch(c -> c.error().length > 0)) {
      table.number("Error", p -> at(p.curve().error(), p.index()));
    }
    if (curves.stream().anyMatch(c -> c.offManifold().length > 0)) {
      table
          .percent("Off the data", p -> at(p.curve().offManifold(), p.index()))
          .mark(
              "Like real cases",
              p ->
                  p.curve().off(p.index())
                      ? new Mark("▲ many are not", Look.WARN)
                      : new Mark("✓ yes", Look.PASS));
    }
    return table
        .most(MOST_POINTS, "in the files of " + heard.explainer())
        .write("There are no points.");
  }

  private static double at(double[] values, int index) {
    return index < values.length ? values[index] : Double.NaN;
  }

  /** Draws curves from the cells of their points. */
  private record Charts(
      AuditRecord record, Page page, Area area, List<Effects.Curve> curves, boolean accumulated) {

    void draw(int curve, int row, int column) {
      if (curve < 0) {
        return;
      }
      int first = 0;
      for (int c = 0; c < curve; c++) {
        first += curves.get(c).mean().length;
      }
      Effects.Curve of = curves.get(curve);
      int n = of.mean().length;
      if (n == 0 || first + n > area.rows()) {
        return;
      }
      Area part = area.part(first, first + n);
      NativeChart chart = new NativeChart(page);
      NativeChart.Place place =
          new NativeChart.Place(area.left(), row, column * (WIDTH + 20), WIDTH, HEIGHT);
      String title = of.feature() + (several(curves) ? " on " + of.output() : "");
      String up = accumulated ? "local effect" : "mean prediction";
      if (of.categorical()) {
        chart.columns(place, title, up, part.column(4), part.column(2));
      } else {
        chart.curve(
            place,
            title,
            withUnit(record.spec(), of.feature()),
            up,
            "cases near",
            true,
            part.column(3),
            part.column(2),
            part.column(5));
      }
    }
  }

  private static boolean several(List<Effects.Curve> curves) {
    return curves.stream().map(Effects.Curve::output).distinct().count() > 1;
  }

  private static String withUnit(ModelSpec spec, String feature) {
    return spec.fields().stream()
        .filter(f -> f.name().equals(feature) && !f.unit().isBlank())
        .map(Field::unit)
        .findFirst()
        .map(u -> feature + " (" + u + ")")
        .orElse(feature);
  }

  private static List<Effects.Curve> curves(Effects effects) {
    List<Effects.Curve> curves = new ArrayList<>(effects.curves());
    curves.sort(Comparator.comparingDouble(c -> Double.isFinite(c.range()) ? -c.range() : 1e300));
    return curves;
  }

  private static List<Point> points(List<Effects.Curve> curves) {
    List<Point> points = new ArrayList<>();
    for (Effects.Curve c : curves) {
      for (int i = 0; i < c.mean().length; i++) {
        points.add(new Point(c, i));
      }
    }
    return points;
  }

  private static void value(Page page, org.apache.poi.xssf.usermodel.XSSFCell cell, Point p) {
    if (p.curve().categorical()) {
      page.cells().text(cell, "–", Look.MUTED);
    } else {
      page.cells().number(cell, p.curve().grid()[p.index()], Look.NUMBER);
    }
  }

  private static String level(Point p) {
    return p.curve().categorical()
        ? p.curve().labels().get(p.index()) + " (" + support(p) + ")"
        : "";
  }

  private static int support(Point p) {
    return p.index() < p.curve().support().length ? p.curve().support()[p.index()] : 0;
  }

  private static String expected(ModelSpec spec, Effects.Curve curve) {
    return Optional.ofNullable(spec.expectations().get(curve.feature()))
        .flatMap(ModelSpec.Expectation::direction)
        .orElse("");
  }

  /** Which way the curve goes on the whole; how far it may stray is for the rules to say. */
  private static Mark asExpected(ModelSpec spec, Effects.Curve curve) {
    String expected = expected(spec, curve);
    if (expected.isEmpty() || curve.categorical()) {
      return new Mark("– not asked", Look.MUTED);
    }
    double towards = expected.equals("rising") ? curve.direction() : -curve.direction();
    if (towards >= 0.999) {
      return new Mark("✓ yes", Look.PASS);
    }
    return towards > 0
        ? new Mark("▲ not everywhere", Look.WARN)
        : new Mark(curve.direction() == 0 ? "▲ flat" : "✕ no", Look.WARN);
  }
}
