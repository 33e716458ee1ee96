package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Explainer;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.Units;
import io.attest.model.Batch;
import io.attest.model.LinearModel;
import io.attest.model.OutputSpace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Exact Shapley values of a linear model, interventional: weight x (value - mean of the
 * background), summed over the terms of a feature, so that a categorical feature has one
 * contribution.
 *
 * <p>Values are rows x features x 1 in raw space (log-odds for a logistic model); the base value is
 * the mean raw output of the background. Has no parameters and no randomness.
 *
 * <p>Strumbelj and Kononenko, Explaining prediction models and individual predictions with feature
 * contributions, Knowledge and Information Systems 41 (2014).
 */
public final class LinearShap implements Explainer<Attribution> {
  private static final int ROWS = 256;

  private final int threads;

  /** Works on one thread: a row costs no more than its prediction. */
  public LinearShap() {
    this(1);
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public LinearShap(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "linear-shap";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the model is not linear, there is no row to explain or in
   *     the background, a value is missing that the model refuses, or there is a parameter
   */
  @Override
  public Attribution explain(Request request, Progress progress) {
    request.parameters().only(List.of());
    if (!(request.model() instanceof LinearModel model)) {
      throw new IllegalArgumentException(
          "linear-shap explains linear models, but this model is "
              + request.model().info().format()
              + ". Maybe tree-shap fits.");
    }
    int rows = request.audit().size();
    int background = request.background().size();
    if (rows == 0 || background == 0) {
      throw new IllegalArgumentException(
          rows == 0 ? "There is no row to explain." : "There is no background row.");
    }
    progress.check();
    int p = model.info().features().size();
    double[] weights = model.coefficients();
    int[] features = model.termFeatures();
    double[] mean = mean(model, request.background().rows(), progress);
    double[] values = new double[rows * p];
    Units.overRows(
        threads,
        rows,
        ROWS,
        progress,
        (from, to) -> {
          double[] design = design(model, request.audit().rows(), from, to);
          for (int i = from; i < to; i++) {
            for (int m = 0; m < weights.length; m++) {
              if (features[m] >= 0) {
                values[i * p + features[m]] +=
                    weights[m] * (design[(i - from) * weights.length + m] - mean[m]);
              }
            }
          }
        });
    double base = 0;
    for (int m = 0; m < weights.length; m++) {
      base += weights[m] * mean[m];
    }
    double[] predictions = model.predict(request.audit().rows(), OutputSpace.RAW);
    double[] bases = {base};
    Attribution draft = attribution(request, values, bases, predictions, Optional.empty());
    return attribution(request, values, bases, predictions, Optional.of(draft.relativeResidual()));
  }

  private static double[] design(LinearModel model, Batch rows, int from, int to) {
    double[] design = new double[(to - from) * model.coefficients().length];
    model.design(rows.select(IntStream.range(from, to).toArray()), design);
    return design;
  }

  private static double[] mean(LinearModel model, Batch background, Progress progress) {
    int terms = model.coefficients().length;
    double[] mean = new double[terms];
    for (int from = 0; from < background.rows(); from += ROWS) {
      progress.check();
      int to = Math.min(background.rows(), from + ROWS);
      double[] design = design(model, background, from, to);
      for (int i = 0; i < design.length; i++) {
        mean[i % terms] += design[i];
      }
    }
    for (int m = 0; m < terms; m++) {
      mean[m] /= background.rows();
    }
    return mean;
  }

  private Attribution attribution(
      Request request,
      double[] values,
      double[] base,
      double[] predictions,
      Optional<Double> error) {
    int rows = request.audit().size();
    Provenance provenance =
        new Provenance(
            name(),
            "interventional, exact",
            "Strumbelj and Kononenko 2014, Knowledge and Information Systems 41, 647-665",
            Map.of(),
            Optional.empty(),
            request.model().info().sha256(),
            OutputSpace.RAW,
            rows,
            request.background().size(),
            rows,
            error,
            List.of());
    return new Attribution(
        provenance,
        request.model().info().featureNames(),
        request.model().info().outputs(),
        rows,
        values,
        base,
        predictions);
  }
}
