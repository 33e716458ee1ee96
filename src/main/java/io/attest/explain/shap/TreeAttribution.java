package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Progress;
import io.attest.explain.RowExplainer;
import io.attest.explain.tree.TreeValues;
import io.attest.model.Batch;
import io.attest.model.OutputSpace;
import java.util.Optional;

/** Values of single players of trees, block by block. */
final class TreeAttribution implements RowExplainer.Prepared<Attribution> {
  private final TreeRequest request;
  private final TreeValues values;
  private final String method;
  private final String engine;
  private final String reference;
  private final boolean additive;

  /**
   * @param additive whether contributions promise to add up, so that the residual is an error
   */
  TreeAttribution(
      TreeRequest request,
      TreeValues values,
      String method,
      String kind,
      String reference,
      boolean additive) {
    this.request = request;
    this.values = values;
    this.method = method;
    this.engine = kind + ": " + values.description();
    this.reference = reference;
    this.additive = additive;
  }

  @Override
  public int block() {
    return values.block();
  }

  @Override
  public Attribution explain(Batch rows, Progress progress) {
    int outputs = request.trees().outputs();
    int players = request.players().count();
    TreeRequest.check(rows.rows(), (long) players * outputs);
    double[] phi = new double[rows.rows() * players * outputs];
    values.explain(
        rows,
        (from, n, tile) -> {
          for (int k = 0; k < outputs; k++) {
            for (int j = 0; j < players; j++) {
              double[] column = tile[k][j];
              for (int i = 0, at = (from * players + j) * outputs + k;
                  i < n;
                  i++, at += players * outputs) {
                phi[at] = column[i];
              }
            }
          }
        },
        progress);
    double[] predictions = request.model().predict(rows, OutputSpace.RAW);
    Attribution draft = attribution(rows.rows(), phi, predictions, Optional.empty());
    if (!additive) {
      return draft;
    }
    return attribution(rows.rows(), phi, predictions, Optional.of(draft.relativeResidual()));
  }

  private Attribution attribution(
      int rows, double[] phi, double[] predictions, Optional<Double> error) {
    return new Attribution(
        request.provenance(method, engine, reference, rows, error),
        request.players().names(),
        request.model().info().outputs(),
        rows,
        phi,
        values.base(),
        predictions);
  }
}
