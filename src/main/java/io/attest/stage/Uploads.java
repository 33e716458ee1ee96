package io.attest.stage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
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
}
