package io.attest.explain.tree;

import io.attest.model.Batch;
import io.attest.model.tree.CodedTree;
import io.attest.model.tree.Codes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Background rows, coded, with their weights. */
final class Background {
  private final List<Chunk> chunks = new ArrayList<>();
  private final double total;
  private final int size;

  /**
   * @param weights one a row, not negative, not all 0
   */
  Background(Codes codes, Batch rows, double[] weights) {
    this(codes, rows, weights, Shelf.TILE);
  }

  /**
   * @param chunk how many rows are looked at together, at most {@link Shelf#TILE}
   */
  Background(Codes codes, Batch rows, double[] weights, int chunk) {
    size = rows.rows();
    total = Arrays.stream(weights).sum();
    for (int from = 0; from < size; from += chunk) {
      int to = Math.min(size, from + chunk);
      chunks.add(
          new Chunk(from, codes.rows(rows, from, to), Arrays.copyOfRange(weights, from, to)));
    }
  }

  List<Chunk> chunks() {
    return chunks;
  }

  int size() {
    return size;
  }

  double total() {
    return total;
  }

  /**
   * The weighted mean of a tree over the rows.
   *
   * @param flat of each chunk its {@link Codes.Rows#flat}
   */
  double mean(CodedTree tree, List<int[]> flat) {
    double sum = 0;
    for (int c = 0; c < chunks.size(); c++) {
      Chunk chunk = chunks.get(c);
      double[] leaves = tree.leaves(chunk.rows, flat.get(c));
      for (int i = 0; i < leaves.length; i++) {
        sum += chunk.weights[i] * leaves[i];
      }
    }
    return sum / total;
  }

  /** Some of the rows; sets of them are bits in the order of the rows. */
  final class Chunk {
    private final int from;
    private final Codes.Rows rows;
    private final double[] weights;
    private final boolean level;

    private Chunk(int from, Codes.Rows rows, double[] weights) {
      this.from = from;
      this.rows = rows;
      this.weights = weights;
      level = Arrays.stream(weights).allMatch(w -> w == weights[0]);
    }

    /** Index of the first row in the background. */
    int from() {
      return from;
    }

    int size() {
      return weights.length;
    }

    Codes.Rows rows() {
      return rows;
    }

    /** One a row; not to be changed. */
    double[] weights() {
      return weights;
    }

    /** Sets the bits of the rows that satisfy a split. */
    void mark(int node, Splits splits, long[] set) {
      int[] decided = new int[size()];
      splits.decide(node, rows, decided);
      for (int i = 0; i < decided.length; i++) {
        set[i >> 6] |= (long) decided[i] << (i & 63);
      }
    }

    /** The share of a set in the weight of the whole background. */
    double weight(long[] set) {
      if (level) {
        int n = 0;
        for (long word : set) {
          n += Long.bitCount(word);
        }
        return n * weights[0] / total;
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
}
