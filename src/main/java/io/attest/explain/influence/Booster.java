package io.attest.explain.influence;

import io.attest.explain.Progress;
import io.attest.model.tree.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Grows boosted trees from the start, exactly: every split between two values of every feature is
 * tried. It is here to train again without a row, so it gives the predictions of given tests and
 * keeps no trees.
 *
 * @param values rows x features as the splits see them; NaN is missing
 * @param tests the same of the tests
 */
record Booster(
    Growth growth,
    Shrinkage shrinkage,
    Objective objective,
    int outputs,
    int rounds,
    Comparison comparison,
    boolean float32,
    int features,
    double[] values,
    double[] tests) {

  /** A split must be worth this at least. */
  private static final float LEAST_GAIN = 1e-6f;

  /**
   * Trains.
   *
   * @param labels one a row
   * @param weights one a row; 0 leaves it out
   * @param base what each output starts from
   * @return raw outputs of the rows, then of the tests
   */
  double[] train(double[] labels, double[] weights, double[] base, Progress progress) {
    int n = labels.length;
    int m = tests.length / features;
    double[] raw = new double[(n + m) * outputs];
    for (int i = 0; i < n + m; i++) {
      System.arraycopy(base, 0, raw, i * outputs, outputs);
    }
    int[][] sorted = sorted(weights);
    double[] p = new double[outputs];
    double[][] g = new double[outputs][n];
    double[][] h = new double[outputs][n];
    for (int r = 0; r < rounds; r++) {
      progress.check();
      for (int i = 0; i < n; i++) {
        objective.response(raw, i * outputs, p);
        for (int k = 0; k < outputs; k++) {
          g[k][i] = weights[i] * (p[k] - objective.target(labels[i], k));
          h[k][i] = weights[i] * objective.curvature(p, k);
        }
      }
      for (int k = 0; k < outputs; k++) {
        new Growing(weights, g[k], h[k], k, sorted).grow(raw, n, m);
      }
    }
    return raw;
  }

  /** For each feature the rows that count, those with a value first, by it; then those without. */
  private int[][] sorted(double[] weights) {
    List<Integer> rows = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        rows.add(i);
      }
    }
    int[][] sorted = new int[features][];
    for (int f = 0; f < features; f++) {
      int feature = f;
      sorted[f] =
          rows.stream()
              .sorted(
                  // Doubles are compared with NaN as the largest.
                  java.util.Comparator.comparingDouble(
                      (Integer i) -> values[i * features + feature]))
              .mapToInt(i -> i)
              .toArray();
    }
    return sorted;
  }

  /**
   * A node that may be split.
   *
   * @param rows by feature, as in {@link #sorted}
   * @param tested the tests in the node
   */
  private record Node(
      int number, int depth, int[][] rows, int[] tested, double g, double h, Split split) {}

  /**
   * @param missing where missing values go: true if with the smaller ones
   */
  private record Split(float gain, int feature, double threshold, boolean missing) {}

  /** One tree. */
  private final class Growing {
    private final double[] weights;
    private final double[] g;
    private final double[] h;
    private final int output;
    private final int[][] all;

    Growing(double[] weights, double[] g, double[] h, int output, int[][] all) {
      this.all = all;
      this.weights = weights;
      this.g = g;
      this.h = h;
      this.output = output;
    }

    /** Grows the tree and adds it to the raw outputs. */
    void grow(double[] raw, int n, int m) {
      int[] tested = java.util.stream.IntStream.range(0, m).toArray();
      PriorityQueue<Node> open =
          new PriorityQueue<>(
              java.util.Comparator.comparingDouble((Node node) -> -node.split().gain())
                  .thenComparingInt(Node::number));
      List<Node> leaves = new ArrayList<>();
      int count = 1;
      int numbers = 0;
      put(node(numbers++, 0, all, tested), open, leaves);
      while (!open.isEmpty()) {
        Node node = open.poll();
        if (count >= growth.leaves()) {
          leaves.add(node);
          continue;
        }
        count++;
        put(child(node, numbers++, true), open, leaves);
        put(child(node, numbers++, false), open, leaves);
      }
      for (Node leaf : leaves) {
        double den = leaf.h() + shrinkage.lambda();
        double value = den > 0 ? -shrinkage.rate() * leaf.g() / den : 0;
        for (int i : leaf.rows()[0]) {
          raw[i * outputs + output] += value;
        }
        for (int t : leaf.tested()) {
          raw[(n + t) * outputs + output] += value;
        }
      }
    }

    private void put(Node node, PriorityQueue<Node> open, List<Node> leaves) {
      if (node.split() == null) {
        leaves.add(node);
      } else {
        open.add(node);
      }
    }

    private Node node(int number, int depth, int[][] rows, int[] tested) {
      double sumG = 0;
      double sumH = 0;
      double sumW = 0;
      for (int i : rows[0]) {
        sumG += g[i];
        sumH += h[i];
        sumW += weights[i];
      }
      Split best = null;
      for (int f = 0; depth < growth.depth() && f < features; f++) {
        best = best(best, f, rows[f], sumG, sumH, sumW);
      }
      return new Node(number, depth, rows, tested, sumG, sumH, best);
    }

    private Split best(Split best, int f, int[] rows, double sumG, double sumH, double sumW) {
      int known = rows.length;
      while (known > 0 && Double.isNaN(values[rows[known - 1] * features + f])) {
        known--;
      }
      double missG = 0;
      double missH = 0;
      double missW = 0;
      for (int r = known; r < rows.length; r++) {
        missG += g[rows[r]];
        missH += h[rows[r]];
        missW += weights[rows[r]];
      }
      double leftG = 0;
      double leftH = 0;
      double leftW = 0;
      if (known > 0 && known < rows.length) {
        float gain =
            gain(
                sumG - missG,
                sumH - missH,
                sumW - missW,
                known,
                rows.length - known,
                sumG,
                sumH,
                sumW);
        if (gain > LEAST_GAIN && (best == null || gain > best.gain())) {
          best = new Split(gain, f, Double.POSITIVE_INFINITY, false);
        }
      }
      for (int r = 0; r + 1 < known; r++) {
        leftG += g[rows[r]];
        leftH += h[rows[r]];
        leftW += weights[rows[r]];
        double a = values[rows[r] * features + f];
        double b = values[rows[r + 1] * features + f];
        if (a == b) {
          continue;
        }
        for (int side = 0; side < (known < rows.length ? 2 : 1); side++) {
          boolean with = side == 1;
          int count = r + 1 + (with ? rows.length - known : 0);
          float gain =
              gain(
                  leftG + (with ? missG : 0),
                  leftH + (with ? missH : 0),
                  leftW + (with ? missW : 0),
                  count,
                  rows.length - count,
                  sumG,
                  sumH,
                  sumW);
          if (gain > LEAST_GAIN && (best == null || gain > best.gain())) {
            best = new Split(gain, f, threshold(f, a, b, with), with);
          }
        }
      }
      return best;
    }

    private float gain(
        double leftG,
        double leftH,
        double leftW,
        int left,
        int right,
        double sumG,
        double sumH,
        double sumW) {
      double rightG = sumG - leftG;
      double rightH = sumH - leftH;
      double rightW = sumW - leftW;
      if (left < growth.minRows()
          || right < growth.minRows()
          || leftH < growth.minCurvature()
          || rightH < growth.minCurvature()) {
        return -1;
      }
      double l = shrinkage.lambda();
      return growth.newton()
          ? (float) (square(leftG, leftH + l) + square(rightG, rightH + l) - square(sumG, sumH + l))
          : (float) (square(leftG, leftW) + square(rightG, rightW) - square(sumG, sumW));
    }

    private static double square(double sum, double by) {
      return by > 0 ? sum * sum / by : 0;
    }

    /** Between {@code a} and {@code b}, neighbours in the node. */
    private double threshold(int f, double a, double b, boolean missing) {
      if (growth.middle()) {
        return float32 ? ((float) a + (float) b) * 0.5f : (a + b) / 2;
      } else if (comparison == Comparison.LESS_OR_EQUAL) {
        return a;
      }
      // XGBoost walks over all values, upwards unless missing ones go with the smaller: the first
      // of equally good ones stays.
      return missing ? b : following(f, a);
    }

    /** The next value of a feature in any row. */
    private double following(int f, double value) {
      int low = 0;
      int high = all[f].length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        double x = values[all[f][middle] * features + f];
        if (x <= value) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return values[all[f][low] * features + f];
    }

    private boolean follows(double x, Split split) {
      if (Double.isNaN(x)) {
        return split.missing();
      }
      return comparison == Comparison.LESS ? x < split.threshold() : x <= split.threshold();
    }

    private Node child(Node node, int number, boolean yes) {
      Split split = node.split();
      int[][] rows = new int[features][];
      for (int f = 0; f < features; f++) {
        rows[f] = kept(node.rows()[f], values, split, yes);
      }
      return node(number, node.depth() + 1, rows, kept(node.tested(), tests, split, yes));
    }

    private int[] kept(int[] rows, double[] of, Split split, boolean yes) {
      int[] out = new int[rows.length];
      int count = 0;
      for (int i : rows) {
        if (follows(of[i * features + split.feature()], split) == yes) {
          out[count++] = i;
        }
      }
      return java.util.Arrays.copyOf(out, count);
    }
  }
}
