package io.attest.data;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import java.util.Arrays;

/**
 * One row of a CSV file as characters, so that a number becomes no text first. The same row is
 * filled again and again.
 */
final class CsvRow extends AbstractBaseCsvCallbackHandler<CsvRow> implements Cells {
  private char[] chars = new char[1 << 10];
  private int[] ends = new int[64];
  private int fields;
  private int length;
  private long line;

  @Override
  protected void handleBegin(long startingLineNumber) {
    line = startingLineNumber;
    fields = 0;
    length = 0;
  }

  @Override
  protected void handleField(int index, char[] buffer, int offset, int size, boolean quoted) {
    if (length + size > chars.length) {
      chars = Arrays.copyOf(chars, Math.max(2 * chars.length, length + size));
    }
    if (fields == ends.length) {
      ends = Arrays.copyOf(ends, 2 * fields);
    }
    System.arraycopy(buffer, offset, chars, length, size);
    length += size;
    ends[fields++] = length;
  }

  @Override
  protected void handleEmpty() {
    fields = 1;
    ends[0] = 0;
  }

  @Override
  protected CsvRow buildRecord() {
    return this;
  }

  /** Where the row begins in the file, from 1. */
  long line() {
    return line;
  }

  int fields() {
    return fields;
  }

  private int start(int column) {
    return column == 0 ? 0 : ends[column - 1];
  }

  @Override
  public String at(int column) {
    int start = start(column);
    return new String(chars, start, ends[column] - start);
  }

  @Override
  public double number(int column, char decimal) {
    return Numbers.parse(chars, start(column), ends[column], decimal);
  }
}
