package io.attest.explain.tree;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The arrays that one thread works with, kept from tree to tree. */
final class Shelf {
  /** Rows that are taken through a tree together: their keys fit the second-level cache. */
  static final int TILE = 2048;

  final double[][] terms = new double[4][];
  final int[][] termKeys = new int[4][];

  private final List<Deque<double[]>> free = new ArrayList<>();
  private final List<int[]> keysOfRows = new ArrayList<>();
  private final List<int[]> patterns = new ArrayList<>();
  private final List<int[]> decided = new ArrayList<>();
  private final int[][][] keys = new int[2][32][];

  /** An array of 2 to the bits numbers with anything in it. */
  double[] take(int bits) {
    while (free.size() <= bits) {
      free.add(new ArrayDeque<>());
    }
    double[] array = free.get(bits).poll();
    return array == null ? new double[1 << bits] : array;
  }

  /** Takes back arrays that {@link #take} gave. */
  void give(double[][] arrays) {
    for (double[] array : arrays) {
      free.get(Integer.numberOfTrailingZeros(array.length)).push(array);
    }
  }

  int[] keys(int which, int bits) {
    if (keys[which][bits] == null) {
      keys[which][bits] = new int[1 << bits];
    }
    return keys[which][bits];
  }

  int[][] keysOfRows(int subtrees) {
    while (keysOfRows.size() < subtrees) {
      keysOfRows.add(new int[TILE]);
    }
    return keysOfRows.toArray(new int[0][]);
  }

  int[] pattern(int depth) {
    return grown(patterns, depth);
  }

  int[] decided(int depth) {
    return grown(decided, depth);
  }

  private static int[] grown(List<int[]> arrays, int index) {
    while (arrays.size() <= index) {
      arrays.add(new int[TILE]);
    }
    return arrays.get(index);
  }
}
