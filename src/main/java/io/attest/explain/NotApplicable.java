package io.attest.explain;

/**
 * The method cannot say anything of this model with these data, though nothing is wrong with
 * either: only looking closely shows it, so that no decision table could have known. An audit goes
 * on without the method and says why.
 */
public final class NotApplicable extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /**
   * @param message what stands in the way, in words for the report
   */
  public NotApplicable(String message) {
    super(message);
  }
}
