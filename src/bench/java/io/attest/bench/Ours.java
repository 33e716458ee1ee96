package io.attest.bench;

import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Explanation;
import io.attest.explain.Interactions;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer;
import io.attest.explain.shap.InterventionalTreeShap;
import io.attest.explain.shap.TreeShap;
import io.attest.explain.shap.TreeShapInteractions;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.ModelReader;
import io.attest.model.OutputSpace;
import io.attest.model.tree.TreeEnsembleModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/** Attest as users have it: a model file, rows, an explainer. */
final class Ours {
  private final TreeEnsembleModel model;
  private final Batch rows;

  Ours(Path file, Batch rows) {
    this.model = (TreeEnsembleModel) ModelReader.read(file, Optional.empty(), Optional.empty());
    this.rows = rows;
  }

  TreeEnsembleModel model() {
    return model;
  }

  /** Path-dependent values. */
  static RowExplainer<Attribution> shap(int threads) {
    return new TreeShap(threads);
  }

  static RowExplainer<Attribution> interventional(int threads) {
    return new InterventionalTreeShap(threads);
  }

  static RowExplainer<Interactions> interactions(int threads) {
    return new TreeShapInteractions(threads);
  }

  Request request(Batch audit, Batch background) {
    return new Request(
        model,
        new Dataset(audit, Optional.empty()),
        new Dataset(background, Optional.empty()),
        Optional.empty(),
        Parameters.NONE,
        1);
  }

  /** Everything that a request costs: preparation, values, the model's own predictions, residuals. */
  Contestant whole(String name, RowExplainer<?> explainer, Batch background) {
    return new Contestant(
        name,
        rows.rows(),
        true,
        n -> {
          Request request = request(first(n), background);
          return () -> values(explainer.explain(request, Progress.NONE));
        });
  }

  /** What rows cost once the explainer stands. */
  Contestant prepared(String name, RowExplainer<?> explainer, Batch background) {
    return new Contestant(
        name,
        rows.rows(),
        true,
        n -> {
          Batch first = first(n);
          RowExplainer.Prepared<?> ready =
              explainer.prepare(request(first, background), n, Progress.NONE);
          return () -> values(ready.explain(first, Progress.NONE));
        });
  }

  /** The model's own raw predictions. */
  Contestant prediction(String name) {
    return new Contestant(
        name,
        rows.rows(),
        true,
        n -> {
          Batch first = first(n);
          return () -> {
            ((Model) model).predict(first, OutputSpace.RAW);
            return () -> null;
          };
        });
  }

  /** Which engines the trees got. */
  String engine(RowExplainer<?> explainer, Batch background) {
    RowExplainer.Prepared<?> ready =
        explainer.prepare(request(rows, background), rows.rows(), Progress.NONE);
    return ready.explain(first(1), Progress.NONE).provenance().engine();
  }

  Batch first(int n) {
    return new Batch(
        n, rows.features(), Arrays.copyOf(rows.values(), n * rows.features()));
  }

  private static Supplier<double[]> values(Explanation result) {
    if (result instanceof Attribution attribution) {
      return attribution::values;
    }
    Interactions of = (Interactions) result;
    return () -> {
      int p = of.features().size();
      double[] out = new double[of.rows() * p * (p + 1) / 2];
      int at = 0;
      for (int row = 0; row < of.rows(); row++) {
        for (int i = 0; i < p; i++) {
          for (int j = i; j < p; j++) {
            out[at++] = of.value(row, i, j, 0);
          }
        }
      }
      return out;
    };
  }
}
