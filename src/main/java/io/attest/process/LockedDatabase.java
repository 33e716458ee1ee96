package io.attest.process;

import java.sql.SQLException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in words that the database file is in use, in place of a stack of fifty causes. */
class LockedDatabase extends AbstractFailureAnalyzer<SQLException> {

  /** H2: the file is locked by another process. */
  private static final int ALREADY_OPEN = 90020;

  @Override
  protected FailureAnalysis analyze(Throwable root, SQLException cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof SQLException sql && sql.getErrorCode() == ALREADY_OPEN) {
        return new FailureAnalysis(
            "The database is in use by another program: " + sql.getMessage(),
            "Maybe another Attest runs on this folder: stop it, or give this one a folder of its own"
                + " with --attest.data=<folder>. Two nodes on one database need PostgreSQL.",
            cause);
      }
    }
    return null;
  }
}
