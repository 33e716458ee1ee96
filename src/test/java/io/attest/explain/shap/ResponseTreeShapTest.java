package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;

/** Values of the response, by all coalitions. */
class ResponseTreeShapTest extends TreeAttributionContractTest {

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
  protected boolean additive() {
    return true;
  }
}
