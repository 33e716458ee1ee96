package io.attest.explain.surrogate;

import io.attest.model.Batch;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A regression tree of one or several targets, grown by least squares: at each node the one split
 * that lowers the weighted sum of squared differences most, over all features, all thresholds
 * between their values and, for one target, all sets of levels.
 *
 * <p>Levels are ordered by their mean, and split in that order, which for one target is as good as
 * trying all sets. For several targets the orders by each of them are tried. Missing levels count
 * as one more level; missing numbers go to the side that is better, and may stand alone. Where a
 * node has none missing, or a level does not occur, it goes with the heavier side.
 *
 * <p>A threshold is the number with the fewest digits between two neighbouring values.
 *
 * @see <a href="https://doi.org/10.1201/9781315139470">Breiman, Friedman, Olshen and Stone 1984,
 *     Classification and Regression Trees</a>
 * @see <a href="https://doi.org/10.1080/01621459.1958.10501479">Fisher 1958, On Grouping for
 *     Maximum Homogeneity</a>
 */
public final class RegressionTree {
  /** Gains that differ by less are rounding: the feature that comes first is taken. */
  private static final double ALIKE = 1e-10;

  /**
   * When a node is not split.
   *
   * @param depth of the tree; 0 is a single leaf
   * @param minLeaf weight that must be on each side of a split. Of the sets of levels only those in
   *     the order of their means are tried, which is enough without such a limit
   * @param minGain by how much a split must lower the weighted sum of squared differences
   */
  public record Limits(int depth, double minLeaf, double minGain) {}

  /**
   * A node.
   *
   * @param feature index of the feature that is split; -1 for a leaf
   * @param threshold a number below it meets the condition; infinite: any number that is known does
   * @param levels which levels meet it; null for a number
   * @param missingYes whether a missing value meets it
   * @param yes index of the node for rows that meet it; -1 for a leaf
   * @param no index of the node for the others; -1 for a leaf
   * @param value weighted means of the targets
   * @param weight of the rows that come here
   * @param rows how many rows come here whose weight is not 0
   * @param gain by how much the split lowers the weighted sum of squared differences
   */
  public record Node(
      int feature,
      double threshold,
      boolean[] levels,
      boolean missingYes,
      int yes,
      int no,
      double[] value,
      double weight,
      int rows,
      double gain) {

    public boolean leaf() {
      return feature < 0;
    }

    /** True if a row's value of the feature meets the condition. */
    boolean meets(double x) {
      if (Double.isNaN(x)) {
        return missingYes;
      }
      if (levels != null) {
        return x < levels.length && levels[(int) x];
      }
      return x < threshold || threshold == Double.POSITIVE_INFINITY;
    }
  }

  private final List<Node> nodes;
  private final int outputs;

  private RegressionTree(List<Node> nodes, int outputs) {
    this.nodes = List.copyOf(nodes);
    this.outputs = outputs;
  }

  /** The nodes, the root first, each before those below it. */
  public List<Node> nodes() {
    return nodes;
  }

  /** Index of the leaf that a row falls into; its values begin at {@code from}. */
  public int leaf(double[] values, int from) {
    int at = 0;
    while (!nodes.get(at).leaf()) {
      Node node = nodes.get(at);
      at = node.meets(values[from + node.feature()]) ? node.yes() : node.no();
    }
    return at;
  }

  /**
   * Predicts.
   *
   * @param out rows x targets, written
   */
  public void predict(Batch rows, double[] out) {
    for (int i = 0; i < rows.rows(); i++) {
      double[] value = nodes.get(leaf(rows.values(), i * rows.features())).value();
      System.arraycopy(value, 0, out, i * outputs, outputs);
    }
  }

  /**
   * Grows a tree.
   *
   * @param targets rows x outputs, row-major, finite
   * @param weights one a row, 0 or more; a row of weight 0 is not there
   * @throws IllegalArgumentException if no row has a weight
   */
  public static RegressionTree fit(
      SortedColumns columns, double[] targets, int outputs, double[] weights, Limits limits) {
    Growing growing = new Growing(columns, targets, outputs, weights, limits);
    growing.grow(0, growing.rows.length, 0);
    return new RegressionTree(growing.nodes, outputs);
  }

  /** The best split found so far. */
  private static final class Split {
    double gain;
    int feature = -1;
    double threshold;
    boolean[] levels;
    boolean missingYes;
  }

  private static final class Growing {
    private final SortedColumns columns;
    private final double[] targets;
    private final int k;
    private final double[] weights;
    private final Limits limits;
    private final List<Node> nodes = new ArrayList<>();

    /** Rows of weight, those of a node next to each other; so in each order. */
    private final int[] rows;

    private final int[][] order;
    private final int[] buffer;
    private final boolean[] side;

    // Of the node that is looked at:
    private double weight;
    private final double[] sum;
    private final double[] left;
    private final double[] missing;

    Growing(SortedColumns columns, double[] targets, int k, double[] weights, Limits limits) {
      this.columns = columns;
      this.k = k;
      this.weights = weights;
      this.limits = limits;
      int[] all = new int[columns.rows];
      Arrays.setAll(all, i -> i);
      rows = present(all);
      if (rows.length == 0) {
        throw new IllegalArgumentException("There is no row with a weight to grow a tree on.");
      }
      order = new int[columns.features][];
      for (int j = 0; j < order.length; j++) {
        order[j] = columns.order[j] == null ? null : present(columns.order[j]);
      }
      buffer = new int[rows.length];
      side = new boolean[columns.rows];
      sum = new double[k];
      left = new double[k];
      missing = new double[k];
      this.targets = targets;
    }

    private int[] present(int[] of) {
      return Arrays.stream(of).filter(i -> weights[i] > 0).toArray();
    }

    int grow(int from, int to, int depth) {
      weight = 0;
      Arrays.fill(sum, 0);
      for (int at = from; at < to; at++) {
        add(sum, rows[at]);
        weight += weights[rows[at]];
      }
      double[] value = new double[k];
      for (int o = 0; o < k; o++) {
        value[o] = sum[o] / weight;
      }
      double here = weight;
      Split split = depth < limits.depth() ? best(from, to, value) : new Split();
      int id = nodes.size();
      if (split.feature < 0) {
        nodes.add(new Node(-1, Double.NaN, null, false, -1, -1, value, here, to - from, 0));
        return id;
      }
      nodes.add(null);
      int middle = divide(split, from, to);
      int yes = grow(from, middle, depth + 1);
      int no = grow(middle, to, depth + 1);
      nodes.set(
          id,
          new Node(
              split.feature,
              split.threshold,
              split.levels,
              split.missingYes,
              yes,
              no,
              value,
              here,
              to - from,
              split.gain));
      return id;
    }

    private void add(double[] to, int row) {
      for (int o = 0; o < k; o++) {
        to[o] += weights[row] * targets[row * k + o];
      }
    }

    private Split best(int from, int to, double[] mean) {
      // Differences of rounding must not look like gains: below this, all rows are alike.
      double scale = 0;
      for (int at = from; at < to; at++) {
        for (int o = 0; o < k; o++) {
          double d = targets[rows[at] * k + o] - mean[o];
          scale += weights[rows[at]] * d * d;
        }
      }
      Split best = new Split();
      best.gain = Math.max(limits.minGain(), 1e-12 * scale);
      double size = 0;
      for (double m : mean) {
        size = Math.max(size, Math.abs(m));
      }
      if (scale <= 1e-24 * size * size * weight) {
        return best;
      }
      for (int j = 0; j < columns.features; j++) {
        if (columns.order[j] == null) {
          category(best, j, from, to);
        } else {
          number(best, j, from, to);
        }
      }
      return best;
    }

    private void number(Split best, int j, int from, int to) {
      int[] code = columns.codes[j];
      int[] sorted = order[j];
      int holes = columns.values[j].length;
      int known = to;
      double missingWeight = 0;
      Arrays.fill(missing, 0);
      while (known > from && code[sorted[known - 1]] == holes) {
        known--;
        add(missing, sorted[known]);
        missingWeight += weights[sorted[known]];
      }
      Arrays.fill(left, 0);
      double leftWeight = 0;
      for (int at = from; at < known; at++) {
        int row = sorted[at];
        add(left, row);
        leftWeight += weights[row];
        boolean last = at + 1 == known;
        if (last ? known == to : code[row] == code[sorted[at + 1]]) {
          continue;
        }
        if (better(best, gain(left, leftWeight, null, 0))) {
          cut(best, j, code[row], last ? -1 : code[sorted[at + 1]]);
          best.missingYes = known == to && leftWeight * 2 >= weight;
        }
        if (known < to && !last && better(best, gain(left, leftWeight, missing, missingWeight))) {
          cut(best, j, code[row], code[sorted[at + 1]]);
          best.missingYes = true;
        }
      }
    }

    private void cut(Split best, int j, int below, int above) {
      best.feature = j;
      best.levels = null;
      best.threshold =
          above < 0
              ? Double.POSITIVE_INFINITY
              : between(columns.values[j][below], columns.values[j][above]);
    }

    private void category(Split best, int j, int from, int to) {
      int n = columns.levels[j] + 1;
      double[] w = new double[n];
      double[] s = new double[n * k];
      for (int at = from; at < to; at++) {
        int row = rows[at];
        int c = columns.codes[j][row];
        w[c] += weights[row];
        for (int o = 0; o < k; o++) {
          s[c * k + o] += weights[row] * targets[row * k + o];
        }
      }
      Integer[] present = new Integer[n];
      int count = 0;
      for (int c = 0; c < n; c++) {
        if (w[c] > 0) {
          present[count++] = c;
        }
      }
      for (int o = 0; o < k; o++) {
        int output = o;
        Arrays.sort(
            present,
            0,
            count,
            (a, b) -> {
              int byMean = Double.compare(s[a * k + output] / w[a], s[b * k + output] / w[b]);
              return byMean != 0 ? byMean : Integer.compare(a, b);
            });
        Arrays.fill(left, 0);
        double leftWeight = 0;
        for (int at = 0; at + 1 < count; at++) {
          int c = present[at];
          leftWeight += w[c];
          for (int i = 0; i < k; i++) {
            left[i] += s[c * k + i];
          }
          if (better(best, gain(left, leftWeight, null, 0))) {
            set(best, j, Arrays.copyOf(present, at + 1), w, leftWeight * 2 >= weight);
          }
        }
      }
    }

    /** Levels that do not occur here go with the heavier side. */
    private void set(Split best, int j, Integer[] inside, double[] w, boolean heavier) {
      boolean[] in = new boolean[w.length];
      for (int c = 0; c < w.length; c++) {
        in[c] = heavier && w[c] == 0;
      }
      for (int c : inside) {
        in[c] = true;
      }
      best.feature = j;
      best.threshold = Double.NaN;
      best.levels = Arrays.copyOf(in, w.length - 1);
      best.missingYes = in[w.length - 1];
    }

    /** Stable: never the small difference of two large sums. */
    private double gain(double[] part, double partWeight, double[] more, double moreWeight) {
      double l = partWeight + moreWeight;
      double r = weight - l;
      if (l < limits.minLeaf() || r < limits.minLeaf() || l <= 0 || r <= 0) {
        return -1;
      }
      double squares = 0;
      for (int o = 0; o < k; o++) {
        double d = part[o] + (more == null ? 0 : more[o]) - sum[o] * (l / weight);
        squares += d * d;
      }
      return squares * weight / l / r;
    }

    private static boolean better(Split best, double gain) {
      if (gain <= best.gain * (1 + ALIKE)) {
        return false;
      }
      best.gain = gain;
      return true;
    }

    /**
     * Puts the rows that meet the condition first, in every order; returns where the others begin.
     */
    private int divide(Split split, int from, int to) {
      int j = split.feature;
      int holes = columns.levels[j] > 0 ? columns.levels[j] : columns.values[j].length;
      for (int at = from; at < to; at++) {
        int code = columns.codes[j][rows[at]];
        side[rows[at]] =
            code == holes
                ? split.missingYes
                : split.levels != null
                    ? split.levels[code]
                    : columns.values[j][code] < split.threshold
                        || split.threshold == Double.POSITIVE_INFINITY;
      }
      int middle = divide(rows, from, to);
      for (int[] sorted : order) {
        if (sorted != null) {
          divide(sorted, from, to);
        }
      }
      return middle;
    }

    private int divide(int[] of, int from, int to) {
      int yes = from;
      int no = 0;
      for (int at = from; at < to; at++) {
        if (side[of[at]]) {
          of[yes++] = of[at];
        } else {
          buffer[no++] = of[at];
        }
      }
      System.arraycopy(buffer, 0, of, yes, no);
      return yes;
    }
  }

  /** The number with the fewest digits above {@code low} and not above {@code high}. */
  static double between(double low, double high) {
    if (Double.isInfinite(low)) {
      return high;
    }
    if (Double.isInfinite(high)) {
      return Math.nextUp(low);
    }
    BigDecimal middle = new BigDecimal(low).add(new BigDecimal(high)).divide(BigDecimal.valueOf(2));
    for (int digits = 1; digits <= 16; digits++) {
      double round = middle.round(new MathContext(digits, RoundingMode.HALF_UP)).doubleValue();
      if (round > low && round <= high) {
        return round;
      }
    }
    return high;
  }
}
