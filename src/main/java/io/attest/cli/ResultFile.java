package io.attest.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * A result as CSV, in a file or on the terminal: it is there whole once it is published, or not at
 * all.
 */
final class ResultFile implements AutoCloseable {
  private final Optional<Path> file;
  private final PrintWriter terminal;
  private final Path temporary;
  private final BufferedWriter text;
  private final CsvText csv;

  /**
   * @param file where to write; the terminal if empty
   */
  ResultFile(Optional<Path> file, PrintWriter terminal) {
    this.file = file;
    this.terminal = terminal;
    try {
      temporary =
          file.isPresent()
              ? Files.createTempFile(file.get().toAbsolutePath().getParent(), ".attest-", ".tmp")
              : Files.createTempFile("attest-", ".csv");
      text = Files.newBufferedWriter(temporary);
    } catch (IOException e) {
      throw fault(e);
    }
    csv = new CsvText(text);
  }

  CsvText csv() {
    return csv;
  }

  private UncheckedIOException fault(IOException e) {
    return new UncheckedIOException(
        "Cannot write " + file.map(Path::toString).orElse("the result") + ": " + e, e);
  }

  /** Gives the result its name, or shows it. */
  void publish() {
    try {
      text.close();
      if (file.isPresent()) {
        Files.move(
            temporary,
            file.get().toAbsolutePath(),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
        return;
      }
      try (Reader in = Files.newBufferedReader(temporary)) {
        in.transferTo(terminal);
      }
      terminal.flush();
      if (terminal.checkError()) {
        throw new IOException("not all of it could be written to standard output");
      }
    } catch (IOException e) {
      throw fault(e);
    }
  }

  @Override
  public void close() {
    try (text) {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw fault(e);
    }
  }
}
