package io.attest.model.onnx;

import static io.attest.model.onnx.SmallEnsemble.integer;
import static io.attest.model.onnx.SmallEnsemble.integers;
import static io.attest.model.onnx.SmallEnsemble.operator;
import static io.attest.model.onnx.SmallEnsemble.text;
import static io.attest.model.onnx.SmallEnsemble.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.attest.model.Batch;
import io.attest.model.InvalidModelException;
import io.attest.model.Link;
import io.attest.model.Task;
import io.attest.model.tree.Comparison;
import io.attest.model.tree.TreeFile;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxFileTest {
  private static final double NAN = Double.NaN;
  private static final double HALF = 0.5;
  private static final String REGRESSOR = "TreeEnsembleRegressor";
  private static final String CLASSIFIER = "TreeEnsembleClassifier";

  /** For each mode: what becomes of the number below, at and above the threshold, and of NaN. */
  @ParameterizedTest
  @CsvSource({
    "BRANCH_LEQ, 1, 1, 2, 2, LESS_OR_EQUAL",
    "BRANCH_LT, 1, 2, 2, 2, LESS",
    "BRANCH_GTE, 2, 1, 1, 2, LESS",
    "BRANCH_GT, 2, 2, 1, 2, LESS_OR_EQUAL",
  })
  void routesNumbersAsTheModeSays(
      String mode, double below, double at, double above, double missing, Comparison comparison) {
    for (boolean tracks : new boolean[] {false, true}) {
      SmallEnsemble e = SmallEnsemble.split(mode, HALF, tracks);
      for (TreeFile file : List.of(old(e), five(e))) {
        assertThat(file.trees().comparison()).isEqualTo(comparison);
        assertThat(raw(file, Math.nextDown((float) HALF))).isEqualTo(below);
        assertThat(raw(file, HALF)).isEqualTo(at);
        assertThat(raw(file, Math.nextUp((float) HALF))).isEqualTo(above);
        assertThat(raw(file, NAN)).isEqualTo(tracks ? 1 : missing);
        // Not the half in 64 bits, but in 32.
        assertThat(raw(file, Math.nextUp(HALF))).isEqualTo(at);
      }
    }
  }

  /** For each mode: 2, 3, 4, what lies outside, and NaN, where the set is 3, and 3 and 4. */
  @ParameterizedTest
  @CsvSource({
    "BRANCH_EQ, 2, 1, 2, 2, 2",
    "BRANCH_NEQ, 1, 2, 1, 1, 1",
    "BRANCH_MEMBER, 2, 1, 1, 2, 2",
  })
  void asksForCategoriesAsTheModeSays(
      String mode, double two, double three, double four, double outside, double missing) {
    for (boolean tracks : new boolean[] {false, true}) {
      SmallEnsemble e = SmallEnsemble.split(mode, 3, tracks, 3, 4);
      TreeFile file = five(e);
      assertThat(raw(file, 2)).isEqualTo(two);
      assertThat(raw(file, 3)).isEqualTo(three);
      assertThat(raw(file, 4)).isEqualTo(four);
      assertThat(raw(file, -1)).isEqualTo(outside);
      assertThat(raw(file, 1e9)).isEqualTo(outside);
      assertThat(raw(file, NAN)).isEqualTo(tracks ? 1 : missing);
      assertThat(file.features().get(0).levels()).hasSize(mode.equals("BRANCH_MEMBER") ? 5 : 4);
      assertThat(file.features().get(1).categorical()).isFalse();
    }
  }

  @Test
  void turnsAMixtureOfComparisonsIntoOneByTheNeighbouringNumber() {
    for (int type : new int[] {SmallEnsemble.FLOAT, SmallEnsemble.DOUBLE}) {
      SmallEnsemble e = SmallEnsemble.split("BRANCH_LT", HALF, false);
      e.type = type;
      e.nodes.add(new SmallEnsemble.Node(1, 0, "BRANCH_LEQ", 0, HALF, 1, 2, false, new double[0]));
      e.leaf(1, 1, 0, 10);
      e.leaf(1, 2, 0, 20);
      TreeFile file = old(e);
      assertThat(file.trees().comparison()).isEqualTo(Comparison.LESS_OR_EQUAL);
      boolean floats = type == SmallEnsemble.FLOAT;
      assertThat(file.trees().float32()).isEqualTo(floats);
      assertThat(raw(file, floats ? Math.nextDown(0.5f) : Math.nextDown(0.5))).isEqualTo(11);
      assertThat(raw(file, HALF)).isEqualTo(12);
      assertThat(raw(file, floats ? Math.nextUp(0.5f) : Math.nextUp(0.5))).isEqualTo(22);
    }
  }

  @Test
  void hasNoCoversAndSaysSo() {
    TreeFile file = old(SmallEnsemble.split("BRANCH_LEQ", HALF, false));
    assertThat(file.trees().covered()).isFalse();
    assertThat(file.trees().trees().get(0).cover()).containsOnly(NAN);
    assertThat(file.version()).isEqualTo("small 1.0");
    assertThat(file.named()).isFalse();
  }

  @Test
  void aggregatesByAverageAndStartsFromTheBase() {
    SmallEnsemble e = SmallEnsemble.split("BRANCH_LEQ", HALF, false);
    e.leaf(1, 0, 0, 7);
    TreeFile file =
        old(
            e,
            op ->
                op.addAttribute(text("aggregate_function", "AVERAGE"))
                    .addAttribute(SmallEnsemble.floats("base_values", 100)));
    assertThat(raw(file, 0)).isEqualTo(104);
    assertThat(raw(file, 1)).isEqualTo(104.5);
  }

  @Test
  void aSingleLeafOfVersionFiveIsASplitWhoseSidesAreTheSame() {
    SmallEnsemble e = SmallEnsemble.split("BRANCH_LEQ", HALF, false);
    NodeProto.Builder op = NodeProto.newBuilder().setOpType("TreeEnsemble");
    op.setDomain("ai.onnx.ml").addInput("X").addOutput("scores");
    op.addAttribute(integers("tree_roots", 0));
    for (String name : List.of("truenodeids", "falsenodeids", "featureids")) {
      op.addAttribute(integers("nodes_" + name, 0));
    }
    op.addAttribute(integers("nodes_trueleafs", 1)).addAttribute(integers("nodes_falseleafs", 1));
    op.addAttribute(SmallEnsemble.tensor("nodes_modes", new double[1], SmallEnsemble.UINT8));
    op.addAttribute(SmallEnsemble.tensor("nodes_splits", new double[1], SmallEnsemble.FLOAT));
    op.addAttribute(integers("leaf_targetids", 0));
    op.addAttribute(SmallEnsemble.tensor("leaf_weights", new double[] {3}, SmallEnsemble.FLOAT));
    TreeFile file = OnnxFile.read("m.onnx", e.model(List.of("scores"), op));
    assertThat(file.trees().trees().get(0).nodes()).isEqualTo(1);
    assertThat(raw(file, 0)).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"0, NONE", "1, SOFTMAX", "2, LOGISTIC"})
  void linksHaveTheNumbersOfTheSpecification(int number, String name) {
    SmallEnsemble e = SmallEnsemble.split("BRANCH_LEQ", HALF, false);
    e.weights.set(0, new SmallEnsemble.Weight(0, 1, 0, 1));
    e.weights.set(1, new SmallEnsemble.Weight(0, 2, 1, 1));
    NodeProto.Builder op = e.five().addAttribute(integer("n_targets", 2));
    op.addAttribute(integer("post_transform", number));
    byte[] model = e.model(List.of("scores"), op);
    if (number == 2) {
      assertThatThrownBy(() -> OnnxFile.read("m.onnx", model)).hasMessageContaining("2 targets");
      return;
    }
    TreeFile file = OnnxFile.read("m.onnx", model);
    assertThat(file.task()).isEqualTo(Task.BINARY);
    assertThat(file.link()).isEqualTo(number == 0 ? Link.IDENTITY : Link.LOGIT);
    assertThat(raw(file, 0)).isEqualTo(number == 0 ? 0 : -1);
    assertThat(raw(file, 1)).isEqualTo(1);
  }

  @Test
  void aLinkOfOneTargetIsARate() {
    SmallEnsemble e = SmallEnsemble.split("BRANCH_LEQ", HALF, false);
    TreeFile file = old(e, op -> op.addAttribute(text("post_transform", "LOGISTIC")));
    assertThat(file.task()).isEqualTo(Task.REGRESSION);
    assertThat(file.link()).isEqualTo(Link.LOGIT);
    assertThat(raw(file, 0)).isEqualTo(1);
  }

  @Test
  void aForestOfTwoClassesWithOneColumnGivesTheProbabilityOfThePositive() {
    SmallEnsemble e = SmallEnsemble.split("BRANCH_LEQ", HALF, false);
    e.weights.set(0, new SmallEnsemble.Weight(0, 1, 0, 0.25));
    e.weights.set(1, new SmallEnsemble.Weight(0, 2, 0, 0.75));
    TreeFile file =
        classifier(
            e,
            texts("classlabels_strings", List.of("good", "bad")),
            operator("Normalizer", "scores", "normal").addAttribute(text("norm", "L1")),
            operator("ZipMap", "normal", "out"));
    assertThat(file.task()).isEqualTo(Task.BINARY);
    assertThat(file.link()).isEqualTo(Link.IDENTITY);
    assertThat(file.classes()).containsExactly("good", "bad");
    assertThat(raw(file, 0)).isEqualTo(0.25);
    assertThat(raw(file, 1)).isEqualTo(0.75);
    // A graph that leaves no doubt may number the column 1.
    e.weights.replaceAll(w -> new SmallEnsemble.Weight(0, w.node(), 1, w.weight()));
    assertThat(raw(classifier(e, integers("classlabels_int64s", 0, 1)), 0)).isEqualTo(0.25);
  }

  @Test
  void aForestOfTwoClassesWithTwoColumnsGivesTheProbabilityOfTheSecond() {
    SmallEnsemble e = SmallEnsemble.split("BRANCH_LEQ", HALF, false);
    e.weights.clear();
    for (int leaf = 1; leaf <= 2; leaf++) {
      e.weights.add(new SmallEnsemble.Weight(0, leaf, 0, leaf / 8.0));
      e.weights.add(new SmallEnsemble.Weight(0, leaf, 1, 1 - leaf / 8.0));
    }
    TreeFile file = classifier(e, integers("classlabels_int64s", 0, 1));
    assertThat(file.trees().outputs()).isEqualTo(1);
    assertThat(file.trees().trees()).hasSize(1);
    assertThat(raw(file, 0)).isEqualTo(0.875);
    assertThat(raw(file, 1)).isEqualTo(0.75);
  }

  @Test
  void aForestOfThreeClassesHasATreeForEach() {
    SmallEnsemble e = SmallEnsemble.split("BRANCH_LEQ", HALF, false);
    e.weights.clear();
    double[][] leaf = {{0.5, 0.25, 0.25}, {0, 0.125, 0.875}};
    for (int i = 0; i < 2; i++) {
      for (int k = 0; k < 3; k++) {
        e.weights.add(new SmallEnsemble.Weight(0, i + 1, k, leaf[i][k]));
      }
    }
    TreeFile file = classifier(e, texts("classlabels_strings", List.of("a", "b", "c")));
    assertThat(file.task()).isEqualTo(Task.MULTICLASS);
    double[] out = new double[3];
    file.trees().raw(new Batch(1, 2, new double[2]), out);
    assertThat(out).containsExactly(leaf[0]);
    file.trees().raw(new Batch(1, 2, new double[] {1, 1}), out);
    assertThat(out).containsExactly(leaf[1]);
    // They are counted once: the trees differ in their leaves only.
    var covered = file.trees().coveredBy(new Batch(3, 2, new double[] {0, 0, 1, 1, 0, 0}));
    assertThat(covered.covered()).isTrue();
    assertThat(covered.trees().get(0).cover()).containsExactly(3, 2, 1);
    assertThat(covered.trees().get(2).cover()).isSameAs(covered.trees().get(0).cover());
  }

  @Test
  void inputsOfOneColumnNameTheFeatures() {
    SmallEnsemble e = SmallEnsemble.split("BRANCH_LEQ", HALF, false);
    ModelProto.Builder model =
        e.proto(
            List.of("scores"),
            operator("Concat", "age", "X").addInput("income").addAttribute(integer("axis", 1)),
            e.old(REGRESSOR, false));
    model.getGraphBuilder().clearInput().addInput(e.input("income", 1)).addInput(e.input("age", 1));
    TreeFile file = OnnxFile.read("m.onnx", model.build().toByteArray());
    assertThat(file.named()).isTrue();
    assertThat(file.features().stream().map(f -> f.name())).containsExactly("income", "age");
    double[] out = new double[1];
    file.trees().raw(new Batch(1, 2, new double[] {9, 0}), out);
    assertThat(out[0]).as("the trees' first column is age").isEqualTo(1);
  }

  @Test
  void labelsMayGoTheirOwnWay() {
    SmallEnsemble e = SmallEnsemble.split("BRANCH_LEQ", HALF, false);
    NodeProto.Builder trees = e.old(CLASSIFIER, false);
    trees.addAttribute(integers("classlabels_int64s", 0, 1));
    trees.addAttribute(text("post_transform", "LOGISTIC"));
    ModelProto.Builder model =
        e.proto(
            List.of("label2", "best", "out"),
            trees,
            operator("Cast", "label", "label1").addAttribute(integer("to", 8)),
            operator("Reshape", "label1", "label2").addInput("shape"),
            operator("ArgMax", "scores", "place"),
            operator("ArrayFeatureExtractor", "names", "best").addInput("place"),
            operator("Identity", "scores", "out"));
    model
        .getGraphBuilder()
        .addInitializer(
            SmallEnsemble.tensor(new double[] {-1}, SmallEnsemble.INT64).toBuilder()
                .setName("shape"))
        .addInitializer(
            SmallEnsemble.tensor(new double[] {0, 1}, SmallEnsemble.INT64).toBuilder()
                .setName("names"));
    TreeFile file = OnnxFile.read("m.onnx", model.build().toByteArray());
    assertThat(file.link()).isEqualTo(Link.LOGIT);
    assertThat(raw(file, 0)).isEqualTo(1);
  }

  @Test
  void refusesWhatItCannotReadByName() {
    refused(op -> op.addAttribute(text("aggregate_function", "MAX")), "MAX", "sums and averages");
    refused(op -> op.addAttribute(text("post_transform", "PROBIT")), "PROBIT", "LOGISTIC");
    refused(op -> op.addAttribute(text("post_transform", "SOFTMAX_ZERO")), "SOFTMAX_ZERO");
    refused(op -> op.addAttribute(text("post_transform", "SOFTMAX")), "SOFTMAX on one target");
    refused(op -> op.addAttribute(integer("n_targets", 3)), "3 targets");
    refused(op -> op.addAttribute(SmallEnsemble.floats("base_values", 1, 2)), "2 base_values");
    refused(op -> op.addAttribute(SmallEnsemble.floats("base_values", NAN)), "NaN");
    refused(op -> op.clearInput(), "0 inputs");
    refused(op -> op.setOpType("LinearRegressor"), "no ensemble of trees", "LinearRegressor");
    SmallEnsemble e = SmallEnsemble.split("BRANCH_LEQ", HALF, false);
    refused(
        e.model(
            List.of("scores"),
            operator("Scaler", "X", "y"),
            e.old(REGRESSOR, false).setInput(0, "y")),
        "Scaler",
        "without the steps that prepare");
    refused(
        e.model(List.of("out"), e.old(REGRESSOR, false), operator("Sqrt", "scores", "out")),
        "Sqrt");
    refused(
        e.model(
            List.of("out"),
            e.old(REGRESSOR, false),
            operator("Exp", "scores", "e"),
            operator("Mul", "scores", "out").addInput("e")),
        "Mul");
    refused(e.model(List.of("X"), e.old(REGRESSOR, false)), "no scores");
    refused(
        e.model(List.of("scores"), e.old(REGRESSOR, false), e.five().setOutput(0, "b")),
        "2 ensembles");
    NodeProto.Builder raw = e.old(CLASSIFIER, false);
    raw.addAttribute(integers("classlabels_int64s", 0, 1));
    refused(e.model(List.of("scores"), raw), "not probabilities", "raw_scores");
    NodeProto.Builder alone = e.old(CLASSIFIER, false);
    alone.addAttribute(integers("classlabels_int64s", 1));
    refused(e.model(List.of("scores"), alone), "two classes or more");
    e.type = 8;
    refused(e.model(List.of("scores"), e.old(REGRESSOR, false)), "STRING");
    e.type = SmallEnsemble.FLOAT;
    e.features = 0;
    refused(e.model(List.of("scores"), e.old(REGRESSOR, false)), "how many columns", "[None, 20]");
    refused(split("BRANCH_EQ", 2.5), "2.5", "category");
    refused(split("BRANCH_EQ", 70000), "70000");
    refused(split("BRANCH_MORE", 1), "BRANCH_MORE");
    refused(split("BRANCH_LEQ", NAN), "NaN");
    SmallEnsemble both = SmallEnsemble.split("BRANCH_LEQ", HALF, false);
    both.nodes.add(new SmallEnsemble.Node(1, 0, "BRANCH_EQ", 0, 1, 1, 2, false, new double[0]));
    both.leaf(1, 1, 0, 1);
    both.leaf(1, 2, 0, 1);
    refused(both.model(List.of("scores"), both.old(REGRESSOR, false)), "feature 0", "for order");
    refused(children(0, 2), "no root");
    refused(children(1, 1), "two roots");
    refused(children(1, 9), "no child 9");
    SmallEnsemble wide = SmallEnsemble.split("BRANCH_LEQ", HALF, false);
    wide.features = 0;
    wide.nodes.replaceAll(
        n -> new SmallEnsemble.Node(0, n.id(), n.mode(), 4, 0, 1, 2, false, new double[0]));
    wide.features = 3;
    refused(wide.model(List.of("scores"), wide.old(REGRESSOR, false)), "feature 4 of 3");
    wide.leaf(0, 7, 5, 1);
    refused(wide.model(List.of("scores"), wide.old(REGRESSOR, false)), "output 5 of 1");
    refused(new byte[0], "m.onnx");
    refused("hello".getBytes(java.nio.charset.StandardCharsets.UTF_8), "not a valid ONNX file");
  }

  @Test
  void refusesOperatorsThatRunInCirclesOrNestWithoutEnd() {
    SmallEnsemble e = SmallEnsemble.split("BRANCH_LEQ", HALF, false);
    refused(
        e.model(
            List.of("scores"),
            operator("Concat", "b", "a").addInput("b").addAttribute(integer("axis", 1)),
            operator("Identity", "a", "b"),
            e.old(REGRESSOR, false).setInput(0, "a")),
        "circles");
    refused(
        e.model(
            List.of("a"),
            e.old(REGRESSOR, false),
            operator("Identity", "b", "a"),
            operator("Identity", "a", "b")),
        "circles");
    ai.onnx.proto.OnnxMl.GraphProto deep = ai.onnx.proto.OnnxMl.GraphProto.getDefaultInstance();
    for (int i = 0; i < 60; i++) {
      deep =
          ai.onnx.proto.OnnxMl.GraphProto.newBuilder()
              .addNode(
                  NodeProto.newBuilder()
                      .addAttribute(
                          ai.onnx.proto.OnnxMl.AttributeProto.newBuilder().setName("g").setG(deep)))
              .build();
    }
    refused(
        ModelProto.newBuilder().setIrVersion(8).setGraph(deep).build().toByteArray(),
        "not a valid ONNX file");
  }

  @Test
  void isToldByItsContent() {
    SmallEnsemble e = SmallEnsemble.split("BRANCH_LEQ", HALF, false);
    assertThat(OnnxFile.looksLike(e.model(List.of("scores"), e.old(REGRESSOR, false)))).isTrue();
    assertThat(OnnxFile.looksLike("{\"learner\": {}}".getBytes())).isFalse();
    assertThat(OnnxFile.looksLike(new byte[] {8})).isFalse();
  }

  /** Damage gives a model or a message that names the file, and nothing else. */
  @Property(tries = 3000)
  void damageIsRefusedOrHarmless(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SmallEnsemble e =
        SmallEnsemble.random(
            random,
            List.of("BRANCH_LEQ", "BRANCH_LT"),
            List.of("BRANCH_EQ", "BRANCH_MEMBER"),
            2,
            1,
            3,
            true,
            SmallEnsemble.FLOAT);
    byte[] bytes;
    if (random.nextBoolean()) {
      NodeProto.Builder op = e.five().addAttribute(integer("n_targets", 3));
      bytes = e.model(List.of("scores"), op.addAttribute(integer("post_transform", 1)));
    } else {
      e.nodes.removeIf(n -> n.mode().equals("BRANCH_MEMBER"));
      NodeProto.Builder op = e.old(CLASSIFIER, false);
      op.addAttribute(integers("classlabels_int64s", 4, 5, 6));
      op.addAttribute(text("post_transform", "SOFTMAX"));
      bytes = e.model(List.of("label", "out"), op, operator("ZipMap", "scores", "out"));
    }
    if (random.nextInt(4) == 0) {
      bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
    } else {
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
    }
    TreeFile file;
    try {
      file = OnnxFile.read("damaged.onnx", bytes);
    } catch (InvalidModelException refused) {
      assertThat(refused).hasMessageContaining("damaged.onnx");
      return;
    }
    int p = file.features().size();
    double[] out = new double[file.trees().outputs()];
    file.trees().raw(new Batch(1, p, new double[p]), out);
    assertThat(out).doesNotContain(NAN);
  }

  @Test
  void readsDoublesAsTheyAre() {
    SmallEnsemble e = SmallEnsemble.split("BRANCH_LEQ", 0.1, false);
    e.type = SmallEnsemble.DOUBLE;
    NodeProto.Builder op = e.old(REGRESSOR, true);
    TreeFile file = OnnxFile.read("m.onnx", e.model(List.of("scores"), op));
    assertThat(file.trees().float32()).isFalse();
    assertThat(raw(file, 0.1)).isEqualTo(1);
    assertThat(raw(file, Math.nextUp(0.1))).isEqualTo(2);
    // A tensor may also lie in the file as bytes.
    NodeProto.Builder bytes = op.clone();
    for (int i = 0; i < bytes.getAttributeCount(); i++) {
      if (bytes.getAttribute(i).getName().equals("nodes_values_as_tensor")) {
        var buffer = java.nio.ByteBuffer.allocate(24).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        buffer.putDouble(0.1).putDouble(0).putDouble(0);
        bytes
            .getAttributeBuilder(i)
            .getTBuilder()
            .clearDoubleData()
            .setRawData(com.google.protobuf.ByteString.copyFrom(buffer.array()));
      }
    }
    TreeFile same = OnnxFile.read("m.onnx", e.model(List.of("scores"), bytes));
    assertThat(same.trees().trees().get(0).threshold())
        .containsExactly(file.trees().trees().get(0).threshold());
  }

  private static byte[] split(String mode, double value) {
    SmallEnsemble e = SmallEnsemble.split(mode, value, false);
    return e.model(List.of("scores"), e.old(REGRESSOR, false));
  }

  /** A root with other children than its two leaves. */
  private static byte[] children(long whenTrue, long whenFalse) {
    SmallEnsemble e = SmallEnsemble.split("BRANCH_LEQ", HALF, false);
    e.nodes.set(
        0,
        new SmallEnsemble.Node(
            0, 0, "BRANCH_LEQ", 0, HALF, whenTrue, whenFalse, false, new double[0]));
    if (whenTrue == 0) {
      e.nodes.remove(1);
      e.weights.remove(0);
    }
    return e.model(List.of("scores"), e.old(REGRESSOR, false));
  }

  private static TreeFile old(SmallEnsemble e) {
    return old(e, op -> {});
  }

  private static TreeFile old(SmallEnsemble e, Consumer<NodeProto.Builder> more) {
    NodeProto.Builder op = e.old(REGRESSOR, e.type == SmallEnsemble.DOUBLE);
    more.accept(op);
    return OnnxFile.read("m.onnx", e.model(List.of("scores"), op));
  }

  private static TreeFile five(SmallEnsemble e) {
    return OnnxFile.read("m.onnx", e.model(List.of("scores"), e.five()));
  }

  private static TreeFile classifier(
      SmallEnsemble e, ai.onnx.proto.OnnxMl.AttributeProto labels, NodeProto.Builder... after) {
    NodeProto.Builder[] all = new NodeProto.Builder[after.length + 1];
    all[0] = e.old(CLASSIFIER, false).addAttribute(labels);
    System.arraycopy(after, 0, all, 1, after.length);
    String last = after.length == 0 ? "scores" : after[after.length - 1].getOutput(0);
    return OnnxFile.read("m.onnx", e.model(List.of("label", last), all));
  }

  private static void refused(Consumer<NodeProto.Builder> damage, String... parts) {
    SmallEnsemble e = SmallEnsemble.split("BRANCH_LEQ", HALF, false);
    NodeProto.Builder op = e.old(REGRESSOR, false);
    damage.accept(op);
    refused(e.model(List.of("scores"), op), parts);
  }

  private static void refused(byte[] bytes, String... parts) {
    assertThatThrownBy(() -> OnnxFile.read("m.onnx", bytes))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("m.onnx")
        .hasMessageContainingAll(parts);
  }

  private static double raw(TreeFile file, double x) {
    double[] out = new double[file.trees().outputs()];
    file.trees().raw(new Batch(1, 2, new double[] {x, 0}), out);
    return out[0];
  }
}
