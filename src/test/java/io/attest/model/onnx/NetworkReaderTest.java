package io.attest.model.onnx;

import static io.attest.model.onnx.SmallEnsemble.DOUBLE;
import static io.attest.model.onnx.SmallEnsemble.FLOAT;
import static io.attest.model.onnx.SmallEnsemble.INT64;
import static io.attest.model.onnx.SmallEnsemble.floats;
import static io.attest.model.onnx.SmallEnsemble.integer;
import static io.attest.model.onnx.SmallEnsemble.integers;
import static io.attest.model.onnx.SmallEnsemble.text;
import static io.attest.model.onnx.SmallEnsemble.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.attest.CaseTable;
import io.attest.Cases;
import io.attest.model.Batch;
import io.attest.model.DifferentiableModel;
import io.attest.model.InvalidModelException;
import io.attest.model.LinearModel;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelReader;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.model.network.Activation;
import io.attest.model.network.Activation.Function;
import io.attest.model.network.Dense;
import io.attest.model.network.Network;
import io.attest.model.network.NetworkFile;
import io.attest.model.network.RandomNetwork;
import io.attest.model.runtime.RuntimeModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks as graphs: read as layers, and computed by ONNX Runtime. */
class NetworkReaderTest {

  /** What is written, read and asked is one function; every way to write a layer comes up. */
  @Property(tries = 120)
  void readsWhatRuntimeComputes(
      @ForAll long seed,
      @ForAll Link link,
      @ForAll boolean doubles,
      @ForAll @IntRange(min = 0, max = 2) int opset)
      throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Network network = RandomNetwork.of(random, 3, link);
    // Some operators of the library take 32-bit floats alone.
    boolean wide = doubles && link != Link.SHARE && !leaky(network);
    byte[] bytes =
        NetworkGraph.of(network, random, wide ? DOUBLE : FLOAT, new int[] {9, 15, 21}[opset]);
    Batch rows = RandomNetwork.rows(random, 40, 3);
    double[] expected = network.predict(rows, OutputSpace.RESPONSE);
    double[] condition = condition(network, rows);
    Model read = read(bytes, "onnx");
    boolean twoShares = link == Link.SHARE && network.info().outputs().size() == 2;
    assertThat(read.info().format())
        .isIn(twoShares ? "onnx-runtime" : "onnx-network", "onnx-linear");
    if (!(read instanceof RuntimeModel)) {
      assertThat(read instanceof DifferentiableModel || read instanceof LinearModel).isTrue();
      agree(read.predict(rows, OutputSpace.RESPONSE), expected, wide ? 1e-10 : 1e-5, condition);
    }
    try (RuntimeModel runtime = (RuntimeModel) read(bytes, "onnx-runtime")) {
      assertThat(runtime.info().format()).isEqualTo("onnx-runtime");
      agree(runtime.predict(rows, OutputSpace.RESPONSE), expected, wide ? 1e-10 : 1e-4, condition);
    }
  }

  private static boolean leaky(Network network) {
    return network.layers().stream()
        .anyMatch(l -> l instanceof Activation a && a.function() == Function.LEAKY_RELU);
  }

  /**
   * For each row, by how much a share multiplies an error of the outputs that it is of: where they
   * cancel, 32 bits leave little of their sum. 1 for every other link.
   */
  private static double[] condition(Network network, Batch rows) {
    int outputs = network.info().outputs().size();
    double[] raw = network.predict(rows, OutputSpace.RAW);
    double[] condition = new double[rows.rows()];
    for (int i = 0; i < condition.length; i++) {
      double sum = 0;
      double size = 0;
      for (int k = 0; k < outputs; k++) {
        sum += raw[i * outputs + k];
        size += Math.abs(raw[i * outputs + k]);
      }
      condition[i] = network.info().link() == Link.SHARE && sum != 0 ? size / Math.abs(sum) : 1;
    }
    return condition;
  }

  private static void agree(double[] found, double[] expected, double tolerance) {
    agree(found, expected, tolerance, new double[] {1});
  }

  /** Of two classes, a reader gives the second alone. */
  private static void agree(
      double[] found, double[] expected, double tolerance, double[] condition) {
    int step = expected.length / found.length;
    int outputs = found.length / condition.length;
    for (int i = 0; i < found.length; i++) {
      double wanted = expected[i * step + step - 1];
      assertThat(found[i])
          .isCloseTo(
              wanted, within(tolerance * condition[i / outputs] * Math.max(1, Math.abs(wanted))));
    }
  }

  private static Model read(byte[] bytes, String format) throws IOException {
    Path file = Files.createTempFile("network", ".onnx");
    try {
      Files.write(file, bytes);
      return ModelReader.read(file, Optional.of(format), Optional.empty());
    } finally {
      Files.delete(file);
    }
  }

  /** The files have 32-bit weights, scikit-learn predicts with those of 64 bits. */
  @ParameterizedTest
  @CsvSource({
    "m01_mlp_pima, onnx-network, raw_0, 1e-7",
    "l01_linear_regression_diabetes, onnx-linear, raw_0, 1e-6",
    "l02_logistic_breast, onnx-linear, out_0, 1e-7",
    "i02_influence_logistic_german, onnx-linear, , 1e-7",
  })
  void predictsAsScikitLearnDoes(String id, String format, String column, double tolerance)
      throws IOException {
    Path folder = Cases.folder(id);
    byte[] bytes = Files.readAllBytes(folder.resolve("model.onnx"));
    Model model = read(bytes, "onnx");
    assertThat(model.info().format()).isEqualTo(format);
    Batch rows = CaseTable.read(folder.resolve("data.csv")).batch();
    double[] response = model.predict(rows, OutputSpace.RESPONSE);
    if (column != null) {
      CaseTable expected = CaseTable.read(folder.resolve("predictions.csv"));
      agree(response, column(expected, column), tolerance);
    }
    try (RuntimeModel runtime = (RuntimeModel) read(bytes, "onnx-runtime")) {
      agree(response, runtime.predict(rows, OutputSpace.RESPONSE), 1e-6);
    }
  }

  private static double[] column(CaseTable table, String name) {
    int column = table.column(name);
    return Arrays.stream(table.rows()).mapToDouble(r -> r[column]).toArray();
  }

  /** What skl2onnx writes of a classifier with two classes: 1 - p beside p, and labels. */
  @Test
  void labelsAndTheOtherClassAreLeftOut() throws IOException {
    NetworkGraph graph = new NetworkGraph(new SplittableRandom(1), FLOAT, 15);
    graph.input("X", FLOAT, 2);
    graph.layer(new Dense(2, 1, new double[] {2, -1}, new double[] {0.5}, true));
    graph.next("Sigmoid");
    String p = graph.at();
    NodeProto.Builder other = graph.next("Sub");
    other.setInput(0, graph.constant(FLOAT, new long[0], 1)).addInput(p);
    graph.next("Concat").addInput(p).addAttribute(integer("axis", 1));
    String both = graph.at();
    graph.next("ArgMax").addAttribute(integer("axis", 1));
    graph.output(graph.at(), INT64);
    graph
        .from(both)
        .next("ZipMap")
        .addAttribute(texts("classlabels_strings", List.of("no", "yes")));
    graph.output(graph.at(), FLOAT);
    NetworkFile file = OnnxFile.open("m.onnx", graph.bytes()).network();
    assertThat(file.classes()).containsExactly("no", "yes");
    assertThat(file.link()).isEqualTo(Link.LOGIT);
    assertThat(file.linear()).isTrue();
    LinearModel model = (LinearModel) read(graph.bytes(), "onnx");
    assertThat(model.coefficients()).containsExactly(0.5, 2, -1);
    assertThat(model.info().outputs()).containsExactly("yes");
    assertThat(model.info().task()).isEqualTo(Task.BINARY);
    try (RuntimeModel runtime = (RuntimeModel) read(graph.bytes(), "onnx-runtime")) {
      Batch rows = new Batch(2, 2, new double[] {1, 2, -1, 0.5});
      assertThat(runtime.info().outputs()).containsExactly("yes");
      agree(
          runtime.predict(rows, OutputSpace.RESPONSE),
          model.predict(rows, OutputSpace.RESPONSE),
          1e-6);
    }
  }

  /** Half of the columns is scaled, as in a pipeline of scikit-learn. */
  @Test
  void columnsMayBeScaledAndJoinedBeforeTheModel() throws IOException {
    NetworkGraph graph = new NetworkGraph(new SplittableRandom(1), FLOAT, 15);
    graph.input("age", FLOAT, 1).input("income", FLOAT, 1);
    graph
        .from("age")
        .next("Scaler")
        .addAttribute(floats("offset", 40))
        .addAttribute(floats("scale", 0.5));
    String scaled = graph.at();
    graph.from("income").next("Concat").addInput(scaled).addAttribute(integer("axis", 1));
    graph
        .next("LinearRegressor")
        .setDomain("ai.onnx.ml")
        .addAttribute(floats("coefficients", 3, 4))
        .addAttribute(floats("intercepts", 1));
    LinearModel model = (LinearModel) read(graph.bytes(), "onnx");
    assertThat(model.info().featureNames()).containsExactly("age", "income");
    // 3 income + 4 (age - 40) / 2 + 1.
    assertThat(model.coefficients()).containsExactly(-79, 2, 3);
    assertThat(model.info().task()).isEqualTo(Task.REGRESSION);
  }

  @ParameterizedTest
  @CsvSource({
    "2, LOGISTIC, onnx-linear, LOGIT",
    "2, SOFTMAX, onnx-linear, LOGIT",
    "3, SOFTMAX, onnx-network, SOFTMAX",
  })
  void classifiersOfOneLayer(int rows, String transform, String format, Link link)
      throws IOException {
    SplittableRandom random = new SplittableRandom(rows);
    NetworkGraph graph = new NetworkGraph(random, FLOAT, 15);
    double[] weights = random.doubles(rows * 2L, -1, 1).map(w -> (float) w).toArray();
    double[] bias = random.doubles(rows, -1, 1).map(w -> (float) w).toArray();
    if (rows == 2 && transform.equals("LOGISTIC")) {
      weights = new double[] {-weights[2], -weights[3], weights[2], weights[3]};
      bias = new double[] {-bias[1], bias[1]};
    }
    graph
        .input("X", FLOAT, 2)
        .next("LinearClassifier")
        .setDomain("ai.onnx.ml")
        .clearOutput()
        .addOutput("label")
        .addOutput("scores")
        .addAttribute(floats("coefficients", weights))
        .addAttribute(floats("intercepts", bias))
        .addAttribute(integer("multi_class", 0))
        .addAttribute(text("post_transform", transform))
        .addAttribute(
            integers("classlabels_ints", java.util.stream.LongStream.range(0, rows).toArray()));
    graph.from("scores").next("Normalizer").addAttribute(text("norm", "L1"));
    graph.output("label", INT64).output(graph.at(), FLOAT);
    Model model = read(graph.bytes(), "onnx");
    assertThat(model.info().format()).isEqualTo(format);
    assertThat(model.info().link()).isEqualTo(link);
    Batch data = RandomNetwork.rows(random, 30, 2);
    try (RuntimeModel runtime = (RuntimeModel) read(graph.bytes(), "onnx-runtime")) {
      agree(
          model.predict(data, OutputSpace.RESPONSE),
          runtime.predict(data, OutputSpace.RESPONSE),
          1e-6);
    }
  }

  /** A file that is cut off or has a wrong byte is refused in words, or means something else. */
  @Property(tries = 300)
  void damagedFilesAreRefused(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Network network = RandomNetwork.of(random, 3, Link.values()[random.nextInt(5)]);
    byte[] bytes = NetworkGraph.of(network, random, FLOAT, 15);
    byte[] damaged =
        random.nextBoolean() ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes.clone();
    for (int i = 0; i < random.nextInt(4) && damaged.length > 0; i++) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
    }
    try {
      OnnxFile.open("m.onnx", damaged).network();
    } catch (InvalidModelException e) {
      assertThat(e).hasMessageContaining("m.onnx");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Softplus, is no layer",
    "Sum, joins several values",
  })
  void whatIsNoLayerIsNamed(String type, String message) {
    NetworkGraph graph = new NetworkGraph(new SplittableRandom(1), FLOAT, 15);
    graph.input("X", FLOAT, 2);
    NodeProto.Builder node = graph.next(type);
    if (type.equals("Sum")) {
      node.addInput("X");
    }
    OnnxFile file = OnnxFile.open("m.onnx", graph.bytes());
    assertThatThrownBy(file::network)
        .isInstanceOf(UnsupportedGraphException.class)
        .hasMessageContainingAll("m.onnx", type, message);
  }
}
