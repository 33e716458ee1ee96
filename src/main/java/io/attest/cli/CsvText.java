package io.attest.cli;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;

/**
 * Writes CSV: comma, line feed, quotes where they are needed. A number has the fewest digits that
 * give it back, whatever the Java version; no number is empty.
 */
final class CsvText {
  private final Writer to;
  private final StringBuilder line = new StringBuilder(1 << 10);

  CsvText(Writer to) {
    this.to = to;
  }

  CsvText text(String value) {
    if (quoted(value)) {
      line.append('"').append(value.replace("\"", "\"\"")).append('"');
    } else {
      line.append(value);
    }
    line.append(',');
    return this;
  }

  private static boolean quoted(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == ',' || c == '"' || c == '\n' || c == '\r') {
        return true;
      }
    }
    return false;
  }

  CsvText number(double value) {
    if (!Double.isNaN(value)) {
      line.append(NumberOutput.toString(value, true));
    }
    line.append(',');
    return this;
  }

  CsvText whole(long value) {
    line.append(value).append(',');
    return this;
  }

  /** Ends the row: the comma after its last field becomes the end of the line. */
  void end() {
    line.setCharAt(line.length() - 1, '\n');
    try {
      to.append(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    line.setLength(0);
  }
}
