package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer;
import io.attest.explain.coalition.Marginal;
import io.attest.explain.coalition.ModelGame;
import java.util.ArrayList;
import java.util.List;

/**
 * Shapley values of any model, interventional, as the mean over random orders of the features, each
 * taken forward and backward. Unbiased, with a standard error for each value; {@link KernelShap} is
 * nearer to the truth for the same number of model calls.
 *
 * <p>Values are rows x features (or groups) x outputs and add up to the prediction. Parameters:
 * {@code permutations} (10), {@code order} ({@code random}, or {@code identity}: the features' own
 * order alone, nothing random), {@code output}, {@code groups} and {@code value} as in {@link
 * KernelShap}. The error is the largest standard error.
 *
 * <p>Strumbelj and Kononenko 2014; Mitchell et al. 2022.
 */
public final class PermutationShap implements RowExplainer<Attribution> {
  private final int threads;

  /** Works on all processors. */
  public PermutationShap() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public PermutationShap(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "permutation-shap";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a parameter is wrong, there is no background row, or the
   *     model's answer is not a number
   */
  @Override
  public Prepared<Attribution> prepare(Request request, long rows, Progress progress) {
    List<String> known = new ArrayList<>(CoalitionRequest.COMMON);
    known.addAll(List.of("order", "permutations"));
    request.parameters().only(known);
    progress.check();
    CoalitionRequest asked = CoalitionRequest.of(name(), request);
    int permutations = request.parameters().integer("permutations", 10, 2);
    String order = request.parameters().choice("order", "random", List.of("random", "identity"));
    List<String> notes = new ArrayList<>();
    if (order.equals("random")) {
      asked.parameters().put("permutations", Integer.toString(permutations));
    } else {
      if (request.parameters().text("permutations").isPresent() || asked.owen()) {
        throw new IllegalArgumentException(
            "The parameter order=identity takes the features' own order alone. It goes neither"
                + " with permutations nor with value=owen.");
      }
      notes.add(
          "One order of the features, forward and backward, not a mean over random ones: the"
              + " values depend on the order of the columns, and by how much is not known.");
    }
    asked.parameters().put("order", order);
    return asked.inOrders(
        new ModelGame(request.model(), asked.space(), new Marginal(request.background())),
        name(),
        new CoalitionRequest.Words(
            "interventional",
            "Strumbelj and Kononenko 2014, Knowledge and Information Systems 41; Mitchell et al."
                + " 2022, JMLR 23(43)",
            notes),
        order.equals("identity") ? 0 : permutations,
        threads);
  }
}
