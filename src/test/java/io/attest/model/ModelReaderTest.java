package io.attest.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.data.Field;
import io.attest.model.network.Activation;
import io.attest.model.network.Network;
import io.attest.model.network.RandomNetwork;
import io.attest.model.onnx.NetworkGraph;
import io.attest.model.onnx.SmallEnsemble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelReaderTest {
  private static final String TREE =
      """
      {"learner": {"feature_names": ["age", "colour"], "feature_types": ["float", "c"],
       "learner_model_param": {"base_score": "5E-1", "num_class": "0", "num_feature": "2"},
       "objective": {"name": "binary:logistic"},
       "gradient_booster": {"name": "gbtree", "model": {
        "gbtree_model_param": {"num_parallel_tree": "1"}, "tree_info": [0], "trees": [
         {"tree_param": {"size_leaf_vector": "1"}, "left_children": [1, -1, -1],
          "right_children": [2, -1, -1], "split_indices": [1, 0, 0],
          "split_conditions": [0, 1.5, -1.5], "split_type": [1, 0, 0], "default_left": [0, 0, 0],
          "sum_hessian": [10, 4, 6], "categories": [2], "categories_nodes": [0],
          "categories_segments": [0], "categories_sizes": [1]}]}}},
       "version": [3, 0, 4]}
      """;

  private static final String WEIGHTS =
      """
      {"learner": {"feature_names": ["age", "income"],
       "learner_model_param": {"base_score": "5E-1", "num_class": "0", "num_feature": "2"},
       "objective": {"name": "binary:logistic"},
       "gradient_booster": {"name": "gblinear", "model": {"weights": [2, -3, 0.5]}}},
       "version": [3, 0, 4]}
      """;

  private static final Field AGE = Field.numeric("age");
  private static final Field COLOUR = Field.categorical("colour", List.of("red", "green", "blue"));

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("model.json"), TREE);
  }

  @Test
  void namesFeaturesAndOutputsAsDeclared() {
    Model model = ModelReader.read(spec(Task.BINARY, List.of(AGE, COLOUR), Optional.empty()));
    assertThat(model.info().features().get(1).levels()).containsExactly("red", "green", "blue");
    assertThat(model.info().outputs()).containsExactly("bad");
    assertThat(model.info().libraryVersion()).isEqualTo("3.0.4");
    assertThat(model.predict(new Batch(2, 2, new double[] {1, 2, 1, 0}), OutputSpace.RAW))
        .containsExactly(-1.5, 1.5);
  }

  @Test
  void pinsTheHash() {
    String sha256 = ModelReader.read(file, Optional.empty(), Optional.empty()).info().sha256();
    assertThat(sha256).matches("[0-9a-f]{64}");
    ModelReader.read(spec(Task.BINARY, List.of(AGE, COLOUR), Optional.of(sha256)));
    refused(spec(Task.BINARY, List.of(AGE, COLOUR), Optional.of("ab")), sha256, "pins ab");
  }

  @Test
  void refusesADeclarationThatDoesNotFit() {
    Optional<String> any = Optional.empty();
    refused(spec(Task.REGRESSION, List.of(AGE, COLOUR), any), "binary", "regression");
    refused(spec(Task.BINARY, List.of(AGE), any), "2 features", "1 are", "Not declared: [colour]");
    refused(spec(Task.BINARY, List.of(COLOUR, AGE), any), "Feature 1", "another order");
    refused(
        spec(Task.BINARY, List.of(AGE, Field.numeric("colour")), any),
        "colour",
        "declared numeric");
    refused(
        spec(Task.BINARY, List.of(AGE, Field.categorical("colour", List.of("red", "green"))), any),
        "3 levels");
    refused(spec(Task.BINARY, List.of(AGE, Field.text("colour")), any), "colour", "text");
    refused(spec(Task.MULTICLASS, List.of(AGE, COLOUR), any), "multiclass");
  }

  @Test
  void aLinearModelOfXgboostHasOneWeightANumber() throws IOException {
    Files.writeString(file, WEIGHTS);
    Optional<String> any = Optional.empty();
    Model model = ModelReader.read(spec(Task.BINARY, List.of(AGE, Field.numeric("income")), any));
    assertThat(model).isInstanceOf(LinearModel.class);
    assertThat(model.predict(new Batch(2, 2, new double[] {1, 1, Double.NaN, 1}), OutputSpace.RAW))
        .containsExactly(2 - 3 + 0.5, -3 + 0.5);
    refused(
        spec(Task.BINARY, List.of(AGE, Field.categorical("income", List.of("low", "high"))), any),
        "income",
        "Maybe declare it numeric");
    refused(spec(Task.REGRESSION, List.of(AGE, Field.numeric("income")), any), "binary");
  }

  @Test
  void aRegressionOfSeveralTargetsIsNotForAnAudit() throws IOException {
    Files.writeString(
        file,
        TREE.replace("\"num_class\": \"0\"", "\"num_target\": \"2\"")
            .replace("binary:logistic", "reg:squarederror"));
    assertThat(ModelReader.read(file, Optional.empty(), Optional.empty()).info().outputs())
        .containsExactly("target 0", "target 1");
    refused(
        spec(Task.REGRESSION, List.of(AGE, COLOUR), Optional.empty()),
        "2 targets",
        "[class]",
        "one model a target");
  }

  private Optional<Link> link = Optional.empty();

  @Test
  void takesTheNamesOfClassesFromTheFile() throws IOException {
    Field age = Field.numeric("f0");
    Field income = Field.numeric("f1");
    Path positive = onnx(List.of("good", "bad"));
    assertThat(ModelReader.read(positive, Optional.empty(), Optional.empty()).info().outputs())
        .containsExactly("bad");
    file = positive;
    Optional<String> any = Optional.empty();
    ModelSpec bad = spec("onnx", Task.BINARY, List.of(age, income), any);
    assertThat(ModelReader.read(bad).info().outputs()).containsExactly("bad");
    file = onnx(List.of("bad", "good"));
    refused(bad("onnx", age, income), "predicts [good]", "calls [bad] positive");
    file = onnx(List.of("0", "1"));
    assertThat(ModelReader.read(bad("onnx", age, income)).info().outputs()).containsExactly("bad");
    assertThat(ModelReader.read(file, Optional.empty(), Optional.empty()).info().outputs())
        .containsExactly("prediction");
    file = onnx(List.of("c", "b", "a"));
    refused(spec("onnx", Task.MULTICLASS, List.of(age, income), any), "3 classes");
    assertThat(ModelReader.read(file, Optional.empty(), Optional.empty()).info().outputs())
        .containsExactly("c", "b", "a");
  }

  /** A network that stops before its last function: its owner says which it is, or is asked. */
  @Test
  void theLinkOfAnOnnxFileMayBeDeclared() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    Network scores = RandomNetwork.of(random, 2, Activation.Function.RELU, Link.IDENTITY, 1, 4);
    file = Files.write(folder.resolve("scores.onnx"), NetworkGraph.of(scores, random, 1, 15));
    Field one = Field.numeric("f0");
    Field two = Field.numeric("f1");
    refused(bad("onnx", one, two), "probabilities", "link: logit", "link: identity");
    Batch rows = RandomNetwork.rows(random, 5, 2);
    for (String format : List.of("onnx", "onnx-runtime")) {
      link = Optional.of(Link.LOGIT);
      Model model = ModelReader.read(bad(format, one, two));
      assertThat(model.info().link()).isEqualTo(Link.LOGIT);
      double[] expected = scores.predict(rows, OutputSpace.RAW);
      assertThat(model.predict(rows, OutputSpace.RAW)).containsExactly(expected, within(1e-5));
      Link.LOGIT.toResponse(expected, 1);
      assertThat(model.predict(rows, OutputSpace.RESPONSE)).containsExactly(expected, within(1e-5));
    }
    link = Optional.of(Link.SOFTMAX);
    refused(bad("onnx", one, two), "link: logit");
    link = Optional.empty();
    assertThat(
            ModelReader.read(spec("onnx", Task.REGRESSION, List.of(one, two), Optional.empty()))
                .info()
                .link())
        .isEqualTo(Link.IDENTITY);
  }

  @Test
  void aDeclaredLinkMustNotContradictTheFile() throws IOException {
    SplittableRandom random = new SplittableRandom(4);
    Network network = RandomNetwork.of(random, 2, Activation.Function.TANH, Link.LOGIT, 1, 3);
    file = Files.write(folder.resolve("p.onnx"), NetworkGraph.of(network, random, 1, 15));
    Field one = Field.numeric("f0");
    Field two = Field.numeric("f1");
    link = Optional.of(Link.LOGIT);
    assertThat(ModelReader.read(bad("onnx", one, two)).info().link()).isEqualTo(Link.LOGIT);
    link = Optional.of(Link.LOG);
    refused(bad("onnx", one, two), "says itself", "logit", "link: log");
    file = onnx(List.of("good", "bad"));
    refused(bad("onnx", one, two), "says itself", "link: log");
    Files.writeString(folder.resolve("model.json"), TREE);
    file = folder.resolve("model.json");
    refused(spec(Task.BINARY, List.of(AGE, COLOUR), Optional.empty()), "Leave link out");
  }

  private ModelSpec bad(String format, Field... fields) {
    return spec(format, Task.BINARY, List.of(fields), Optional.empty());
  }

  private Path onnx(List<String> classes) throws IOException {
    SmallEnsemble e = SmallEnsemble.split("BRANCH_LEQ", 0.5, false);
    byte[] bytes =
        e.model(
            List.of("label", "scores"),
            e.old("TreeEnsembleClassifier", false)
                .addAttribute(SmallEnsemble.texts("classlabels_strings", classes))
                .addAttribute(
                    SmallEnsemble.text(
                        "post_transform", classes.size() == 2 ? "LOGISTIC" : "SOFTMAX")));
    return Files.write(folder.resolve(String.join("-", classes) + ".onnx"), bytes);
  }

  @Test
  void refusesAFileOfNoKnownFormat() throws IOException {
    Path text = Files.writeString(folder.resolve("model.txt"), "a tree\n");
    assertThatThrownBy(() -> ModelReader.read(text, Optional.empty(), Optional.empty()))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll("model.txt", "XGBoost", "LightGBM", "scorecard");
    assertThatThrownBy(() -> ModelReader.read(file, Optional.of("abacus"), Optional.empty()))
        .hasMessageContainingAll("abacus", "onnx", "scorecard");
    Path absent = folder.resolve("absent.json");
    assertThatThrownBy(() -> ModelReader.read(absent, Optional.empty(), Optional.empty()))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("absent.json");
  }

  private static void refused(ModelSpec spec, String... parts) {
    assertThatThrownBy(() -> ModelReader.read(spec))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll(parts);
  }

  private ModelSpec spec(Task task, List<Field> fields, Optional<String> sha256) {
    return spec("xgboost", task, fields, sha256);
  }

  private ModelSpec spec(String format, Task task, List<Field> fields, Optional<String> sha256) {
    ModelSpec.Source source =
        new ModelSpec.Source(
            "audit.csv",
            Optional.empty(),
            new ModelSpec.Csv(
                Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty()));
    return new ModelSpec(
        folder,
        "credit",
        "Credit",
        "1",
        "",
        "",
        List.of(),
        "standard",
        task,
        new ModelSpec.ModelFile(format, file, sha256, Optional.empty(), link),
        new ModelSpec.Target("class", Optional.of("bad"), List.of("a", "b")),
        source,
        Optional.empty(),
        fields,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Map.of(),
        Map.of(),
        Optional.empty(),
        List.of());
  }
}
