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

/** How the prediction goes with each feature, and how many cases stand behind each point. */
final class EffectsSheet implements Sheet {
  private static final int MOST_CHARTS = 24;
  private static final int MOST_POINTS = 20_000;
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
      effects(record, page, heard);
    }
  }

  private static void effects(
      AuditRecord record, Page page, Explanations.Heard<Section.EffectsResult> heard) {
    List<Effects.Curve> curves = curves(heard.result().effects());
    page.heading("Effects by " + heard.explainer() + ", widest first");
    page.note(heard.source());
    page.note(
        "Range: largest minus smallest mean prediction. Direction: 1 always rises, -1 always falls,"
            + " 0 neither; it has no meaning for levels without an order.");
    page.table("effects", curves)
        .wrap("Feature", Effects.Curve::feature)
        .wrap("Output", Effects.Curve::output)
        .number("Range", Effects.Curve::range)
        .number("Direction", c -> c.categorical() ? Double.NaN : c.direction())
        .text("Expected", c -> expected(record.spec(), c))
        .mark("As expected", c -> asExpected(record.spec(), c))
        .count("Points", c -> c.mean().length)
        .count("Fewest rows at a point", c -> Arrays.stream(c.support()).min().orElse(0))
        .write("The method gives no curves.");

    // The points come below the charts, but the charts are drawn from their cells.
    int charts = Math.min(MOST_CHARTS, curves.size());
    page.pageBreak();
    page.heading("Curves");
    page.note(
        "The mean prediction, and dashed, on the right-hand scale, how many cases are near: where"
            + " they are few, the curve speaks of cases that hardly exist. Levels carry the number of"
            + " cases behind the name."
            + (charts < curves.size()
                ? " The " + charts + " widest of " + curves.size() + " curves are drawn."
                : ""));
    int chartTop = page.row();
    int perChart = NativeChart.rows(page.sheet(), HEIGHT);
    for (int r = 2; r < (charts + 1) / 2; r += 2) {
      page.to(chartTop + r * perChart);
      page.pageBreak();
    }
    page.to(chartTop + (charts + 1) / 2 * perChart);
    page.pageBreak();
    page.heading("Points of the curves");
    List<Point> points = points(curves);
    Optional<Area> area =
        page.table("points", points)
            .wrap("Feature", p -> p.curve().feature())
            .wrap("Output", p -> p.curve().output())
            .number("Mean prediction", p -> p.curve().mean()[p.index()])
            .column("Value", (c, p) -> value(page, c, p))
            .wrap("Level (cases)", EffectsSheet::level)
            .count("Cases near", p -> support(p))
            .most(MOST_POINTS, "in the files of " + heard.explainer())
            .write("There are no points.");
    area.ifPresent(a -> charts(record, page, a, curves.subList(0, charts), chartTop, perChart));
  }

  private static void charts(
      AuditRecord record, Page page, Area area, List<Effects.Curve> curves, int top, int perChart) {
    NativeChart chart = new NativeChart(page);
    int first = 0;
    for (int i = 0; i < curves.size(); i++) {
      Effects.Curve curve = curves.get(i);
      int n = curve.mean().length;
      if (n == 0 || first + n > area.rows()) {
        first += n;
        continue;
      }
      Area part = area.part(first, first + n);
      first += n;
      NativeChart.Place place =
          new NativeChart.Place(
              area.left(), top + i / 2 * perChart, i % 2 * (WIDTH + 20), WIDTH, HEIGHT);
      String title = curve.feature() + (several(curves) ? " on " + curve.output() : "");
      if (curve.categorical()) {
        chart.columns(place, title, "mean prediction", part.column(4), part.column(2));
      } else {
        chart.curve(
            place,
            title,
            withUnit(record.spec(), curve.feature()),
            "mean prediction",
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
