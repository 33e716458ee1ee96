package io.attest.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.CaseTable;
import io.attest.Cases;
import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.shap.TreeShap;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.ModelReader;
import io.attest.model.OutputSpace;
import io.attest.model.tree.EnsembleModel;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import io.attest.model.tree.TreeEnsembleModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Models of scikit-learn as skl2onnx writes them, against scikit-learn.
 *
 * <p>scikit-learn rounds a value to a float and compares it with a double; skl2onnx writes the
 * largest float that is not above that double, which is the same question. So rows go exactly the
 * same ways, and what remains is that ONNX keeps leaves as floats.
 */
class OnnxCasesTest {
  private static final String FOREST = "t41_sk_rf_classifier_breast";
  private static final String BOOSTED = "t43_sk_gbm_classifier_german";
  private static final String REGRESSION = "t44_sk_rf_regressor_concrete";
  private static final String DEEP = "t48_sk_tree_deep_ai4i";

  @ParameterizedTest
  @ValueSource(strings = {FOREST, BOOSTED, REGRESSION, DEEP})
  void predictsAsScikitLearnDoes(String id) throws Exception {
    Path folder = Cases.folder(id);
    Model model = read(folder);
    Batch rows = CaseTable.read(folder.resolve("data.csv")).batch();
    CaseTable expected = CaseTable.read(folder.resolve("predictions.csv"));
    double[] raw = model.predict(rows, OutputSpace.RAW);
    double[] response = model.predict(rows, OutputSpace.RESPONSE);
    int rawColumn = Math.max(expected.column("raw_0"), expected.column("raw_1"));
    int responseColumn = Math.max(expected.column("out_1"), rawColumn);
    boolean link = expected.column("out_1") >= 0;
    double[] theirs =
        OnnxRuntimeTest.ask(
            Files.readAllBytes(folder.resolve("model.onnx")),
            SmallEnsemble.FLOAT,
            rows.values(),
            rows.features(),
            id.equals(REGRESSION) ? "variable" : "probabilities");
    int columns = theirs.length / rows.rows();
    double largest = 0;
    for (int i = 0; i < rows.rows(); i++) {
      double wanted = expected.rows()[i][rawColumn];
      largest = Math.max(largest, Math.abs(raw[i] - wanted) / Math.max(1, Math.abs(wanted)));
      assertThat(response[i])
          .isCloseTo(
              expected.rows()[i][link ? responseColumn : rawColumn],
              within(1e-7 * Math.max(1, Math.abs(response[i]))));
      // onnxruntime adds floats.
      assertThat(response[i])
          .isCloseTo(
              theirs[i * columns + columns - 1], within(2e-6 * Math.max(1, Math.abs(response[i]))));
    }
    assertThat(largest).isLessThan(1e-7);
  }

  @ParameterizedTest
  @ValueSource(strings = {FOREST, BOOSTED, REGRESSION, DEEP})
  void explainsAsTheIndependentComputation(String id) throws IOException {
    Path folder = Cases.folder(id);
    TreeEnsembleModel model = (TreeEnsembleModel) read(folder);
    assertThat(model.trees().covered()).isFalse();
    JsonNode neutral = new ObjectMapper().readTree(folder.resolve("trees.json").toFile());
    CaseTable exact = CaseTable.read(folder.resolve("exact.csv"));
    Batch rows = CaseTable.read(folder.resolve("data.csv")).batch();
    double floats = error(explain(model, neutral, false, rows), exact);
    double doubles = error(explain(model, neutral, true, rows), exact);
    assertThat(floats).isLessThan(1e-7);
    assertThat(doubles).isLessThan(1e-10);
  }

  private static double error(Attribution result, CaseTable exact) {
    int p = result.features().size();
    double scale = 0;
    double error = 0;
    boolean both = java.util.Arrays.stream(exact.rows()).anyMatch(r -> r[1] == 1);
    for (double[] line : exact.rows()) {
      if (line[1] == (both ? 1 : 0)) {
        int i = (int) line[0];
        error = Math.max(error, Math.abs(result.baseValues()[0] - line[2]));
        scale = Math.max(scale, Math.abs(line[2]));
        for (int j = 0; j < p; j++) {
          error = Math.max(error, Math.abs(result.value(i, j, 0) - line[3 + j]));
          scale = Math.max(scale, Math.abs(line[3 + j]));
        }
      }
    }
    return error / scale;
  }

  private static Attribution explain(
      TreeEnsembleModel model, JsonNode neutral, boolean leaves, Batch rows) {
    TreeEnsemble read = model.trees();
    List<Tree> trees = new ArrayList<>();
    for (int t = 0; t < read.trees().size(); t++) {
      trees.add(completed(read.trees().get(t), neutral.get("trees").get(t), leaves));
    }
    double[] base = read.base();
    if (leaves && neutral.get("base").size() == 1) {
      base = new double[] {neutral.get("base").get(0).asDouble()};
    }
    TreeEnsemble covered =
        new TreeEnsemble(
            trees,
            read.features(),
            read.outputs(),
            base,
            read.comparison(),
            read.float32(),
            read.missing());
    Dataset data = new Dataset(rows, Optional.empty());
    return new TreeShap(2)
        .explain(
            new Request(
                new EnsembleModel(model.info(), covered),
                data,
                data,
                Optional.empty(),
                Parameters.NONE,
                1),
            Progress.NONE);
  }

  /** A tree with the covers, and perhaps the leaves, of the neutral file; checks its splits. */
  private static Tree completed(Tree tree, JsonNode neutral, boolean leaves) {
    double[] cover = new double[tree.nodes()];
    double[] value = tree.value().clone();
    Deque<int[]> open = new ArrayDeque<>();
    open.push(new int[] {0, 0});
    while (!open.isEmpty()) {
      int node = open.peek()[0];
      int other = open.pop()[1];
      cover[node] = neutral.get("cover").get(other).asDouble();
      if (tree.leaf(node)) {
        assertThat(neutral.get("left").get(other).asInt()).isNegative();
        JsonNode number = neutral.get("value").get(other);
        double leaf =
            number.get(number.size() - 1) == null ? number.asDouble() : number.get(1).asDouble();
        assertThat(value[node]).isEqualTo((double) (float) leaf);
        value[node] = leaves ? leaf : value[node];
        continue;
      }
      double threshold = neutral.get("threshold").get(other).asDouble();
      float below = (float) threshold;
      below = below > threshold ? Math.nextDown(below) : below;
      assertThat(tree.threshold()[node]).isEqualTo((double) below);
      assertThat(tree.feature()[node]).isEqualTo(neutral.get("feature").get(other).asInt());
      open.push(new int[] {tree.yes()[node], neutral.get("left").get(other).asInt()});
      open.push(new int[] {tree.no()[node], neutral.get("right").get(other).asInt()});
    }
    return new Tree(
        tree.feature(),
        tree.threshold(),
        tree.categories(),
        tree.yes(),
        tree.no(),
        tree.missingYes(),
        value,
        cover,
        tree.output());
  }

  private static Model read(Path folder) {
    Model model =
        ModelReader.read(folder.resolve("model.onnx"), Optional.empty(), Optional.empty());
    assertThat(model.info().format()).isEqualTo("onnx");
    return model;
  }
}
