package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer;
import io.attest.explain.tree.Value;
import io.attest.model.Model;

/**
 * Exact Banzhaf values of a tree ensemble: what a feature adds to a coalition of the others, all
 * coalitions counting alike. They order features as Shapley values do or nearly so, and are
 * steadier where the worths are noisy, but they do not add up to the prediction: the residual of a
 * row is no error.
 *
 * <p>Values are rows x features x outputs in raw space. Parameters: those of {@link TreeShap}, and
 * {@code perturbation}: {@code path-dependent} (default) or {@code interventional}, from the
 * background. No randomness.
 *
 * <p>Banzhaf 1965; for trees Karczmarz et al., Improved feature importance computation for tree
 * models based on the Banzhaf value, UAI 2022.
 */
public final class TreeBanzhaf implements RowExplainer<Attribution> {
  private final int threads;

  /** Works on all processors. */
  public TreeBanzhaf() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public TreeBanzhaf(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "tree-banzhaf";
  }

  @Override
  public Beside beside(Model model, Parameters parameters) {
    return TreeRequest.beside(model, TreeRequest.interventional(parameters));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the model is not a tree ensemble, a parameter is wrong, or
   *     rows are lacking
   */
  @Override
  public Prepared<Attribution> prepare(Request request, long rows, Progress progress) {
    progress.check();
    TreeRequest trees = TreeRequest.ofEither(name(), request);
    trees.notes().add("Banzhaf values do not add up to the prediction; the residual is no error.");
    return new TreeAttribution(
        trees,
        trees.values(Value.BANZHAF, rows, threads, progress),
        name(),
        trees.perturbation() + ", exact",
        "Karczmarz et al. 2022, UAI",
        false);
  }
}
