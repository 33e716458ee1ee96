package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;
import io.attest.explain.Request;
import io.attest.model.Model;
import io.attest.model.tree.Trees;
import java.util.Optional;
import java.util.SplittableRandom;

/** The contract for rows that are alike, with categories among the features. */
class ConditionalEmpiricalTest extends CoalitionContractTest {

  @Override
  protected Explainer<Attribution> explainer(int threads) {
    return new ConditionalShap(threads);
  }

  @Override
  protected Model model(int features) {
    return Trees.model(Trees.ensemble(new SplittableRandom(3), features, features, 1, 8, 3));
  }

  @Override
  protected Parameters parameters() {
    return Parameters.parse("distribution=empirical");
  }

  /** A feature that the model does not use tells of others, and gets its share for that. */
  @Override
  protected Optional<double[]> figures(Attribution result, int feature) {
    return Optional.empty();
  }

  @Override
  protected Request request(int rows, int features, long seed) {
    Request request = super.request(rows, features, seed);
    // How features go together takes more rows than features.
    return new Request(
        request.model(),
        request.audit(),
        dataset(request.model(), rows + 10, 12),
        request.training(),
        request.parameters(),
        seed);
  }
}
