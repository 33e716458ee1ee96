package io.attest.model.tree;

/** What counts as missing in a feature. */
public enum Missing {
  /** NaN alone. */
  NAN,
  /**
   * NaN and zero (at most 1e-35 from it, as a 32-bit float), as LightGBM has it with {@code
   * zero_as_missing}.
   */
  ZERO,
  /** Nothing: NaN is compared as if it were 0. */
  NONE
}
