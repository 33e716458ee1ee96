package io.attest.data;

/**
 * One named column of a {@link Frame}: immutable, columnar, with its own mark for a missing value.
 */
public sealed interface Column permits NumericColumn, CategoricalColumn, TextColumn {

  String name();

  /** Number of rows. */
  int size();

  /** True where the value is missing. */
  boolean isMissing(int row);

  /** The value as a person would read it; empty where it is missing. */
  String text(int row);

  /** The same column with the given rows, in the given order. */
  Column select(int[] rows);

  /** Number of missing values. */
  default int missing() {
    int n = 0;
    for (int i = 0; i < size(); i++) {
      if (isMissing(i)) {
        n++;
      }
    }
    return n;
  }
}
