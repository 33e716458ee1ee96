package io.attest.measure;

import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.TextColumn;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** Facts about the rows themselves: {@code data.missing} and {@code data.duplicates}. */
public final class DataFacts {
  private DataFacts() {}

  /** Share of missing values of each column, 0 to 1, in the order of the table; 0 without rows. */
  public static Map<String, Double> missing(Frame frame) {
    Map<String, Double> shares = new LinkedHashMap<>();
    for (Column column : frame.columns()) {
      shares.put(column.name(), frame.rows() == 0 ? 0 : (double) column.missing() / frame.rows());
    }
    return shares;
  }

  /** Number of rows that repeat an earlier one in every column; missing equals missing. */
  public static int duplicates(Frame frame) {
    long[] hashes = new long[frame.rows()];
    for (Column column : frame.columns()) {
      for (int i = 0; i < hashes.length; i++) {
        hashes[i] = (hashes[i] ^ hash(column, i)) * 0x9E3779B97F4A7C15L;
        hashes[i] ^= hashes[i] >>> 29;
      }
    }
    int[] order =
        IntStream.range(0, hashes.length)
            .boxed()
            .sorted(Comparator.comparingLong(i -> hashes[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    int duplicates = 0;
    for (int start = 0; start < order.length; ) {
      int end = start + 1;
      // Rows of one hash are compared in full: a hash alone could be wrong.
      for (; end < order.length && hashes[order[end]] == hashes[order[start]]; end++) {
        for (int k = start; k < end; k++) {
          if (equal(frame, order[k], order[end])) {
            duplicates++;
            break;
          }
        }
      }
      start = end;
    }
    return duplicates;
  }

  private static long hash(Column column, int row) {
    if (column.isMissing(row)) {
      return 1;
    }
    if (column instanceof NumericColumn numeric) {
      return Double.doubleToLongBits(numeric.values()[row] + 0.0);
    }
    return column.text(row).hashCode();
  }

  private static boolean equal(Frame frame, int a, int b) {
    for (Column column : frame.columns()) {
      boolean same;
      if (column.isMissing(a) || column.isMissing(b)) {
        same = column.isMissing(a) && column.isMissing(b);
      } else if (column instanceof NumericColumn numeric) {
        same = numeric.values()[a] == numeric.values()[b];
      } else if (column instanceof CategoricalColumn categorical) {
        same = categorical.codes()[a] == categorical.codes()[b];
      } else {
        same = ((TextColumn) column).text(a).equals(column.text(b));
      }
      if (!same) {
        return false;
      }
    }
    return true;
  }
}
