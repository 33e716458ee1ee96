package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Explainer;
import io.attest.explain.Loss;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which features made the predictions better or worse: interventional Shapley values of each row's
 * loss against what happened. A negative value is a feature that helped.
 *
 * <p>Values are rows x features x 1, log loss for a class and squared error for a number, with a
 * base value for each row: the mean loss of the background predictions against the row's own label.
 * Exact for few features, otherwise rescaled, and the result says which. Parameters: those of
 * {@link TreeShap}, and {@code response} as in {@link InterventionalTreeShap}. No randomness.
 *
 * <p>Lundberg et al. 2020, Nature Machine Intelligence 2 (monitoring by loss).
 */
public final class TreeShapLoss implements Explainer<Attribution> {
  /** The name of the method. */
  public static final String NAME = "tree-shap-loss";

  private final int threads;

  /** Works on all processors. */
  public TreeShapLoss() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public TreeShapLoss(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean weighs(Model model, Parameters parameters) {
    return true;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the model is not a tree ensemble, a parameter is wrong, or
   *     there are no labels or background rows
   */
  @Override
  public Attribution explain(Request request, Progress progress) {
    List<String> known = new ArrayList<>(TreeRequest.PARAMETERS);
    known.add(OutcomeShap.PARAMETER);
    request.parameters().only(known);
    progress.check();
    TreeRequest trees = TreeRequest.of(name(), request, true);
    ModelInfo info = request.model().info();
    Loss loss = Loss.of(info);
    double[] labels =
        request
            .audit()
            .labels()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "tree-shap-loss needs to know what happened in each row. Maybe name the"
                            + " column with --label, or use tree-shap."));
    for (int i = 0; i < labels.length; i++) {
      if (!loss.fits(labels[i])) {
        throw new IllegalArgumentException(
            "Row " + (i + 1) + " has the label " + labels[i] + ", which the model cannot predict.");
      }
    }
    return new OutcomeShap(
            trees,
            new Outcome(info.link(), trees.trees().outputs(), Optional.of(loss)),
            name(),
            request.parameters().text(OutcomeShap.PARAMETER),
            threads)
        .explain(request.audit().rows(), Optional.of(labels), progress);
  }
}
