package io.attest.model.tree;

/** When a number satisfies a numeric split. */
public enum Comparison {
  /** Value &lt; threshold: XGBoost. */
  LESS,
  /** Value &lt;= threshold: LightGBM, scikit-learn. */
  LESS_OR_EQUAL
}
