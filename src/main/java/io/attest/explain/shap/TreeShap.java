package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer;
import io.attest.explain.tree.Value;
import io.attest.model.Model;
import java.util.ArrayList;
import java.util.List;

/**
 * Exact Shapley values of a tree ensemble, path-dependent: where a feature is unknown, a row goes
 * both ways, in the proportion in which the training rows did (the cover in the model file).
 *
 * <p>Values are rows x features x outputs in raw space (log-odds for a classifier), computed in 64
 * bits; they need neither background nor training rows, unless the model file has no covers (see
 * {@link Covers}). Parameters: {@code groups} ({@code address = zip + city}: known or unknown
 * together), {@code memory} (megabytes for the work), and {@code output}, which can only be {@code
 * raw}. No randomness.
 *
 * <p>Lundberg et al., From local explanations to global understanding with explainable AI for
 * trees, Nature Machine Intelligence 2 (2020), gives the values; {@link io.attest.explain.tree}
 * says how they are computed.
 */
public final class TreeShap implements RowExplainer<Attribution> {
  private final int threads;

  /** Works on all processors. */
  public TreeShap() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public TreeShap(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "tree-shap";
  }

  @Override
  public Beside beside(Model model, Parameters parameters) {
    return TreeRequest.beside(model, false);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the model is not a tree ensemble, a parameter is wrong, or
   *     there are neither covers nor rows to count
   */
  @Override
  public Prepared<Attribution> prepare(Request request, long rows, Progress progress) {
    List<String> known = new ArrayList<>(TreeRequest.PARAMETERS);
    known.add(TreeRequest.OUTPUT);
    request.parameters().only(known);
    progress.check();
    TreeRequest trees = TreeRequest.of(name(), request, false);
    trees.rawOnly(name(), request.parameters());
    return new TreeAttribution(
        trees,
        trees.values(Value.SHAPLEY, rows, threads, progress),
        name(),
        "path-dependent, exact",
        "Lundberg et al. 2020, Nature Machine Intelligence 2, 56-67",
        true);
  }
}
