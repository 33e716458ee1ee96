package io.attest.explain.tree;

import io.attest.model.tree.Codes;
import java.util.List;

/**
 * Path-dependent values of single players for very few rows: a pass down and a pass up the tree for
 * each row and node of the integral, with nothing prepared but the order of the nodes. The integral
 * is that of {@link PathIntegral}.
 *
 * <p>The way down multiplies the factors of the path above each edge, the way up sums the leaves
 * with the factors below it; what an edge's player adds is the product of the two with the player's
 * own factor left out, so that nothing is divided but where a player comes again.
 */
final class RowWalk implements TreeEngine {
  private final Paths paths;
  private final Splits splits;
  private final Quadrature rule;

  // The nodes in an order in which children come after their parent; all by place in it.

  private final int[] parent;
  private final int[] player;
  private final int[] before;
  private final double[] ratio;
  private final double[] leaf;
  private final boolean[] yes;

  RowWalk(Paths paths, Splits splits, boolean banzhaf) {
    this.paths = paths;
    this.splits = splits;
    rule = banzhaf ? Quadrature.HALF : Quadrature.exactFor(paths.longest() - 1);
    int n = paths.order.length;
    int[] place = new int[paths.tree.nodes()];
    for (int i = 0; i < n; i++) {
      place[paths.order[i]] = i;
    }
    parent = new int[n];
    player = new int[n];
    before = new int[n];
    ratio = new double[n];
    leaf = new double[n];
    yes = new boolean[n];
    for (int i = 0; i < n; i++) {
      int node = paths.order[i];
      leaf[i] = paths.tree.leaf(node) ? paths.tree.value()[node] : 0;
      if (i > 0) {
        int above = paths.parent[node];
        parent[i] = place[above];
        player[i] = paths.player[above];
        before[i] = paths.before(node) < 0 ? -1 : place[paths.before(node)];
        ratio[i] = paths.ratio[node];
        yes[i] = paths.tree.yes()[above] == node;
      }
    }
  }

  @Override
  public void run(List<Codes.Rows> tiles, List<double[][]> values, Shelf shelf) {
    int n = parent.length;
    boolean[] satisfied = new boolean[n];
    double[] known = new double[n];
    double[] product = new double[n];
    double[] others = new double[n];
    double[] factor = new double[n];
    double[] step = new double[n];
    double[] below = new double[n];
    for (int tile = 0; tile < tiles.size(); tile++) {
      Codes.Rows rows = tiles.get(tile);
      for (int row = 0; row < rows.count(); row++) {
        for (int i = 0; i < n; i++) {
          int node = paths.order[i];
          satisfied[i] = !paths.tree.leaf(node) && splits.decide(node, rows, row) != 0;
          if (i > 0) {
            boolean goes = satisfied[parent[i]] == yes[i];
            known[i] = goes && (before[i] < 0 || known[before[i]] != 0) ? 1 : 0;
          }
        }
        for (int k = 0; k < rule.size(); k++) {
          double t = rule.node(k);
          product[0] = rule.weight(k);
          for (int i = 1; i < n; i++) {
            double f = t * known[i] + (1 - t) * ratio[i];
            double a = product[parent[i]];
            double s = f;
            if (before[i] >= 0) {
              // In place of the factor of the same player further up.
              double old = factor[before[i]];
              a = old == 0 ? 0 : a / old;
              s = old == 0 ? 0 : f / old;
            }
            factor[i] = f;
            others[i] = a;
            step[i] = s;
            product[i] = a * f;
          }
          System.arraycopy(leaf, 0, below, 0, n);
          double[][] to = values.get(tile);
          for (int i = n - 1; i > 0; i--) {
            double e = below[i];
            double up = e * step[i];
            double phi = (known[i] - ratio[i]) * others[i] * e;
            int b = before[i];
            if (b >= 0) {
              phi -= (known[b] - ratio[b]) * others[i] * up;
            }
            to[player[i]][row] += phi;
            below[parent[i]] += up;
          }
        }
      }
    }
  }
}
