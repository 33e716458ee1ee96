package io.attest.explain.shap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.CaseTable;
import io.attest.Cases;
import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.ExplainerContractTest;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.model.scorecard.Scorecard;
import io.attest.model.scorecard.Scorecard.Weights;
import io.attest.model.tree.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearShapTest extends ExplainerContractTest<Attribution> {

  @Override
  protected Explainer<Attribution> explainer(int threads) {
    return new LinearShap(threads);
  }

  /** Every third feature is categorical; values may be missing. */
  @Override
  protected Model model(int features) {
    List<Feature> inputs = new ArrayList<>();
    List<Weights> weights = new ArrayList<>();
    for (int j = 0; j < features; j++) {
      double w = j > 0 && j == features - 1 ? 0 : 0.3 * (j + 1);
      boolean categorical = j % 3 == 2;
      inputs.add(
          categorical ? new Feature("x" + j, List.of("a", "b", "c")) : Feature.numeric("x" + j));
      weights.add(
          categorical
              ? new Weights(0, new double[] {0, w, -w}, w / 2)
              : new Weights(w, new double[0], -w / 2));
    }
    return new Scorecard(info(inputs, Link.LOGIT), -0.5, weights, 0, false);
  }

  @Override
  protected double[] figures(Attribution result) {
    return result.values();
  }

  @Override
  protected Optional<double[]> figures(Attribution result, int feature) {
    double[] out = new double[result.rows()];
    for (int i = 0; i < out.length; i++) {
      out[i] = result.value(i, feature, 0);
    }
    return Optional.of(out);
  }

  @Override
  protected boolean additive() {
    return true;
  }

  @Test
  void aCategoricalFeatureHasOneContribution() {
    Model model = model(4);
    Dataset audit = dataset(new Batch(1, 4, new double[] {0, 0, 2, 0}));
    // Two of four background rows are at level b, one at c: mean weight (2 - 1) / 4 * 0.9.
    Dataset background =
        dataset(new Batch(4, 4, new double[] {0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0}));
    Attribution result = explain(model, audit, background);
    assertThat(result.value(0, 2, 0)).isCloseTo(-0.9 - 0.9 / 4, within(1e-15));
    assertThat(result.baseValues()[0]).isCloseTo(-0.5 + 0.9 / 4, within(1e-15));
    assertThat(result.provenance().space()).isEqualTo(OutputSpace.RAW);
    assertThat(result.provenance().backgroundRows()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"l01_linear_regression_diabetes", "l02_logistic_breast"})
  void agreesWithTheClosedForm(String id) throws IOException {
    Path folder = Cases.folder(id);
    Model model = neutral(folder.resolve("model.json"));
    Dataset audit = dataset(CaseTable.read(folder.resolve("data.csv")).batch());
    Dataset background = dataset(CaseTable.read(folder.resolve("background.csv")).batch());
    CaseTable exact = CaseTable.read(folder.resolve("exact.csv"));
    CaseTable predictions = CaseTable.read(folder.resolve("predictions.csv"));
    Attribution result = explain(model, audit, background);
    assertThat(exact.rows().length).isEqualTo(result.rows());
    for (double[] line : exact.rows()) {
      int i = (int) line[0];
      assertThat(result.baseValues()[0]).isCloseTo(line[2], within(1e-10 * Math.abs(line[2])));
      for (int j = 0; j < audit.rows().features(); j++) {
        assertThat(result.value(i, j, 0)).isCloseTo(line[3 + j], within(1e-10));
      }
      assertThat(result.prediction(i, 0)).isCloseTo(predictions.rows()[i][1], within(1e-10));
    }
    assertThat(result.relativeResidual()).isLessThan(1e-12);
  }

  @Test
  void refusesAModelThatIsNotLinear() {
    Model trees = Trees.model(Trees.ensemble(new SplittableRandom(1), 2, 2, 1, 1, 2));
    Dataset data = dataset(new Batch(1, 2, new double[2]));
    assertThatThrownBy(() -> explain(trees, data, data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tree-shap");
  }

  private static Dataset dataset(Batch rows) {
    return new Dataset(rows, Optional.empty());
  }

  private static Attribution explain(Model model, Dataset audit, Dataset background) {
    return new LinearShap()
        .explain(
            new Request(model, audit, background, Optional.empty(), Parameters.NONE, 1),
            Progress.NONE);
  }

  private static Model neutral(Path file) throws IOException {
    JsonNode root = new ObjectMapper().readTree(file.toFile());
    List<Feature> features = new ArrayList<>();
    List<Weights> weights = new ArrayList<>();
    for (int j = 0; j < root.get("coef").size(); j++) {
      features.add(Feature.numeric(root.get("feature_names").get(j).asText()));
      weights.add(new Weights(root.get("coef").get(j).asDouble(), new double[0], Double.NaN));
    }
    Link link = root.get("link").asText().equals("logit") ? Link.LOGIT : Link.IDENTITY;
    return new Scorecard(info(features, link), root.get("intercept").asDouble(), weights, 0, false);
  }

  private static ModelInfo info(List<Feature> features, Link link) {
    return new ModelInfo(
        "scorecard",
        "",
        link == Link.LOGIT ? Task.BINARY : Task.REGRESSION,
        features,
        List.of("y"),
        link,
        "0".repeat(64));
  }
}
