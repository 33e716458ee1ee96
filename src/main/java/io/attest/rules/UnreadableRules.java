package io.attest.rules;

/** A file is no table of domain rules that could be asked; the message says what to mend. */
public final class UnreadableRules extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  public UnreadableRules(String message) {
    super(message);
  }

  public UnreadableRules(String message, Throwable cause) {
    super(message, cause);
  }
}
