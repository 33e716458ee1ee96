package io.attest.data;

/** What kind of values a column holds. */
public enum FieldType {
  /** Numbers; NaN is missing. */
  NUMERIC,
  /** One of a declared list of levels. */
  CATEGORICAL,
  /** Anything else: identifiers, free text. Not a model input. */
  TEXT
}
