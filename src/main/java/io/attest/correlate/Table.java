package io.attest.correlate;

import java.util.Arrays;

/**
 * Counts of two categorical columns by each other, only the cells that hold rows: two columns of
 * ten thousand levels have a hundred million cells, but never more filled ones than rows.
 */
final class Table {
  private final int[] marginA;
  private final int[] marginB;
  private final long[] keys;

  private Table(int[] marginA, int[] marginB, long[] keys) {
    this.marginA = marginA;
    this.marginB = marginB;
    this.keys = keys;
  }

  static Table of(Coded a, Coded b) {
    int[] marginA = a.counts(b);
    int[] marginB = b.counts(a);
    long[] keys = new long[Arrays.stream(marginA).sum()];
    int n = 0;
    for (int i = 0; i < a.rows(); i++) {
      if (a.codes()[i] >= 0 && b.codes()[i] >= 0) {
        keys[n++] = (long) a.codes()[i] * b.levels() + b.codes()[i];
      }
    }
    return new Table(marginA, marginB, keys);
  }

  int rows() {
    return keys.length;
  }

  int levelsA() {
    return filled(marginA);
  }

  int levelsB() {
    return filled(marginB);
  }

  private static int filled(int[] margin) {
    return (int) Arrays.stream(margin).filter(m -> m > 0).count();
  }

  double chiSquare() {
    int width = marginB.length;
    double sum = 0;
    if ((long) marginA.length * width <= 4L * keys.length + 4096) {
      int[] cells = new int[marginA.length * width];
      for (long key : keys) {
        cells[(int) key]++;
      }
      for (int i = 0; i < marginA.length; i++) {
        for (int j = 0; j < width; j++) {
          sum += term(cells[i * width + j], i, j);
        }
      }
    } else {
      long[] sorted = keys.clone();
      Arrays.sort(sorted);
      double empty = keys.length;
      for (int start = 0; start < sorted.length; ) {
        int end = start;
        while (end < sorted.length && sorted[end] == sorted[start]) {
          end++;
        }
        int i = (int) (sorted[start] / width);
        int j = (int) (sorted[start] % width);
        sum += term(end - start, i, j);
        empty -= expected(i, j);
        start = end;
      }
      // A cell without rows adds what it was expected to hold.
      sum += Math.max(0, empty);
    }
    return sum;
  }

  private double term(int observed, int i, int j) {
    double expected = expected(i, j);
    double d = observed - expected;
    return expected == 0 ? 0 : d * d / expected;
  }

  private double expected(int i, int j) {
    return (double) marginA[i] * marginB[j] / keys.length;
  }

  /**
   * Cochran's rule: the chi-square p value is rough if over a fifth of the cells expect below 5.
   *
   * @param marginA rows with each level of one column
   * @param marginB of the other
   */
  static boolean thin(int[] marginA, int[] marginB) {
    int[] a = Arrays.stream(marginA).filter(m -> m > 0).sorted().toArray();
    int[] b = Arrays.stream(marginB).filter(m -> m > 0).sorted().toArray();
    int rows = Arrays.stream(a).sum();
    long thin = 0;
    int j = b.length;
    // Going up in a, fewer of b stay below the limit: one pass over both counts the cells.
    for (int m : a) {
      while (j > 0 && (double) m * b[j - 1] / rows >= 5) {
        j--;
      }
      thin += j;
    }
    return thin * 5 > (long) a.length * b.length;
  }
}
