package io.attest.explain.gradient;

import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Draws;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer;
import io.attest.model.DifferentiableModel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Expected gradients: {@link IntegratedGradients} from each background row, averaged by the weights
 * of the rows.
 *
 * <p>Values are rows x features x outputs in the space that {@code output} names; the base value is
 * the mean output of the background rows taken. Exact but for the residual if all are taken; of
 * more than {@code baselines} rows (default 200) that many are drawn by the seed, the same for all
 * cases, and the provenance's error is the largest standard error of a contribution.
 *
 * <p>Parameters: {@code baselines}, and {@code output}, {@code tolerance}, {@code points} as of
 * integrated gradients.
 *
 * <p>Erion, Janizek, Sturmfels, Lundberg and Lee, Improving performance of deep learning models
 * with axiomatic attribution priors and expected gradients, Nature Machine Intelligence 3 (2021).
 */
public final class ExpectedGradients implements RowExplainer<Attribution> {
  private static final String BASELINES = "baselines";
  private static final int MOST = 200;

  private final int threads;

  /** Works on one thread. */
  public ExpectedGradients() {
    this(1);
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public ExpectedGradients(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "expected-gradients";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the model has no gradients, there is no background row, a
   *     value is missing, or a parameter is unknown or cannot be read
   */
  @Override
  public Prepared<Attribution> prepare(Request request, long rows, Progress progress) {
    request
        .parameters()
        .only(
            Stream.concat(Stream.of(BASELINES), PathGradients.PARAMETERS.stream())
                .sorted()
                .toList());
    DifferentiableModel model = PathGradients.differentiable(name(), request.model());
    PathGradients.check(name(), request);
    progress.check();
    int most = request.parameters().integer(BASELINES, MOST, 2);
    return new PathGradients(
        new PathGradients.Method(
            name(),
            "integrated gradients from background rows",
            "Erion et al. 2021, Nature Machine Intelligence 3, 620-631"),
        threads,
        request,
        model,
        baselines(request, most),
        Map.of(BASELINES, Integer.toString(most)));
  }

  private static PathGradients.Baselines baselines(Request request, int most) {
    // Who has no weight counts for nothing, and costs as much as the others.
    double[] weights = request.background().weightOfEach();
    int[] counting =
        java.util.stream.IntStream.range(0, weights.length).filter(i -> weights[i] > 0).toArray();
    Dataset all = request.background().select(counting);
    boolean drawn = all.size() > most;
    Dataset taken =
        drawn ? all.select(new Draws(request.seed(), "baselines").sample(all.size(), most)) : all;
    double[] shares = taken.weightOfEach().clone();
    double total = Arrays.stream(shares).sum();
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= total;
    }
    return new PathGradients.Baselines(
        taken.rows(),
        shares,
        taken.size(),
        drawn ? Optional.of(request.seed()) : Optional.empty(),
        drawn ? Optional.of(all.size()) : Optional.empty(),
        drawn
            ? List.of(
                "Of "
                    + all.size()
                    + " background rows, "
                    + most
                    + " were drawn as baselines. The error is the largest standard error of a"
                    + " contribution; baselines="
                    + all.size()
                    + " takes all.")
            : List.of());
  }
}
