package io.attest.model.onnx;

import io.attest.model.InvalidModelException;

/**
 * A graph that is in order, but not one whose trees or layers can be read: it can still be asked
 * for predictions.
 */
public final class UnsupportedGraphException extends InvalidModelException {
  private static final long serialVersionUID = 1;

  UnsupportedGraphException(String message) {
    super(message);
  }
}
