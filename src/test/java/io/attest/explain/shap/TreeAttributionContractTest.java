package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.ExplainerContractTest;
import io.attest.model.Model;
import io.attest.model.tree.Trees;
import java.util.Optional;
import java.util.SplittableRandom;

/** What every attribution of trees is held to, on a model that uses all features but the last. */
abstract class TreeAttributionContractTest extends ExplainerContractTest<Attribution> {

  @Override
  protected Model model(int features) {
    return Trees.model(
        Trees.ensemble(new SplittableRandom(7), features, Math.max(1, features - 1), 1, 20, 4));
  }

  @Override
  protected double[] figures(Attribution result) {
    return result.values();
  }

  @Override
  protected Optional<double[]> figures(Attribution result, int feature) {
    double[] out = new double[result.rows()];
    for (int i = 0; i < out.length; i++) {
      out[i] = result.value(i, feature, 0);
    }
    return Optional.of(out);
  }
}
