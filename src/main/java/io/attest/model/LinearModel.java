package io.attest.model;

/**
 * A model whose raw output is a weighted sum of terms: linear and logistic regression, scorecards.
 *
 * <p>A term is the intercept, a number, or the indicator of one level of a categorical feature.
 * There is one raw output; link {@link Link#IDENTITY} (least squares), {@link Link#LOGIT} or {@link
 * Link#LOG}.
 */
public interface LinearModel extends Model {

  /** One weight a term; term 0 is the intercept. */
  double[] coefficients();

  /** For each term the index of its feature; -1 for the intercept. */
  int[] termFeatures();

  /**
   * For each term its name in the report: {@code (intercept)}, {@code age}, {@code housing = own}.
   */
  java.util.List<String> termNames();

  /**
   * Writes the design matrix: raw output = design x coefficients.
   *
   * @param out rows x terms, row-major, written; column 0 is 1
   */
  void design(Batch rows, double[] out);

  /** The weight of the L2 penalty (lambda / 2 * |b|^2) that the fit used; 0 if none. */
  double l2();

  /** True if the penalty also holds the intercept. */
  boolean interceptPenalised();
}
