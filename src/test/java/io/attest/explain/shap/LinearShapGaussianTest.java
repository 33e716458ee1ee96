package io.attest.explain.shap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.attest.explain.Attribution;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.Task;
import io.attest.model.scorecard.Scorecard;
import io.attest.model.scorecard.Scorecard.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The contract for linear models of dependent features. */
class LinearShapGaussianTest extends CoalitionContractTest {

  @Override
  protected Explainer<Attribution> explainer(int threads) {
    return new LinearShap(threads);
  }

  /** All values are numbers; a missing one has a weight of its own. */
  @Override
  protected Model model(int features) {
    List<Feature> inputs = new ArrayList<>();
    List<Weights> weights = new ArrayList<>();
    for (int j = 0; j < features; j++) {
      inputs.add(Feature.numeric("x" + j));
      weights.add(new Weights(j > 0 && j == features - 1 ? 0 : 0.3 * (j + 1), new double[0], 0.5));
    }
    return new Scorecard(
        new ModelInfo(
            "scorecard", "", Task.BINARY, inputs, List.of("y"), Link.LOGIT, "0".repeat(64)),
        -0.5,
        weights,
        0,
        false);
  }

  @Override
  protected Parameters parameters() {
    return Parameters.parse("dependence=gaussian");
  }

  /** Many units take many rows: a row costs next to nothing. */
  @Override
  protected int manyRows() {
    return 3000;
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

  @Test
  void isWhatConditionalShapSays() {
    Request request = request(15, 6, 1);
    Attribution ours = new LinearShap(1).explain(request, Progress.NONE);
    Attribution conditional =
        new ConditionalShap(1)
            .explain(
                new Request(
                    request.model(),
                    request.audit(),
                    request.background(),
                    Optional.empty(),
                    Parameters.NONE,
                    1),
                Progress.NONE);
    assertThat(ours.values()).containsExactly(conditional.values(), within(1e-14));
    assertThat(ours.provenance().modelRows()).isEqualTo(15);
  }
}
