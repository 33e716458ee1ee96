package io.attest.explain.tree;

import io.attest.model.tree.Codes;
import io.attest.model.tree.Tree;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Path-dependent values of single players for very few rows: each row passes the edges of a tree
 * twice, with nothing prepared but their order. The integral is that of {@link PathIntegral}.
 *
 * <p>On the way down it multiplies the factors of the path above an edge, on the way up it sums the
 * leaves with the factors below; what an edge's player adds is the product of the two with the
 * player's own factor left out. Only where a player comes again, and the row has kept to it so far,
 * is anything divided. Four nodes of the rule are taken at a time, and edges of one kind after the
 * other where the order is free, so that the loops hardly branch.
 */
final class RowWalk implements TreeEngine {
  private static final int LANES = 4;

  private final Splits splits;

  /** Nodes and weights of the rule, filled up with nodes that weigh nothing. */
  private final double[] at;

  private final double[] weight;

  // What the walk reads stands close together: trees come and go in the caches with every row.
  // Splits are numbered with parents first; edge 2s leads to the yes child of split s, 2s + 1 to
  // the other.

  private final int[] node;
  private final int[] player;

  /** For each split the nearest edge above it that is of its player; or -1. */
  private final int[] before;

  /** For each split but the first the edge to it. */
  private final int[] edge;

  /** For each edge the product of the cover ratios of its player's edges down to it. */
  private final double[] ratio;

  /** Edges to leaves, those of new players first, and the leaves. */
  private final int[] leafEdge;

  private final double[] leaf;
  private final int freshLeaves;

  RowWalk(Paths paths, Splits splits, boolean banzhaf) {
    this.splits = splits;
    Quadrature rule = banzhaf ? Quadrature.HALF : Quadrature.exactFor(paths.longest() - 1);
    int lanes = (rule.size() + LANES - 1) / LANES * LANES;
    at = new double[lanes];
    weight = new double[lanes];
    for (int k = 0; k < lanes; k++) {
      at[k] = k < rule.size() ? rule.node(k) : 0.5;
      weight[k] = k < rule.size() ? rule.weight(k) : 0;
    }
    Tree tree = paths.tree;
    node = Arrays.stream(paths.order).filter(i -> !tree.leaf(i)).toArray();
    int[] edgeTo = new int[tree.nodes()];
    edge = new int[node.length];
    player = new int[node.length];
    before = new int[node.length];
    ratio = new double[2 * node.length];
    for (int s = 0; s < node.length; s++) {
      int yes = tree.yes()[node[s]];
      int no = tree.no()[node[s]];
      edgeTo[yes] = 2 * s;
      edgeTo[no] = 2 * s + 1;
      edge[s] = edgeTo[node[s]];
      player[s] = paths.player[node[s]];
      before[s] = paths.fresh[yes] ? -1 : edgeTo[paths.before(yes)];
      ratio[2 * s] = paths.ratio[yes];
      ratio[2 * s + 1] = paths.ratio[no];
    }
    int[] fresh = leaves(paths, true);
    int[] leaves =
        IntStream.concat(Arrays.stream(fresh), Arrays.stream(leaves(paths, false))).toArray();
    freshLeaves = fresh.length;
    leafEdge = Arrays.stream(leaves).map(i -> edgeTo[i]).toArray();
    leaf = Arrays.stream(leaves).mapToDouble(i -> tree.value()[i]).toArray();
  }

  private static int[] leaves(Paths paths, boolean fresh) {
    return Arrays.stream(paths.order)
        .filter(i -> i > 0 && paths.tree.leaf(i) && paths.fresh[i] == fresh)
        .toArray();
  }

  @Override
  public void run(List<Codes.Rows> tiles, List<double[][]> values, Shelf shelf) {
    if (node.length == 0) {
      return;
    }
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(LANES * node.length);
    double[][] scratch = {shelf.take(bits), shelf.take(bits), shelf.take(bits)};
    Walk walk = new Walk(scratch);
    for (int t = 0; t < tiles.size(); t++) {
      for (int row = 0; row < tiles.get(t).count(); row++) {
        walk.row(tiles.get(t), row, values.get(t));
      }
    }
    shelf.give(scratch);
  }

  private final class Walk {
    /** For each edge 1 if the row satisfies all splits of its player down to it. */
    private final double[] hot;

    /** For each split and lane the factors of the path to it. */
    private final double[] product;

    /** For each split and lane the leaves below it, times the factors below it. */
    private final double[] sum;

    private double t0;
    private double t1;
    private double t2;
    private double t3;

    Walk(double[][] scratch) {
      hot = scratch[0];
      product = scratch[1];
      sum = scratch[2];
    }

    void row(Codes.Rows rows, int row, double[][] phi) {
      int n = node.length;
      for (int s = 0; s < n; s++) {
        double above = before[s] < 0 ? 1 : hot[before[s]];
        double goes = above * splits.decide(node[s], rows, row);
        hot[2 * s] = goes;
        hot[2 * s + 1] = above - goes;
      }
      for (int k = 0; k < at.length; k += LANES) {
        t0 = at[k];
        t1 = at[k + 1];
        t2 = at[k + 2];
        t3 = at[k + 3];
        System.arraycopy(weight, k, product, 0, LANES);
        for (int s = 1; s < n; s++) {
          down(s);
        }
        Arrays.fill(sum, 0, LANES * n, 0);
        for (int l = 0; l < freshLeaves; l++) {
          fresh(leafEdge[l], leaf[l], leaf[l], leaf[l], leaf[l], phi, row);
        }
        for (int l = freshLeaves; l < leaf.length; l++) {
          again(leafEdge[l], leaf[l], leaf[l], leaf[l], leaf[l], phi, row);
        }
        for (int s = n - 1; s > 0; s--) {
          int i = LANES * s;
          if (before[edge[s] >> 1] < 0) {
            fresh(edge[s], sum[i], sum[i + 1], sum[i + 2], sum[i + 3], phi, row);
          } else {
            again(edge[s], sum[i], sum[i + 1], sum[i + 2], sum[i + 3], phi, row);
          }
        }
      }
    }

    private void down(int split) {
      double[] a = product;
      int to = LANES * split;
      int parent = edge[split] >> 1;
      int from = LANES * parent;
      double c = ratio[edge[split]];
      double gain = hot[edge[split]] - c;
      if (before[parent] < 0) {
        a[to] = a[from] * (c + t0 * gain);
        a[to + 1] = a[from + 1] * (c + t1 * gain);
        a[to + 2] = a[from + 2] * (c + t2 * gain);
        a[to + 3] = a[from + 3] * (c + t3 * gain);
        return;
      }
      double co = ratio[before[parent]];
      if (hot[before[parent]] == 0) {
        double share = co == 0 ? 0 : c / co;
        a[to] = a[from] * share;
        a[to + 1] = a[from + 1] * share;
        a[to + 2] = a[from + 2] * share;
        a[to + 3] = a[from + 3] * share;
        return;
      }
      double lack = 1 - co;
      a[to] = a[from] * (c + t0 * gain) / (co + t0 * lack);
      a[to + 1] = a[from + 1] * (c + t1 * gain) / (co + t1 * lack);
      a[to + 2] = a[from + 2] * (c + t2 * gain) / (co + t2 * lack);
      a[to + 3] = a[from + 3] * (c + t3 * gain) / (co + t3 * lack);
    }

    /** The way up an edge whose player is new. */
    private void fresh(
        int edge, double e0, double e1, double e2, double e3, double[][] phi, int row) {
      int up = LANES * (edge >> 1);
      double c = ratio[edge];
      double gain = hot[edge] - c;
      double[] a = product;
      phi[player[edge >> 1]][row] +=
          gain * ((a[up] * e0 + a[up + 1] * e1) + (a[up + 2] * e2 + a[up + 3] * e3));
      sum[up] += e0 * (c + t0 * gain);
      sum[up + 1] += e1 * (c + t1 * gain);
      sum[up + 2] += e2 * (c + t2 * gain);
      sum[up + 3] += e3 * (c + t3 * gain);
    }

    /** The way up an edge whose player has been met: its factor takes the place of the old one. */
    private void again(
        int edge, double e0, double e1, double e2, double e3, double[][] phi, int row) {
      int up = LANES * (edge >> 1);
      int old = before[edge >> 1];
      double c = ratio[edge];
      double co = ratio[old];
      if (hot[old] == 0) {
        // The player was lost above: it adds nothing here beyond what it took there.
        double share = co == 0 ? 0 : c / co;
        sum[up] += e0 * share;
        sum[up + 1] += e1 * share;
        sum[up + 2] += e2 * share;
        sum[up + 3] += e3 * share;
        return;
      }
      double gain = hot[edge] - c;
      double lack = 1 - co;
      double i0 = 1 / (co + t0 * lack);
      double i1 = 1 / (co + t1 * lack);
      double i2 = 1 / (co + t2 * lack);
      double i3 = 1 / (co + t3 * lack);
      double r0 = (c + t0 * gain) * i0;
      double r1 = (c + t1 * gain) * i1;
      double r2 = (c + t2 * gain) * i2;
      double r3 = (c + t3 * gain) * i3;
      double[] a = product;
      phi[player[edge >> 1]][row] +=
          (a[up] * i0 * e0 * (gain - lack * r0) + a[up + 1] * i1 * e1 * (gain - lack * r1))
              + (a[up + 2] * i2 * e2 * (gain - lack * r2)
                  + a[up + 3] * i3 * e3 * (gain - lack * r3));
      sum[up] += e0 * r0;
      sum[up + 1] += e1 * r1;
      sum[up + 2] += e2 * r2;
      sum[up + 3] += e3 * r3;
    }
  }
}
