package io.attest.stage;

/**
 * The stage cannot go on until a person mends something: a business outcome, not a technical
 * failure. The process answers with the boundary event of this code, without retries.
 */
public class StageRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * @param code the BPMN error code, for instance {@code data-refused}
   * @param message what is wrong and what to do about it, in words for the person who mends it
   */
  public StageRefused(String code, String message) {
    super(message);
    this.code = code;
  }

  public String code() {
    return code;
  }
}
