package io.attest.explain.tree;

import io.attest.model.tree.Codes;
import io.attest.model.tree.Tree;
import java.util.List;

/**
 * Interventional values of a tree of any depth, row by row, for all background rows in one walk.
 *
 * <p>A leaf is reached by a mixture of an explained and a background row if the players E, which
 * only the explained row satisfies, come from the one, and the players R, which only the background
 * row satisfies, from the other. The walk carries E, R and the set of background rows for which
 * they hold, and splits the set where its rows part. With e = |E| and r = |R| each of E gets the
 * leaf times (e-1)! r! / (e+r)!, each of R loses it times e! (r-1)! / (e+r)!. (Lundberg et al.
 * 2020, Nature Machine Intelligence 2, independent TreeSHAP, one background row at a time.)
 */
final class BackgroundSets implements TreeEngine {
  private final Paths paths;
  private final Splits splits;
  private final Value value;
  private final int players;
  private final Background background;

  /**
   * @throws IllegalArgumentException if a path has more than 64 players
   */
  BackgroundSets(Paths paths, Splits splits, Value value, int players, Background background) {
    if (paths.longest() > Long.SIZE) {
      throw new IllegalArgumentException(
          "A path of a tree has "
              + paths.longest()
              + " distinct features; with a background at most 64 can be explained. Maybe explain"
              + " the model path-dependent.");
    }
    this.paths = paths;
    this.splits = splits;
    this.value = value;
    this.players = players;
    this.background = background;
  }

  /** Takes what the walk finds at a leaf. */
  interface Leaf {

    /**
     * @param set background rows
     * @param e bits of the players that the explained row alone satisfies
     * @param r bits of those that the background rows alone satisfy
     */
    void reached(int node, long[] set, long e, long r);
  }

  @Override
  public void run(List<Codes.Rows> tiles, List<double[][]> values, Shelf shelf) {
    // Chunk by chunk, so that the sets of a large background need not all be there at once.
    for (Background.Chunk chunk : background.chunks()) {
      Sets sets = new Sets(chunk);
      for (int t = 0; t < tiles.size(); t++) {
        double[][] to = values.get(t);
        for (int i = 0; i < tiles.get(t).count(); i++) {
          int row = i;
          sets.walk(
              tiles.get(t), i, (node, set, e, r) -> add(node, chunk.weight(set), e, r, to, row));
        }
      }
    }
  }

  /** The path of a leaf. */
  int[] players(int leaf) {
    return paths.above[leaf];
  }

  double value(int leaf) {
    return paths.tree.value()[leaf];
  }

  private void add(int node, double weight, long e, long r, double[][] to, int row) {
    double w = paths.tree.value()[node] * weight;
    int[] above = paths.above[node];
    int ne = Long.bitCount(e);
    int nr = Long.bitCount(r);
    if (value == Value.DEPENDENCE) {
      dependence(above, w, e, r, ne, to, row);
      return;
    }
    if (value == Value.INTERACTION) {
      pairs(above, w, e, r, ne, nr, to, row);
      return;
    }
    Weights weights = value == Value.BANZHAF ? Weights.BANZHAF : Weights.SHAPLEY;
    double gain = ne == 0 ? 0 : w * weights.of(ne - 1, ne + nr - 1);
    double loss = nr == 0 ? 0 : w * weights.of(ne, ne + nr - 1);
    for (long b = e; b != 0; b &= b - 1) {
      to[above[Long.numberOfTrailingZeros(b)]][row] += gain;
    }
    for (long b = r; b != 0; b &= b - 1) {
      to[above[Long.numberOfTrailingZeros(b)]][row] -= loss;
    }
  }

  /**
   * The terms of {@link Value#DEPENDENCE}, but for constants: a leaf is reached with i alone known
   * if no other player is needed from the explained row and i is not needed from the background
   * row.
   */
  private void dependence(int[] above, double w, long e, long r, int ne, double[][] to, int row) {
    if (ne > 2) {
      return;
    }
    if (ne == 2) {
      int i = Long.numberOfTrailingZeros(e);
      int j = Long.numberOfTrailingZeros(e & e - 1);
      to[target(above[i], above[j])][row] += w;
      return;
    }
    if (ne == 1) {
      int i = Long.numberOfTrailingZeros(e);
      to[target(above[i], above[i])][row] += w;
      for (long b = r; b != 0; b &= b - 1) {
        to[target(above[i], above[Long.numberOfTrailingZeros(b)])][row] -= w;
      }
      return;
    }
    for (long bi = r; bi != 0; bi &= bi - 1) {
      int i = Long.numberOfTrailingZeros(bi);
      to[target(above[i], above[i])][row] -= w;
      for (long bj = bi & bi - 1; bj != 0; bj &= bj - 1) {
        to[target(above[i], above[Long.numberOfTrailingZeros(bj)])][row] += w;
      }
    }
  }

  private int target(int i, int j) {
    return Math.min(i, j) * players + Math.max(i, j);
  }

  private void pairs(
      int[] above, double w, long e, long r, int ne, int nr, double[][] to, int row) {
    int n = ne + nr;
    for (long bi = e | r; bi != 0; bi &= bi - 1) {
      int i = Long.numberOfTrailingZeros(bi);
      boolean fromE = (e >>> i & 1) != 0;
      int target = above[i] * players + above[i];
      to[target][row] +=
          fromE ? w * Weights.SHAPLEY.of(ne - 1, n - 1) : -w * Weights.SHAPLEY.of(ne, n - 1);
      for (long bj = bi & bi - 1; bj != 0; bj &= bj - 1) {
        int j = Long.numberOfTrailingZeros(bj);
        int known = (fromE ? 1 : 0) + (int) (e >>> j & 1);
        double half = w * Weights.SHAPLEY.of(ne - known, n - 2) / 2;
        if (known == 1) {
          half = -half;
        }
        to[target(above[i], above[j])][row] += half;
        to[target][row] -= half;
        to[above[j] * players + above[j]][row] -= half;
      }
    }
  }

  Sets sets(Background.Chunk chunk) {
    return new Sets(chunk);
  }

  /** The splits of the tree as sets of the background rows of a chunk. */
  final class Sets {
    private final long[] all;

    /** For each split those that satisfy it. */
    private final long[][] satisfied;

    private Sets(Background.Chunk chunk) {
      int words = (chunk.size() + 63) / 64;
      all = new long[words];
      for (int i = 0; i < chunk.size(); i++) {
        all[i >> 6] |= 1L << (i & 63);
      }
      satisfied = new long[paths.tree.nodes()][];
      for (int node : paths.order) {
        if (!paths.tree.leaf(node)) {
          satisfied[node] = new long[words];
          chunk.mark(node, splits, satisfied[node]);
        }
      }
    }

    /** Visits every leaf that a mixture of a row and a background row can reach. */
    void walk(Codes.Rows rows, int row, Leaf leaf) {
      walk(0, rows, row, all, 0, 0, leaf);
    }

    private void walk(int node, Codes.Rows rows, int row, long[] set, long e, long r, Leaf leaf) {
      Tree tree = paths.tree;
      if (tree.leaf(node)) {
        leaf.reached(node, set, e, r);
        return;
      }
      int yes = tree.yes()[node];
      int no = tree.no()[node];
      long bit = 1L << paths.bit[yes];
      boolean own = splits.decide(node, rows, row) != 0;
      int there = own ? yes : no;
      int other = own ? no : yes;
      if ((e & bit) != 0) {
        walk(there, rows, row, set, e, r, leaf);
        return;
      }
      long[] agree = part(set, satisfied[node], own);
      long[] differ = part(set, satisfied[node], !own);
      if ((r & bit) != 0) {
        if (agree != null) {
          walk(there, rows, row, agree, e, r, leaf);
        }
        if (differ != null) {
          walk(other, rows, row, differ, e, r, leaf);
        }
        return;
      }
      if (agree != null) {
        walk(there, rows, row, agree, e, r, leaf);
      }
      if (differ != null) {
        walk(there, rows, row, differ, e | bit, r, leaf);
        walk(other, rows, row, differ, e, r | bit, leaf);
      }
    }
  }

  /** Those of a set that satisfy a split, or that do not; null if there are none. */
  private static long[] part(long[] set, long[] satisfied, boolean wanted) {
    long[] part = new long[set.length];
    long any = 0;
    for (int w = 0; w < set.length; w++) {
      part[w] = wanted ? set[w] & satisfied[w] : set[w] & ~satisfied[w];
      any |= part[w];
    }
    return any == 0 ? null : part;
  }
}
