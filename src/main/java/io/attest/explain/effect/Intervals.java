package io.attest.explain.effect;

import io.attest.model.Batch;
import io.attest.model.Feature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The steps along which the effect of a feature is accumulated, and which rows take part in each.
 *
 * <p>A number has bins with as many rows each: edges at linear quantiles, equal ones once, and an
 * edge is left out if no row is between it and the one before. A bin is open to the left and closed
 * to the right, the first one closed. A row moves along its own bin. A category has a step from
 * each level to the next, in an order that leads past levels whose rows are alike; a row moves to
 * both neighbours of its level.
 *
 * @param edges values between which rows are moved: one more than there are steps; none if no row
 *     has a value, one if all rows have the same
 * @param levels true if the edges are levels
 */
record Intervals(double[] edges, boolean levels) {

  /**
   * @param bins most bins of a number
   * @param order of the levels of a category
   */
  static Intervals of(Batch rows, int index, Feature feature, int bins, LevelOrder order) {
    return feature.categorical()
        ? new Intervals(order.of(rows, index, feature.levels().size()), true)
        : new Intervals(edges(rows, index, bins), false);
  }

  private static double[] edges(Batch rows, int index, int bins) {
    double[] present =
        IntStream.range(0, rows.rows())
            .mapToDouble(i -> rows.at(i, index) + 0.0)
            .filter(v -> !Double.isNaN(v))
            .sorted()
            .toArray();
    if (present.length == 0) {
      return present;
    }
    List<Double> edges = new ArrayList<>(List.of(present[0]));
    int at = 0;
    for (int b = 1; b <= bins; b++) {
      double edge = quantile(present, b, bins);
      int upTo = at;
      while (upTo < present.length && present[upTo] <= edge) {
        upTo++;
      }
      // The rows with the least value alone are no bin: they are in the one that begins there.
      if (upTo > at && edge > present[0]) {
        edges.add(edge);
        at = upTo;
      }
    }
    return edges.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** The linear quantile {@code part / parts}. */
  private static double quantile(double[] sorted, int part, int parts) {
    // In whole numbers, so that a quantile that is a value is just that value.
    long place = (long) (sorted.length - 1) * part;
    int below = (int) (place / parts);
    double share = (place % parts) / (double) parts;
    return share == 0 ? sorted[below] : sorted[below] + share * (sorted[below + 1] - sorted[below]);
  }

  int steps() {
    return Math.max(0, edges.length - 1);
  }

  /**
   * The step that begins at the edge at or before a value: a number's own bin; -1 if it has none.
   */
  private int bin(double value) {
    if (edges.length == 0 || Double.isNaN(value)) {
      return -1;
    }
    int at = Arrays.binarySearch(edges, value + 0.0);
    return Math.max(0, (at >= 0 ? at : -at - 1) - 1);
  }

  private int level(double value) {
    for (int e = 0; e < edges.length; e++) {
      if (edges[e] == value) {
        return e;
      }
    }
    return -1;
  }

  /** The first step that a row with this value moves along; none if it is after the last. */
  int first(double value) {
    return Math.max(0, levels ? level(value) - 1 : bin(value));
  }

  /** The last one. */
  int last(double value) {
    return Math.min(steps() - 1, counted(value));
  }

  /** True if a row with this value is moved to an edge, or is there. */
  boolean touches(int edge, double value) {
    return counted(value) >= 0 && edge >= first(value) && edge <= last(value) + 1;
  }

  /**
   * What a function on the edges is for the rows that are counted at one of them: at their level,
   * or half way through their bin.
   *
   * @param accumulated one an edge
   */
  double at(double[] accumulated, int counted) {
    return levels || accumulated.length == 1
        ? accumulated[counted]
        : (accumulated[counted] + accumulated[counted + 1]) / 2;
  }

  /** The edge that a row is counted at: its level, or where its bin begins; -1 if it has none. */
  int counted(double value) {
    return levels ? level(value) : bin(value);
  }
}
