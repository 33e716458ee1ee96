package io.attest.explain.shap;

import io.attest.explain.Explainer;
import io.attest.explain.ExplainerContractTest;
import io.attest.explain.Interactions;
import io.attest.model.Model;
import io.attest.model.tree.Trees;
import java.util.Optional;
import java.util.SplittableRandom;

class TreeShapInteractionsTest extends ExplainerContractTest<Interactions> {

  @Override
  protected Explainer<Interactions> explainer(int threads) {
    return new TreeShapInteractions(threads);
  }

  @Override
  protected Model model(int features) {
    return Trees.model(
        Trees.ensemble(new SplittableRandom(7), features, Math.max(1, features - 1), 1, 20, 4));
  }

  @Override
  protected double[] figures(Interactions result) {
    return result.values();
  }

  @Override
  protected Optional<double[]> figures(Interactions result, int feature) {
    int p = result.features().size();
    double[] out = new double[result.rows() * p];
    for (int i = 0; i < out.length; i++) {
      out[i] = result.value(i / p, feature, i % p, 0);
    }
    return Optional.of(out);
  }

  @Override
  protected boolean additive() {
    return true;
  }
}
