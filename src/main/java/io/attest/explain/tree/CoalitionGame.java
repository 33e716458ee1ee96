package io.attest.explain.tree;

/**
 * Any value of any worth, leaf by leaf: the weights of the value times the worth of each coalition,
 * summed over the coalitions that a row's pattern allows.
 *
 * <p>A coalition S at a leaf of value w is worth w times the chance that the players outside S
 * satisfy their splits, if those in S do, and 0 if one of them does not. A value is linear in the
 * worths, so that for all patterns at once it is one subset sum for each column.
 */
final class CoalitionGame implements LeafGame {
  private final Value value;
  private final Worth worth;
  private final int players;

  /**
   * @param players of the whole model
   */
  CoalitionGame(Value value, Worth worth, int players) {
    this.value = value;
    this.worth = worth;
    this.players = players;
  }

  @Override
  public int columns(int d) {
    return value.pairs() ? d * (d + 1) / 2 : d;
  }

  @Override
  public int target(int[] path, int column) {
    if (!value.pairs()) {
      return path[column];
    }
    int i = first(path.length, column);
    int j = second(path.length, column);
    return Math.min(path[i], path[j]) * players + Math.max(path[i], path[j]);
  }

  /** Columns go through the pairs (0,0), (0,1), ..., (0,d-1), (1,1), ... */
  private static int first(int d, int column) {
    int i = 0;
    while (column >= d - i) {
      column -= d - i;
      i++;
    }
    return i;
  }

  private static int second(int d, int column) {
    int i = first(d, column);
    return i + column - (i * d - i * (i - 1) / 2);
  }

  private static int column(int d, int i, int j) {
    return i * d - i * (i - 1) / 2 + (j - i);
  }

  @Override
  public void fill(Paths paths, int leaf, double[][] out) {
    int d = paths.above[leaf].length;
    int all = (1 << d) - 1;
    double[] chance = new double[1 << d];
    worth.chances(paths, leaf, chance);
    double w = paths.tree.value()[leaf];
    switch (value) {
      case SHAPLEY, BANZHAF -> {
        for (int i = 0; i < d; i++) {
          single(out[i], chance, w, i, d);
        }
      }
      case INTERACTION -> {
        for (int i = 0; i < d; i++) {
          single(out[column(d, i, i)], chance, w, i, d);
        }
        for (int i = 0; i < d; i++) {
          for (int j = i + 1; j < d; j++) {
            double[] pair = out[column(d, i, j)];
            pair(pair, chance, w, i, j, d);
            subtract(out[column(d, i, i)], pair);
            subtract(out[column(d, j, j)], pair);
          }
        }
      }
      case DEPENDENCE -> {
        for (int i = 0; i < d; i++) {
          reached(out[column(d, i, i)], w * chance[all & ~(1 << i)], 1 << i, false);
          for (int j = i + 1; j < d; j++) {
            double[] pair = out[column(d, i, j)];
            reached(pair, w * chance[all & ~(1 << i | 1 << j)], 1 << i | 1 << j, false);
            reached(pair, -w * chance[all & ~(1 << i)], 1 << i, true);
            reached(pair, -w * chance[all & ~(1 << j)], 1 << j, true);
          }
        }
      }
    }
  }

  private static void reached(double[] to, double worth, int known, boolean add) {
    for (int m = 0; m < to.length; m++) {
      double here = (m & known) == known ? worth : 0;
      to[m] = add ? to[m] + here : here;
    }
  }

  private void single(double[] to, double[] chance, double w, int i, int d) {
    int all = (1 << d) - 1;
    for (int s = 0; s <= all; s++) {
      int size = Integer.bitCount(s);
      double weight =
          value == Value.BANZHAF
              ? Weights.BANZHAF.of(0, d - 1)
              : Weights.SHAPLEY.of((s >> i & 1) != 0 ? size - 1 : size, d - 1);
      to[s] = ((s >> i & 1) != 0 ? w : -w) * weight * chance[all & ~s];
    }
    subsetSums(to, d);
  }

  private static void pair(double[] to, double[] chance, double w, int i, int j, int d) {
    int all = (1 << d) - 1;
    for (int s = 0; s <= all; s++) {
      int known = (s >> i & 1) + (s >> j & 1);
      double weight = Weights.SHAPLEY.of(Integer.bitCount(s) - known, d - 2) / 2;
      to[s] = (known == 1 ? -w : w) * weight * chance[all & ~s];
    }
    subsetSums(to, d);
  }

  private static void subtract(double[] from, double[] what) {
    for (int m = 0; m < from.length; m++) {
      from[m] -= what[m];
    }
  }

  private static void subsetSums(double[] to, int d) {
    for (int bit = 1; bit < to.length; bit <<= 1) {
      for (int start = 0; start < to.length; start += 2 * bit) {
        for (int m = start; m < start + bit; m++) {
          to[m + bit] += to[m];
        }
      }
    }
  }
}
