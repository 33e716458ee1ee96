package io.attest.rules;

/**
 * Something that is wrong in a table of rules.
 *
 * @param broken whether the table must not be used so; else it is a hint
 * @param row the row as a modeler counts them, from 1; 0 for the whole table
 * @param cell the column, for instance {@code Metric}; empty for the whole row
 * @param message what is wrong and what to do
 */
public record RuleProblem(boolean broken, int row, String cell, String message) {

  /** Where it is: {@code row 12, Metric}. */
  public String place() {
    return row == 0 ? "the table" : "row " + row + (cell.isEmpty() ? "" : ", " + cell);
  }
}
