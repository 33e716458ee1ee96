package io.attest.explain.importance;

import io.attest.model.Batch;
import io.attest.model.Feature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Groups of rows that are alike in the features that tell something of some others: the leaves of a
 * shallow regression tree of these on all the rest. To shuffle within them changes a feature
 * without making cases that do not exist.
 *
 * <p>The tree splits on a number at one of 31 quantiles, or on one level against the others;
 * missing values go with the larger. What it predicts may be several columns: numbers, and one
 * column a level, each feature scaled to the same variance. A split must take off 1 % of the whole
 * variance, more of the node's than the best of many splits does by chance, and leave {@link #LEAF}
 * rows.
 *
 * @see <a href="https://doi.org/10.1007/s10618-022-00901-9">Molnar et al. 2023, Model-agnostic
 *     Feature Importance and Effects with Dependent Features</a>
 */
final class Strata {
  static final int DEPTH = 4;
  static final int LEAF = 20;

  private static final int PARTS = 32;
  private static final double WORTH = 0.01;

  /** Gain over the mean square of the node: chi square with one degree would reach it rarely. */
  private static final double BEYOND_CHANCE = 15;

  private final int rows;

  /** Of each feature and row the part that it is in. */
  private final int[][] parts;

  private final boolean[] levels;

  /** Of each feature the columns to predict it by: columns x rows. */
  private final double[][][] columns;

  Strata(Batch batch, List<Feature> features) {
    rows = batch.rows();
    int p = batch.features();
    parts = new int[p][];
    columns = new double[p][][];
    levels = new boolean[p];
    for (int j = 0; j < p; j++) {
      double[] values = new double[rows];
      for (int i = 0; i < rows; i++) {
        values[i] = batch.at(i, j) + 0.0;
      }
      double[] present = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
      double[] distinct = Arrays.stream(present).distinct().toArray();
      levels[j] = features.get(j).categorical();
      parts[j] = parts(values, levels[j] || distinct.length <= PARTS ? distinct : cuts(present));
      columns[j] = scaled(levels[j] ? indicators(parts[j]) : number(values, present));
    }
  }

  private static double[] cuts(double[] present) {
    return IntStream.range(1, PARTS + 1)
        .mapToDouble(q -> present[(int) ((long) q * (present.length - 1) / PARTS)])
        .distinct()
        .toArray();
  }

  /** The first cut that is not below each value; missing ones come after all. */
  private static int[] parts(double[] values, double[] cuts) {
    return Arrays.stream(values)
        .mapToInt(
            v -> {
              int at = Arrays.binarySearch(cuts, v);
              return Double.isNaN(v) ? cuts.length : at >= 0 ? at : -at - 1;
            })
        .toArray();
  }

  private static double[][] indicators(int[] part) {
    double[][] columns = new double[Arrays.stream(part).max().orElse(0) + 1][part.length];
    for (int i = 0; i < part.length; i++) {
      columns[part[i]][i] = 1;
    }
    return columns;
  }

  /** The number, and whether it is missing. */
  private static double[][] number(double[] values, double[] present) {
    double mean = Arrays.stream(present).average().orElse(0);
    double[] number = Arrays.stream(values).map(v -> Double.isNaN(v) ? mean : v).toArray();
    double[] missing = Arrays.stream(values).map(v -> Double.isNaN(v) ? 1 : 0).toArray();
    return new double[][] {number, missing};
  }

  /** Centred, with a whole variance of 1; no column if there is none. */
  private static double[][] scaled(double[][] columns) {
    double whole = 0;
    for (double[] column : columns) {
      double mean = Arrays.stream(column).average().orElse(0);
      for (int i = 0; i < column.length; i++) {
        column[i] -= mean;
        whole += column[i] * column[i] / column.length;
      }
    }
    if (!(whole > 0) || Double.isInfinite(whole)) {
      return new double[0][];
    }
    for (double[] column : columns) {
      for (int i = 0; i < column.length; i++) {
        column[i] /= Math.sqrt(whole);
      }
    }
    return columns;
  }

  /**
   * The strata of some features: indices of rows, each row in one of them.
   *
   * @param features that nothing may be split on, and that the tree is about
   */
  List<int[]> of(int[] features) {
    double[][] targets =
        Arrays.stream(features)
            .boxed()
            .flatMap(j -> Arrays.stream(columns[j]))
            .toArray(double[][]::new);
    boolean[] closed = new boolean[parts.length];
    for (int j : features) {
      closed[j] = true;
    }
    List<int[]> leaves = new ArrayList<>();
    int[] all = IntStream.range(0, rows).toArray();
    grow(all, targets, closed, DEPTH, WORTH * squares(all, targets), leaves);
    return leaves;
  }

  private static double squares(int[] members, double[][] targets) {
    double squares = 0;
    for (double[] target : targets) {
      double sum = 0;
      for (int i : members) {
        squares += target[i] * target[i];
        sum += target[i];
      }
      squares -= members.length == 0 ? 0 : sum * sum / members.length;
    }
    return squares;
  }

  private void grow(
      int[] members,
      double[][] targets,
      boolean[] closed,
      int depth,
      double worth,
      List<int[]> leaves) {
    double left = squares(members, targets);
    double least = Math.max(worth, BEYOND_CHANCE * left / Math.max(1, members.length));
    Split best = new Split(-1, 0, least);
    for (int j = 0; depth > 0 && members.length >= 2 * LEAF && j < parts.length; j++) {
      best = closed[j] ? best : better(best, members, targets, j);
    }
    if (best.feature() < 0 || !(left > 0)) {
      leaves.add(members);
      return;
    }
    Split split = best;
    grow(
        Arrays.stream(members).filter(i -> in(split, i)).toArray(),
        targets,
        closed,
        depth - 1,
        worth,
        leaves);
    grow(
        Arrays.stream(members).filter(i -> !in(split, i)).toArray(),
        targets,
        closed,
        depth - 1,
        worth,
        leaves);
  }

  private record Split(int feature, int part, double gain) {}

  private boolean in(Split split, int row) {
    int part = parts[split.feature()][row];
    return levels[split.feature()] ? part == split.part() : part <= split.part();
  }

  private Split better(Split best, int[] members, double[][] targets, int feature) {
    int[] part = parts[feature];
    int most = Arrays.stream(members).map(i -> part[i]).max().orElse(0) + 1;
    int[] count = new int[most];
    double[][] sum = new double[most][targets.length];
    double[] whole = new double[targets.length];
    for (int i : members) {
      count[part[i]]++;
      for (int c = 0; c < targets.length; c++) {
        sum[part[i]][c] += targets[c][i];
        whole[c] += targets[c][i];
      }
    }
    Split found = best;
    int in = 0;
    double[] inside = new double[targets.length];
    for (int v = 0; v < most; v++) {
      if (levels[feature]) {
        in = 0;
        Arrays.fill(inside, 0);
      }
      in += count[v];
      for (int c = 0; c < inside.length; c++) {
        inside[c] += sum[v][c];
      }
      int out = members.length - in;
      if (count[v] > 0 && in >= LEAF && out >= LEAF) {
        double gain = 0;
        for (int c = 0; c < inside.length; c++) {
          double other = whole[c] - inside[c];
          gain +=
              inside[c] * inside[c] / in
                  + other * other / out
                  - whole[c] * whole[c] / members.length;
        }
        if (gain > found.gain()) {
          found = new Split(feature, v, gain);
        }
      }
    }
    return found;
  }
}
