package io.attest.report.chart;

import io.attest.correlate.Dependence;
import io.attest.report.Figures;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How strongly columns depend on each other, pair by pair, strength as depth of colour and (where
 * there is room) as a number.
 *
 * @param title what is shown, in a few words
 * @param names of rows and columns
 * @param values names x names, symmetric, from -1 to 1; NaN where it is not available
 */
public record HeatMap(String title, List<String> names, double[][] values) implements Chart {

  /** How many rows and columns are drawn at most: the ones with the strongest links. */
  public static final int MOST = 20;

  private static final double LEFT = 180;
  private static final double TOP = 120;

  public HeatMap {
    names = List.copyOf(names);
  }

  /** All pairs of a table. */
  public static HeatMap of(Dependence dependence) {
    int n = dependence.columns().size();
    double[][] values = new double[n][n];
    Map<String, Integer> at = new HashMap<>();
    for (int i = 0; i < n; i++) {
      at.put(dependence.columns().get(i), i);
      Arrays.fill(values[i], Double.NaN);
      values[i][i] = 1;
    }
    for (Dependence.Pair p : dependence.pairs()) {
      int i = at.get(p.a());
      int j = at.get(p.b());
      values[i][j] = p.association();
      values[j][i] = p.association();
    }
    return new HeatMap("Association of the columns, pair by pair", dependence.columns(), values);
  }

  @Override
  public Optional<String> json() {
    int[] shown = strongest();
    return ScriptJson.of(
        Map.of(
            "kind",
            "heat",
            "title",
            title,
            "more",
            names.size() - shown.length,
            "names",
            Arrays.stream(shown).mapToObj(names::get).toList(),
            "values",
            Arrays.stream(shown)
                .mapToObj(i -> Arrays.stream(shown).mapToDouble(j -> values[i][j]).toArray())
                .toList()));
  }

  @Override
  public String svg() {
    int[] shown = strongest();
    int n = shown.length;
    double cell = n <= 10 ? 44 : 26;
    int left = names.size() - n;
    double bottom = TOP + n * cell;
    double width = Math.max(560, LEFT + n * cell + 110);
    Svg svg = new Svg(width, bottom + (left > 0 ? 60 : 36), title, description(shown, left));
    if (n == 0) {
      return svg.text(LEFT, TOP, "start", "There is nothing to show.").close();
    }
    for (int r = 0; r < n; r++) {
      double y = TOP + r * cell;
      svg.label(LEFT - 6, y + cell / 2 + 4, "end", names.get(shown[r]), LEFT - 10);
      double x = LEFT + (r + 0.5) * cell;
      String turned = "transform=\"rotate(-40 " + Svg.at(x) + " " + Svg.at(TOP - 8) + ")\"";
      svg.open(names.get(shown[r]));
      svg.text(x, TOP - 8, "start", Svg.shorten(names.get(shown[r]), 140), turned);
      svg.shut();
      for (int c = 0; c < n; c++) {
        cell(svg, shown[r], shown[c], LEFT + c * cell, y, cell);
      }
    }
    svg.rect(LEFT, bottom + 12, 14, 14, Svg.ACCENT, 0.85);
    svg.text(LEFT + 20, bottom + 24, "start", "rise together");
    svg.rect(LEFT + 130, bottom + 12, 14, 14, Svg.CONTRAST, 0.85);
    svg.text(LEFT + 150, bottom + 24, "start", "one falls as the other rises");
    if (left > 0) {
      svg.text(
          LEFT,
          bottom + 48,
          "start",
          "and " + Figures.count(left, "more column") + " with weaker links");
    }
    return svg.close();
  }

  private void cell(Svg svg, int i, int j, double x, double y, double cell) {
    double v = values[i][j];
    svg.open(names.get(i) + " and " + names.get(j) + ": " + Figures.text(v));
    if (Double.isFinite(v)) {
      double depth = 0.04 + 0.81 * Math.min(1, Math.abs(v));
      svg.rect(x, y, cell - 1, cell - 1, v < 0 ? Svg.CONTRAST : Svg.ACCENT, depth);
    }
    boolean room = cell > 40;
    double middle = y + cell / 2 + 4;
    if (!Double.isFinite(v)) {
      svg.text(x + cell / 2, middle, "middle", "–");
    } else if (i != j && (room || Math.abs(v) >= 0.1)) {
      svg.text(
          x + cell / 2, middle - (room ? 0 : 1), "middle", two(v), room ? "" : "font-size=\"9.5\"");
    }
    svg.shut();
  }

  /** Two decimals, without the leading zero that there is no room for. */
  private static String two(double v) {
    return String.format(java.util.Locale.ROOT, "%.2f", v)
        .replaceFirst("^(-?)0\\.", "$1.")
        .replaceFirst("^-\\.00$", ".00");
  }

  /** The columns with the strongest link to another one, in the order of the table. */
  private int[] strongest() {
    int n = names.size();
    double[] best = new double[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (i != j && Double.isFinite(values[i][j])) {
          best[i] = Math.max(best[i], Math.abs(values[i][j]));
        }
      }
    }
    return java.util.stream.IntStream.range(0, n)
        .boxed()
        .sorted((a, b) -> Double.compare(best[b], best[a]))
        .limit(MOST)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  private String description(int[] shown, int left) {
    String strongest = "";
    double most = -1;
    for (int i : shown) {
      for (int j : shown) {
        if (i < j && Math.abs(values[i][j]) > most) {
          most = Math.abs(values[i][j]);
          strongest =
              " Strongest: "
                  + names.get(i)
                  + " and "
                  + names.get(j)
                  + ", "
                  + Figures.text(values[i][j])
                  + ".";
        }
      }
    }
    return "Heat map of "
        + shown.length
        + " columns, from -1 to 1."
        + strongest
        + (left > 0 ? " Not drawn: " + Figures.count(left, "column") + " with weaker links." : "");
  }
}
