package io.attest.explain.shap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.WavyModel;
import io.attest.model.Model;
import io.attest.model.Task;
import io.attest.model.tree.Trees;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PermutationShapTest extends CoalitionContractTest {

  @Override
  protected Explainer<Attribution> explainer(int threads) {
    return new PermutationShap(threads);
  }

  @Override
  protected Parameters parameters() {
    return Parameters.parse("permutations=3");
  }

  @Override
  protected Model model(int features) {
    return Trees.model(
        Trees.ensemble(new SplittableRandom(1), features, Math.max(1, features - 1), 2, 8, 4));
  }

  @Override
  protected boolean seeded() {
    return true;
  }

  @Test
  void moreOrdersComeNearerAndErrorsCover() {
    Model model = Trees.model(Trees.ensemble(new SplittableRandom(2), 12, 12, 1, 50, 6));
    Request request = request(model, "");
    double[] truth = new InterventionalTreeShap(1).explain(request, Progress.NONE).values();
    double before = Double.POSITIVE_INFINITY;
    for (int permutations : new int[] {3, 12, 48}) {
      Attribution result =
          new PermutationShap(2)
              .explain(request(model, "permutations=" + permutations), Progress.NONE);
      double squares = 0;
      double most = 0;
      for (int i = 0; i < truth.length; i++) {
        double e = Math.abs(result.values()[i] - truth[i]);
        squares += e * e;
        most = Math.max(most, e);
      }
      assertThat(squares).isLessThan(before / 2);
      assertThat(most).isLessThan(4 * result.provenance().error().orElseThrow());
      before = squares;
    }
  }

  @Test
  void twoFeaturesAreExactInAnyOrder() {
    Model model = WavyModel.of(Task.REGRESSION, 3);
    Attribution ours =
        new PermutationShap(1).explain(request(model, "order=identity"), Progress.NONE);
    Attribution exact = new KernelShap(1).explain(request(model, ""), Progress.NONE);
    assertThat(ours.values()).containsExactly(exact.values(), within(1e-12));
    assertThat(ours.provenance().seed()).isEmpty();
    assertThat(ours.provenance().notes()).hasSize(1);
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    Model model = WavyModel.of(Task.REGRESSION, 3);
    for (String parameters :
        new String[] {
          "order=identity; permutations=5", "order=random; permutations=1", "order=x"
        }) {
      assertThatThrownBy(
              () -> new PermutationShap(1).explain(request(model, parameters), Progress.NONE))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static Request request(Model model, String parameters) {
    Dataset audit = dataset(model, 8, 1);
    Dataset background = dataset(model, 15, 2);
    return new Request(model, audit, background, Optional.empty(), Parameters.parse(parameters), 4);
  }
}
