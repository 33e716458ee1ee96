package io.attest.report.chart;

import io.attest.audit.Section;
import io.attest.explain.Importance;
import io.attest.model.OutputSpace;
import io.attest.report.Figures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Horizontal bars, in the order given; the first {@value #MOST} are drawn and the rest is counted.
 *
 * @param title what is shown, in a few words
 * @param axis what the length of a bar measures, with its unit
 * @param bars may be empty: the chart then says so
 */
public record BarChart(String title, String axis, List<Bar> bars) implements Chart {

  /** How many bars are drawn at most. */
  public static final int MOST = 20;

  /**
   * @param value NaN where it is not available
   * @param low lower end of an interval around the value; NaN where there is none
   * @param high upper end
   */
  public record Bar(String label, double value, double low, double high) {
    public Bar(String label, double value) {
      this(label, value, Double.NaN, Double.NaN);
    }
  }

  private static final double WIDTH = 720;
  private static final double LEFT = 210;
  private static final double RIGHT = 630;
  private static final double ROW = 24;
  private static final double TOP = 10;

  public BarChart {
    bars = List.copyOf(bars);
  }

  /** Mean absolute contribution of each feature with its 95 % interval, largest first. */
  public static BarChart of(Section.AttributionResult result) {
    return new BarChart(
        "Mean absolute contribution of each feature to " + result.output(),
        "mean |contribution|, "
            + (result.space() == OutputSpace.RAW ? "before the link" : "response")
            + ", with 95 % interval",
        result.global().stream()
            .map(g -> new Bar(g.feature(), g.meanAbsolute(), g.low(), g.high()))
            .toList());
  }

  /** Permutation importance of each feature with its 95 % interval, largest first. */
  public static BarChart of(Importance importance) {
    return new BarChart(
        "Importance of each feature: " + importance.measure(),
        importance.measure() + ", with 95 % interval",
        importance.items().stream()
            .sorted(Comparator.comparingDouble(Importance.Item::value).reversed())
            .map(i -> new Bar(i.feature(), i.value(), i.low(), i.high()))
            .toList());
  }

  @Override
  public Optional<String> json() {
    List<Bar> shown = bars.subList(0, Math.min(MOST, bars.size()));
    return ScriptJson.of(
        Map.of(
            "kind",
            "bars",
            "title",
            title,
            "axis",
            axis,
            "more",
            bars.size() - shown.size(),
            "bars",
            shown.stream().map(b -> List.of(b.label(), b.value(), b.low(), b.high())).toList()));
  }

  @Override
  public String svg() {
    List<Bar> shown = bars.subList(0, Math.min(MOST, bars.size()));
    int left = bars.size() - shown.size();
    double bottom = TOP + Math.max(1, shown.size()) * ROW;
    double height = bottom + 44 + (left > 0 ? 20 : 0);
    Svg svg = new Svg(WIDTH, height, title, description(shown, left));
    if (shown.isEmpty()) {
      return svg.text(LEFT, TOP + 16, "start", "There is nothing to show.").close();
    }
    List<Double> all = new ArrayList<>(List.of(0.0));
    for (Bar b : shown) {
      all.addAll(List.of(b.value(), b.low(), b.high()));
    }
    Scale scale =
        Scale.over(all.stream().mapToDouble(Double::doubleValue).toArray(), LEFT + 4, RIGHT)
            .rounded();
    for (double tick : scale.ticks(5)) {
      svg.grid(scale.at(tick), TOP, scale.at(tick), bottom);
      svg.text(scale.at(tick), bottom + 16, "middle", Figures.text(tick));
    }
    for (int i = 0; i < shown.size(); i++) {
      bar(svg, scale, shown.get(i), TOP + i * ROW);
    }
    svg.line(scale.at(0), TOP, scale.at(0), bottom, Svg.INK, 1, "");
    svg.label((LEFT + RIGHT) / 2, bottom + 36, "middle", axis, RIGHT - LEFT);
    if (left > 0) {
      svg.text(0, bottom + 58, "start", "and " + left + " more, not drawn");
    }
    return svg.close();
  }

  private static void bar(Svg svg, Scale scale, Bar bar, double y) {
    svg.open(describe(bar));
    svg.label(LEFT - 6, y + 16, "end", bar.label(), LEFT - 10);
    double end = scale.at(0);
    if (Double.isFinite(bar.value())) {
      double x = scale.at(bar.value());
      String colour = bar.value() < 0 ? Svg.CONTRAST : Svg.ACCENT;
      svg.rect(Math.min(x, end), y + 4, Math.abs(x - end), ROW - 8, colour, 1);
      end = Math.max(x, end);
    }
    if (Double.isFinite(bar.low()) && Double.isFinite(bar.high())) {
      double a = scale.at(bar.low());
      double b = scale.at(bar.high());
      double middle = y + ROW / 2;
      svg.line(a, middle, b, middle, Svg.INK, 1.5, "");
      svg.line(a, middle - 4, a, middle + 4, Svg.INK, 1.5, "");
      svg.line(b, middle - 4, b, middle + 4, Svg.INK, 1.5, "");
      end = Math.max(end, b);
    }
    svg.text(end + 6, y + 16, "start", Figures.text(bar.value()));
    svg.shut();
  }

  private static String describe(Bar bar) {
    String text = bar.label() + ": " + Figures.text(bar.value());
    return Double.isFinite(bar.low()) && Double.isFinite(bar.high())
        ? text + " (" + Figures.text(bar.low()) + " to " + Figures.text(bar.high()) + ")"
        : text;
  }

  private String description(List<Bar> shown, int left) {
    StringBuilder out = new StringBuilder("Bar chart of " + axis + ". ");
    shown.forEach(b -> out.append(describe(b)).append("; "));
    return left > 0 ? out + "and " + left + " more that are not drawn." : out.toString().strip();
  }
}
