package io.attest.stage;

import java.io.IOException;
import java.nio.file.Path;

/** Brings the bytes of a data source, from wherever they are. */
public interface Sources {

  /**
   * Copies a source to a file.
   *
   * @param uri a file name (relative to {@code base}) or a Camel endpoint URI
   * @param base the folder that relative names start from
   * @param target where to write; does not exist yet
   * @throws IOException if nothing comes, with a message that names the source and says what to do
   */
  void copy(String uri, Path base, Path target) throws IOException;
}
