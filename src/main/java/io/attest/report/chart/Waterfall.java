package io.attest.report.chart;

import io.attest.audit.Section;
import io.attest.model.OutputSpace;
import io.attest.report.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From the base value to the prediction of one case, a step for each feature.
 *
 * @param title which case
 * @param axis what is measured
 * @param baseValue where it starts
 * @param steps in the order drawn; beyond {@value #MOST} they are added up into one, which says how
 *     many it holds
 * @param prediction what the model says: base value, steps and residual
 */
public record Waterfall(
    String title, String axis, double baseValue, List<Step> steps, double prediction)
    implements Chart {

  /** How many features are drawn each with a step of its own. */
  public static final int MOST = 12;

  /** One feature: its name, its value in words (may be empty), what it added. */
  public record Step(String label, String value, double contribution) {}

  private static final double WIDTH = 720;
  private static final double LEFT = 250;
  private static final double RIGHT = 640;
  private static final double ROW = 26;
  private static final double TOP = 10;

  public Waterfall {
    steps = List.copyOf(steps);
  }

  /** One case of an attribution. */
  public static Waterfall of(Section.AttributionResult result, Section.LocalRow row) {
    return new Waterfall(
        "Case " + row.id() + ": from the base value to the prediction",
        result.output() + (result.space() == OutputSpace.RAW ? ", before the link" : ""),
        result.baseValue(),
        row.contributions().stream()
            .map(c -> new Step(c.feature(), Figures.brief(c.value()), c.contribution()))
            .toList(),
        row.prediction());
  }

  @Override
  public Optional<String> json() {
    return ScriptJson.of(
        Map.of(
            "kind",
            "waterfall",
            "title",
            title,
            "axis",
            axis,
            "base",
            baseValue,
            "prediction",
            prediction,
            "steps",
            drawn().stream().map(s -> List.of(s.label(), s.value(), s.contribution())).toList()));
  }

  @Override
  public String svg() {
    List<Step> drawn = drawn();
    double bottom = TOP + (drawn.size() + 2) * ROW;
    Svg svg = new Svg(WIDTH, bottom + 46, title, description());
    List<Double> values = new ArrayList<>(List.of(baseValue, prediction));
    double sum = baseValue;
    for (Step s : drawn) {
      sum += Double.isFinite(s.contribution()) ? s.contribution() : 0;
      values.add(sum);
    }
    Scale scale =
        Scale.over(values.stream().mapToDouble(Double::doubleValue).toArray(), LEFT + 10, RIGHT)
            .rounded();
    for (double tick : scale.ticks(5)) {
      svg.grid(scale.at(tick), TOP, scale.at(tick), bottom);
      svg.text(scale.at(tick), bottom + 16, "middle", Figures.text(tick));
    }
    point(svg, scale, "base value", baseValue, TOP);
    sum = baseValue;
    for (int i = 0; i < drawn.size(); i++) {
      double next =
          sum + (Double.isFinite(drawn.get(i).contribution()) ? drawn.get(i).contribution() : 0);
      step(svg, scale, drawn.get(i), sum, next, TOP + (i + 1) * ROW);
      sum = next;
    }
    point(svg, scale, "prediction", prediction, TOP + (drawn.size() + 1) * ROW);
    svg.label((LEFT + RIGHT) / 2, bottom + 38, "middle", axis, RIGHT - LEFT);
    return svg.close();
  }

  private List<Step> drawn() {
    if (steps.size() <= MOST) {
      return steps;
    }
    List<Step> out = new ArrayList<>(steps.subList(0, MOST));
    double rest = steps.subList(MOST, steps.size()).stream().mapToDouble(Step::contribution).sum();
    out.add(new Step("and " + Figures.count(steps.size() - MOST, "more feature"), "", rest));
    return out;
  }

  private static void point(Svg svg, Scale scale, String name, double value, double y) {
    svg.text(LEFT - 6, y + 17, "end", name, "font-weight=\"bold\"");
    if (Double.isFinite(value)) {
      svg.line(scale.at(value), y + 2, scale.at(value), y + ROW - 2, Svg.INK, 3, "");
      svg.text(scale.at(value) + 8, y + 17, "start", Figures.text(value), "font-weight=\"bold\"");
    } else {
      svg.text(LEFT + 10, y + 17, "start", Figures.text(value));
    }
  }

  private static void step(Svg svg, Scale scale, Step step, double from, double to, double y) {
    svg.open(describe(step));
    String name = step.value().isBlank() ? step.label() : step.label() + " = " + step.value();
    svg.label(LEFT - 6, y + 17, "end", name, LEFT - 8);
    double a = Double.isFinite(from) ? scale.at(from) : LEFT;
    double b = Double.isFinite(to) ? scale.at(to) : LEFT;
    String colour = to < from ? Svg.CONTRAST : Svg.ACCENT;
    svg.rect(Math.min(a, b), y + 4, Math.max(1, Math.abs(a - b)), ROW - 8, colour, 1);
    svg.grid(b, y + 4, b, y + ROW + 4);
    String figure = Figures.signed(step.contribution());
    svg.text(Math.max(a, b) + 6, y + 17, "start", figure);
    svg.shut();
  }

  private static String describe(Step step) {
    String name = step.value().isBlank() ? step.label() : step.label() + " = " + step.value();
    return name + ": " + Figures.signed(step.contribution());
  }

  private String description() {
    StringBuilder out = new StringBuilder("Base value " + Figures.text(baseValue) + "; ");
    drawn().forEach(s -> out.append(describe(s)).append("; "));
    return out + "prediction " + Figures.text(prediction) + ".";
  }
}
