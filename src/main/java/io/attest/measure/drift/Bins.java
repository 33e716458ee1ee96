package io.attest.measure.drift;

import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.NumericColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The bins that a baseline column gives, and how to put a row of any such column into one of them.
 * Numbers: each value where there are few, else tenths of the baseline with equal values in one
 * bin. Categories: each of the most common levels of the baseline. Beside them one bin for what is
 * missing, and one for what the baseline has nowhere.
 *
 * @param labels of the bins, in words
 */
record Bins(List<String> labels, Placing placing) {
  /** A number with no more different values is compared value by value. */
  private static final int FEW = 10;

  private static final int TENTHS = 10;

  /** Rarer levels go into one bin: a PSI over many nearly empty bins is noise. */
  private static final int MOST_LEVELS = 20;

  static final String MISSING = "(missing)";
  static final String NEW_VALUE = "(no value of the baseline)";
  static final String NEW_LEVEL = "(new level)";

  /** Finds the bin of each row. */
  @FunctionalInterface
  interface Placing {
    IntUnaryOperator of(Column column);
  }

  static Bins of(Column baseline) {
    return baseline instanceof NumericColumn numbers ? numbers(numbers.values()) : levels(baseline);
  }

  /** How many rows of a column are in each bin. */
  long[] count(Column column) {
    IntUnaryOperator place = placing.of(column);
    long[] counts = new long[labels.size()];
    for (int i = 0; i < column.size(); i++) {
      counts[place.applyAsInt(i)]++;
    }
    return counts;
  }

  private static Bins numbers(double[] baseline) {
    // Adding 0 makes one zero of two.
    double[] sorted =
        Arrays.stream(baseline).filter(v -> !Double.isNaN(v)).map(v -> v + 0.0).sorted().toArray();
    double[] distinct = Arrays.stream(sorted).distinct().limit(FEW + 1L).toArray();
    return distinct.length <= FEW ? values(distinct) : tenths(sorted);
  }

  private static Bins values(double[] distinct) {
    int other = distinct.length;
    List<String> labels = new ArrayList<>(Arrays.stream(distinct).mapToObj(Bins::text).toList());
    labels.add(NEW_VALUE);
    labels.add(MISSING);
    return new Bins(
        List.copyOf(labels),
        column -> {
          double[] v = ((NumericColumn) column).values();
          return i -> {
            if (Double.isNaN(v[i])) {
              return other + 1;
            }
            int at = Arrays.binarySearch(distinct, v[i] + 0.0);
            return at < 0 ? other : at;
          };
        });
  }

  private static Bins tenths(double[] sorted) {
    double[] cuts =
        IntStream.range(1, TENTHS)
            .mapToDouble(k -> sorted[(int) Math.ceil((double) k * sorted.length / TENTHS) - 1])
            .distinct()
            // Nothing of the baseline would be above its largest value.
            .filter(cut -> cut < sorted[sorted.length - 1])
            .toArray();
    List<String> labels = new ArrayList<>();
    for (int b = 0; b <= cuts.length; b++) {
      labels.add(
          cuts.length == 0
              ? "any"
              : b == 0
                  ? "up to " + text(cuts[0])
                  : "above "
                      + text(cuts[b - 1])
                      + (b < cuts.length ? ", up to " + text(cuts[b]) : ""));
    }
    labels.add(MISSING);
    return new Bins(
        List.copyOf(labels),
        column -> {
          double[] v = ((NumericColumn) column).values();
          return i -> {
            if (Double.isNaN(v[i])) {
              return cuts.length + 1;
            }
            int at = Arrays.binarySearch(cuts, v[i] + 0.0);
            return at < 0 ? -at - 1 : at;
          };
        });
  }

  private static Bins levels(Column baseline) {
    Map<String, Integer> seen = new TreeMap<>();
    for (int i = 0; i < baseline.size(); i++) {
      if (!baseline.isMissing(i)) {
        seen.merge(baseline.text(i), 1, Integer::sum);
      }
    }
    List<String> common =
        seen.entrySet().stream()
            .sorted(Comparator.comparingInt(e -> -e.getValue()))
            .limit(MOST_LEVELS)
            .map(Map.Entry::getKey)
            .toList();
    List<String> labels = new ArrayList<>(common);
    Map<String, Integer> place = new HashMap<>();
    common.forEach(level -> place.put(level, place.size()));
    if (seen.size() > common.size()) {
      int rest = labels.size();
      labels.add("(" + (seen.size() - common.size()) + " rarer levels)");
      seen.keySet().forEach(level -> place.putIfAbsent(level, rest));
    }
    int other = labels.size();
    labels.add(NEW_LEVEL);
    labels.add(MISSING);
    return new Bins(List.copyOf(labels), column -> placed(column, place, other));
  }

  private static IntUnaryOperator placed(Column column, Map<String, Integer> place, int other) {
    if (column instanceof CategoricalColumn categorical) {
      int[] bin =
          categorical.levels().stream().mapToInt(l -> place.getOrDefault(l, other)).toArray();
      return i -> categorical.codes()[i] < 0 ? other + 1 : bin[categorical.codes()[i]];
    }
    return i -> column.isMissing(i) ? other + 1 : place.getOrDefault(column.text(i), other);
  }

  private static String text(double v) {
    return v == Math.rint(v) && Math.abs(v) < 1e15
        ? Long.toString((long) v)
        : String.format(Locale.ROOT, "%.4g", v);
  }
}
