package io.attest.model;

/** A model file that cannot be read, or does not fit what is declared about it. */
public class InvalidModelException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /**
   * @param message names the file, what is wrong in it, and what to do
   */
  public InvalidModelException(String message) {
    super(message);
  }

  public InvalidModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
