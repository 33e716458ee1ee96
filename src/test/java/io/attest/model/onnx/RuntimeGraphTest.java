package io.attest.model.onnx;

import static io.attest.model.onnx.SmallEnsemble.DOUBLE;
import static io.attest.model.onnx.SmallEnsemble.FLOAT;
import static io.attest.model.onnx.SmallEnsemble.INT64;
import static io.attest.model.onnx.SmallEnsemble.floats;
import static io.attest.model.onnx.SmallEnsemble.integer;
import static io.attest.model.onnx.SmallEnsemble.operator;
import static io.attest.model.onnx.SmallEnsemble.text;
import static io.attest.model.onnx.SmallEnsemble.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelReader;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.model.network.Activation;
import io.attest.model.network.Network;
import io.attest.model.network.RandomNetwork;
import io.attest.model.runtime.RuntimeGraph;
import io.attest.model.runtime.RuntimeModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs that ONNX Runtime computes: their inputs, outputs and limits. */
class RuntimeGraphTest {
  @TempDir private Path folder;

  private static final int STRING = TensorProto.DataType.STRING_VALUE;
  private static final int BOOL = TensorProto.DataType.BOOL_VALUE;

  private final SplittableRandom random = new SplittableRandom(7);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 8, 11, 17, 31, 64, 65, 127, 200, 300, 700})
  void aRowsAnswerDoesNotDependOnItsBatch(int width) throws IOException {
    Network network =
        RandomNetwork.of(random, width, Activation.Function.TANH, Link.SOFTMAX, 3, width, 33);
    Batch rows = RandomNetwork.rows(random, 1100, width);
    try (RuntimeModel model = runtime(NetworkGraph.of(network, random, FLOAT, 15))) {
      double[] all = model.predict(rows, OutputSpace.RESPONSE);
      for (int n : new int[] {1, 2, 3, 5, 8, 31, 100}) {
        int[] chosen = random.ints(n, 0, 1100).toArray();
        double[] some = model.predict(rows.select(chosen), OutputSpace.RESPONSE);
        for (int i = 0; i < n * 3; i++) {
          assertThat(some[i]).isEqualTo(all[chosen[i / 3] * 3 + i % 3]);
        }
      }
    }
  }

  /** Each feature has an input of its own: text, a whole number, a number; a map comes out. */
  @Test
  void featuresMayHaveInputsOfTheirOwn() throws IOException {
    byte[] bytes = mixed();
    List<Feature> features =
        List.of(
            new Feature("colour", List.of("red", "green")),
            Feature.numeric("age"),
            Feature.numeric("income"));
    try (RuntimeModel model = (RuntimeModel) read(bytes, "onnx", Optional.of(features))) {
      assertThat(model.info().format()).isEqualTo("onnx-runtime");
      assertThat(model.info().outputs()).containsExactly("bad");
      assertThat(model.info().task()).isEqualTo(Task.BINARY);
      assertThat(model.info().link()).isEqualTo(Link.IDENTITY);
      // 1 - 2 (green) + 0.25 * 4 + 0.5 * 1.5 = 0.75.
      Batch rows = new Batch(2, 3, new double[] {1, 4, 1.5, 0, 4, 1.5});
      double[] p = model.predict(rows, OutputSpace.RAW);
      assertThat(p[0]).isCloseTo(1 / (1 + Math.exp(-0.75)), within(1e-7));
      assertThat(p[1]).isCloseTo(1 / (1 + Math.exp(-2.75)), within(1e-7));
      assertThatThrownBy(
              () ->
                  model.predict(new Batch(1, 3, new double[] {Double.NaN, 4, 1}), OutputSpace.RAW))
          .hasMessageContaining("Row 1, feature colour is missing");
      assertThatThrownBy(
              () -> model.predict(new Batch(1, 3, new double[] {0, 4.5, 1}), OutputSpace.RAW))
          .hasMessageContaining(
              "feature age is 4.5, but the model's input age takes whole numbers");
      assertThatThrownBy(
              () -> model.predict(new Batch(1, 3, new double[] {2, 4, 1}), OutputSpace.RAW))
          .hasMessageContaining("code 2.0, but there are 2 levels");
    }
    assertThatThrownBy(() -> read(bytes, "onnx", Optional.empty()))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll(
            "colour takes text", "Declare it categorical", "Nor can it be read");
    assertThatThrownBy(
            () ->
                read(
                    bytes,
                    "onnx",
                    Optional.of(List.of(features.get(0), features.get(2), features.get(1)))))
        .hasMessageContaining("Feature 2 is age in m.onnx, but income is declared");
    assertThatThrownBy(() -> read(bytes, "onnx", Optional.of(features.subList(0, 2))))
        .hasMessageContaining("trained on 3 features, but 2 are declared");
  }

  private byte[] mixed() {
    NetworkGraph graph = new NetworkGraph(random, FLOAT, 15);
    graph.input("colour", STRING, 1).input("age", INT64, 1).input("income", FLOAT, 1);
    graph
        .from("colour")
        .next("LabelEncoder")
        .addAttribute(texts("keys_strings", List.of("red", "green")))
        .addAttribute(floats("values_floats", 0, 1));
    String colour = graph.at();
    graph.from("age").next("Cast").addAttribute(integer("to", FLOAT));
    String age = graph.at();
    graph
        .from(colour)
        .next("Concat")
        .addInput(age)
        .addInput("income")
        .addAttribute(integer("axis", 1));
    graph
        .next("LinearClassifier")
        .setDomain("ai.onnx.ml")
        .clearOutput()
        .addOutput("label")
        .addOutput("scores")
        .addAttribute(floats("coefficients", 2, -0.25, -0.5, -2, 0.25, 0.5))
        .addAttribute(floats("intercepts", -1, 1))
        .addAttribute(text("post_transform", "LOGISTIC"))
        .addAttribute(texts("classlabels_strings", List.of("good", "bad")));
    graph
        .from("scores")
        .next("ZipMap")
        .addAttribute(texts("classlabels_strings", List.of("good", "bad")));
    return graph.output("label", STRING).output(graph.at(), FLOAT).bytes();
  }

  /** A step before the trees that the reader of trees does not know. */
  @Test
  void treesBehindAScalerAreAskedThroughTheRuntime() throws IOException {
    SmallEnsemble trees = SmallEnsemble.split("BRANCH_LEQ", 0.5, false);
    byte[] bytes =
        trees.model(
            List.of("scores"),
            operator("Scaler", "X", "scaled")
                .addAttribute(floats("offset", 1))
                .addAttribute(floats("scale", 1)),
            trees
                .old("TreeEnsembleRegressor", false)
                .setInput(0, "scaled")
                .addAttribute(integer("n_targets", 1)));
    try (RuntimeModel model = (RuntimeModel) read(bytes, "onnx", Optional.empty())) {
      assertThat(model.predict(new Batch(2, 2, new double[] {1.5, 0, 1.6, 0}), OutputSpace.RAW))
          .containsExactly(1, 2);
    }
  }

  /** The library trusts the lists of an ensemble, and would look outside of its memory. */
  @Test
  void damagedTreesDoNotReachTheLibrary() {
    SmallEnsemble trees = SmallEnsemble.split("BRANCH_LEQ", 0.5, false);
    NodeProto.Builder op = trees.old("TreeEnsembleRegressor", false);
    op.addAttribute(integer("n_targets", 1));
    for (int i = 0; i < op.getAttributeCount(); i++) {
      if (op.getAttribute(i).getName().equals("target_ids")) {
        op.setAttribute(i, op.getAttribute(i).toBuilder().addInts(0));
      }
    }
    byte[] bytes = trees.model(List.of("scores"), op);
    assertThatThrownBy(() -> runtime(bytes))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll("m.onnx", "TreeEnsembleRegressor", "target_ids");
    SmallEnsemble circle = SmallEnsemble.split("BRANCH_LEQ", 0.5, false);
    circle.nodes.set(
        0, new SmallEnsemble.Node(0, 0, "BRANCH_LEQ", 0, 0.5, 1, 1, false, new double[0]));
    byte[] odd =
        circle.model(
            List.of("scores"),
            circle.old("TreeEnsembleRegressor", false).addAttribute(integer("n_targets", 1)));
    assertThatThrownBy(() -> runtime(odd)).isInstanceOf(InvalidModelException.class);
  }

  /** A declared category is a code to the graph, and no number to a gradient. */
  @Test
  void aNetworkWithCategoriesIsAskedThroughTheRuntime() throws IOException {
    Network network = RandomNetwork.of(random, 2, Activation.Function.RELU, Link.IDENTITY, 1, 4);
    byte[] bytes = NetworkGraph.of(network, random, FLOAT, 15);
    List<Feature> features = List.of(new Feature("a", List.of("x", "y")), Feature.numeric("b"));
    Batch rows = new Batch(1, 2, new double[] {1, 0.5});
    try (RuntimeModel model = (RuntimeModel) read(bytes, "onnx", Optional.of(features))) {
      assertThat(model.predict(rows, OutputSpace.RAW)[0])
          .isCloseTo(network.predict(rows, OutputSpace.RAW)[0], within(1e-5));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void aFileForAFixedNumberOfRowsIsAskedSoOften(int rows) throws IOException {
    Network network = RandomNetwork.of(random, 3, Activation.Function.RELU, Link.IDENTITY, 1, 4);
    var proto =
        ai.onnx.proto.OnnxMl.ModelProto.parseFrom(NetworkGraph.of(network, random, DOUBLE, 15));
    var model = proto.toBuilder();
    model
        .getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(0)
        .clearDimParam()
        .setDimValue(rows);
    Batch data = RandomNetwork.rows(random, 12, 3);
    try (RuntimeModel fixed = runtime(model.build().toByteArray())) {
      assertThat(fixed.predict(data, OutputSpace.RAW))
          .containsExactly(network.predict(data, OutputSpace.RAW), within(1e-12));
    }
  }

  @Test
  void operatorsThatTheLibraryDoesNotBringAreRefusedByName() {
    NetworkGraph graph = new NetworkGraph(random, FLOAT, 15);
    graph.input("X", FLOAT, 2).next("Magic").setDomain("com.example");
    assertThatThrownBy(() -> runtime(graph.bytes()))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll("m.onnx", "com.example.Magic", "none of the standard's");
    NetworkGraph inner = new NetworkGraph(random, FLOAT, 15);
    inner
        .input("X", FLOAT, 2)
        .next("If")
        .addAttribute(
            body(
                "then_branch", NodeProto.newBuilder().setOpType("Magic").setDomain("com.example")));
    assertThatThrownBy(() -> runtime(inner.bytes())).hasMessageContaining("com.example.Magic");
  }

  @Test
  void dataInOtherFilesIsRefused() {
    NetworkGraph graph = new NetworkGraph(random, FLOAT, 15);
    graph.input("X", FLOAT, 2).next("Softplus");
    graph
        .graph()
        .addInitializer(
            TensorProto.newBuilder()
                .setName("secret")
                .setDataType(FLOAT)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL));
    assertThatThrownBy(() -> runtime(graph.bytes()))
        .hasMessageContaining("'secret' lies in another");
  }

  private static AttributeProto body(String name, NodeProto.Builder node) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(GraphProto.newBuilder().setName(name).addNode(node))
        .build();
  }

  /** A loop without end is ended, and does not hold up the next one who asks. */
  @Test
  void whatTakesTooLongIsEnded() {
    NetworkGraph graph = new NetworkGraph(random, FLOAT, 15);
    graph.input("X", FLOAT, 2);
    GraphProto.Builder body = GraphProto.newBuilder().setName("body");
    body.addInput(value("i", INT64)).addInput(value("go", BOOL)).addInput(value("x", FLOAT));
    body.addNode(operator("Identity", "go", "still")).addNode(operator("Abs", "x", "y"));
    body.addOutput(value("still", BOOL)).addOutput(value("y", FLOAT));
    NodeProto.Builder loop = graph.next("Loop");
    String forever = graph.constant(INT64, new long[0], Long.MAX_VALUE);
    loop.clearInput().addInput(forever).addInput("").addInput("X");
    loop.addAttribute(
        AttributeProto.newBuilder()
            .setName("body")
            .setType(AttributeProto.AttributeType.GRAPH)
            .setG(body));
    assertThatThrownBy(
            () ->
                RuntimeGraph.open("m.onnx", graph.bytes(), Optional.empty(), Duration.ofSeconds(1)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll("m.onnx takes more than 1 seconds", "loop");
  }

  private static ValueInfoProto value(String name, int type) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(type)
                        .setShape(TensorShapeProto.getDefaultInstance())))
        .build();
  }

  @Test
  void whatIsNoProbabilityIsNotTakenForOne() throws IOException {
    NetworkGraph graph = new NetworkGraph(random, FLOAT, 15);
    graph.input("X", FLOAT, 2).next("Softplus");
    byte[] bytes = graph.bytes();
    try (RuntimeModel model = runtime(bytes)) {
      assertThat(model.info().task()).isEqualTo(Task.BINARY);
      assertThatThrownBy(
              () -> model.predict(new Batch(2, 2, new double[] {0, 0, 0, 9}), OutputSpace.RAW))
          .hasMessageContainingAll("Row 2", "no probability", "link: logit");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, says how many columns",
    "1, 3 axes",
    "2, only [label]",
    "3, several outputs",
    "4, cannot load the graph",
    "5, no table of numbers",
  })
  void refusesWhatIsNoModelOfRows(int kind, String message) {
    NetworkGraph graph = new NetworkGraph(random, FLOAT, 15);
    switch (kind) {
      case 0 -> graph.input("X", FLOAT, 0).next("Softplus");
      case 1 -> graph.input("X", FLOAT, 2, 2).next("Softplus");
      case 2 -> {
        graph.input("X", FLOAT, 2).next("ArgMax").setOutput(0, "label");
        graph.output("label", INT64);
      }
      case 3 -> {
        graph.input("X", FLOAT, 2).next("Softplus").setOutput(0, "a");
        graph.from("X").next("Softsign").setOutput(0, "b");
        graph.output("a", FLOAT).output("b", FLOAT);
      }
      case 4 -> graph.input("X", FLOAT, 2).next("NoSuchOperator");
      default -> {
        graph.input("X", BOOL, 2).next("Not").setOutput(0, "out");
        graph.output("out", BOOL);
      }
    }
    assertThatThrownBy(() -> runtime(graph.bytes()))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll("m.onnx", message.replace("says", "not say"));
  }

  private RuntimeModel runtime(byte[] bytes) throws IOException {
    return (RuntimeModel) read(bytes, "onnx-runtime", Optional.empty());
  }

  private Model read(byte[] bytes, String format, Optional<List<Feature>> features)
      throws IOException {
    Path file = Files.write(folder.resolve("m.onnx"), bytes);
    return ModelReader.read(file, Optional.of(format), features);
  }
}
