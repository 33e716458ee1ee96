package io.attest.report;

import io.attest.audit.Artifact;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * The files of an audit that hold single cases, for sheets that show more of them than the record.
 *
 * @param find where an artefact lies; empty if it cannot be read here
 * @param most how many cases a sheet lists at most
 */
public record CaseFiles(Function<Artifact, Optional<Path>> find, int most) {

  /** How many cases a sheet lists unless the installation says otherwise. */
  public static final int MOST = 100_000;

  /** Without files: sheets say that they cannot show the cases. */
  public static final CaseFiles NONE = new CaseFiles(a -> Optional.empty(), MOST);

  public CaseFiles {
    if (most < 0) {
      throw new IllegalArgumentException(
          "A workbook cannot list " + most + " cases. Maybe 0, for none.");
    }
  }
}
