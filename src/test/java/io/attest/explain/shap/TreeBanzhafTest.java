package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Explainer;

class TreeBanzhafTest extends TreeAttributionContractTest {

  @Override
  protected Explainer<Attribution> explainer(int threads) {
    return new TreeBanzhaf(threads);
  }
}
