package io.attest.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.model.network.Activation;
import io.attest.model.network.RandomNetwork;
import io.attest.model.scorecard.Scorecard;
import io.attest.model.tree.EnsembleModel;
import io.attest.model.tree.Trees;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ExplainersTest {

  @Test
  void eachExplainerIsFoundByItsOwnName() {
    Explainers all = Explainers.all();
    assertThat(all.byName())
        .containsOnlyKeys(
            "ale",
            "ale-2d",
            "anchors",
            "conditional-shap",
            "counterfactuals",
            "expected-gradients",
            "influence",
            "integrated-gradients",
            "kernel-shap",
            "lime",
            "linear-shap",
            "network-influence",
            "pdp-2d",
            "pdp-ice",
            "permutation-importance",
            "permutation-shap",
            "sage",
            "surrogate-rules",
            "surrogate-tree",
            "tree-banzhaf",
            "tree-influence",
            "tree-shap",
            "tree-shap-interactions",
            "tree-shap-interventional",
            "tree-shap-loss");
    all.byName().forEach((name, explainer) -> assertThat(explainer.name()).isEqualTo(name));
    assertThat(all.explainer("pdp-ice").name()).isEqualTo("pdp-ice");
    assertThatThrownBy(() -> all.explainer("pdp"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Maybe you meant one of [ale, ")
        .hasMessageContaining(", pdp-ice, ");
  }

  /** Whatever is asked for: readers of a price would look for a link that is not there. */
  @Test
  void withoutALinkNothingIsMeasuredBeforeIt() {
    SplittableRandom random = new SplittableRandom(1);
    ModelInfo info =
        new ModelInfo(
            "price",
            "",
            Task.REGRESSION,
            List.of(Feature.numeric("x0"), Feature.numeric("x1")),
            List.of("price"),
            Link.IDENTITY,
            "0".repeat(64));
    List<Model> models =
        List.of(
            new EnsembleModel(info, Trees.ensemble(random, 2, 2, 1, 3, 2)),
            RandomNetwork.of(random, 2, Activation.Function.TANH, Link.IDENTITY, 1, 3),
            new Scorecard(
                info,
                1,
                List.of(
                    new Scorecard.Weights(1, new double[0], 0),
                    new Scorecard.Weights(-2, new double[0], 0)),
                0,
                false));
    Set<String> heard = new TreeSet<>();
    for (Model model : models) {
      for (Explainer<?> explainer : Explainers.all(1).byName().values()) {
        for (String asked : List.of("space", "output")) {
          try {
            OutputSpace space =
                explainer
                    .explain(
                        request(model, new Parameters(Map.of(asked, "raw")), random), Progress.NONE)
                    .provenance()
                    .space();
            assertThat(space).as(explainer.name()).isEqualTo(OutputSpace.RESPONSE);
            heard.add(explainer.name());
          } catch (IllegalArgumentException e) {
            // The method does not fit the model, or does not know the parameter.
          }
        }
      }
    }
    assertThat(heard)
        .contains(
            "ale",
            "ale-2d",
            "conditional-shap",
            "expected-gradients",
            "integrated-gradients",
            "kernel-shap",
            "lime",
            "linear-shap",
            "pdp-2d",
            "pdp-ice",
            "permutation-shap",
            "tree-banzhaf",
            "tree-shap",
            "tree-shap-interactions",
            "tree-shap-interventional");
  }

  private static Request request(Model model, Parameters parameters, SplittableRandom random) {
    Dataset rows =
        new Dataset(
            new Batch(12, 2, random.doubles(24, -2, 2).toArray()),
            Optional.of(random.doubles(12).toArray()));
    return new Request(model, rows, rows, Optional.of(rows), parameters, 1);
  }

  @Test
  void drawsDependOnSeedAndPurposeAlone() {
    assertThat(new Draws(1, "x").permutation(50))
        .containsExactly(new Draws(1, "x").permutation(50))
        .isNotEqualTo(new Draws(2, "x").permutation(50))
        .isNotEqualTo(new Draws(1, "y").permutation(50));
    // Pinned: another Java version, or a change of the code, must not draw other rows.
    assertThat(new Draws(1, "x").permutation(8)).containsExactly(7, 1, 5, 6, 4, 3, 0, 2);
    assertThat(new Draws(3, "x").sample(5, 9)).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void everyOrderIsEquallyLikely() {
    int[] counts = new int[24];
    for (int t = 0; t < 24_000; t++) {
      int[] o = new Draws(t, "order").permutation(4);
      int index = 0;
      for (int i = 0; i < 4; i++) {
        int smaller = 0;
        for (int j = i + 1; j < 4; j++) {
          smaller += o[j] < o[i] ? 1 : 0;
        }
        index = index * (4 - i) + smaller;
      }
      counts[index]++;
    }
    double chiSquare = 0;
    for (int count : counts) {
      chiSquare += (count - 1000.0) * (count - 1000.0) / 1000;
    }
    // The 99.9 % point with 23 degrees of freedom.
    assertThat(chiSquare).isLessThan(49.7);
  }
}
