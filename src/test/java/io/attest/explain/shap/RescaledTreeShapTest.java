package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;

/** Values of the response, carried through the link. */
class RescaledTreeShapTest extends TreeAttributionContractTest {

  @Override
  protected Explainer<Attribution> explainer(int threads) {
    return new InterventionalTreeShap(threads);
  }

  @Override
  protected Parameters parameters() {
    return Parameters.parse("output=response; response=rescaled");
  }

  @Override
  protected int manyRows() {
    return 150;
  }

  @Override
  protected boolean additive() {
    return true;
  }
}
