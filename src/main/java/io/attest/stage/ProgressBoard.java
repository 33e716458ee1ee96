package io.attest.stage;

/** Where the stages in work say how far they are, for people who watch. */
@FunctionalInterface
public interface ProgressBoard {

  /**
   * Takes one report. Called often and from any thread, so it must be cheap and must not throw.
   *
   * @param auditId the audit
   * @param stage the stage, for instance {@code explain}
   * @param part which of several parallel parts, for instance the explainer; empty if there is one
   * @param done finished work units, from 0 to {@code total}
   * @param total all work units
   */
  void report(String auditId, String stage, String part, long done, long total);

  /** Work begins, maybe again, and nothing is known yet of how much it is. */
  default void begun(String auditId, String stage, String part) {}

  /**
   * Work is over.
   *
   * @param whole false where it failed or was refused
   */
  default void ended(String auditId, String stage, String part, boolean whole) {}
}
