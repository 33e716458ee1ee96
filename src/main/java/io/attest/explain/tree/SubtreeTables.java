package io.attest.explain.tree;

import io.attest.model.tree.Codes;
import io.attest.model.tree.Tree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One tree cut into a top and bottom subtrees, each of which answers from a table.
 *
 * <p>What a subtree says of a row depends on the row's pattern at the subtree's root and on how its
 * own splits decide: the bits of its <em>key</em>. A table over all keys holds the sum over the
 * subtree's leaves of what their {@link LeafGame} says, a column for each player, so that a row
 * costs one key for each subtree and one addition for each column. With subtrees of seven splits, a
 * tree of depth six answers for all its players with some eighty additions. This generalises the
 * tables over single leaves of Wettenstein, Nadel and Boker (WOODELF, arXiv 2511.09376) to
 * subtrees.
 *
 * <p>Tables are built from the leaves upwards: a split's key is its two children's keys side by
 * side, so its table is the sum of theirs.
 */
final class SubtreeTables implements TreeEngine.Tabled {
  private final Paths paths;
  private final LeafGame game;

  /** Roots of the bottom subtrees. */
  private final int[] roots;

  /** For each node in a subtree the columns of its table, as targets. */
  private final int[][] targets;

  private final Splits splits;

  /** A target with the columns that add to it: of which root, and which of its columns. */
  private record Target(int target, int[] root, int[] column) {}

  private SubtreeTables(Paths paths, LeafGame game, Splits splits, int[] roots, int[][] targets) {
    this.paths = paths;
    this.game = game;
    this.roots = roots;
    this.targets = targets;
    this.splits = splits;
  }

  /** What the columns of the roots add to. */
  private Target[] touched() {
    return Arrays.stream(roots)
        .flatMap(r -> Arrays.stream(targets[r]))
        .distinct()
        .sorted()
        .mapToObj(this::target)
        .toArray(Target[]::new);
  }

  private Target target(int target) {
    int[] with =
        IntStream.range(0, roots.length)
            .filter(s -> column(targets[roots[s]], target) >= 0)
            .toArray();
    return new Target(
        target, with, Arrays.stream(with).map(s -> column(targets[roots[s]], target)).toArray());
  }

  /**
   * Cuts a tree.
   *
   * @param keyBits the longest key
   * @return empty if a leaf has more players than that on its path
   */
  static Optional<SubtreeTables> of(Paths paths, LeafGame game, Splits splits, int keyBits) {
    Tree tree = paths.tree;
    if (paths.longest() > keyBits) {
      return Optional.empty();
    }
    int[][] targets = new int[tree.nodes()][];
    for (int i = paths.order.length - 1; i >= 0; i--) {
      int node = paths.order[i];
      int[] above = paths.above[node];
      if (tree.leaf(node)) {
        targets[node] = new int[game.columns(above.length)];
        for (int c = 0; c < targets[node].length; c++) {
          targets[node][c] = game.target(above, c);
        }
      } else {
        int[] yes = targets[tree.yes()[node]];
        int[] no = targets[tree.no()[node]];
        if (yes != null && no != null && above.length + paths.splits[node] <= keyBits) {
          targets[node] = union(yes, no);
        }
      }
    }
    List<Integer> roots = new ArrayList<>();
    for (int node : paths.order) {
      if (targets[node] != null && (node == 0 || targets[paths.parent[node]] == null)) {
        roots.add(node);
      }
    }
    return Optional.of(
        new SubtreeTables(paths, game, splits, roots.stream().mapToInt(r -> r).toArray(), targets));
  }

  private static int[] union(int[] a, int[] b) {
    int[] all = Arrays.copyOf(a, a.length + b.length);
    int n = a.length;
    for (int t : b) {
      if (column(a, t) < 0) {
        all[n++] = t;
      }
    }
    return Arrays.copyOf(all, n);
  }

  private static int column(int[] targets, int target) {
    for (int c = 0; c < targets.length; c++) {
      if (targets[c] == target) {
        return c;
      }
    }
    return -1;
  }

  /** The same cut, for another game with the same columns. */
  SubtreeTables with(LeafGame other) {
    return new SubtreeTables(paths, other, splits, roots, targets);
  }

  @Override
  public Tables tables(Shelf shelf) {
    double[][][] tables = new double[roots.length][][];
    for (int s = 0; s < roots.length; s++) {
      tables[s] = table(roots[s], shelf);
    }
    Target[] touched = touched();
    return new Tables() {
      @Override
      public long bytes() {
        return SubtreeTables.this.bytes();
      }

      @Override
      public void add(Codes.Rows rows, double[][] values) {
        SubtreeTables.this.add(tables, touched, rows, values, shelf);
      }

      @Override
      public void giveBack() {
        for (double[][] table : tables) {
          shelf.give(table);
        }
      }
    };
  }

  private int bits(int node) {
    return paths.above[node].length + paths.splits[node];
  }

  /** Additions that a row costs. */
  long columns() {
    return Arrays.stream(roots).mapToLong(r -> targets[r].length).sum();
  }

  /** Bytes of the finished tables. */
  long bytes() {
    return Arrays.stream(roots).mapToLong(r -> 8L * targets[r].length << bits(r)).sum();
  }

  private double[][] table(int node, Shelf shelf) {
    Tree tree = paths.tree;
    int bits = bits(node);
    double[][] out = new double[targets[node].length][];
    for (int c = 0; c < out.length; c++) {
      out[c] = shelf.take(bits);
    }
    if (tree.leaf(node)) {
      game.fill(paths, node, out);
      return out;
    }
    int yes = tree.yes()[node];
    int no = tree.no()[node];
    double[][] a = table(yes, shelf);
    double[][] b = table(no, shelf);
    int[] keyA = shelf.keys(0, bits);
    int[] keyB = shelf.keys(1, bits);
    childKeys(node, keyA, keyB, 1 << bits);
    for (int c = 0; c < out.length; c++) {
      int ca = column(targets[yes], targets[node][c]);
      int cb = column(targets[no], targets[node][c]);
      if (cb < 0) {
        pick(out[c], a[ca], keyA);
      } else if (ca < 0) {
        pick(out[c], b[cb], keyB);
      } else {
        sum(out[c], a[ca], keyA, b[cb], keyB);
      }
    }
    shelf.give(a);
    shelf.give(b);
    return out;
  }

  /** A split's key to its children's: pattern, own decision, decisions of yes, decisions of no. */
  private void childKeys(int node, int[] keyYes, int[] keyNo, int keys) {
    int yes = paths.tree.yes()[node];
    int no = paths.tree.no()[node];
    int u = paths.above[node].length;
    int pattern = (1 << u) - 1;
    int splitsYes = paths.splits[yes];
    int decisionsYes = (1 << splitsYes) - 1;
    int uChild = paths.above[yes].length;
    int bit = 1 << paths.bit[yes];
    boolean fresh = paths.fresh[yes];
    for (int key = 0; key < keys; key++) {
      int m = key & pattern;
      boolean goes = (key >> u & 1) != 0;
      int kept = fresh ? m | bit : m;
      keyYes[key] = (goes ? kept : m & ~bit) | (key >> (u + 1) & decisionsYes) << uChild;
      keyNo[key] = (goes ? m & ~bit : kept) | key >> (u + 1 + splitsYes) << uChild;
    }
  }

  private static void pick(double[] out, double[] a, int[] keyA) {
    for (int k = 0; k < out.length; k++) {
      out[k] = a[keyA[k]];
    }
  }

  private static void sum(double[] out, double[] a, int[] keyA, double[] b, int[] keyB) {
    for (int k = 0; k < out.length; k++) {
      out[k] = a[keyA[k]] + b[keyB[k]];
    }
  }

  /**
   * Adds what the tables say of a tile of rows.
   *
   * @param rows at most {@link Shelf#TILE}
   * @param phi targets x rows, added to
   */
  private void add(
      double[][][] tables, Target[] touched, Codes.Rows rows, double[][] phi, Shelf shelf) {
    int n = rows.count();
    int[][] keys = shelf.keysOfRows(roots.length);
    rootKeys(rows, keys, shelf);
    double[][] column = shelf.terms;
    int[][] key = shelf.termKeys;
    for (Target target : touched) {
      int terms = 0;
      double[] to = phi[target.target()];
      for (int t = 0; t < target.root().length; t++) {
        int s = target.root()[t];
        column[terms] = tables[s][target.column()[t]];
        key[terms++] = keys[s];
        if (terms == 4) {
          add4(to, n, column, key);
          terms = 0;
        }
      }
      if (terms >= 2) {
        add2(to, n, column[0], key[0], column[1], key[1]);
      }
      if ((terms & 1) == 1) {
        add1(to, n, column[terms - 1], key[terms - 1]);
      }
    }
  }

  private static void add1(double[] to, int n, double[] a, int[] keyA) {
    for (int i = 0; i < n; i++) {
      to[i] += a[keyA[i]];
    }
  }

  private static void add2(double[] to, int n, double[] a, int[] keyA, double[] b, int[] keyB) {
    for (int i = 0; i < n; i++) {
      to[i] += a[keyA[i]] + b[keyB[i]];
    }
  }

  private static void add4(double[] to, int n, double[][] column, int[][] key) {
    double[] a = column[0];
    double[] b = column[1];
    double[] c = column[2];
    double[] d = column[3];
    int[] keyA = key[0];
    int[] keyB = key[1];
    int[] keyC = key[2];
    int[] keyD = key[3];
    for (int i = 0; i < n; i++) {
      to[i] += (a[keyA[i]] + b[keyB[i]]) + (c[keyC[i]] + d[keyD[i]]);
    }
  }

  /** Writes the keys of a tile of rows, root by root. */
  private void rootKeys(Codes.Rows rows, int[][] keys, Shelf shelf) {
    int n = rows.count();
    int[] pattern = shelf.pattern(0);
    Arrays.fill(pattern, 0, n, 0);
    int done = down(0, 0, 0, pattern, rows, keys, shelf);
    assert done == roots.length;
  }

  private int down(
      int node, int depth, int next, int[] pattern, Codes.Rows rows, int[][] keys, Shelf shelf) {
    int n = rows.count();
    if (targets[node] != null) {
      System.arraycopy(pattern, 0, keys[next], 0, n);
      decisions(node, paths.above[node].length, rows, keys[next]);
      return next + 1;
    }
    int yes = paths.tree.yes()[node];
    int no = paths.tree.no()[node];
    int[] decided = shelf.decided(depth);
    splits.decide(node, rows, decided);
    int[] below = shelf.pattern(depth + 1);
    int bit = paths.bit[yes];
    // Roots are listed in the order of this walk: yes before no.
    if (paths.fresh[yes]) {
      for (int i = 0; i < n; i++) {
        below[i] = pattern[i] | decided[i] << bit;
      }
      int after = down(yes, depth + 1, next, below, rows, keys, shelf);
      for (int i = 0; i < n; i++) {
        below[i] = pattern[i] | (1 - decided[i]) << bit;
      }
      return down(no, depth + 1, after, below, rows, keys, shelf);
    }
    for (int i = 0; i < n; i++) {
      below[i] = pattern[i] & ~((1 - decided[i]) << bit);
    }
    int after = down(yes, depth + 1, next, below, rows, keys, shelf);
    for (int i = 0; i < n; i++) {
      below[i] = pattern[i] & ~(decided[i] << bit);
    }
    return down(no, depth + 1, after, below, rows, keys, shelf);
  }

  /** Adds the decisions of a subtree to its key, from a bit upwards; returns the next free bit. */
  private int decisions(int node, int bit, Codes.Rows rows, int[] keys) {
    Tree tree = paths.tree;
    if (tree.leaf(node)) {
      return bit;
    }
    splits.set(node, bit, rows, keys);
    int next = decisions(tree.yes()[node], bit + 1, rows, keys);
    return decisions(tree.no()[node], next, rows, keys);
  }

  /**
   * Counts background rows by their pattern at each leaf.
   *
   * @return for each leaf (by node) the weight of the rows with each pattern of its path
   */
  double[][] counts(Background background, Shelf shelf) {
    double[][] histograms = new double[roots.length][];
    for (int s = 0; s < roots.length; s++) {
      histograms[s] = new double[1 << bits(roots[s])];
    }
    int[][] keys = shelf.keysOfRows(roots.length);
    for (Background.Chunk chunk : background.chunks()) {
      rootKeys(chunk.rows(), keys, shelf);
      double[] weights = chunk.weights();
      for (int s = 0; s < roots.length; s++) {
        for (int i = 0; i < weights.length; i++) {
          histograms[s][keys[s][i]] += weights[i];
        }
      }
    }
    double[][] counts = new double[paths.tree.nodes()][];
    for (int s = 0; s < roots.length; s++) {
      spread(roots[s], histograms[s], counts, shelf);
    }
    return counts;
  }

  private void spread(int node, double[] histogram, double[][] counts, Shelf shelf) {
    if (paths.tree.leaf(node)) {
      // A leaf lies in one subtree alone, and its table is its patterns.
      counts[node] = histogram;
      return;
    }
    int bits = bits(node);
    int yes = paths.tree.yes()[node];
    int no = paths.tree.no()[node];
    double[] a = new double[1 << bits(yes)];
    double[] b = new double[1 << bits(no)];
    int[] keyA = shelf.keys(0, bits);
    int[] keyB = shelf.keys(1, bits);
    childKeys(node, keyA, keyB, 1 << bits);
    for (int k = 0; k < histogram.length; k++) {
      a[keyA[k]] += histogram[k];
      b[keyB[k]] += histogram[k];
    }
    spread(yes, a, counts, shelf);
    spread(no, b, counts, shelf);
  }
}
