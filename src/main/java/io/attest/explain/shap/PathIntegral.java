package io.attest.explain.shap;

import io.attest.model.tree.Comparison;
import io.attest.model.tree.Tree;
import java.util.Arrays;

/**
 * Path-dependent Shapley values of one tree, for blocks of rows at once.
 *
 * <p>A leaf of value w whose path uses the features D is a game w * prod over D of s_i (feature
 * known) or c_i (unknown): s_i is 1 if the row satisfies every split of feature i on the path, c_i
 * is the product of the cover ratios of those splits. Its Shapley value for i is
 *
 * <pre>  w * integral over t in (0, 1) of (s_i - c_i) * prod over j != i of (t s_j + (1 - t) c_j)
 * </pre>
 *
 * a polynomial of degree |D| - 1, which ceil(|D| / 2) Gauss-Legendre nodes integrate exactly. One
 * walk down multiplies the factors, the way back up sums the leaves below each edge. Every factor
 * is in [0, 1] and s is 0 or 1, so what would be a division of rows is a choice between two numbers
 * prepared once a node: nothing overflows or cancels, however deep the tree.
 *
 * <p>Where a feature is split on again further down, the new factor replaces the old one and the
 * old contribution is taken back for the leaves below. A child without cover gets ratio 0; where
 * the parent has none either, each child gets 1/2.
 */
final class PathIntegral {
  /** Rows of one walk: two such blocks of every depth fit the second-level cache. */
  static final int BLOCK = 64;

  private final Tree tree;
  private final Comparison comparison;
  private final int nodes;

  /** Quadrature nodes. */
  private final int order;

  /** For each node but the root: the node whose edge has the same feature, next above; or -1. */
  private final int[] above;

  private final int[] depthOf;

  /** For each node and quadrature node: factor of the path, f0 + f1 s (old) + f2 s (new). */
  private final double[] f0;

  private final double[] f1;
  private final double[] f2;

  /** For each node and quadrature node: contribution, g1 s (old) + g2 s (new), or g1 + g2 s. */
  private final double[] g1;

  private final double[] g2;

  // Scratch of one walk, by depth.
  private final double[][] product;
  private final double[][] sum;
  private final double[][] hot;

  /**
   * Prepares a tree. The object belongs to one thread; its arrays are scratch.
   *
   * @param features number of model inputs
   */
  PathIntegral(Tree tree, int features, Comparison comparison) {
    this.tree = tree;
    this.comparison = comparison;
    this.nodes = tree.nodes();
    above = new int[nodes];
    depthOf = new int[nodes];
    double[] ratio = new double[nodes];
    int[] last = new int[features];
    Arrays.fill(last, -1);
    Arrays.fill(above, -1);
    int[] widest = new int[1];
    ratio[0] = 1;
    prepare(0, last, 0, ratio, widest);
    order = Math.max(1, (widest[0] + 1) / 2);
    GaussLegendre rule = GaussLegendre.of(order);
    f0 = new double[nodes * order];
    f1 = new double[nodes * order];
    f2 = new double[nodes * order];
    g1 = new double[nodes * order];
    g2 = new double[nodes * order];
    for (int node = 1; node < nodes; node++) {
      if (depthOf[node] > 0) {
        coefficients(node, ratio, rule);
      }
    }
    int depth = Arrays.stream(depthOf).max().orElse(0);
    product = new double[depth + 1][order * BLOCK];
    sum = new double[depth + 1][order * BLOCK];
    hot = new double[depth + 1][BLOCK];
    Arrays.fill(product[0], 1);
  }

  /**
   * Fills in {@code above}, the depth, and each node's product of cover ratios of its own feature.
   *
   * @param last for each feature the deepest node whose edge is of that feature, on this path
   * @param distinct features on this path so far
   */
  private void prepare(int node, int[] last, int distinct, double[] ratio, int[] widest) {
    widest[0] = Math.max(widest[0], distinct);
    if (tree.leaf(node)) {
      return;
    }
    int f = tree.feature()[node];
    for (int side = 0; side < 2; side++) {
      int child = side == 0 ? tree.yes()[node] : tree.no()[node];
      int before = last[f];
      above[child] = before;
      depthOf[child] = depthOf[node] + 1;
      ratio[child] = (before < 0 ? 1 : ratio[before]) * tree.coverRatio(node, child);
      last[f] = child;
      prepare(child, last, before < 0 ? distinct + 1 : distinct, ratio, widest);
      last[f] = before;
    }
  }

  private void coefficients(int node, double[] ratio, GaussLegendre rule) {
    double c = ratio[node];
    for (int k = 0; k < order; k++) {
      double t = rule.nodes()[k];
      double w = rule.weights()[k];
      int at = node * order + k;
      double u0 = c * (1 - t);
      double u1 = t + u0;
      double cold = -1 / (1 - t);
      double warm = (1 - c) / u1;
      if (above[node] < 0) {
        f0[at] = u0;
        f2[at] = u1 - u0;
        g1[at] = w * cold;
      } else {
        double co = ratio[above[node]];
        double v0 = co * (1 - t);
        double v1 = t + v0;
        // Without cover above, everything below is 0 for a row that has left the path.
        f0[at] = v0 == 0 ? 0 : u0 / v0;
        f1[at] = u0 / v1 - f0[at];
        f2[at] = (u1 - u0) / v1;
        g1[at] = w * (cold - (1 - co) / v1);
      }
      g2[at] = w * (warm - cold);
    }
  }

  /**
   * Adds the contributions for one block of rows.
   *
   * @param x features x BLOCK: comparable values of the rows, feature by feature; rows beyond the
   *     last hold anything
   * @param phi features x BLOCK: contributions, added to
   */
  void add(double[] x, double[] phi) {
    if (!tree.leaf(0)) {
      walk(0, 0, x, phi);
    }
  }

  private void walk(int node, int depth, double[] x, double[] phi) {
    double[] a = product[depth];
    double[] e = sum[depth];
    if (tree.leaf(node)) {
      double value = tree.value()[node];
      for (int i = 0; i < e.length; i++) {
        e[i] = a[i] * value;
      }
      return;
    }
    Arrays.fill(e, 0);
    double[] below = sum[depth + 1];
    double[] next = product[depth + 1];
    double[] s = hot[depth + 1];
    int f = tree.feature()[node];
    for (int side = 0; side < 2; side++) {
      int child = side == 0 ? tree.yes()[node] : tree.no()[node];
      decide(node, f, side == 0, x, s);
      double[] old = above[child] < 0 ? null : hot[depthOf[above[child]]];
      if (old == null) {
        down(child, a, next, s);
      } else {
        for (int b = 0; b < BLOCK; b++) {
          s[b] *= old[b];
        }
        downAgain(child, a, next, old, s);
      }
      walk(child, depth + 1, x, phi);
      if (old == null) {
        up(child, below, phi, f * BLOCK, s);
      } else {
        upAgain(child, below, phi, f * BLOCK, old, s);
      }
      for (int i = 0; i < e.length; i++) {
        e[i] += below[i];
      }
    }
  }

  /** Writes 1 for the rows that go to this side of a split and 0 for the others. */
  private void decide(int node, int f, boolean yesSide, double[] x, double[] s) {
    int at = f * BLOCK;
    double threshold = tree.threshold()[node];
    double yes = yesSide ? 1 : 0;
    double no = 1 - yes;
    if (tree.categories()[node] != null) {
      for (int b = 0; b < BLOCK; b++) {
        s[b] = tree.follows(node, x[at + b], comparison) ? yes : no;
      }
    } else if (comparison == Comparison.LESS) {
      // Comparing with NaN is false, so the negated comparison lets NaN pass.
      if (tree.missingYes()[node]) {
        for (int b = 0; b < BLOCK; b++) {
          s[b] = x[at + b] >= threshold ? no : yes;
        }
      } else {
        for (int b = 0; b < BLOCK; b++) {
          s[b] = x[at + b] < threshold ? yes : no;
        }
      }
    } else if (tree.missingYes()[node]) {
      for (int b = 0; b < BLOCK; b++) {
        s[b] = x[at + b] > threshold ? no : yes;
      }
    } else {
      for (int b = 0; b < BLOCK; b++) {
        s[b] = x[at + b] <= threshold ? yes : no;
      }
    }
  }

  // The four loops below are short and free of branches, so that the compiler vectorises them.

  private void down(int child, double[] a, double[] next, double[] s) {
    for (int k = 0, at = 0; k < order; k++, at += BLOCK) {
      double p = f0[child * order + k];
      double q = f2[child * order + k];
      for (int b = 0; b < BLOCK; b++) {
        next[at + b] = a[at + b] * (p + q * s[b]);
      }
    }
  }

  private void downAgain(int child, double[] a, double[] next, double[] old, double[] s) {
    for (int k = 0, at = 0; k < order; k++, at += BLOCK) {
      double p = f0[child * order + k];
      double q = f1[child * order + k];
      double r = f2[child * order + k];
      for (int b = 0; b < BLOCK; b++) {
        next[at + b] = a[at + b] * (p + q * old[b] + r * s[b]);
      }
    }
  }

  private void up(int child, double[] below, double[] phi, int to, double[] s) {
    for (int k = 0, at = 0; k < order; k++, at += BLOCK) {
      double p = g1[child * order + k];
      double q = g2[child * order + k];
      for (int b = 0; b < BLOCK; b++) {
        phi[to + b] += below[at + b] * (p + q * s[b]);
      }
    }
  }

  private void upAgain(int child, double[] below, double[] phi, int to, double[] old, double[] s) {
    for (int k = 0, at = 0; k < order; k++, at += BLOCK) {
      double p = g1[child * order + k];
      double q = g2[child * order + k];
      for (int b = 0; b < BLOCK; b++) {
        phi[to + b] += below[at + b] * (p * old[b] + q * s[b]);
      }
    }
  }
}
