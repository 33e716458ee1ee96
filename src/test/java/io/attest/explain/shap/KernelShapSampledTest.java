package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;
import io.attest.explain.Request;
import io.attest.model.Model;
import io.attest.model.tree.Trees;
import java.util.Optional;
import java.util.SplittableRandom;

/** The contract where the budget does not allow all coalitions. */
class KernelShapSampledTest extends CoalitionContractTest {

  @Override
  protected Explainer<Attribution> explainer(int threads) {
    return new KernelShap(threads);
  }

  /** Trees, because pairs alone are exact for the couples of the wavy model. */
  @Override
  protected Model model(int features) {
    return Trees.model(Trees.ensemble(new SplittableRandom(1), features, features, 2, 8, 4));
  }

  @Override
  protected Parameters parameters() {
    return Parameters.parse("budget=20; tolerance=0");
  }

  @Override
  protected boolean seeded() {
    return true;
  }

  /** Exactly nothing is promised where all coalitions are asked. */
  @Override
  protected Optional<double[]> figures(Attribution result, int feature) {
    return Optional.empty();
  }

  @Override
  protected Request request(int rows, int features, long seed) {
    Request request = super.request(rows, features, seed);
    // One feature is always exact.
    return features > 1
        ? request
        : new Request(
            request.model(),
            request.audit(),
            request.background(),
            request.training(),
            Parameters.NONE,
            seed);
  }
}
