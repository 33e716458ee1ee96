package io.attest.explain.tree;

import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;

/** Values by their definitions, over all coalitions: what every engine must agree with. */
public final class BruteForce {
  private BruteForce() {}

  /**
   * The path-dependent worth of every coalition of one tree.
   *
   * @param x comparable values of the row
   */
  public static double[] pathDependent(
      Tree tree, TreeEnsemble ensemble, int[] of, int players, double[] x) {
    double[] worth = new double[1 << players];
    for (int s = 0; s < worth.length; s++) {
      worth[s] = expected(tree, ensemble, of, 0, x, s);
    }
    return worth;
  }

  private static double expected(
      Tree tree, TreeEnsemble ensemble, int[] of, int node, double[] x, int known) {
    if (tree.leaf(node)) {
      return tree.value()[node];
    }
    int f = tree.feature()[node];
    int yes = tree.yes()[node];
    int no = tree.no()[node];
    if ((known >> of[f] & 1) != 0) {
      int next = tree.follows(node, x[f], ensemble.comparison()) ? yes : no;
      return expected(tree, ensemble, of, next, x, known);
    }
    double cover = tree.cover()[node];
    double y = cover > 0 ? tree.cover()[yes] / cover : 0.5;
    double n = cover > 0 ? tree.cover()[no] / cover : 0.5;
    return y * expected(tree, ensemble, of, yes, x, known)
        + n * expected(tree, ensemble, of, no, x, known);
  }

  /**
   * The interventional worth of every coalition of one tree.
   *
   * @param background rows x features, comparable values
   */
  public static double[] interventional(
      Tree tree,
      TreeEnsemble ensemble,
      int[] of,
      int players,
      double[] x,
      double[][] background,
      double[] weights) {
    double[] worth = new double[1 << players];
    double total = 0;
    for (int b = 0; b < background.length; b++) {
      total += weights[b];
      for (int s = 0; s < worth.length; s++) {
        int node = 0;
        while (!tree.leaf(node)) {
          int f = tree.feature()[node];
          double v = (s >> of[f] & 1) != 0 ? x[f] : background[b][f];
          node = tree.follows(node, v, ensemble.comparison()) ? tree.yes()[node] : tree.no()[node];
        }
        worth[s] += weights[b] * tree.value()[node];
      }
    }
    for (int s = 0; s < worth.length; s++) {
      worth[s] /= total;
    }
    return worth;
  }

  /** Shapley values. */
  public static double[] shapley(double[] worth, int players) {
    double[] phi = new double[players];
    for (int s = 0; s < worth.length; s++) {
      for (int i = 0; i < players; i++) {
        if ((s >> i & 1) == 0) {
          int size = Integer.bitCount(s);
          phi[i] +=
              factorial(size)
                  * factorial(players - size - 1)
                  / factorial(players)
                  * (worth[s | 1 << i] - worth[s]);
        }
      }
    }
    return phi;
  }

  /** Banzhaf values. */
  public static double[] banzhaf(double[] worth, int players) {
    double[] phi = new double[players];
    for (int s = 0; s < worth.length; s++) {
      for (int i = 0; i < players; i++) {
        if ((s >> i & 1) == 0) {
          phi[i] += (worth[s | 1 << i] - worth[s]) / (1 << (players - 1));
        }
      }
    }
    return phi;
  }

  /** Shapley interactions: half of each pair's on either side, the rest of each player's value. */
  public static double[][] interactions(double[] worth, int players) {
    double[][] out = new double[players][players];
    double[] phi = shapley(worth, players);
    for (int i = 0; i < players; i++) {
      out[i][i] += phi[i];
      for (int j = i + 1; j < players; j++) {
        double sum = 0;
        for (int s = 0; s < worth.length; s++) {
          if ((s >> i & 1) == 0 && (s >> j & 1) == 0) {
            int size = Integer.bitCount(s);
            sum +=
                factorial(size)
                    * factorial(players - size - 2)
                    / factorial(players - 1)
                    * (worth[s | 1 << i | 1 << j]
                        - worth[s | 1 << i]
                        - worth[s | 1 << j]
                        + worth[s]);
          }
        }
        out[i][j] = sum / 2;
        out[j][i] = sum / 2;
        out[i][i] -= sum / 2;
        out[j][j] -= sum / 2;
      }
    }
    return out;
  }

  private static double factorial(int n) {
    double f = 1;
    for (int i = 2; i <= n; i++) {
      f *= i;
    }
    return f;
  }
}
