package io.attest.correlate;

import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.NumericColumn;
import io.attest.data.TextColumn;
import java.util.Arrays;

/**
 * A column as codes of its distinct values: what every measure here counts by. Codes of a number
 * ascend with it, so a rank is a table look-up and no pair of columns needs a sort.
 *
 * @param codes one a row, from 0; -1 is missing
 * @param levels number of distinct codes possible
 * @param values the numbers of a numeric column; null for a categorical one
 * @param missing number of missing rows
 */
record Coded(String name, int[] codes, int levels, double[] values, int missing) {

  static Coded of(Column column) {
    if (column instanceof NumericColumn numeric) {
      return numeric(numeric);
    }
    if (column instanceof CategoricalColumn categorical) {
      return new Coded(
          column.name(), categorical.codes(), categorical.levels().size(), null, column.missing());
    }
    throw new IllegalArgumentException(
        "Column "
            + column.name()
            + " is "
            + (column instanceof TextColumn ? "text" : "neither numeric nor categorical")
            + ": no association can be measured. Maybe declare its type in model.yaml, or leave it"
            + " out.");
  }

  private static Coded numeric(NumericColumn column) {
    int n = column.size();
    double[] values = new double[n];
    double[] sorted = new double[n];
    int present = 0;
    for (int i = 0; i < n; i++) {
      // Adding 0 makes one zero of -0.0 and 0.0, which sorting would tell apart.
      values[i] = column.values()[i] + 0.0;
      if (!Double.isNaN(values[i])) {
        sorted[present++] = values[i];
      }
    }
    Arrays.sort(sorted, 0, present);
    int levels = 0;
    for (int i = 0; i < present; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) {
        sorted[levels++] = sorted[i];
      }
    }
    int[] codes = new int[n];
    for (int i = 0; i < n; i++) {
      codes[i] = Double.isNaN(values[i]) ? -1 : Arrays.binarySearch(sorted, 0, levels, values[i]);
    }
    return new Coded(column.name(), codes, levels, values, n - present);
  }

  boolean isNumeric() {
    return values != null;
  }

  int rows() {
    return codes.length;
  }

  /** Number of rows with each code, among the rows that are present in {@code other} too. */
  int[] counts(Coded other) {
    int[] counts = new int[levels];
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] >= 0 && other.codes[i] >= 0) {
        counts[codes[i]]++;
      }
    }
    return counts;
  }

  /**
   * Twice the centred average rank of each code: a whole number, so that sums of products stay
   * exact.
   */
  static double[] ranks(int[] counts) {
    double[] ranks = new double[counts.length];
    long n = 0;
    for (int count : counts) {
      n += count;
    }
    long below = 0;
    for (int c = 0; c < counts.length; c++) {
      ranks[c] = 2 * below + counts[c] - n;
      below += counts[c];
    }
    return ranks;
  }
}
