package io.attest.model;

/**
 * Ask it for predictions. Thread-safe and deterministic: the same rows give the same outputs,
 * whatever the batch they come in.
 *
 * <p>What else a model can tell is a separate interface that an explainer asks for with {@code
 * instanceof}: {@link io.attest.model.tree.TreeEnsembleModel}, {@link LinearModel}, {@link
 * DifferentiableModel}.
 */
public interface Model {

  ModelInfo info();

  /**
   * Predicts a batch.
   *
   * @param rows rows x features of {@link ModelInfo#features()}
   * @param space before or after the link
   * @param out rows x outputs, row-major, written
   */
  void predict(Batch rows, OutputSpace space, double[] out);

  /** Predicts a batch into a new array of rows x outputs, row-major. */
  default double[] predict(Batch rows, OutputSpace space) {
    double[] out = new double[rows.rows() * info().outputs().size()];
    predict(rows, space, out);
    return out;
  }
}
