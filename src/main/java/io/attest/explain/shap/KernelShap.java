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
 * Shapley values of any model, interventional: where a feature is unknown, its value is that of a
 * background row, whatever the other features are. Exact where all coalitions fit the budget; else
 * from random pairs of coalitions, with a standard error for each value.
 *
 * <p>Values are rows x features (or groups) x outputs and add up to the prediction. Parameters:
 * {@code budget} (most coalitions for a row; each is asked of the whole background), {@code
 * tolerance} (largest standard error, as a share of the range of a row's values, at which no more
 * is asked; 0.005; 0 spends the budget), {@code output} ({@code raw} or {@code response}), {@code
 * groups}, {@code value} ({@code shapley}, or {@code owen}: groups join as a whole and their
 * features share what they add). The error is the largest standard error; for exact values the
 * residual.
 *
 * <p>Lundberg and Lee 2017; Musco and Witter 2025; {@link io.attest.explain.coalition} says how.
 */
public final class KernelShap implements RowExplainer<Attribution> {
  private final int threads;

  /** Works on all processors. */
  public KernelShap() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public KernelShap(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "kernel-shap";
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
    known.addAll(CoalitionRequest.SEARCH);
    request.parameters().only(known);
    progress.check();
    CoalitionRequest asked = CoalitionRequest.of(name(), request);
    return asked.search(
        new ModelGame(request.model(), asked.space(), new Marginal(request.background())),
        name(),
        new CoalitionRequest.Words(
            "interventional",
            "Lundberg and Lee 2017, NeurIPS 30; Musco and Witter 2025, ICLR",
            List.of()),
        threads);
  }
}
