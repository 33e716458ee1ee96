package io.attest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Finds the reference cases that other libraries made, where they are present. */
public final class Cases {
  private Cases() {}

  /** The folder of all cases, where it is present. */
  public static Optional<Path> root() {
    return Optional.of(Path.of(System.getProperty("attest.cases", "../shared/cases")))
        .filter(Files::isDirectory);
  }

  /** The folder of one case; skips the calling test, with a message, where it is absent. */
  public static Path folder(String id) {
    Path folder = Path.of(System.getProperty("attest.cases", "../shared/cases")).resolve(id);
    Assumptions.assumeTrue(
        Files.isDirectory(folder),
        () ->
            "Reference case " + id + " is not here; set -Dattest.cases=<folder> to run this test.");
    return folder;
  }
}
