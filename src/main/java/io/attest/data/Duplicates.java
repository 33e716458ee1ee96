package io.attest.data;

import java.util.List;

/** Counts rows that say the same as a row before them. */
final class Duplicates {
  private Duplicates() {}

  /**
   * Rows equal to an earlier one in every column but text: an identifier makes no row another case.
   */
  static long count(Frame frame) {
    List<Column> columns =
        frame.columns().stream().filter(c -> !(c instanceof TextColumn)).toList();
    int rows = frame.rows();
    if (columns.isEmpty() || rows < 2) {
      return 0;
    }
    long[] hash = new long[rows];
    for (Column column : columns) {
      for (int i = 0; i < rows; i++) {
        long h = (hash[i] ^ bits(column, i)) * 0x9E3779B97F4A7C15L;
        hash[i] = h ^ (h >>> 32);
      }
    }
    // An open table of the rows met first: an entry is row + 1.
    int size = Integer.highestOneBit(Math.min(1 << 29, rows)) << 2;
    int[] met = new int[size > 0 ? size : 1 << 30];
    long duplicates = 0;
    for (int i = 0; i < rows; i++) {
      int slot = (int) (hash[i] >>> 7) & (met.length - 1);
      while (met[slot] != 0 && !same(columns, hash, met[slot] - 1, i)) {
        slot = (slot + 1) & (met.length - 1);
      }
      if (met[slot] == 0) {
        met[slot] = i + 1;
      } else {
        duplicates++;
      }
    }
    return duplicates;
  }

  private static boolean same(List<Column> columns, long[] hash, int a, int b) {
    return hash[a] == hash[b]
        && columns.stream().allMatch(column -> bits(column, a) == bits(column, b));
  }

  private static long bits(Column column, int row) {
    if (column instanceof NumericColumn numeric) {
      double value = numeric.values()[row];
      return Double.doubleToLongBits(value == 0 ? 0.0 : value);
    }
    return ((CategoricalColumn) column).codes()[row];
  }
}
