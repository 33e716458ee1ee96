package io.attest.data;

/** One row of a file, cell by cell; holds until the next row is read. */
interface Cells {

  /** A cell of a column of the file: null, a {@code String} or a {@link Cell}. */
  Object at(int column);

  /**
   * The number that the cell plainly is, without more ado; NaN if it takes a closer look.
   *
   * @param decimal the decimal sign, where numbers are text
   */
  default double number(int column, char decimal) {
    return Double.NaN;
  }
}
