package io.attest.stage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Data files that people brought, kept until their audit has read them. */
public interface Uploads {

  /**
   * Keeps a file. The same content under the same name is kept once.
   *
   * @param fileName the name it came with; only its last part and plain characters of it are used
   * @return the name to give as {@code data} when an audit starts, for instance {@code
   *     upload:3f2a9c0d1e4b-applicants.csv}
   * @throws IOException if it cannot be kept, for instance because the disk is full; nothing is
   *     left
   */
  String keep(String fileName, InputStream content) throws IOException;

  /** The file that was kept under this name; empty if the name is none of an upload. */
  Optional<Path> find(String name);

  /**
   * A file that was kept.
   *
   * @param name as {@link #keep} gave it
   * @param since when it was brought last
   * @param begins the first digits of its SHA-256
   */
  record Kept(String name, Instant since, long bytes, String begins) {}

  /** All files, by name. */
  default List<Kept> list() {
    return List.of();
  }

  /** Removes a file; nothing happens if it is not there. */
  default void remove(String name) {}
}
