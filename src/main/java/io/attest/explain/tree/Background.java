package io.attest.explain.tree;

import io.attest.model.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Background rows, coded, with their weights. */
final class Background {
  private final List<Codes.Rows> tiles = new ArrayList<>();
  private final double[] weights;
  private final double total;
  private final boolean level;

  /**
   * @param weights one a row, not negative, not all 0
   */
  Background(Codes codes, Batch rows, double[] weights) {
    this.weights = weights;
    for (int from = 0; from < rows.rows(); from += Shelf.TILE) {
      tiles.add(codes.rows(rows, from, Math.min(rows.rows(), from + Shelf.TILE)));
    }
    total = Arrays.stream(weights).sum();
    level = Arrays.stream(weights).allMatch(w -> w == weights[0]);
  }

  int size() {
    return weights.length;
  }

  double total() {
    return total;
  }

  double share(int row) {
    return weights[row] / total;
  }

  /** The weighted mean of a tree over the rows. */
  double mean(Paths paths, Splits splits) {
    double sum = 0;
    for (int t = 0; t < tiles.size(); t++) {
      for (int i = 0; i < tiles.get(t).count(); i++) {
        int node = 0;
        while (!paths.tree.leaf(node)) {
          node =
              splits.decide(node, tiles.get(t), i) != 0
                  ? paths.tree.yes()[node]
                  : paths.tree.no()[node];
        }
        sum += weights[t * Shelf.TILE + i] * paths.tree.value()[node];
      }
    }
    return sum / total;
  }

  /** Counts the rows at each leaf by pattern. */
  double[][] counts(Paths paths, SubtreeTables tables, Shelf shelf) {
    double[][] counts = new double[paths.tree.nodes()][];
    for (int node : paths.order) {
      if (paths.tree.leaf(node)) {
        counts[node] = new double[1 << paths.above[node].length];
      }
    }
    for (int t = 0; t < tiles.size(); t++) {
      int from = t * Shelf.TILE;
      tables.count(
          tiles.get(t),
          Arrays.copyOfRange(weights, from, from + tiles.get(t).count()),
          counts,
          shelf);
    }
    return counts;
  }

  /** Sets the bits of the rows that satisfy a split. */
  void mark(int node, Splits splits, long[] set) {
    int[] decided = new int[Shelf.TILE];
    for (int t = 0; t < tiles.size(); t++) {
      splits.decide(node, tiles.get(t), decided);
      for (int i = 0; i < tiles.get(t).count(); i++) {
        int row = t * Shelf.TILE + i;
        set[row >> 6] |= (long) decided[i] << (row & 63);
      }
    }
  }

  /** The share of a set in the total weight. */
  double weight(long[] set) {
    if (level) {
      int n = 0;
      for (long word : set) {
        n += Long.bitCount(word);
      }
      return (double) n / size();
    }
    double sum = 0;
    for (int w = 0; w < set.length; w++) {
      for (long b = set[w]; b != 0; b &= b - 1) {
        sum += weights[(w << 6) + Long.numberOfTrailingZeros(b)];
      }
    }
    return sum / total;
  }
}
