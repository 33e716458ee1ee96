package io.attest.report.chart;

import io.attest.explain.Effects;
import io.attest.measure.Performance;
import io.attest.report.Figures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * Curves over one number or over named levels, with the number of rows behind each point as small
 * bars below: where they are short, the curve speaks of cases that hardly exist.
 *
 * @param title what is shown, in a few words
 * @param xAxis what goes to the right, with its unit
 * @param yAxis what goes up, with its unit
 * @param labels names of the points, for levels; empty for numbers
 * @param x one a point, ascending; ignored where there are labels
 * @param series the curves, each with one value a point; NaN where it is not available
 * @param support rows behind each point; empty if unknown
 * @param off share of the rows behind each point that are off the data; empty if unknown. Where it
 *     is large, the point is a ring
 * @param band half the width of the 95 % interval around the first curve, a point each; empty if
 *     unknown
 * @param faint single curves behind the others, with one value a point each; without names
 */
public record LineChart(
    String title,
    String xAxis,
    String yAxis,
    List<String> labels,
    double[] x,
    List<Series> series,
    int[] support,
    double[] off,
    double[] band,
    List<double[]> faint)
    implements Chart {

  /** How many levels are drawn at most. */
  public static final int MOST_LEVELS = 20;

  /**
   * One curve.
   *
   * @param x where its values are, where that is not the points of the chart; empty where it is
   */
  public record Series(String name, double[] x, double[] y) {
    /** A curve over the points of the chart. */
    public Series(String name, double[] y) {
      this(name, new double[0], y);
    }
  }

  private static final double WIDTH = 720;
  private static final double LEFT = 70;
  private static final double RIGHT = 700;
  private static final double TOP = 12;
  private static final double BOTTOM = 250;
  private static final double SUPPORT = 44;
  private static final double LABEL = 130;
  private static final List<String> DASHES = List.of("", "7 4", "2 3", "10 3 2 3");

  public LineChart {
    labels = List.copyOf(labels);
    series = List.copyOf(series);
    faint = List.copyOf(faint);
    for (Series s : series) {
      int points = s.x().length > 0 ? s.x().length : labels.isEmpty() ? x.length : labels.size();
      if (s.y().length != points) {
        throw new IllegalArgumentException(
            "The curve "
                + s.name()
                + " has "
                + s.y().length
                + " values for "
                + points
                + " points.");
      }
    }
  }

  /** A chart of which the shares off the data are not known. */
  public LineChart(
      String title,
      String xAxis,
      String yAxis,
      List<String> labels,
      double[] x,
      List<Series> series,
      int[] support) {
    this(title, xAxis, yAxis, labels, x, series, support, new double[0]);
  }

  /** A chart without a band and without single curves. */
  public LineChart(
      String title,
      String xAxis,
      String yAxis,
      List<String> labels,
      double[] x,
      List<Series> series,
      int[] support,
      double[] off) {
    this(title, xAxis, yAxis, labels, x, series, support, off, new double[0], List.<double[]>of());
  }

  /** How the mean prediction goes with one feature. */
  public static LineChart of(Effects.Curve curve, String unit) {
    return of(curve, unit, "mean prediction");
  }

  /** How the predictions go with one feature, by a curve of these effects. */
  public static LineChart of(Effects effects, Effects.Curve curve, String unit) {
    return of(curve, unit, effects.accumulated() ? "local effect" : "mean prediction");
  }

  private static LineChart of(Effects.Curve curve, String unit, String what) {
    String named = unit.isBlank() ? curve.feature() : curve.feature() + " (" + unit + ")";
    return new LineChart(
        what.substring(0, 1).toUpperCase(Locale.ROOT)
            + what.substring(1)
            + " by "
            + curve.feature(),
        named,
        what,
        curve.labels(),
        curve.grid(),
        List.of(new Series(curve.output(), curve.mean())),
        curve.support(),
        curve.offManifold());
  }

  /** Predicted against observed, with the line on which both agree. */
  public static LineChart of(List<Performance.Bin> calibration) {
    double[] predicted = calibration.stream().mapToDouble(Performance.Bin::predicted).toArray();
    double[] observed = calibration.stream().mapToDouble(Performance.Bin::observed).toArray();
    return new LineChart(
        "Observed share by predicted probability",
        "predicted probability",
        "observed share",
        List.of(),
        predicted,
        List.of(new Series("observed", observed), new Series("perfect", predicted.clone())),
        calibration.stream().mapToInt(Performance.Bin::rows).toArray());
  }

  @Override
  public Optional<String> json() {
    int n = labels.isEmpty() ? x.length : Math.min(MOST_LEVELS, labels.size());
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("kind", "lines");
    data.put("title", title);
    data.put("xAxis", xAxis);
    data.put("yAxis", yAxis);
    data.put("labels", labels.subList(0, Math.min(n, labels.size())));
    data.put("x", labels.isEmpty() ? x : new double[0]);
    data.put(
        "series",
        series.stream()
            .map(
                s ->
                    Map.of(
                        "name",
                        s.name(),
                        "x",
                        s.x(),
                        "y",
                        s.x().length > 0 ? s.y() : Arrays.copyOf(s.y(), n)))
            .toList());
    data.put("support", Arrays.copyOf(support, Math.min(n, support.length)));
    data.put("off", Arrays.copyOf(off, Math.min(n, off.length)));
    data.put("much", Effects.OFF);
    data.put("band", Arrays.copyOf(band, Math.min(n, band.length)));
    data.put("faint", faint);
    data.put("more", labels.isEmpty() ? 0 : labels.size() - n);
    return ScriptJson.of(data);
  }

  @Override
  public String svg() {
    int all = labels.isEmpty() ? x.length : labels.size();
    int n = labels.isEmpty() ? all : Math.min(MOST_LEVELS, all);
    boolean supported = support.length == all && all > 0;
    double foot = BOTTOM + (supported ? SUPPORT + 22 : 8);
    double height = foot + room() + 14 + (series.size() > 1 ? 22 : 0);
    Svg svg = new Svg(WIDTH, height, title, description(n, all));
    if (n == 0 || series.isEmpty()) {
      return svg.text(LEFT, TOP + 16, "start", "There is nothing to show.").close();
    }
    double[] at = positions(n);
    Scale across = Scale.over(across(at), LEFT + 16, RIGHT - 16);
    Scale up = vertical(n);
    for (double tick : up.ticks(5)) {
      svg.grid(LEFT, up.at(tick), RIGHT, up.at(tick));
      svg.text(LEFT - 8, up.at(tick) + 4, "end", Figures.text(tick));
    }
    double[] px = Arrays.stream(at).map(across::at).toArray();
    for (double[] single : faint) {
      double[] py = Arrays.stream(single).limit(n).map(up::at).toArray();
      if (labels.isEmpty()) {
        svg.path(px, py, Svg.INK, 0.6, "", 0.25);
      } else {
        svg.marks(px, py, "m-1.5-1.5h3v3h-3z", Svg.INK);
      }
    }
    band(svg, px, up, n);
    for (int s = series.size() - 1; s >= 0; s--) {
      double[] own = series.get(s).x();
      curve(svg, own.length == 0 ? px : Arrays.stream(own).map(across::at).toArray(), up, s);
    }
    if (supported) {
      support(svg, px, n);
    }
    foot(svg, across, px, foot);
    svg.text(
        -(TOP + BOTTOM) / 2,
        14,
        "middle",
        Svg.shorten(yAxis, BOTTOM - TOP),
        "transform=\"rotate(-90)\"");
    if (n < all) {
      svg.text(
          0, foot + room(), "start", "and " + Figures.count(all - n, "more level") + ", not drawn");
    }
    if (series.size() > 1) {
      legend(svg, height - 8);
    }
    return svg.close();
  }

  private double[] positions(int n) {
    double[] at = new double[n];
    for (int i = 0; i < n; i++) {
      at[i] = labels.isEmpty() ? x[i] : i;
    }
    return at;
  }

  /** Where all curves lie: those with points of their own may be wider. */
  private double[] across(double[] at) {
    return DoubleStream.concat(
            Arrays.stream(at), series.stream().flatMapToDouble(s -> Arrays.stream(s.x())))
        .toArray();
  }

  private void band(Svg svg, double[] px, Scale up, int n) {
    double[] y = series.get(0).y();
    for (int i = 0; i < Math.min(n, band.length); i++) {
      if (Double.isFinite(y[i]) && Double.isFinite(band[i])) {
        double top = up.at(y[i] + band[i]);
        double foot = up.at(y[i] - band[i]);
        svg.line(px[i], top, px[i], foot, Svg.ACCENT, 1, "");
      }
    }
  }

  private Scale vertical(int n) {
    List<Double> values = new ArrayList<>();
    for (Series s : series) {
      for (int i = 0; i < (s.x().length > 0 ? s.x().length : n); i++) {
        values.add(s.y()[i]);
      }
    }
    faint.forEach(single -> Arrays.stream(single).limit(n).forEach(values::add));
    for (int i = 0; i < Math.min(n, band.length); i++) {
      values.add(series.get(0).y()[i] + band[i]);
      values.add(series.get(0).y()[i] - band[i]);
    }
    return Scale.over(values.stream().mapToDouble(Double::doubleValue).toArray(), BOTTOM, TOP)
        .rounded();
  }

  private void curve(Svg svg, double[] px, Scale up, int s) {
    double[] py = new double[px.length];
    for (int i = 0; i < px.length; i++) {
      py[i] = up.at(series.get(s).y()[i]);
    }
    String colour = s == 0 ? Svg.ACCENT : Svg.INK;
    // Levels have no order, so no line leads from one to the next.
    if (labels.isEmpty()) {
      svg.path(px, py, colour, s == 0 ? 2.5 : 1.5, DASHES.get(s % DASHES.size()));
    }
    for (int i = 0; s > 0 && !labels.isEmpty() && i < px.length; i++) {
      if (Double.isFinite(py[i])) {
        svg.rect(px[i] - 4, py[i] - 4, 8, 8, colour, 0.6);
      }
    }
    for (int i = 0; s == 0 && i < px.length; i++) {
      if (Double.isFinite(py[i])) {
        svg.open(describe(i));
        if (i < off.length && off[i] > Effects.OFF) {
          svg.ring(px[i], py[i], 5, colour);
        } else {
          svg.dot(px[i], py[i], labels.isEmpty() ? 3 : 5, colour);
        }
        svg.shut();
      }
    }
  }

  private void support(Svg svg, double[] px, int n) {
    int most = Math.max(1, Arrays.stream(support).max().orElse(1));
    double gap = n > 1 ? (RIGHT - LEFT) / n : 60;
    for (int i = 1; i < n; i++) {
      gap = Math.min(gap, Math.max(1.5, px[i] - px[i - 1]));
    }
    double width = Math.min(30, gap * 0.7);
    double base = BOTTOM + 10 + SUPPORT;
    for (int i = 0; i < n; i++) {
      double h = SUPPORT * support[i] / most;
      svg.open(describe(i));
      svg.rect(px[i] - width / 2, base - h, width, h, Svg.INK, 0.4);
      svg.shut();
    }
    svg.grid(LEFT, base, RIGHT, base);
    svg.text(LEFT - 8, base, "end", "rows");
    svg.text(LEFT - 8, base - SUPPORT + 10, "end", Figures.text(most));
  }

  /** From the foot of the chart to the name of the axis: names of levels stand aslant. */
  private double room() {
    if (labels.isEmpty()) {
      return 32;
    }
    double longest = labels.stream().mapToDouble(Svg::width).max().orElse(0);
    return 32 + Math.sin(Math.toRadians(35)) * Math.min(LABEL, longest);
  }

  private void foot(Svg svg, Scale across, double[] px, double y) {
    if (labels.isEmpty()) {
      for (double tick : across.ticks(6)) {
        svg.text(across.at(tick), y + 8, "middle", Figures.text(tick));
      }
      svg.label((LEFT + RIGHT) / 2, y + room(), "middle", xAxis, RIGHT - LEFT);
      return;
    }
    for (int i = 0; i < px.length; i++) {
      String turned = "transform=\"rotate(-35 " + Svg.at(px[i] + 4) + " " + Svg.at(y + 4) + ")\"";
      svg.open(labels.get(i));
      svg.text(
          px[i] + 4,
          y + 4,
          "end",
          Svg.shorten(labels.get(i), Math.min(LABEL, px[i] / 0.82)),
          turned);
      svg.shut();
    }
    svg.label((LEFT + RIGHT) / 2, y + room(), "middle", xAxis, RIGHT - LEFT);
  }

  private void legend(Svg svg, double y) {
    double at = LEFT;
    for (int s = 0; s < series.size(); s++) {
      String dash = DASHES.get(s % DASHES.size());
      if (labels.isEmpty()) {
        svg.line(at, y - 4, at + 30, y - 4, s == 0 ? Svg.ACCENT : Svg.INK, 2, dash);
      } else if (s == 0) {
        svg.dot(at + 20, y - 4, 5, Svg.ACCENT);
      } else {
        svg.rect(at + 16, y - 8, 8, 8, Svg.INK, 0.6);
      }
      svg.label(at + 36, y, "start", series.get(s).name(), 200);
      at += 250;
    }
  }

  private String describe(int i) {
    StringBuilder out = new StringBuilder(labels.isEmpty() ? Figures.text(x[i]) : labels.get(i));
    for (Series s : series) {
      if (s.x().length > 0) {
        continue;
      }
      out.append(", ").append(s.name()).append(' ').append(Figures.text(s.y()[i]));
    }
    if (i < support.length) {
      out.append(", ").append(Figures.count(support[i], "row"));
    }
    if (i < off.length && off[i] > Effects.OFF) {
      out.append(", ").append(Figures.percent(off[i])).append(" off the data");
    }
    return out.toString();
  }

  private String description(int n, int all) {
    StringBuilder out = new StringBuilder(yAxis + " by " + xAxis + ". ");
    for (int i = 0; i < n; i++) {
      out.append(describe(i)).append("; ");
    }
    return n < all ? out + "and " + (all - n) + " more, not drawn." : out.toString().strip();
  }
}
