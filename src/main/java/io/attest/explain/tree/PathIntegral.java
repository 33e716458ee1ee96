package io.attest.explain.tree;

import io.attest.model.tree.Codes;
import io.attest.model.tree.Tree;
import java.util.Arrays;
import java.util.List;

/**
 * Path-dependent values of a tree of any depth, for blocks of rows at once.
 *
 * <p>A leaf of value w whose path has the players D is a game w * product over D of s_i (player
 * known) or c_i (unknown): s_i is 1 if the row satisfies every split of player i on the path, c_i
 * is the product of the cover ratios of those splits. Its Shapley value for i is
 *
 * <pre>  w * integral over t in (0, 1) of (s_i - c_i) * prod over j != i of (t s_j + (1 - t) c_j)
 * </pre>
 *
 * a polynomial of degree |D| - 1, which ceil(|D| / 2) Gauss-Legendre nodes integrate exactly
 * (Quadrature TreeSHAP, arXiv 2605.04497); its Banzhaf value is the integrand at t = 1/2. One walk
 * down multiplies the factors, the way back up sums the leaves below each edge. Every factor is in
 * [0, 1] and s is 0 or 1, so what would be a division of rows is a choice between two numbers
 * prepared once a node: nothing overflows or cancels, however deep the tree.
 *
 * <p>Where a player is split on again further down, the new factor replaces the old one and the old
 * contribution is taken back for the leaves below. A child without cover gets ratio 0; where the
 * parent has none either, each child gets 1/2.
 *
 * <p>Interactions come from two passes for each player, one with it known and one with it unknown:
 * half the difference of the others' values is what the pair shares (Lundberg et al. 2020).
 */
final class PathIntegral implements TreeEngine {
  /**
   * Rows of one walk: enough for the loops to run at full width, and few enough for two such blocks
   * of every depth to fit the second-level cache.
   */
  static final int BLOCK = 256;

  private final Paths paths;
  private final Splits splits;
  private final Value value;
  private final int players;
  private final Quadrature rule;
  private final int depth;

  /**
   * @param players of the whole model
   */
  PathIntegral(Paths paths, Splits splits, Value value, int players) {
    this.paths = paths;
    this.splits = splits;
    this.value = value;
    this.players = players;
    rule = value == Value.BANZHAF ? Quadrature.HALF : Quadrature.exactFor(paths.longest() - 1);
    depth = paths.tree.depth();
  }

  @Override
  public void run(List<Codes.Rows> tiles, List<double[][]> values, Shelf shelf) {
    if (paths.tree.leaf(0)) {
      return;
    }
    if (value == Value.INTERACTION) {
      interactions(tiles, values);
      return;
    }
    Walk walk = new Walk(new Factors(-1, false));
    for (int t = 0; t < tiles.size(); t++) {
      for (int from = 0; from < tiles.get(t).count(); from += BLOCK) {
        int n = walk.block(tiles.get(t), from);
        for (int player : walk.used) {
          add(values.get(t)[player], from, walk.phi[player], n, 1);
        }
      }
    }
  }

  private static void add(double[] to, int from, double[] what, int n, double factor) {
    for (int b = 0; b < n; b++) {
      to[from + b] += factor * what[b];
    }
  }

  private void interactions(List<Codes.Rows> tiles, List<double[][]> values) {
    Walk plain = new Walk(new Factors(-1, false));
    for (int t = 0; t < tiles.size(); t++) {
      for (int from = 0; from < tiles.get(t).count(); from += BLOCK) {
        int n = plain.block(tiles.get(t), from);
        for (int player : plain.used) {
          add(values.get(t)[player * players + player], from, plain.phi[player], n, 1);
        }
      }
    }
    int[] used = plain.used;
    for (int known : used) {
      Walk with = new Walk(new Factors(known, true));
      Walk without = new Walk(new Factors(known, false));
      for (int t = 0; t < tiles.size(); t++) {
        double[][] to = values.get(t);
        for (int from = 0; from < tiles.get(t).count(); from += BLOCK) {
          int n = with.block(tiles.get(t), from);
          without.block(tiles.get(t), from);
          for (int other : used) {
            if (other == known) {
              continue;
            }
            // Each pair is met twice, once from either side, and the two agree: half of a half.
            int pair = Math.min(known, other) * players + Math.max(known, other);
            for (int b = 0; b < n; b++) {
              double half = (with.phi[other][b] - without.phi[other][b]) / 2;
              to[pair][from + b] += half / 2;
              to[other * players + other][from + b] -= half / 2;
              to[known * players + known][from + b] -= half / 2;
            }
          }
        }
      }
    }
  }

  /** The numbers of each node and quadrature node, with one player known or unknown for good. */
  private final class Factors {
    /** Factor of the path, f0 + f1 s (old) + f2 s (new). */
    private final double[] f0;

    private final double[] f1;
    private final double[] f2;

    /** Contribution, g1 s (old) + g2 s (new), or g1 + g2 s where there is no old. */
    private final double[] g1;

    private final double[] g2;

    /**
     * @param fixed the player; -1 for none
     */
    Factors(int fixed, boolean known) {
      int size = paths.tree.nodes() * rule.size();
      f0 = new double[size];
      f1 = new double[size];
      f2 = new double[size];
      g1 = new double[size];
      g2 = new double[size];
      for (int node : paths.order) {
        if (node != 0) {
          boolean isFixed = paths.player[paths.parent[node]] == fixed;
          for (int k = 0; k < rule.size(); k++) {
            coefficients(node, k, isFixed, known);
          }
        }
      }
    }

    private void coefficients(int node, int k, boolean fixed, boolean known) {
      // A player that is always known is as if t were 1 for it; one that never is, as if 0.
      double t = fixed ? (known ? 1 : 0) : rule.node(k);
      double w = rule.weight(k);
      int at = node * rule.size() + k;
      int before = paths.before(node);
      double c = paths.ratio[node];
      double u0 = c * (1 - t);
      double u1 = t + u0;
      if (before < 0) {
        f0[at] = u0;
        f2[at] = u1 - u0;
        if (!fixed) {
          g1[at] = -w / (1 - t);
          g2[at] = w * ((1 - c) / u1 + 1 / (1 - t));
        }
      } else {
        double co = paths.ratio[before];
        double v0 = co * (1 - t);
        double v1 = t + v0;
        // Without cover above, everything below is 0 for a row that has left the path.
        f0[at] = v0 == 0 ? 0 : u0 / v0;
        f1[at] = (v1 == 0 ? 0 : u0 / v1) - f0[at];
        f2[at] = v1 == 0 ? 0 : (u1 - u0) / v1;
        if (!fixed) {
          g1[at] = w * (-1 / (1 - t) - (1 - co) / v1);
          g2[at] = w * ((1 - c) / u1 + 1 / (1 - t));
        }
      }
      if (paths.tree.leaf(node)) {
        closed(at, paths.tree.value()[node]);
      }
    }

    /**
     * Takes the factor and the value of a leaf into its numbers, so that it needs no walk: both are
     * of the product above it then. An s is 0 or 1, and 0 where the old one is, so that a product
     * of two such terms is again one.
     */
    private void closed(int at, double value) {
      double cold = f0[at] + f1[at];
      double warm = cold + f2[at];
      double lost = cold * g1[at];
      g2[at] = value * (warm * (g1[at] + g2[at]) - lost);
      g1[at] = value * lost;
      f0[at] *= value;
      f1[at] *= value;
      f2[at] *= value;
    }
  }

  /** One thread's walk over blocks of rows. */
  private final class Walk {
    private final Factors factors;
    private final int order = rule.size();
    private final double[][][] product = new double[depth + 1][order][BLOCK];
    private final double[][][] sum = new double[depth + 1][order][BLOCK];
    private final double[][] hot = new double[depth + 1][BLOCK];
    private final int[] decided = new int[BLOCK];
    private final int[] level = new int[paths.tree.nodes()];
    private final double[][] phi = new double[players][];
    private final int[] used;
    private Codes.Rows rows;
    private int from;
    private int n;

    Walk(Factors factors) {
      this.factors = factors;
      used =
          Arrays.stream(paths.order)
              .map(node -> paths.player[node])
              .filter(player -> player >= 0)
              .distinct()
              .sorted()
              .toArray();
      for (int player : used) {
        phi[player] = new double[BLOCK];
      }
      for (double[] one : product[0]) {
        Arrays.fill(one, 1);
      }
    }

    /** Leaves the contributions of a block in phi; returns its number of rows. */
    int block(Codes.Rows rows, int from) {
      this.rows = rows;
      this.from = from;
      n = Math.min(BLOCK, rows.count() - from);
      for (int player : used) {
        Arrays.fill(phi[player], 0);
      }
      walk(0, 0);
      return n;
    }

    private void walk(int node, int depth) {
      Tree tree = paths.tree;
      for (double[] e : sum[depth]) {
        Arrays.fill(e, 0);
      }
      double[] s = hot[depth + 1];
      double[] to = phi[paths.player[node]];
      splits.decide(node, rows, from, n, decided, s);
      int before = paths.before(tree.yes()[node]);
      if (before < 0) {
        fresh(tree.yes()[node], depth, s, to);
        complement(s);
        fresh(tree.no()[node], depth, s, to);
      } else {
        double[] old = hot[level[before]];
        times(s, old);
        again(tree.yes()[node], depth, old, s, to);
        minus(s, old);
        again(tree.no()[node], depth, old, s, to);
      }
    }

    /** A child whose player is new on the path. */
    private void fresh(int child, int depth, double[] s, double[] to) {
      double[][] a = product[depth];
      double[][] e = sum[depth];
      int at = child * order;
      if (paths.tree.leaf(child)) {
        for (int k = 0; k < order; k++, at++) {
          double[] g1 = factors.g1;
          leaf(e[k], to, a[k], s, factors.f0[at], factors.f2[at], g1[at], factors.g2[at]);
        }
        return;
      }
      for (int k = 0; k < order; k++) {
        down(product[depth + 1][k], a[k], s, factors.f0[at + k], factors.f2[at + k]);
      }
      level[child] = depth + 1;
      walk(child, depth + 1);
      for (int k = 0; k < order; k++) {
        up(e[k], to, sum[depth + 1][k], s, factors.g1[at + k], factors.g2[at + k]);
      }
    }

    /** A child whose player has been met above. */
    private void again(int child, int depth, double[] old, double[] s, double[] to) {
      double[][] a = product[depth];
      double[][] e = sum[depth];
      int at = child * order;
      if (paths.tree.leaf(child)) {
        for (int k = 0; k < order; k++, at++) {
          leaf(e[k], a[k], old, s, factors.f0[at], factors.f1[at], factors.f2[at]);
          add(to, a[k], old, s, factors.g1[at], factors.g2[at]);
        }
        return;
      }
      for (int k = 0; k < order; k++) {
        double f0 = factors.f0[at + k];
        down(product[depth + 1][k], a[k], old, s, f0, factors.f1[at + k], factors.f2[at + k]);
      }
      level[child] = depth + 1;
      walk(child, depth + 1);
      for (int k = 0; k < order; k++) {
        double[] below = sum[depth + 1][k];
        add(to, below, old, s, factors.g1[at + k], factors.g2[at + k]);
        plus(e[k], below);
      }
    }
  }

  // The loops are short, free of branches, and use one index, so that the compiler vectorises them.

  private static void plus(double[] to, double[] a) {
    for (int b = 0; b < BLOCK; b++) {
      to[b] += a[b];
    }
  }

  private static void times(double[] to, double[] a) {
    for (int b = 0; b < BLOCK; b++) {
      to[b] *= a[b];
    }
  }

  private static void complement(double[] s) {
    for (int b = 0; b < BLOCK; b++) {
      s[b] = 1 - s[b];
    }
  }

  private static void minus(double[] s, double[] old) {
    for (int b = 0; b < BLOCK; b++) {
      s[b] = old[b] - s[b];
    }
  }

  private static void down(double[] next, double[] a, double[] s, double p, double q) {
    for (int b = 0; b < BLOCK; b++) {
      next[b] = a[b] * (p + q * s[b]);
    }
  }

  private static void down(
      double[] next, double[] a, double[] old, double[] s, double p, double q, double r) {
    for (int b = 0; b < BLOCK; b++) {
      next[b] = a[b] * (p + q * old[b] + r * s[b]);
    }
  }

  private static void up(
      double[] sum, double[] phi, double[] below, double[] s, double p, double q) {
    for (int b = 0; b < BLOCK; b++) {
      phi[b] += below[b] * (p + q * s[b]);
      sum[b] += below[b];
    }
  }

  private static void leaf(
      double[] sum,
      double[] phi,
      double[] a,
      double[] s,
      double p,
      double q,
      double gp,
      double gq) {
    for (int b = 0; b < BLOCK; b++) {
      sum[b] += a[b] * (p + q * s[b]);
      phi[b] += a[b] * (gp + gq * s[b]);
    }
  }

  private static void leaf(
      double[] sum, double[] a, double[] old, double[] s, double p, double q, double r) {
    for (int b = 0; b < BLOCK; b++) {
      sum[b] += a[b] * (p + q * old[b] + r * s[b]);
    }
  }

  private static void add(
      double[] phi, double[] below, double[] old, double[] s, double p, double q) {
    for (int b = 0; b < BLOCK; b++) {
      phi[b] += below[b] * (p * old[b] + q * s[b]);
    }
  }
}
