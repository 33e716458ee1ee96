package io.attest.data;

import java.util.List;

/**
 * Why rows were not taken.
 *
 * @param column where the fault is; empty if it is the row as a whole
 * @param reason in words
 * @param rows number of rows rejected for it; a row counts once, for the first fault found from
 *     left to right
 * @param examples the first of them, at most {@link #EXAMPLES}
 */
public record Reject(String column, String reason, long rows, List<Example> examples) {

  /** How many examples are kept of each reason. */
  public static final int EXAMPLES = 5;

  public Reject {
    examples = List.copyOf(examples);
  }

  /**
   * @param line in the file, counted from 1; for Parquet, which has no lines, the row
   * @param value as it stands in the file, shortened to 80 characters
   */
  public record Example(long line, String value) {}

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    out.append(rows).append(rows == 1 ? " row: " : " rows: ");
    if (!column.isEmpty()) {
      out.append(column).append(": ");
    }
    out.append(reason);
    String before = " (";
    for (Example e : examples) {
      out.append(before).append("line ").append(e.line()).append(": '").append(e.value());
      out.append('\'');
      before = ", ";
    }
    return out.append(examples.isEmpty() ? "" : ")").toString();
  }
}
