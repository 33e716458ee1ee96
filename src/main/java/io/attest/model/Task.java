package io.attest.model;

/** What a model is for. */
public enum Task {
  /** The probability of one outcome. One output. */
  BINARY,
  /** The probability of each class. One output a class. */
  MULTICLASS,
  /** A number. One output. */
  REGRESSION
}
