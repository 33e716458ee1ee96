package io.attest.model.tree;

/**
 * A tree that coded rows walk without a branch that depends on them, so that the processor never
 * guesses wrong: a step is a look-up of the child by the sign of a difference.
 */
public final class CodedTree {
  /** Deeper trees have leaves so far apart that every row walking to the last depth costs more. */
  private static final int LEVEL_DEPTH = 10;

  private final Tree tree;
  private final int depth;

  /** For each node twice its feature, plus 1 if a missing value goes to {@code no}. */
  private final int[] column;

  private final int[] cut;

  /** For each node its {@code no} and its {@code yes} child; a leaf is its own. */
  private final int[] child;

  /** For each categorical split what {@link Codes#members} says; null if there is none. */
  private final int[][] members;

  public CodedTree(Tree tree, Codes codes) {
    this.tree = tree;
    int n = tree.nodes();
    depth = tree.depth();
    column = new int[n];
    cut = new int[n];
    child = new int[2 * n];
    int[][] sets = new int[n][];
    boolean categorical = false;
    for (int node = 0; node < n; node++) {
      if (tree.leaf(node)) {
        child[2 * node] = node;
        child[2 * node + 1] = node;
        continue;
      }
      child[2 * node] = tree.no()[node];
      child[2 * node + 1] = tree.yes()[node];
      column[node] = 2 * tree.feature()[node] + (tree.missingYes()[node] ? 0 : 1);
      if (tree.categories()[node] == null) {
        cut[node] = codes.cut(tree, node);
      } else {
        sets[node] = codes.members(tree, node);
        categorical = true;
      }
    }
    members = categorical ? sets : null;
  }

  /**
   * Adds the leaf that each row reaches.
   *
   * @param flat {@link Codes.Rows#flat} of the rows
   * @param out rows x outputs, row-major, from row {@code from} on
   */
  public void add(Codes.Rows rows, int[] flat, double[] out, int from, int outputs) {
    walk(rows, flat, out, from * outputs + tree.output(), outputs);
  }

  /**
   * The value of the leaf that each row reaches.
   *
   * @param flat {@link Codes.Rows#flat} of the rows
   */
  public double[] leaves(Codes.Rows rows, int[] flat) {
    double[] leaves = new double[rows.count()];
    walk(rows, flat, leaves, 0, 1);
    return leaves;
  }

  /** Adds to every {@code outputs}-th number from {@code at} on. */
  private void walk(Codes.Rows rows, int[] flat, double[] out, int at, int outputs) {
    int n = rows.count();
    double[] value = tree.value();
    if (members != null) {
      for (int i = 0; i < n; i++, at += outputs) {
        out[at] += value[leafBySets(rows, i)];
      }
      return;
    }
    if (tree.leaf(0)) {
      for (int i = 0; i < n; i++, at += outputs) {
        out[at] += value[0];
      }
      return;
    }
    int width = rows.width();
    if (depth <= LEVEL_DEPTH) {
      level(flat, width, n, out, at, outputs);
    } else {
      int[] feature = tree.feature();
      for (int i = 0, row = 0; i < n; i++, row += width, at += outputs) {
        int node = 0;
        while (feature[node] >= 0) {
          node = child[2 * node + (flat[row + column[node]] - cut[node] >>> 31)];
        }
        out[at] += value[node];
      }
    }
  }

  private void level(int[] flat, int width, int n, double[] out, int at, int outputs) {
    double[] value = tree.value();
    int i = 0;
    int row = 0;
    // Four rows at a time: one waits for its look-up while the others go on.
    for (; i + 4 <= n; i += 4, row += 4 * width, at += 4 * outputs) {
      int a = 0;
      int b = 0;
      int c = 0;
      int e = 0;
      for (int d = 0; d < depth; d++) {
        a = child[2 * a + (flat[row + column[a]] - cut[a] >>> 31)];
        b = child[2 * b + (flat[row + width + column[b]] - cut[b] >>> 31)];
        c = child[2 * c + (flat[row + 2 * width + column[c]] - cut[c] >>> 31)];
        e = child[2 * e + (flat[row + 3 * width + column[e]] - cut[e] >>> 31)];
      }
      out[at] += value[a];
      out[at + outputs] += value[b];
      out[at + 2 * outputs] += value[c];
      out[at + 3 * outputs] += value[e];
    }
    for (; i < n; i++, row += width, at += outputs) {
      int node = 0;
      for (int d = 0; d < depth; d++) {
        node = child[2 * node + (flat[row + column[node]] - cut[node] >>> 31)];
      }
      out[at] += value[node];
    }
  }

  private int leafBySets(Codes.Rows rows, int i) {
    int node = 0;
    while (!tree.leaf(node)) {
      int f = tree.feature()[node];
      int goes;
      if (members[node] != null) {
        goes = members[node][rows.category()[f][i]];
      } else {
        int[] codes = tree.missingYes()[node] ? rows.missingYes()[f] : rows.missingNo()[f];
        goes = codes[i] - cut[node] >>> 31;
      }
      node = child[2 * node + goes];
    }
    return node;
  }
}
