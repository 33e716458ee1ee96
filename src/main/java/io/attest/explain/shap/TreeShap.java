package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer;
import io.attest.explain.Units;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import io.attest.model.tree.TreeEnsembleModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Exact Shapley values of a tree ensemble, path-dependent: where a feature is unknown, a row goes
 * both ways, in the proportion in which the training rows did (the cover in the model file).
 *
 * <p>Values are rows x features x outputs in raw space (log-odds for a classifier), computed in 64
 * bits; they need neither background nor training rows. Has no parameters and no randomness.
 *
 * <p>Lundberg et al., From local explanations to global understanding with explainable AI for
 * trees, Nature Machine Intelligence 2 (2020), gives the values; the integral that computes them is
 * that of Quadrature TreeSHAP (arXiv 2605.04497), see {@link PathIntegral}.
 */
public final class TreeShap implements RowExplainer<Attribution> {
  /** Rows between two reports of progress, a multiple of {@link PathIntegral#BLOCK}. */
  private static final int ROWS = 4 * PathIntegral.BLOCK;

  /** Contributions that a block of rows may have, but that it has {@link #ROWS} rows at least. */
  private static final int VALUES = 1 << 20;

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

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the model is not a tree ensemble, or there is a parameter
   */
  @Override
  public Prepared<Attribution> prepare(Request request, long rows, Progress progress) {
    request.parameters().only(List.of());
    Model model = request.model();
    if (!(model instanceof TreeEnsembleModel treeModel)) {
      throw new IllegalArgumentException(
          "tree-shap explains tree ensembles, but this model is "
              + model.info().format()
              + ". Maybe linear-shap fits.");
    }
    progress.check();
    return new Ready(treeModel);
  }

  private final class Ready implements Prepared<Attribution> {
    private final TreeEnsembleModel model;
    private final double[] base;

    Ready(TreeEnsembleModel model) {
      this.model = model;
      TreeEnsemble ensemble = model.trees();
      base = ensemble.base().clone();
      for (Tree tree : ensemble.trees()) {
        base[tree.output()] += expected(tree, 0);
      }
    }

    @Override
    public int block() {
      int wide = model.trees().features() * model.trees().outputs();
      return ROWS * Math.max(1, Math.min(32, VALUES / (ROWS * wide)));
    }

    @Override
    public Attribution explain(Batch batch, Progress progress) {
      int rows = batch.rows();
      if (rows == 0) {
        throw new IllegalArgumentException("There is no row to explain.");
      }
      TreeEnsemble ensemble = model.trees();
      int p = ensemble.features();
      int outputs = ensemble.outputs();
      if ((long) rows * p * outputs > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException(
            rows
                + " rows x "
                + p
                + " features x "
                + outputs
                + " outputs are too many values at once."
                + " Maybe explain fewer rows.");
      }
      double[] x = ensemble.comparable(batch);
      double[] values = new double[rows * p * outputs];
      Units.overRows(
          threads,
          rows,
          ROWS,
          progress,
          (from, to) -> explainRows(ensemble, x, from, to, values, progress));
      return attribution(model, rows, values, base, model.predict(batch, OutputSpace.RAW));
    }
  }

  private Attribution attribution(
      Model model, int rows, double[] values, double[] base, double[] predictions) {
    Attribution draft =
        new Attribution(
            provenance(model, rows, Optional.empty()),
            model.info().featureNames(),
            model.info().outputs(),
            rows,
            values,
            base,
            predictions);
    return new Attribution(
        provenance(model, rows, Optional.of(draft.relativeResidual())),
        draft.features(),
        draft.outputs(),
        rows,
        values,
        base,
        predictions);
  }

  private Provenance provenance(Model model, int rows, Optional<Double> error) {
    return new Provenance(
        name(),
        "path-dependent, exact, quadrature in 64 bits",
        "Lundberg et al. 2020, Nature Machine Intelligence 2, 56-67; arXiv 2605.04497",
        Map.of(),
        Optional.empty(),
        model.info().sha256(),
        OutputSpace.RAW,
        rows,
        0,
        rows,
        error,
        List.of());
  }

  private static void explainRows(
      TreeEnsemble ensemble, double[] x, int from, int to, double[] values, Progress progress) {
    int p = ensemble.features();
    int outputs = ensemble.outputs();
    int blocks = (to - from + PathIntegral.BLOCK - 1) / PathIntegral.BLOCK;
    int size = p * PathIntegral.BLOCK;
    double[][] columns = new double[blocks][size];
    double[][] phi = new double[blocks * outputs][size];
    for (int i = from; i < to; i++) {
      double[] block = columns[(i - from) / PathIntegral.BLOCK];
      int b = (i - from) % PathIntegral.BLOCK;
      for (int j = 0; j < p; j++) {
        block[j * PathIntegral.BLOCK + b] = x[i * p + j];
      }
    }
    for (Tree tree : ensemble.trees()) {
      progress.check();
      PathIntegral integral = new PathIntegral(tree, p, ensemble.comparison());
      for (int block = 0; block < blocks; block++) {
        integral.add(columns[block], phi[block * outputs + tree.output()]);
      }
    }
    for (int i = from; i < to; i++) {
      int block = (i - from) / PathIntegral.BLOCK;
      int b = (i - from) % PathIntegral.BLOCK;
      for (int j = 0; j < p; j++) {
        for (int k = 0; k < outputs; k++) {
          values[(i * p + j) * outputs + k] = phi[block * outputs + k][j * PathIntegral.BLOCK + b];
        }
      }
    }
  }

  /** The mean leaf below a node, weighted by cover. */
  private static double expected(Tree tree, int node) {
    if (tree.leaf(node)) {
      return tree.value()[node];
    }
    int yes = tree.yes()[node];
    int no = tree.no()[node];
    return tree.coverRatio(node, yes) * expected(tree, yes)
        + tree.coverRatio(node, no) * expected(tree, no);
  }
}
