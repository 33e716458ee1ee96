package io.attest.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
