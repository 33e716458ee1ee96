package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Explainer;
import io.attest.explain.ExplainerContractTest;
import io.attest.explain.Parameters;
import io.attest.model.Model;
import io.attest.model.tree.Trees;
import java.util.Optional;
import java.util.SplittableRandom;

/** Values of the response, by all coalitions. */
class ResponseTreeShapTest extends ExplainerContractTest<Attribution> {

  @Override
  protected Explainer<Attribution> explainer(int threads) {
    return new InterventionalTreeShap(threads);
  }

  @Override
  protected Parameters parameters() {
    return Parameters.parse("output=response; response=exact");
  }

  @Override
  protected int manyRows() {
    return 60;
  }

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

  @Override
  protected boolean additive() {
    return true;
  }
}
