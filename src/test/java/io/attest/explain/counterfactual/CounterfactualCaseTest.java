package io.attest.explain.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.CaseTable;
import io.attest.Cases;
import io.attest.explain.Counterfactuals;
import io.attest.explain.Dataset;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.ModelInfo;
import io.attest.model.Task;
import io.attest.model.tree.Comparison;
import io.attest.model.tree.EnsembleModel;
import io.attest.model.tree.Missing;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against an exhaustive search that somebody else did. */
class CounterfactualCaseTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theNearestIsThatOfTheExhaustiveSearch(int changes) throws IOException {
    Path folder = Cases.folder("c02_counterfactual_trees_pima");
    EnsembleModel model = model(folder.resolve("trees.json"));
    JsonNode constraints = new ObjectMapper().readTree(folder.resolve("constraints.json").toFile());
    List<String> scale = new ArrayList<>();
    List<String> range = new ArrayList<>();
    for (int j = 0; j < 8; j++) {
      String name = model.info().features().get(j).name();
      scale.add(name + ":" + constraints.at("/mad/" + j).asText());
      range.add(
          name
              + ":"
              + constraints.at("/lower/" + j).asText()
              + ".."
              + constraints.at("/upper/" + j).asText());
    }
    Dataset rows =
        new Dataset(CaseTable.read(folder.resolve("data.csv")).batch(), Optional.empty());
    Parameters parameters =
        Parameters.parse(
            "rows=all; threshold=0.5; whole=none; round=no; changes="
                + changes
                + "; scale="
                + String.join(",", scale)
                + "; range="
                + String.join(",", range));
    Counterfactuals found =
        new CounterfactualSearch(1)
            .explain(
                new Request(model, rows, rows, Optional.empty(), parameters, 1), Progress.NONE);
    for (String line : Files.readAllLines(folder.resolve("exact.csv"))) {
      String[] cell = line.split(",", -1);
      if (!cell[1].equals(Integer.toString(changes))) {
        continue;
      }
      Counterfactuals.Case c = found.cases().get(Integer.parseInt(cell[0]));
      double distance = Double.parseDouble(cell[3]);
      if (distance < 0) {
        assertThat(c.alternatives()).isEmpty();
        assertThat(c.bound()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(c.why()).startsWith("Proved: no alternative changes 1 feature");
      } else {
        assertThat(c.distance()).as(line).isCloseTo(distance, within(1e-12));
        assertThat(c.gap()).isZero();
        assertThat(c.alternatives()).allMatch(a -> a.changes().size() <= changes);
      }
    }
  }

  private static EnsembleModel model(Path file) throws IOException {
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    List<Feature> features = new ArrayList<>();
    json.get("feature_names").forEach(n -> features.add(Feature.numeric(n.asText())));
    List<Tree> trees = new ArrayList<>();
    for (JsonNode tree : json.get("trees")) {
      int n = tree.get("left").size();
      boolean[] missing = new boolean[n];
      int[] feature = integers(tree.get("feature"));
      for (int i = 0; i < n; i++) {
        missing[i] = tree.get("default_left").get(i).asInt() == 1;
        feature[i] = tree.get("left").get(i).asInt() < 0 ? -1 : feature[i];
      }
      trees.add(
          new Tree(
              feature,
              numbers(tree.get("threshold")),
              new long[n][],
              integers(tree.get("left")),
              integers(tree.get("right")),
              missing,
              numbers(tree.get("value")),
              numbers(tree.get("cover")),
              0));
    }
    return new EnsembleModel(
        new ModelInfo(
            "neutral", "", Task.BINARY, features, List.of("pos"), Link.LOGIT, "0".repeat(64)),
        new TreeEnsemble(
            trees,
            features.size(),
            1,
            numbers(json.get("base")),
            Comparison.LESS,
            true,
            Collections.nCopies(features.size(), Missing.NAN)));
  }

  private static int[] integers(JsonNode array) {
    int[] out = new int[array.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = array.get(i).asInt();
    }
    return out;
  }

  private static double[] numbers(JsonNode array) {
    double[] out = new double[array.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = array.get(i).asDouble();
    }
    return out;
  }
}
