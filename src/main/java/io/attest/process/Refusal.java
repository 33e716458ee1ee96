package io.attest.process;

import org.camunda.bpm.engine.BadUserRequestException;

/**
 * What a person asked for cannot be done, with the reason in words for him. Rolls the transaction
 * back; the engine's wrapping around it is taken off again by {@link PlainRefusals}.
 */
public class Refusal extends BadUserRequestException {
  private static final long serialVersionUID = 1L;

  public Refusal(String message) {
    super(message);
  }

  public Refusal(String message, Throwable cause) {
    super(message, cause);
  }
}
