package io.attest.explain.tree;

import io.attest.model.tree.Codes;
import io.attest.model.tree.Tree;

/**
 * How the splits of a tree decide coded rows.
 *
 * <p>Its loops are short and read and write at the same index, so that the compiler turns them into
 * vector instructions; two offsets into arrays of one type would keep it from that.
 */
final class Splits {
  private final Tree tree;
  private final int[] cut;
  private final int[][] members;

  Splits(Paths paths, Codes codes) {
    tree = paths.tree;
    cut = new int[tree.nodes()];
    members = new int[tree.nodes()][];
    for (int node : paths.order) {
      if (!tree.leaf(node)) {
        if (tree.categories()[node] == null) {
          cut[node] = codes.cut(tree, node);
        } else {
          members[node] = codes.members(tree, node);
        }
      }
    }
  }

  private int[] codes(int node, Codes.Rows rows) {
    int f = tree.feature()[node];
    return members[node] != null
        ? rows.category()[f]
        : tree.missingYes()[node] ? rows.missingYes()[f] : rows.missingNo()[f];
  }

  /** What a numeric split compares codes with. */
  int cut(int node) {
    return cut[node];
  }

  /** True if a category satisfies a categorical split. */
  boolean member(int node, int category) {
    return members[node][category] != 0;
  }

  /** 1 if a row satisfies a split, 0 if not. */
  int decide(int node, Codes.Rows rows, int row) {
    int code = codes(node, rows)[row];
    return members[node] != null ? members[node][code] : code - cut[node] >>> 31;
  }

  /** Writes 1 for the rows that satisfy a split and 0 for the others. */
  void decide(int node, Codes.Rows rows, int[] out) {
    if (members[node] != null) {
      look(out, codes(node, rows), members[node], rows.count());
    } else {
      compare(out, codes(node, rows), cut[node], rows.count());
    }
  }

  /** Sets a bit in the keys of the rows that satisfy a split. */
  void set(int node, int bit, Codes.Rows rows, int[] keys) {
    if (members[node] != null) {
      lookBit(keys, codes(node, rows), members[node], bit, rows.count());
    } else {
      compareBit(keys, codes(node, rows), cut[node], bit, rows.count());
    }
  }

  /**
   * Writes 1 for the rows {@code from}... that satisfy a split and 0 for the others, as numbers to
   * multiply with.
   *
   * @param decided the same as whole numbers, as long as {@code out}
   */
  void decide(int node, Codes.Rows rows, int from, int n, int[] decided, double[] out) {
    int[] code = codes(node, rows);
    System.arraycopy(code, from, decided, 0, n);
    if (members[node] != null) {
      look(decided, decided, members[node], n);
    } else {
      compare(decided, decided, cut[node], n);
    }
    for (int i = 0; i < n; i++) {
      out[i] = decided[i];
    }
  }

  private static void look(int[] out, int[] code, int[] member, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = member[code[i]];
    }
  }

  private static void compare(int[] out, int[] code, int c, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = code[i] - c >>> 31;
    }
  }

  private static void lookBit(int[] keys, int[] code, int[] member, int bit, int n) {
    for (int i = 0; i < n; i++) {
      keys[i] |= member[code[i]] << bit;
    }
  }

  private static void compareBit(int[] keys, int[] code, int c, int bit, int n) {
    for (int i = 0; i < n; i++) {
      keys[i] |= (code[i] - c >>> 31) << bit;
    }
  }
}
