package io.attest.explain.shap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.CaseTable;
import io.attest.Cases;
import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Interactions;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.ModelReader;
import io.attest.model.Task;
import io.attest.model.tree.Comparison;
import io.attest.model.tree.EnsembleModel;
import io.attest.model.tree.Missing;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import io.attest.model.tree.TreeEnsembleModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models of other libraries, against values computed independently in 64 bits. */
public class TreeCasesTest {
  private static final double TOLERANCE = 1e-10;

  static Stream<String> cases() throws IOException {
    Optional<Path> root = Cases.root();
    if (root.isEmpty()) {
      return Stream.of("t01_xgb174_binary_german_d4");
    }
    try (Stream<Path> folders = Files.list(root.get())) {
      return folders
          .map(f -> f.getFileName().toString())
          .filter(n -> n.startsWith("t"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTheIndependentComputation(String id) throws IOException {
    Path folder = Cases.folder(id);
    Model model = model(folder);
    Batch rows = CaseTable.read(folder.resolve("data.csv")).batch();
    check("exact.csv", folder, new TreeShap(2).explain(request(model, rows, rows), Progress.NONE));
    if (Files.exists(folder.resolve("background.csv"))) {
      Batch background = CaseTable.read(folder.resolve("background.csv")).batch();
      check(
          "exact_interventional.csv",
          folder,
          new InterventionalTreeShap(2)
              .explain(
                  request(model, first(rows, folder, "exact_interventional.csv"), background),
                  Progress.NONE));
    }
    Path interactions = folder.resolve("exact_interactions.csv");
    if (Files.exists(interactions)) {
      Interactions found =
          new TreeShapInteractions(2)
              .explain(
                  request(model, first(rows, folder, "exact_interactions.csv"), rows),
                  Progress.NONE);
      double worst = 0;
      double scale = 0;
      for (double[] line : CaseTable.read(interactions).rows()) {
        for (int j = 3; j < 3 + found.features().size(); j++) {
          double mine = found.value((int) line[0], (int) line[2], j - 3, (int) line[1]);
          worst = Math.max(worst, Math.abs(mine - line[j]));
          scale = Math.max(scale, Math.abs(line[j]));
        }
      }
      assertThat(worst).isLessThan(TOLERANCE * Math.max(1, scale));
      assertThat(found.relativeResidual()).isLessThan(1e-12);
    }
  }

  private static Batch first(Batch rows, Path folder, String file) {
    int n =
        1
            + (int)
                Arrays.stream(CaseTable.read(folder.resolve(file)).rows())
                    .mapToDouble(r -> r[0])
                    .max()
                    .orElse(0);
    return rows.select(java.util.stream.IntStream.range(0, n).toArray());
  }

  private static void check(String file, Path folder, Attribution found) {
    double worst = 0;
    double scale = 0;
    for (double[] line : CaseTable.read(folder.resolve(file)).rows()) {
      int i = (int) line[0];
      int k = (int) line[1];
      worst = Math.max(worst, Math.abs(found.baseValues()[k] - line[2]));
      for (int j = 3; j < 3 + found.features().size(); j++) {
        worst = Math.max(worst, Math.abs(found.value(i, j - 3, k) - line[j]));
        scale = Math.max(scale, Math.abs(line[j]));
      }
    }
    assertThat(worst).as(file).isLessThan(TOLERANCE * Math.max(1, scale));
    assertThat(found.relativeResidual()).isLessThan(1e-12);
  }

  /** What other libraries call SHAP of a probability is the rescaled way. */
  @ParameterizedTest
  @ValueSource(strings = {"t01_xgb174_binary_german_d4", "t43_sk_gbm_classifier_german"})
  void rescaledProbabilitiesAreThoseOfThePeer(String id) throws IOException {
    Path folder = Cases.folder(id);
    Model model = model(folder);
    String file = "expected_interventional_probability.csv";
    Batch rows = first(CaseTable.read(folder.resolve("data.csv")).batch(), folder, file);
    Batch background = CaseTable.read(folder.resolve("background.csv")).batch();
    Attribution found =
        new InterventionalTreeShap(2)
            .explain(
                new Request(
                    model,
                    new Dataset(rows, Optional.empty()),
                    new Dataset(background, Optional.empty()),
                    Optional.empty(),
                    Parameters.parse("output=response"),
                    1),
                Progress.NONE);
    assertThat(found.provenance().notes()).anyMatch(n -> n.contains("approximation"));
    assertThat(found.relativeResidual()).isLessThan(1e-12);
    for (double[] line : CaseTable.read(folder.resolve(file)).rows()) {
      for (int j = 3; j < 3 + found.features().size(); j++) {
        assertThat(found.value((int) line[0], j - 3, (int) line[1]))
            .isCloseTo(line[j], within(1e-6));
      }
    }
  }

  private static Request request(Model model, Batch rows, Batch background) {
    return new Request(
        model,
        new Dataset(rows, Optional.empty()),
        new Dataset(background, Optional.empty()),
        Optional.empty(),
        Parameters.NONE,
        1);
  }

  static Model model(Path folder) throws IOException {
    for (String name : List.of("model.ubj", "model.txt")) {
      if (Files.exists(folder.resolve(name))) {
        Model model = ModelReader.read(folder.resolve(name), Optional.empty(), Optional.empty());
        if (folder.getFileName().toString().startsWith("t17")) {
          TreeShapTest.takeWeightsAsDecimals(
              ((TreeEnsembleModel) model).trees(), folder.resolve("model.json"));
        }
        return model;
      }
    }
    return neutral(new ObjectMapper().readTree(folder.resolve("trees.json").toFile()));
  }

  /**
   * ONNX files have no covers and rounded leaves, so scikit-learn's trees come from the neutral
   * form.
   */
  public static Model neutral(JsonNode json) {
    int outputs = json.get("n_outputs").asInt();
    List<Feature> features = new ArrayList<>();
    json.get("feature_names").forEach(n -> features.add(Feature.numeric(n.asText())));
    List<Tree> trees = new ArrayList<>();
    for (JsonNode tree : json.get("trees")) {
      int n = tree.get("left").size();
      int own = tree.get("output").asInt();
      for (int k = own < 0 ? 0 : own; k <= (own < 0 ? outputs - 1 : own); k++) {
        int[] feature = new int[n];
        int[] yes = new int[n];
        int[] no = new int[n];
        double[] threshold = new double[n];
        double[] value = new double[n];
        double[] cover = new double[n];
        for (int i = 0; i < n; i++) {
          yes[i] = tree.get("left").get(i).asInt();
          no[i] = tree.get("right").get(i).asInt();
          feature[i] = yes[i] < 0 ? -1 : tree.get("feature").get(i).asInt();
          threshold[i] = tree.get("threshold").get(i).asDouble();
          cover[i] = tree.get("cover").get(i).asDouble();
          JsonNode v = tree.get("value").get(i);
          value[i] = yes[i] >= 0 ? 0 : v.isArray() ? v.get(k).asDouble() : v.asDouble();
        }
        trees.add(
            new Tree(feature, threshold, new long[n][], yes, no, new boolean[n], value, cover, k));
      }
    }
    double[] base = new double[outputs];
    List<String> names = new ArrayList<>();
    for (int k = 0; k < outputs; k++) {
      base[k] = json.get("base").get(k).asDouble();
      names.add("class " + k);
    }
    Link link = json.get("link").asText().equals("logit") ? Link.LOGIT : Link.IDENTITY;
    return new EnsembleModel(
        new ModelInfo(
            "neutral",
            "",
            outputs > 1 ? Task.MULTICLASS : link == Link.LOGIT ? Task.BINARY : Task.REGRESSION,
            features,
            names,
            link,
            "0".repeat(64)),
        new TreeEnsemble(
            trees,
            features.size(),
            outputs,
            base,
            Comparison.LESS_OR_EQUAL,
            true,
            Collections.nCopies(features.size(), Missing.NAN)));
  }
}
