package io.attest.report.chart;

import io.attest.report.Figures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A line of points for each feature, a point for each row: to the right what the feature added to
 * that row's prediction, in colour and form whether the row's value is low, middle or high among
 * those drawn. Points that would cover each other are stacked. After Lundberg et al. 2020, figure
 * 3.
 *
 * @param title what is shown, in a few words
 * @param axis what goes to the right, with its unit
 * @param features in the order drawn; at most {@value #MOST}
 * @param rows how many rows have a point
 * @param ofRows how many rows there are
 * @param ofFeatures how many features there are
 */
public record Beeswarm(
    String title, String axis, List<Feature> features, int rows, long ofRows, int ofFeatures)
    implements Chart {

  /** How many features are drawn at most. */
  public static final int MOST = 15;

  /** How many points are drawn at most, over all features. */
  public static final int POINTS = 2000;

  /** One feature with its points, a row each in the same order. */
  public record Feature(String name, List<Point> points) {
    public Feature {
      points = List.copyOf(points);
    }
  }

  /**
   * One row.
   *
   * @param contribution what the feature added
   * @param level where the value is among the values drawn: 0 lowest, 1 highest; NaN where they
   *     have no order or it is missing
   * @param value in words
   */
  public record Point(double contribution, double level, String value) {}

  private static final double WIDTH = 720;
  private static final double LEFT = 210;
  private static final double RIGHT = 700;
  private static final double ROW = 34;
  private static final double TOP = 10;
  private static final int BINS = 140;

  public Beeswarm {
    features = List.copyOf(features);
    if (features.size() > MOST) {
      throw new IllegalArgumentException(
          "A beeswarm of " + features.size() + " features cannot be read: at most " + MOST + ".");
    }
  }

  private Scale scale() {
    return Scale.over(
            DoubleStream.concat(
                    DoubleStream.of(0),
                    features.stream()
                        .flatMap(f -> f.points().stream())
                        .mapToDouble(Point::contribution))
                .toArray(),
            LEFT + 4,
            RIGHT)
        .rounded();
  }

  /**
   * How far each point is above or below the line of its feature, from -0.45 to 0.45 of the room
   * that a feature has.
   */
  private static double[] offsets(Feature feature, Scale scale) {
    int n = feature.points().size();
    double[] out = new double[n];
    List<List<Integer>> bins = new ArrayList<>();
    for (int b = 0; b <= BINS; b++) {
      bins.add(new ArrayList<>());
    }
    for (int i = 0; i < n; i++) {
      double v = feature.points().get(i).contribution();
      if (Double.isFinite(v)) {
        double share = (v - scale.low()) / (scale.high() - scale.low());
        bins.get((int) Math.max(0, Math.min(BINS, Math.round(share * BINS)))).add(i);
      }
    }
    for (List<Integer> bin : bins) {
      // Low values below, high ones above: a second way to see them.
      bin.sort(Comparator.comparingDouble(i -> level(feature.points().get(i))));
      double step = Math.min(0.09, 0.9 / Math.max(1, bin.size()));
      for (int k = 0; k < bin.size(); k++) {
        out[bin.get(k)] = (k - (bin.size() - 1) / 2.0) * step;
      }
    }
    return out;
  }

  private static double level(Point p) {
    return Double.isNaN(p.level()) ? 0.5 : p.level();
  }

  @Override
  public Optional<String> json() {
    Scale scale = scale();
    List<Map<String, Object>> lines = new ArrayList<>();
    for (Feature f : features) {
      double[] offsets = offsets(f, scale);
      List<List<Object>> points = new ArrayList<>();
      for (int i = 0; i < offsets.length; i++) {
        Point p = f.points().get(i);
        points.add(
            List.of(p.contribution(), Math.rint(offsets[i] * 1000) / 1000, round(p), p.value()));
      }
      lines.add(Map.of("name", f.name(), "points", points));
    }
    return ScriptJson.of(Map.of("kind", "swarm", "title", title, "axis", axis, "features", lines));
  }

  private static double round(Point p) {
    return Math.rint(p.level() * 100) / 100;
  }

  @Override
  public String svg() {
    double bottom = TOP + Math.max(1, features.size()) * ROW;
    Svg svg = new Svg(WIDTH, bottom + 66, title, description());
    if (features.isEmpty()) {
      return svg.text(LEFT, TOP + 16, "start", "There is nothing to show.").close();
    }
    Scale scale = scale();
    for (double tick : scale.ticks(5)) {
      svg.grid(scale.at(tick), TOP, scale.at(tick), bottom);
      svg.text(scale.at(tick), bottom + 16, "middle", Figures.text(tick));
    }
    svg.line(scale.at(0), TOP, scale.at(0), bottom, Svg.INK, 1, "");
    for (int k = 0; k < features.size(); k++) {
      Feature f = features.get(k);
      double middle = TOP + (k + 0.5) * ROW;
      svg.label(LEFT - 6, middle + 4, "end", f.name(), LEFT - 10);
      double[] offsets = offsets(f, scale);
      for (Form form : Form.values()) {
        int[] own =
            IntStream.range(0, offsets.length)
                .filter(i -> Double.isFinite(f.points().get(i).contribution()))
                .filter(i -> Form.of(f.points().get(i).level()) == form)
                .toArray();
        svg.marks(
            Arrays.stream(own)
                .mapToDouble(i -> scale.at(f.points().get(i).contribution()))
                .toArray(),
            Arrays.stream(own).mapToDouble(i -> middle - offsets[i] * ROW).toArray(),
            form.path,
            form.colour);
      }
    }
    svg.label((LEFT + RIGHT) / 2, bottom + 36, "middle", axis, RIGHT - LEFT);
    double x = LEFT;
    for (Form form : Form.values()) {
      svg.marks(new double[] {x}, new double[] {bottom + 54}, form.path, form.colour);
      svg.text(x + 10, bottom + 58, "start", form.words);
      x += 112;
    }
    return svg.close();
  }

  /** How the value of a row is shown beside its colour. */
  private enum Form {
    LOW("low value", "m-3.2-2.4h6.4l-3.2 5.6z", Svg.CONTRAST),
    MIDDLE("middle", "m-2.4 0a2.4 2.4 0 1 0 4.8 0a2.4 2.4 0 1 0-4.8 0", Svg.INK),
    HIGH("high value", "m-3.2 2.4h6.4l-3.2-5.6z", Svg.ACCENT),
    NONE("no order", "m-2-2h4v4h-4z", Svg.INK);

    private final String words;
    private final String path;
    private final String colour;

    Form(String words, String path, String colour) {
      this.words = words;
      this.path = path;
      this.colour = colour;
    }

    static Form of(double level) {
      return Double.isNaN(level) ? NONE : level < 1 / 3.0 ? LOW : level > 2 / 3.0 ? HIGH : MIDDLE;
    }
  }

  /** What was left out, for a sentence under the chart; empty if nothing was. */
  public String cut() {
    String some =
        rows < ofRows ? Figures.count(rows, "row") + " of " + ofRows + ", evenly spaced" : "";
    String few =
        features.size() < ofFeatures
            ? "the " + features.size() + " most important of " + ofFeatures + " features"
            : "";
    return some.isEmpty() || few.isEmpty() ? some + few : some + "; " + few;
  }

  private String description() {
    StringBuilder out = new StringBuilder("Each point is a row. " + axis + ". ");
    for (Feature f : features) {
      double low = f.points().stream().mapToDouble(Point::contribution).min().orElse(Double.NaN);
      double high = f.points().stream().mapToDouble(Point::contribution).max().orElse(Double.NaN);
      out.append(f.name() + ": from " + Figures.signed(low) + " to " + Figures.signed(high) + "; ");
    }
    return out.toString().strip();
  }
}
