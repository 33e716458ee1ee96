package io.attest.explain.gradient;

import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer;
import io.attest.model.Batch;
import io.attest.model.DifferentiableModel;
import io.attest.model.Model;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Integrated gradients: the gradient of a prediction by each feature, followed along the straight
 * line from a baseline to the case, and added up.
 *
 * <p>Values are rows x features x outputs in the space that {@code output} names; the base value is
 * the output at the baseline. Base value + contributions = prediction but for the residual, which
 * is at most {@code tolerance} (of outputs above 1, times the output) unless a note says that a
 * line had {@code points} points before. Has no randomness.
 *
 * <p>Parameters: {@code baseline}: {@code mean} of the background (default), {@code zero}, or the
 * number of a background row, from 1; {@code output}: {@code raw} (default) or {@code response};
 * {@code tolerance}: default 1e-6; {@code points}: most points on a line, default 4096.
 *
 * <p>Sundararajan, Taly and Yan, Axiomatic attribution for deep networks, ICML 2017.
 */
public final class IntegratedGradients implements RowExplainer<Attribution> {
  private static final String BASELINE = "baseline";

  private final int threads;

  /** Works on one thread. */
  public IntegratedGradients() {
    this(1);
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public IntegratedGradients(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "integrated-gradients";
  }

  @Override
  public Beside beside(Model model, Parameters parameters) {
    return baseline(parameters).equals("zero") ? Beside.NOTHING : Beside.BACKGROUND;
  }

  private static String baseline(Parameters parameters) {
    return parameters.text(BASELINE).orElse("mean");
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the model has no gradients, there is no background row that
   *     the baseline needs, a value is missing, or a parameter is unknown or cannot be read
   */
  @Override
  public Prepared<Attribution> prepare(Request request, long rows, Progress progress) {
    request
        .parameters()
        .only(
            Stream.concat(Stream.of(BASELINE), PathGradients.PARAMETERS.stream())
                .sorted()
                .toList());
    DifferentiableModel model = PathGradients.differentiable(name(), request.model());
    String baseline = baseline(request.parameters());
    progress.check();
    int p = model.info().features().size();
    boolean zero = baseline.equals("zero");
    if (!zero) {
      PathGradients.check(name(), request);
    }
    double[] start = zero ? new double[p] : start(baseline, request.background());
    return new PathGradients(
        new PathGradients.Method(
            name(),
            "Gauss-Legendre, pieces cut until the sum is right",
            "Sundararajan, Taly and Yan 2017, ICML, PMLR 70, 3319-3328"),
        threads,
        request,
        model,
        new PathGradients.Baselines(
            new Batch(1, p, start),
            new double[] {1},
            zero ? 0 : baseline.equals("mean") ? request.background().size() : 1,
            Optional.empty(),
            Optional.empty(),
            List.of()),
        Map.of(BASELINE, baseline));
  }

  private double[] start(String baseline, Dataset background) {
    if (baseline.equals("mean")) {
      return mean(background);
    }
    int row;
    try {
      row = Integer.parseInt(baseline);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "The parameter baseline is '"
              + baseline
              + "', but must be mean, zero, or the number of a background row.",
          e);
    }
    if (row < 1 || row > background.size()) {
      throw new IllegalArgumentException(
          "The parameter baseline is "
              + row
              + ", but the background has the rows 1 to "
              + background.size()
              + ".");
    }
    return background.rows().row(row - 1);
  }

  private static double[] mean(Dataset background) {
    int p = background.rows().features();
    double[] weights = background.weightOfEach();
    double[] mean = new double[p];
    double total = 0;
    for (int i = 0; i < weights.length; i++) {
      total += weights[i];
      for (int j = 0; j < p; j++) {
        mean[j] += weights[i] * background.rows().at(i, j);
      }
    }
    for (int j = 0; j < p; j++) {
      mean[j] /= total;
    }
    return mean;
  }
}
