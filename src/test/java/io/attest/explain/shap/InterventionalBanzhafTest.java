package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;

class InterventionalBanzhafTest extends TreeAttributionContractTest {

  @Override
  protected Explainer<Attribution> explainer(int threads) {
    return new TreeBanzhaf(threads);
  }

  @Override
  protected Parameters parameters() {
    return Parameters.parse("perturbation=interventional");
  }
}
