package io.attest.cli;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes a result as CSV, to a file that is there whole or not at all, or to the terminal. */
final class ResultFile {
  private ResultFile() {}

  /** Takes one row after the other. */
  interface Rows extends Consumer<List<String>> {}

  static void write(Optional<Path> file, PrintWriter terminal, Consumer<Rows> fill) {
    if (file.isEmpty()) {
      // Not closed: the terminal is not ours.
      @SuppressWarnings("resource")
      CsvWriter csv = writer(terminal);
      fill.accept(csv::writeRecord);
      flush(csv);
      if (terminal.checkError()) {
        throw new UncheckedIOException(
            new IOException("Cannot write all of the result to standard output."));
      }
      return;
    }
    Path target = file.get().toAbsolutePath();
    try {
      Path temporary = Files.createTempFile(target.getParent(), ".attest-", ".tmp");
      try {
        try (CsvWriter csv = writer(Files.newBufferedWriter(temporary))) {
          fill.accept(csv::writeRecord);
        }
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file.get() + ": " + e, e);
    }
  }

  private static CsvWriter writer(Writer to) {
    return CsvWriter.builder().lineDelimiter(de.siegmar.fastcsv.writer.LineDelimiter.LF).build(to);
  }

  private static void flush(CsvWriter csv) {
    try {
      csv.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A number with all its digits; empty where there is none. */
  static String number(double value) {
    return Double.isNaN(value) ? "" : Double.toString(value);
  }
}
