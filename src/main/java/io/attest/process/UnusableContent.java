package io.attest.process;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** A file of this installation cannot be used, so that nothing starts; the message says why. */
final class UnusableContent extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private UnusableContent(IllegalArgumentException why) {
    super(why.getMessage(), why);
  }

  /** Reads what nothing can start without. */
  static void unlessUsable(Runnable reading) {
    try {
      reading.run();
    } catch (IllegalArgumentException e) {
      throw new UnusableContent(e);
    }
  }

  /** Says it in words, in place of a stack of all that could not be made without the file. */
  static final class Told extends AbstractFailureAnalyzer<UnusableContent> {
    @Override
    protected FailureAnalysis analyze(Throwable root, UnusableContent cause) {
      return new FailureAnalysis(
          "A file of this installation cannot be used. " + cause.getMessage(),
          "Correct the file, or take it away: then the packed one of this name counts again.",
          cause);
    }
  }
}
