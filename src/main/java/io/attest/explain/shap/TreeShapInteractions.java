package io.attest.explain.shap;

import io.attest.explain.Interactions;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer;
import io.attest.explain.tree.TreeValues;
import io.attest.explain.tree.Value;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import java.util.Optional;

/**
 * Exact Shapley interaction values of a tree ensemble: what two features add together beyond what
 * they add one by one.
 *
 * <p>Values are rows x features x features x outputs in raw space; each pair's interaction is split
 * evenly between its two places, the diagonal holds the main effects, and a row of the matrix adds
 * up to the feature's Shapley value. Parameters: those of {@link TreeShap}, and {@code
 * perturbation}: {@code path-dependent} (default) or {@code interventional}, from the background.
 * No randomness.
 *
 * <p>Grabisch and Roubens 1999 (the interaction index); Lundberg et al. 2020 (its use for trees).
 */
public final class TreeShapInteractions implements RowExplainer<Interactions> {
  private final int threads;

  /** Works on all processors. */
  public TreeShapInteractions() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public TreeShapInteractions(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "tree-shap-interactions";
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
  public Prepared<Interactions> prepare(Request request, long rows, Progress progress) {
    progress.check();
    TreeRequest trees = TreeRequest.ofEither(name(), request);
    TreeValues values = trees.values(Value.INTERACTION, rows, threads, progress);
    String engine = trees.perturbation() + ", exact: " + values.description();
    return new Ready(trees, values, engine);
  }

  private final class Ready implements Prepared<Interactions> {
    private final TreeRequest request;
    private final TreeValues values;
    private final String engine;

    Ready(TreeRequest request, TreeValues values, String engine) {
      this.request = request;
      this.values = values;
      this.engine = engine;
    }

    @Override
    public int block() {
      return values.block();
    }

    @Override
    public Interactions explain(Batch rows, Progress progress) {
      int outputs = request.trees().outputs();
      int p = request.players().count();
      int pairs = p * (p + 1) / 2;
      TreeRequest.check(rows.rows(), (long) pairs * outputs);
      double[] phi = new double[rows.rows() * pairs * outputs];
      values.explain(
          rows,
          (from, n, tile) -> {
            for (int i = 0, pair = 0; i < p; i++) {
              for (int j = i; j < p; j++, pair++) {
                for (int k = 0; k < outputs; k++) {
                  double[] column = tile[k][i * p + j];
                  for (int b = 0; b < n; b++) {
                    phi[((from + b) * pairs + pair) * outputs + k] = column[b];
                  }
                }
              }
            }
          },
          progress);
      double[] predictions = request.model().predict(rows, OutputSpace.RAW);
      Interactions draft = interactions(rows.rows(), phi, predictions, Optional.empty());
      return interactions(rows.rows(), phi, predictions, Optional.of(draft.relativeResidual()));
    }

    private Interactions interactions(
        int rows, double[] phi, double[] predictions, Optional<Double> error) {
      return new Interactions(
          request.provenance(
              name(),
              engine,
              "Lundberg et al. 2020, Nature Machine Intelligence 2, 56-67",
              rows,
              error),
          request.players().names(),
          request.model().info().outputs(),
          rows,
          phi,
          values.base(),
          predictions);
    }
  }
}
