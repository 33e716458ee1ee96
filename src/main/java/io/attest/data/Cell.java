package io.attest.data;

/**
 * A value of a format that knows types, before it is fitted to a field. Plain text is a {@code
 * String}, a missing value is null.
 */
sealed interface Cell {

  /** The value as it stands in the file. */
  String text();

  /** A number. */
  record Number(String text, double value) implements Cell {}

  /** True or false. */
  record Truth(String text, boolean value) implements Cell {}

  /** A date or a time, as ISO 8601. */
  record Moment(String text) implements Cell {}

  /** Something that is no value: an error in a cell of a workbook, an object inside a row. */
  record Fault(String text, String reason) implements Cell {}
}
