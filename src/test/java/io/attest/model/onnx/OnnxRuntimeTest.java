package io.attest.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.attest.model.Batch;
import io.attest.model.tree.TreeFile;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Assumptions;

/** What onnxruntime predicts: random ensembles, values at the thresholds and their neighbours. */
class OnnxRuntimeTest {
  private static final List<String> ORDERED =
      List.of("BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT");

  /**
   * For leaves of several targets: where questions for equality stand in a row, onnxruntime 1.22
   * takes leaves of the same weight for the same leaf, whatever their targets.
   */
  private static final List<String> NOT_EQUAL = List.of("BRANCH_NEQ");

  private static final int ROWS = 64;

  @Property(tries = 300)
  void regressorsOfEveryMode(
      @ForAll long seed, @ForAll boolean doubles, @ForAll boolean average, @ForAll boolean base)
      throws OrtException {
    SplittableRandom random = new SplittableRandom(seed);
    SmallEnsemble e = ensemble(random, List.of("BRANCH_EQ", "BRANCH_NEQ"), 1, doubles);
    NodeProto.Builder op = e.old("TreeEnsembleRegressor", doubles);
    op.addAttribute(SmallEnsemble.integer("n_targets", 1));
    if (average) {
      op.addAttribute(SmallEnsemble.text("aggregate_function", "AVERAGE"));
    }
    if (base && !doubles) {
      op.addAttribute(SmallEnsemble.floats("base_values", 0.75));
    }
    agree(random, e, e.model(List.of("scores"), op), "scores", 0);
  }

  @Property(tries = 300)
  void versionFiveOfEveryMode(@ForAll long seed, @ForAll boolean doubles, @ForAll boolean average)
      throws OrtException {
    SplittableRandom random = new SplittableRandom(seed);
    SmallEnsemble e =
        ensemble(random, List.of("BRANCH_EQ", "BRANCH_NEQ", "BRANCH_MEMBER"), 1, doubles);
    NodeProto.Builder op = e.five();
    op.addAttribute(SmallEnsemble.integer("n_targets", 1));
    op.addAttribute(SmallEnsemble.integer("aggregate_function", average ? 0 : 1));
    agree(random, e, e.model(List.of("scores"), op), "scores", 0);
  }

  @Property(tries = 200)
  void classifiersOfSeveralClasses(
      @ForAll long seed, @ForAll boolean doubles, @ForAll boolean softmax, @ForAll boolean one)
      throws OrtException {
    SplittableRandom random = new SplittableRandom(seed);
    SmallEnsemble e =
        SmallEnsemble.random(
            random,
            ORDERED,
            NOT_EQUAL,
            2,
            1,
            3,
            one,
            doubles ? SmallEnsemble.DOUBLE : SmallEnsemble.FLOAT);
    NodeProto.Builder op = e.old("TreeEnsembleClassifier", doubles);
    op.addAttribute(SmallEnsemble.integers("classlabels_int64s", 4, 5, 6));
    op.addAttribute(SmallEnsemble.text("post_transform", softmax ? "SOFTMAX" : "LOGISTIC"));
    if (!doubles) {
      op.addAttribute(SmallEnsemble.floats("base_values", 0.5, -0.25, 0.125));
    }
    agree(random, e, e.model(List.of("label", "scores"), op), "scores", 0);
  }

  @Property(tries = 200)
  void classifiersOfTwoClasses(
      @ForAll long seed, @ForAll boolean doubles, @ForAll @IntRange(min = 0, max = 2) int kind)
      throws OrtException {
    SplittableRandom random = new SplittableRandom(seed);
    int columns = kind == 0 ? 1 : 2;
    SmallEnsemble e =
        SmallEnsemble.random(
            random,
            ORDERED,
            NOT_EQUAL,
            2,
            1,
            columns,
            false,
            doubles ? SmallEnsemble.DOUBLE : SmallEnsemble.FLOAT);
    // Where no weight is negative, onnxruntime takes them for probabilities and applies no link.
    e.weights.set(0, new SmallEnsemble.Weight(0, e.weights.get(0).node(), 0, -0.5));
    NodeProto.Builder op = e.old("TreeEnsembleClassifier", doubles);
    op.addAttribute(SmallEnsemble.texts("classlabels_strings", List.of("good", "bad")));
    op.addAttribute(SmallEnsemble.text("post_transform", kind == 2 ? "SOFTMAX" : "LOGISTIC"));
    if (columns == 1 && !doubles) {
      op.addAttribute(SmallEnsemble.floats("base_values", -0.375));
    }
    agree(random, e, e.model(List.of("scores"), op), "scores", 1);
  }

  @Property(tries = 100)
  void versionFiveOfSeveralTargets(@ForAll long seed, @ForAll @IntRange(min = 2, max = 3) int n)
      throws OrtException {
    SplittableRandom random = new SplittableRandom(seed);
    SmallEnsemble e = ensemble(random, NOT_EQUAL, n, true);
    NodeProto.Builder op = e.five();
    op.addAttribute(SmallEnsemble.integer("n_targets", n));
    // Not as post_transform: onnxruntime 1.22 takes its 1 for LOGISTIC, the specification SOFTMAX.
    NodeProto.Builder softmax = SmallEnsemble.operator("Softmax", "scores", "out");
    agree(random, e, e.model(List.of("out"), op, softmax), "out", n == 2 ? 1 : 0);
  }

  /** Columns are chosen and rounded before the trees, and a link applied after them. */
  @Property(tries = 100)
  void theGraphAroundTheTrees(@ForAll long seed, @ForAll boolean exp, @ForAll boolean doubles)
      throws OrtException {
    SplittableRandom random = new SplittableRandom(seed);
    SmallEnsemble e = ensemble(random, List.of("BRANCH_EQ"), 1, doubles);
    NodeProto.Builder op = e.old("TreeEnsembleRegressor", doubles);
    op.addAttribute(SmallEnsemble.integer("n_targets", 1)).setInput(0, "seen");
    // Rounded to floats on the way, though the trees compare doubles: as scikit-learn does.
    e.type = SmallEnsemble.DOUBLE;
    ModelProto.Builder model =
        e.proto(
            List.of("out"),
            SmallEnsemble.operator("Cast", "X", "float").addAttribute(to(SmallEnsemble.FLOAT)),
            SmallEnsemble.operator("Cast", "float", "wide")
                .addAttribute(to(doubles ? SmallEnsemble.DOUBLE : SmallEnsemble.FLOAT)),
            SmallEnsemble.operator("Gather", "wide", "swapped")
                .addInput("order")
                .addAttribute(SmallEnsemble.integer("axis", 1)),
            SmallEnsemble.operator("ArrayFeatureExtractor", "wide", "last")
                .setDomain("ai.onnx.ml")
                .addInput("third"),
            SmallEnsemble.operator("Concat", "swapped", "seen")
                .addInput("last")
                .addAttribute(SmallEnsemble.integer("axis", -1)),
            op,
            SmallEnsemble.operator("Add", "scores", "sum").addInput("constant"),
            SmallEnsemble.operator(exp ? "Exp" : "Sigmoid", "sum", "out"));
    model
        .getGraphBuilder()
        .addInitializer(named("order", SmallEnsemble.INT64, 1, 0))
        .addInitializer(named("third", SmallEnsemble.INT64, 2))
        .addInitializer(named("constant", SmallEnsemble.FLOAT, 0.25));
    agree(random, e, model.build().toByteArray(), "out", 0);
  }

  private static AttributeProto to(int type) {
    return SmallEnsemble.integer("to", type);
  }

  private static TensorProto named(String name, int type, double... values) {
    return SmallEnsemble.tensor(values, type).toBuilder().setName(name).build();
  }

  private static SmallEnsemble ensemble(
      SplittableRandom random, List<String> equalities, int targets, boolean doubles) {
    // All of one comparison, or a mixture.
    List<String> modes =
        random.nextBoolean() ? ORDERED : List.of(ORDERED.get(random.nextInt(ORDERED.size())));
    return SmallEnsemble.random(
        random,
        modes,
        equalities,
        2,
        1,
        targets,
        true,
        doubles ? SmallEnsemble.DOUBLE : SmallEnsemble.FLOAT);
  }

  private static void agree(
      SplittableRandom random, SmallEnsemble e, byte[] model, String output, int first)
      throws OrtException {
    TreeFile file = OnnxFile.read("random.onnx", model);
    int p = e.features;
    double[] values = new double[ROWS * p];
    for (int i = 0; i < values.length; i++) {
      values[i] = SmallEnsemble.value(random, i % p < 2);
    }
    int k = file.trees().outputs();
    double[] ours = new double[ROWS * k];
    file.trees().raw(new Batch(ROWS, p, values), ours);
    file.link().toResponse(ours, k);
    double[] theirs = ask(model, e.type, values, p, output);
    int columns = theirs.length / ROWS;
    for (int i = 0; i < ROWS; i++) {
      for (int c = 0; c < k; c++) {
        assertThat(ours[i * k + c])
            .as("row %d output %d", i, c)
            .isCloseTo(
                theirs[i * columns + first + c],
                within(3e-6 * Math.max(1, Math.abs(ours[i * k + c]))));
      }
    }
  }

  /** Runs the model where the native library loads; elsewhere the test is skipped. */
  static double[] ask(byte[] model, int type, double[] values, int p, String output)
      throws OrtException {
    OrtEnvironment environment = environment();
    try (OrtSession session = environment.createSession(model);
        OnnxTensor x = tensor(environment, type, values, p);
        OrtSession.Result result =
            session.run(Map.of(session.getInputNames().iterator().next(), x))) {
      Object found = result.get(output).orElseThrow().getValue();
      if (found instanceof float[][] rows) {
        double[] out = new double[rows.length * rows[0].length];
        for (int i = 0; i < out.length; i++) {
          out[i] = rows[i / rows[0].length][i % rows[0].length];
        }
        return out;
      }
      return java.util.Arrays.stream((double[][]) found)
          .flatMapToDouble(java.util.Arrays::stream)
          .toArray();
    }
  }

  private static OnnxTensor tensor(OrtEnvironment environment, int type, double[] values, int p)
      throws OrtException {
    long[] shape = {values.length / p, p};
    if (type == SmallEnsemble.DOUBLE) {
      return OnnxTensor.createTensor(environment, DoubleBuffer.wrap(values), shape);
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(floats), shape);
  }

  private static OrtEnvironment environment() {
    try {
      return OrtEnvironment.getEnvironment();
    } catch (LinkageError e) {
      Assumptions.abort("onnxruntime's native library does not load here: " + e);
      return null;
    }
  }
}
