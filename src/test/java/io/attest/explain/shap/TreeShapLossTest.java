package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;

class TreeShapLossTest extends TreeAttributionContractTest {

  @Override
  protected Explainer<Attribution> explainer(int threads) {
    return new TreeShapLoss(threads);
  }

  @Override
  protected Parameters parameters() {
    return Parameters.parse("response=exact");
  }

  @Override
  protected int manyRows() {
    return 60;
  }

  @Override
  protected boolean additive() {
    return true;
  }
}
