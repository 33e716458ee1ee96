package io.attest.explain.tree;

import io.attest.model.tree.Tree;
import java.util.List;

/**
 * Path-dependent values of single players for very few rows: one walk of the tree a row, with
 * nothing prepared. The integral is that of {@link PathIntegral}.
 *
 * <p>On the way down it multiplies the factors of the path above an edge, on the way up it sums the
 * leaves with the factors below; what an edge's player adds is the product of the two with the
 * player's own factor left out, so that nothing is divided but where a player comes again.
 */
final class RowWalk implements TreeEngine {
  private final Paths paths;
  private final Splits splits;
  private final Quadrature rule;
  private final int depth;

  RowWalk(Paths paths, Splits splits, boolean banzhaf) {
    this.paths = paths;
    this.splits = splits;
    rule = banzhaf ? Quadrature.HALF : Quadrature.exactFor(paths.longest() - 1);
    depth = paths.tree.depth();
  }

  @Override
  public void run(List<Codes.Rows> tiles, List<double[][]> values, Shelf shelf) {
    Walk walk = new Walk();
    for (int t = 0; t < tiles.size(); t++) {
      walk.rows = tiles.get(t);
      walk.values = values.get(t);
      for (walk.row = 0; walk.row < walk.rows.count(); walk.row++) {
        walk.below(0, 0);
      }
    }
  }

  private final class Walk {
    private final int order = rule.size();
    private final double[][] product = new double[depth + 1][order];
    private final double[][] sum = new double[depth + 1][order];
    private final double[][] rest = new double[depth + 1][order];

    /** For each node but the root whether the row satisfies all splits of the edge's player. */
    private final boolean[] hot = new boolean[paths.tree.nodes()];

    private Codes.Rows rows;
    private double[][] values;
    private int row;

    Walk() {
      for (int k = 0; k < order; k++) {
        product[0][k] = rule.weight(k);
      }
    }

    /** Leaves in sum[level] the leaves below a node, times the factors below it. */
    private void below(int node, int level) {
      Tree tree = paths.tree;
      double[] e = sum[level];
      if (tree.leaf(node)) {
        java.util.Arrays.fill(e, tree.value()[node]);
        return;
      }
      java.util.Arrays.fill(e, 0);
      boolean satisfied = splits.decide(node, rows, row) != 0;
      double[] a = product[level];
      double[] below = sum[level + 1];
      double[] next = product[level + 1];
      int yes = tree.yes()[node];
      int player = paths.player[node];
      for (int side = 0; side < 2; side++) {
        int child = side == 0 ? yes : tree.no()[node];
        int before = paths.before(child);
        boolean goes = satisfied == (side == 0) && (before < 0 || hot[before]);
        hot[child] = goes;
        double c = paths.ratio[child];
        // Without the factor of the same player further up, which this one takes the place of.
        double[] others = a;
        double co = 1;
        if (before >= 0) {
          others = rest[level + 1];
          co = paths.ratio[before];
          for (int k = 0; k < order; k++) {
            double old = factor(co, hot[before], rule.node(k));
            others[k] = old == 0 ? 0 : a[k] / old;
          }
        }
        for (int k = 0; k < order; k++) {
          next[k] = others[k] * factor(c, goes, rule.node(k));
        }
        below(child, level + 1);
        double adds = 0;
        for (int k = 0; k < order; k++) {
          adds += others[k] * below[k];
        }
        double phi = ((goes ? 1 : 0) - c) * adds;
        if (before >= 0) {
          double taken = 0;
          for (int k = 0; k < order; k++) {
            double old = factor(co, hot[before], rule.node(k));
            double ratio = old == 0 ? 0 : factor(c, goes, rule.node(k)) / old;
            below[k] *= ratio;
            taken += others[k] * below[k];
          }
          phi -= ((hot[before] ? 1 : 0) - co) * taken;
        } else {
          for (int k = 0; k < order; k++) {
            below[k] *= factor(c, goes, rule.node(k));
          }
        }
        values[player][row] += phi;
        for (int k = 0; k < order; k++) {
          e[k] += below[k];
        }
      }
    }
  }

  private static double factor(double c, boolean known, double t) {
    return (known ? t : 0) + (1 - t) * c;
  }
}
