package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer;
import io.attest.explain.Units;
import io.attest.explain.coalition.LinearGame;
import io.attest.model.Batch;
import io.attest.model.LinearModel;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Shapley values of a linear model. By default interventional and exact: weight x (value - mean of
 * the background), summed over the terms of a feature, so that a categorical feature has one
 * contribution. With {@code dependence=gaussian} conditional: what a known feature tells of unknown
 * ones is counted, by the means and covariances of the background; numbers only.
 *
 * <p>Values are rows x features x 1 in raw space (log-odds for a logistic model); the base value is
 * the mean raw output of the background, whose rows may have weights. Parameters: {@code output},
 * that can only be {@code raw}; {@code dependence} ({@code independent} or {@code gaussian}); for
 * the latter {@code budget} and {@code tolerance} as in {@link KernelShap}: exact where the budget
 * allows all coalitions (by default up to 12 features), else estimated, with the largest standard
 * error as the error.
 *
 * <p>Aas, Jullum and Loland 2021 (gaussian); Strumbelj and Kononenko, Explaining prediction models
 * and individual predictions with feature contributions, Knowledge and Information Systems 41
 * (2014).
 */
public final class LinearShap implements RowExplainer<Attribution> {
  private static final int ROWS = 256;

  /** Terms that a block of rows may have, but that it has {@link #ROWS} rows at least. */
  private static final int VALUES = 1 << 20;

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
   * @throws IllegalArgumentException if the model is not linear, there is no row in the background,
   *     a value is missing that the model refuses, or there is another parameter
   */
  @Override
  public Prepared<Attribution> prepare(Request request, long rows, Progress progress) {
    boolean gaussian =
        request
            .parameters()
            .choice("dependence", "independent", List.of("independent", "gaussian"))
            .equals("gaussian");
    List<String> known = new ArrayList<>(List.of("output", "dependence"));
    if (gaussian) {
      known.addAll(CoalitionRequest.SEARCH);
    }
    String output = request.parameters().only(known).text("output").orElse("raw");
    if (!output.equals("raw")) {
      throw new IllegalArgumentException(
          "linear-shap explains the raw output, not output=" + output + ".");
    }
    if (!(request.model() instanceof LinearModel model)) {
      throw new IllegalArgumentException(
          "linear-shap explains linear models, but this model is "
              + request.model().info().format()
              + ". Maybe tree-shap fits.");
    }
    if (request.background().size() == 0) {
      throw new IllegalArgumentException("There is no background row.");
    }
    progress.check();
    if (gaussian) {
      return gaussian(model, request);
    }
    return new Ready(
        model, request.background().size(), mean(model, request.background(), progress));
  }

  private Prepared<Attribution> gaussian(LinearModel model, Request request) {
    CoalitionRequest asked = CoalitionRequest.of(name(), request);
    asked.parameters().remove("value");
    asked.parameters().put("dependence", "gaussian");
    LinearGame game = new LinearGame(model, request.background());
    return asked.search(
        game,
        name(),
        new CoalitionRequest.Words(
            "conditional (Gaussian, closed form)",
            "Aas, Jullum and Loland 2021, Artificial Intelligence 298, 103502",
            game.notes()),
        threads);
  }

  private final class Ready implements Prepared<Attribution> {
    private final LinearModel model;
    private final int background;
    private final double[] mean;
    private final double base;

    Ready(LinearModel model, int background, double[] mean) {
      this.model = model;
      this.background = background;
      this.mean = mean;
      double sum = 0;
      double[] weights = model.coefficients();
      for (int m = 0; m < weights.length; m++) {
        sum += weights[m] * mean[m];
      }
      base = sum;
    }

    @Override
    public int block() {
      return ROWS * Math.max(1, Math.min(64, VALUES / (ROWS * Math.max(1, mean.length))));
    }

    @Override
    public Attribution explain(Batch batch, Progress progress) {
      int rows = batch.rows();
      if (rows == 0) {
        throw new IllegalArgumentException("There is no row to explain.");
      }
      int p = model.info().features().size();
      double[] weights = model.coefficients();
      int[] features = model.termFeatures();
      double[] values = new double[rows * p];
      Units.overRows(
          threads,
          rows,
          ROWS,
          progress,
          (from, to) -> {
            double[] design = design(model, batch, from, to);
            for (int i = from; i < to; i++) {
              for (int m = 0; m < weights.length; m++) {
                if (features[m] >= 0) {
                  values[i * p + features[m]] +=
                      weights[m] * (design[(i - from) * weights.length + m] - mean[m]);
                }
              }
            }
          });
      double[] predictions = model.predict(batch, OutputSpace.RAW);
      Attribution draft = attribution(rows, values, predictions, Optional.empty());
      return attribution(rows, values, predictions, Optional.of(draft.relativeResidual()));
    }

    private Attribution attribution(
        int rows, double[] values, double[] predictions, Optional<Double> error) {
      Provenance provenance =
          new Provenance(
              name(),
              "interventional, exact",
              "Strumbelj and Kononenko 2014, Knowledge and Information Systems 41, 647-665",
              Map.of("output", "raw", "dependence", "independent"),
              Optional.empty(),
              model.info().sha256(),
              model.info().named(OutputSpace.RAW),
              rows,
              background,
              rows,
              error,
              List.of());
      return new Attribution(
          provenance,
          model.info().featureNames(),
          model.info().outputs(),
          rows,
          values,
          new double[] {base},
          predictions);
    }
  }

  private static double[] design(LinearModel model, Batch rows, int from, int to) {
    double[] design = new double[(to - from) * model.coefficients().length];
    model.design(rows.select(IntStream.range(from, to).toArray()), design);
    return design;
  }

  private static double[] mean(LinearModel model, Dataset general, Progress progress) {
    Batch background = general.rows();
    int terms = model.coefficients().length;
    double[] weights = general.weights().orElse(null);
    double total = weights == null ? background.rows() : Arrays.stream(weights).sum();
    double[] mean = new double[terms];
    for (int from = 0; from < background.rows(); from += ROWS) {
      progress.check();
      int to = Math.min(background.rows(), from + ROWS);
      double[] design = design(model, background, from, to);
      for (int i = 0; i < design.length; i++) {
        mean[i % terms] += weights == null ? design[i] : weights[from + i / terms] * design[i];
      }
    }
    for (int m = 0; m < terms; m++) {
      mean[m] /= total;
    }
    return mean;
  }
}
