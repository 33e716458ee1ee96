package io.attest.stage;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Data files that lie ready in the drop folder until somebody names one as the data of an audit.
 */
public interface DropFolder {

  /** The files there are, newest first. */
  List<Lying> files();

  /** The file of this name; empty if the name is none of a file that lies there now. */
  Optional<Path> find(String data);

  /**
   * One file.
   *
   * @param data what to give as {@code data} when an audit starts: {@code drop:applicants.csv}
   * @param name its name in the folder
   */
  record Lying(String data, String name, long bytes, Instant changed) {}
}
