package io.attest.explain.surrogate;

import io.attest.model.Batch;
import io.attest.model.Feature;
import java.util.Arrays;
import java.util.List;

/**
 * Rows made ready for growing trees: what is sorted once serves any number of trees on the same
 * rows, with whatever weights and targets.
 *
 * <p>Memory: 8 bytes a value.
 */
public final class SortedColumns {
  final int rows;
  final int features;

  /** Number of levels of a categorical feature, 0 for a number. */
  final int[] levels;

  /** Different values of each numeric feature, ascending. */
  final double[][] values;

  /**
   * Place of each row's value among those, or its level; one more than the last for a missing one.
   */
  final int[][] codes;

  /** Rows by code, of each numeric feature; null for a categorical one. */
  final int[][] order;

  private SortedColumns(int rows, int features) {
    this.rows = rows;
    this.features = features;
    levels = new int[features];
    values = new double[features][];
    codes = new int[features][];
    order = new int[features][];
  }

  /**
   * Sorts.
   *
   * @param features of the columns of {@code rows}
   * @throws IllegalArgumentException if a level is none of its feature
   */
  public static SortedColumns of(Batch rows, List<Feature> features) {
    SortedColumns sorted = new SortedColumns(rows.rows(), features.size());
    for (int j = 0; j < features.size(); j++) {
      if (features.get(j).categorical()) {
        sorted.category(rows, j, features.get(j));
      } else {
        sorted.number(rows, j);
      }
    }
    return sorted;
  }

  private void category(Batch batch, int j, Feature feature) {
    levels[j] = feature.levels().size();
    codes[j] = new int[rows];
    for (int i = 0; i < rows; i++) {
      double value = batch.at(i, j);
      if (!Double.isNaN(value) && !(value >= 0 && value < levels[j])) {
        throw new IllegalArgumentException(
            "Row "
                + (i + 1)
                + " has the code "
                + value
                + " of "
                + feature.name()
                + ", which has "
                + levels[j]
                + " levels.");
      }
      codes[j][i] = Double.isNaN(value) ? levels[j] : (int) value;
    }
  }

  private void number(Batch batch, int j) {
    double[] known = new double[rows];
    int n = 0;
    for (int i = 0; i < rows; i++) {
      if (!Double.isNaN(batch.at(i, j))) {
        // Adding 0 makes -0 to 0, which sorting would keep apart.
        known[n++] = batch.at(i, j) + 0.0;
      }
    }
    values[j] = Arrays.stream(known, 0, n).sorted().distinct().toArray();
    codes[j] = new int[rows];
    int[] start = new int[values[j].length + 2];
    for (int i = 0; i < rows; i++) {
      double value = batch.at(i, j);
      codes[j][i] =
          Double.isNaN(value) ? values[j].length : Arrays.binarySearch(values[j], value + 0.0);
      start[codes[j][i] + 1]++;
    }
    Arrays.parallelPrefix(start, Integer::sum);
    order[j] = new int[rows];
    for (int i = 0; i < rows; i++) {
      order[j][start[codes[j][i]]++] = i;
    }
  }

  /** True if some row's value is missing. */
  boolean holes(int feature) {
    int missing = levels[feature] > 0 ? levels[feature] : values[feature].length;
    return Arrays.stream(codes[feature]).anyMatch(code -> code == missing);
  }
}
