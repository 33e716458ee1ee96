package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Explainer;

class InterventionalTreeShapTest extends TreeAttributionContractTest {

  @Override
  protected Explainer<Attribution> explainer(int threads) {
    return new InterventionalTreeShap(threads);
  }

  @Override
  protected boolean additive() {
    return true;
  }
}
