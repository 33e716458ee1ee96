package io.attest.process;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** A file of this installation cannot be used, so that nothing starts; the message says why. */
final class UnusableContent extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnusableContent(IllegalArgumentException why) {
    super(why.getMessage(), why);
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
