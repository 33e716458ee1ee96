package io.attest.explain.tree;

import io.attest.model.tree.Tree;
import java.util.Arrays;

/**
 * A tree as a game sees it: for each node, the distinct players whose splits lie above it, in the
 * order in which the path meets them.
 *
 * <p>A <em>pattern</em> at a node is a number whose bit i says whether a row satisfies all splits
 * of the node's i-th player on the path to it.
 */
final class Paths {
  final Tree tree;

  /** For each split its player. */
  final int[] player;

  /** For each node the players above it. */
  final int[][] above;

  /** For each node but the root, the bit in its pattern that the edge to it decides. */
  final int[] bit;

  /** For each node but the root, true if that bit is its own: the player is new on the path. */
  final boolean[] fresh;

  /**
   * For each node but the root, the product of the cover ratios of the edges above it that are of
   * the same player as the edge to it, itself included: the share of rows that would satisfy them
   * if nothing were known of the player.
   */
  final double[] ratio;

  final int[] parent;

  private final int[] before;

  /** Number of splits at and below each node. */
  final int[] splits;

  /** Nodes in an order in which children come after their parent. */
  final int[] order;

  Paths(Tree tree, int[] playerOf) {
    this.tree = tree;
    int n = tree.nodes();
    player = new int[n];
    above = new int[n][];
    bit = new int[n];
    fresh = new boolean[n];
    ratio = new double[n];
    parent = new int[n];
    splits = new int[n];
    before = new int[n];
    before[0] = -1;
    int[] order = new int[n];
    int[] stack = new int[n + 1];
    int top = 0;
    int seen = 0;
    stack[top++] = 0;
    above[0] = new int[0];
    ratio[0] = 1;
    parent[0] = -1;
    while (top > 0) {
      int node = stack[--top];
      order[seen++] = node;
      if (tree.leaf(node)) {
        player[node] = -1;
        continue;
      }
      player[node] = playerOf[tree.feature()[node]];
      int at = position(above[node], player[node]);
      int[] below = above[node];
      if (at < 0) {
        below = Arrays.copyOf(below, below.length + 1);
        below[below.length - 1] = player[node];
      }
      for (int child : new int[] {tree.no()[node], tree.yes()[node]}) {
        parent[child] = node;
        above[child] = below;
        fresh[child] = at < 0;
        bit[child] = at < 0 ? below.length - 1 : at;
        before[child] = at < 0 ? -1 : nearest(node, at);
        // Without covers only what needs no ratio may be asked.
        double share = Double.isNaN(tree.cover()[0]) ? Double.NaN : tree.coverRatio(node, child);
        ratio[child] = (at < 0 ? 1 : ratio[before[child]]) * share;
        stack[top++] = child;
      }
    }
    this.order = Arrays.copyOf(order, seen);
    for (int i = seen - 1; i >= 0; i--) {
      int node = order[i];
      if (!tree.leaf(node)) {
        splits[node] = 1 + splits[tree.yes()[node]] + splits[tree.no()[node]];
      }
    }
  }

  private static int position(int[] players, int player) {
    for (int i = 0; i < players.length; i++) {
      if (players[i] == player) {
        return i;
      }
    }
    return -1;
  }

  private int nearest(int node, int at) {
    int i = node;
    while (bit[i] != at) {
      i = parent[i];
    }
    return i;
  }

  /** The cover ratio of each player above a node: what a pattern's bit is worth if unknown. */
  double[] ratios(int node) {
    double[] ratios = new double[above[node].length];
    Arrays.fill(ratios, Double.NaN);
    for (int i = node; parent[i] >= 0; i = parent[i]) {
      if (Double.isNaN(ratios[bit[i]])) {
        ratios[bit[i]] = ratio[i];
      }
    }
    return ratios;
  }

  /** The nearest edge above one that is of the same player, by the node it leads to; or -1. */
  int before(int node) {
    return before[node];
  }

  /** The mean leaf, weighted by cover. */
  double expected() {
    double[] mean = new double[tree.nodes()];
    for (int i = order.length - 1; i >= 0; i--) {
      int node = order[i];
      if (tree.leaf(node)) {
        mean[node] = tree.value()[node];
      } else {
        int yes = tree.yes()[node];
        int no = tree.no()[node];
        mean[node] = tree.coverRatio(node, yes) * mean[yes] + tree.coverRatio(node, no) * mean[no];
      }
    }
    return mean[0];
  }

  /** The most distinct players on any path. */
  int longest() {
    int longest = 0;
    for (int node : order) {
      longest = Math.max(longest, above[node].length);
    }
    return longest;
  }
}
