package io.attest.audit.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file outside the database with the ends of the log that were found right: one line each, {@code
 * sequence hash time}. The next check begins at the last one, and a log that was written anew does
 * not agree with them.
 */
public final class RememberedHeads {
  private final Path file;

  /**
   * @param file need not be there
   */
  public RememberedHeads(Path file) {
    this.file = file;
  }

  /**
   * All of them, in the order they were seen.
   *
   * @throws IllegalStateException if a line is none: somebody changed the file
   */
  public List<LogHead> all() {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<LogHead> heads = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        String[] part = line.split(" ");
        heads.add(new LogHead(Long.parseLong(part[0]), part[1], Instant.parse(part[2])));
      }
      return heads;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file + ".", e);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException | DateTimeParseException e) {
      throw new IllegalStateException(
          file
              + ", line "
              + (heads.size() + 1)
              + " is not 'sequence hash time'. Restore the file from the backup.",
          e);
    }
  }

  /** The last one. */
  public Optional<LogHead> last() {
    List<LogHead> all = all();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  /** Adds one, unless it is the last there is. */
  public void remember(LogHead head) {
    if (head.sequence() == 0 || last().filter(l -> l.sequence() == head.sequence()).isPresent()) {
      return;
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(
          file,
          head.sequence() + " " + head.hash() + " " + head.at() + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND,
          StandardOpenOption.SYNC);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file + ".", e);
    }
  }
}
