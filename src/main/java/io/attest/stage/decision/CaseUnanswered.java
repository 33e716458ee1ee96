package io.attest.stage.decision;

/** A case was not explained because the model is too slow, or too many others wait. */
public final class CaseUnanswered extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean busy;

  /**
   * @param busy true if others were first; false if the work took too long
   * @param message what to do about it
   */
  CaseUnanswered(boolean busy, String message) {
    super(message);
    this.busy = busy;
  }

  /** True if others were first. */
  public boolean busy() {
    return busy;
  }
}
