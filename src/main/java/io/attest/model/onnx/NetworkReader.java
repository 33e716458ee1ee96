package io.attest.model.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import io.attest.model.Link;
import io.attest.model.network.Activation;
import io.attest.model.network.Activation.Function;
import io.attest.model.network.Dense;
import io.attest.model.network.Layer;
import io.attest.model.network.NetworkFile;
import io.attest.model.network.Softmax;
import io.attest.model.onnx.Constants.Constant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Reads a graph as layers one after the other: what PyTorch, Keras and skl2onnx write of
 * feed-forward networks and of linear models, perhaps with scaled inputs.
 *
 * <p>Outputs that are labels are left out: they are made of the scores, and say less. Sums are
 * those of 64-bit floats, whatever the file asks for.
 *
 * <p>Operators: https://onnx.ai/onnx/operators/.
 */
final class NetworkReader {
  private static final String EXPORT = "Maybe export the network alone.";
  private static final Set<String> LABELS =
      Set.of("ArgMax", "TopK", "LabelEncoder", "Greater", "GreaterOrEqual", "Less", "LessOrEqual");

  private final String file;
  private final ModelProto model;
  private final Graph graph;
  private final Constants constants;
  private final Map<String, Stage> known = new HashMap<>();
  private List<String> classes = List.of();

  NetworkReader(String file, ModelProto model) {
    this.file = file;
    this.model = model;
    this.graph = new Graph(file, model.getGraph());
    this.constants = new Constants(graph);
  }

  NetworkFile read() {
    Stage scores = scores();
    List<Layer> layers = new ArrayList<>(scores.all(graph.features()));
    Link link = scores.link().orElse(Link.IDENTITY);
    if (scores.link().isEmpty() && !layers.isEmpty()) {
      Layer last = layers.get(layers.size() - 1);
      boolean sigmoid = last instanceof Activation a && a.function() == Function.SIGMOID;
      if (sigmoid || last instanceof Softmax) {
        link = sigmoid ? Link.LOGIT : Link.SOFTMAX;
        layers.remove(layers.size() - 1);
      }
    }
    if (scores.width() == 2 && link == Link.SHARE) {
      throw unsupported("gives two probabilities that are made to sum to 1");
    }
    if (link == Link.SOFTMAX && scores.width() == 1) {
      throw unsupported("applies Softmax to one column, which gives 1 always");
    }
    List<String> names = graph.names();
    return new NetworkFile(
        OnnxFile.version(model),
        IntStream.range(0, graph.features())
            .mapToObj(j -> Feature.numeric(names.isEmpty() ? "f" + j : names.get(j)))
            .toList(),
        !names.isEmpty(),
        classes,
        link,
        layers);
  }

  private UnsupportedGraphException unsupported(String what) {
    return new UnsupportedGraphException(file + " " + what + ", which is not supported.");
  }

  /** The one output that is no label. */
  private Stage scores() {
    List<String> found = new ArrayList<>();
    for (String output : graph.outputs()) {
      Stage stage = stage(output, 0);
      if (stage != Stage.LABEL && found.stream().noneMatch(f -> known.get(f).same(stage))) {
        found.add(output);
      }
    }
    if (found.size() != 1) {
      throw unsupported(
          found.isEmpty() ? "gives labels, and no scores" : "gives several outputs, " + found);
    }
    return known.get(found.get(0));
  }

  private Stage stage(String value, int step) {
    Stage found = known.get(value);
    if (found == null) {
      if (step > 4 * Graph.MAX_STEPS) {
        throw unsupported("has too many operators in a row");
      }
      found = made(value, step);
      known.put(value, found);
    }
    return found;
  }

  private Stage made(String value, int step) {
    Optional<int[]> input = graph.input(value);
    if (input.isPresent()) {
      return Stage.of(input.get());
    }
    Operator op =
        graph
            .producer(value)
            .orElseThrow(
                () ->
                    new InvalidModelException(
                        file
                            + ": the value '"
                            + value
                            + "' comes from nowhere. Maybe the file is damaged."));
    List<Stage> stages = new ArrayList<>();
    for (String in : op.inputs()) {
      if (!in.isEmpty() && constants.of(in).isEmpty()) {
        stages.add(stage(in, step + 1));
      }
    }
    if (LABELS.contains(op.type()) || stages.contains(Stage.LABEL)) {
      return Stage.LABEL;
    }
    if (op.type().equals("Concat") || op.type().equals("FeatureVectorizer")) {
      return joined(op, stages);
    }
    if (stages.size() != 1 || op.inputs().isEmpty()) {
      throw op.unsupported("joins several values", EXPORT);
    }
    Stage from = stages.get(0);
    if (from.pair() || from.link().isPresent()) {
      return afterScores(op, from);
    }
    return switch (op.type()) {
      case "Add", "Sub", "Mul", "Div", "Neg", "Scaler" -> scaled(op, from);
      case "MatMul", "Gemm" -> dense(op, from);
      case "LinearRegressor" -> regressor(op, from);
      case "LinearClassifier" ->
          value.equals(op.outputs().get(0)) ? Stage.LABEL : classifier(op, from);
      case "Relu" -> from.then(new Activation(Function.RELU, from.width(), 0));
      case "LeakyRelu" ->
          from.then(new Activation(Function.LEAKY_RELU, from.width(), op.number("alpha", 0.01f)));
      case "Tanh" -> from.then(new Activation(Function.TANH, from.width(), 0));
      case "Sigmoid" -> from.then(new Activation(Function.SIGMOID, from.width(), 0));
      case "Softmax" -> softmax(op, from);
      case "Exp" -> from.withLink(Link.LOG);
      case "BatchNormalization" -> normalised(op, from);
      case "Gather", "ArrayFeatureExtractor" -> chosen(op, from);
      default -> afterScores(op, from);
    };
  }

  /** What changes no number, wherever it stands. */
  private Stage afterScores(Operator op, Stage from) {
    return switch (op.type()) {
      case "Identity" -> from;
      case "Cast" -> {
        long to = op.integer("to", 0);
        if (to != Tensor.FLOAT && to != Tensor.DOUBLE) {
          throw op.unsupported("turns numbers into " + Tensor.typeName((int) to), EXPORT);
        }
        yield from;
      }
      case "Dropout" -> {
        boolean training =
            op.inputs().size() > 2 && !constant(op, 2).map(c -> c.values()[0] == 0).orElse(false);
        if (training) {
          throw op.unsupported("drops values at random", "Maybe call model.eval() before export.");
        }
        yield from;
      }
      case "Flatten", "Reshape", "Squeeze", "Unsqueeze" -> shaped(op, from);
      case "Normalizer" -> shares(op, from);
      case "ZipMap" -> {
        classes = texts(op, "classlabels_strings", "classlabels_int64s");
        yield from;
      }
      default -> throw op.unsupported("is no layer that is read", EXPORT);
    };
  }

  private static List<String> texts(Operator op, String strings, String integers) {
    List<String> texts = op.texts(strings);
    return texts.isEmpty()
        ? Arrays.stream(op.integers(integers)).mapToObj(Long::toString).toList()
        : texts;
  }

  private Optional<Constant> constant(Operator op, int input) {
    return op.inputs().size() > input && !op.inputs().get(input).isEmpty()
        ? constants.of(op.inputs().get(input))
        : Optional.empty();
  }

  /** Shapes change no number where a table stays a table, or is one column and becomes a list. */
  private Stage shaped(Operator op, Stage from) {
    long[] to =
        op.has("axes")
            ? op.integers("axes")
            : constant(op, 1)
                .map(c -> Arrays.stream(c.values()).mapToLong(v -> (long) v).toArray())
                .orElse(new long[0]);
    boolean one = from.width() == 1;
    boolean last = to.length == 1 && (to[0] == 1 || to[0] == -1);
    return switch (op.type()) {
      case "Flatten" -> {
        if (op.integer("axis", 1) != 1) {
          throw shape(op);
        }
        yield from.asFlat(false);
      }
      case "Squeeze" -> {
        if (!one || from.flat() || to.length > 0 && !last) {
          throw shape(op);
        }
        yield from.asFlat(true);
      }
      case "Unsqueeze" -> {
        if (!from.flat() || !last) {
          throw shape(op);
        }
        yield from.asFlat(false);
      }
      default -> {
        if (one && to.length == 1 && to[0] == -1) {
          yield from.asFlat(true);
        }
        boolean table =
            to.length == 2
                && (to[0] == -1 && to[1] == from.width()
                    || to[0] == 0 && (to[1] == from.width() || to[1] == -1));
        if (!table) {
          throw shape(op);
        }
        yield from.asFlat(false);
      }
    };
  }

  private static UnsupportedGraphException shape(Operator op) {
    return op.unsupported("gives the values another shape", EXPORT);
  }

  private Stage scaled(Operator op, Stage from) {
    int width = from.width();
    double[] one = new double[width];
    Arrays.fill(one, 1);
    if (op.type().equals("Neg")) {
      return from.scaled(each(one, v -> -v), new double[width]);
    }
    if (op.type().equals("Scaler")) {
      double[] scale = op.has("scale") ? spread(op, op.numbers("scale"), width) : one;
      double[] offset =
          op.has("offset") ? spread(op, op.numbers("offset"), width) : new double[width];
      return from.scaled(
          scale, IntStream.range(0, width).mapToDouble(j -> -offset[j] * scale[j]).toArray());
    }
    int place = constant(op, 0).isPresent() ? 0 : 1;
    Constant constant = constant(op, place).orElseThrow(() -> op.wrong("lacks an input"));
    if (!constant.row() || from.flat() && constant.rank() > 1) {
      throw op.unsupported("takes a constant of several rows", EXPORT);
    }
    double[] c = spread(op, constant.values(), width);
    boolean first = place == 0;
    return switch (op.type()) {
      case "Add" -> plus(from, c, one);
      case "Sub" -> first ? from.scaled(each(one, v -> -v), c) : plus(from, each(c, v -> -v), one);
      case "Mul" -> from.scaled(c, new double[width]);
      default -> {
        if (first || Arrays.stream(c).anyMatch(v -> v == 0)) {
          throw op.unsupported("divides by data, or by 0", EXPORT);
        }
        double[] inverse = each(c, v -> 1 / v);
        finite(op, inverse);
        yield from.scaled(inverse, new double[width]);
      }
    };
  }

  /** A constant after a layer without biases is its biases. */
  private static Stage plus(Stage from, double[] c, double[] one) {
    if (from.last().orElse(null) instanceof Dense dense && dense.bias().length == 0) {
      return from.withLast(
          new Dense(dense.inputs(), dense.outputs(), dense.weights(), c, dense.trained()));
    }
    return from.scaled(one, c);
  }

  private static double[] each(double[] values, java.util.function.DoubleUnaryOperator f) {
    return Arrays.stream(values).map(f).toArray();
  }

  /** A number for each column; one number is for all. */
  private static double[] spread(Operator op, double[] values, int width) {
    if (values.length != 1 && values.length != width) {
      throw op.unsupported("has " + values.length + " numbers for " + width + " columns", EXPORT);
    }
    finite(op, values);
    double[] out = new double[width];
    for (int j = 0; j < width; j++) {
      out[j] = values[values.length == 1 ? 0 : j];
    }
    return out;
  }

  private static void finite(Operator op, double[] values) {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw op.wrong("has the weight " + value);
      }
    }
  }

  private Stage dense(Operator op, Stage from) {
    boolean gemm = op.type().equals("Gemm");
    Constant matrix = constant(op, 1).orElse(null);
    if (matrix == null
        || matrix.rank() != 2
        || from.flat()
        || gemm && op.integer("transA", 0) != 0) {
      throw op.unsupported("multiplies something else than data by a matrix", EXPORT);
    }
    if (gemm && op.integer("transB", 0) != 0) {
      matrix = Constants.turned(matrix);
    }
    int outputs = matrix.width();
    if (matrix.shape()[0] != from.width() || outputs < 1) {
      throw op.wrong(
          "multiplies " + from.width() + " columns by a matrix of " + matrix.shape()[0] + " rows");
    }
    finite(op, matrix.values());
    double alpha = gemm ? op.number("alpha", 1) : 1;
    double beta = gemm ? op.number("beta", 1) : 1;
    double[] bias = new double[0];
    if (gemm && op.inputs().size() > 2 && !op.inputs().get(2).isEmpty()) {
      Constant added = constant(op, 2).orElse(null);
      if (added == null || !added.row()) {
        throw op.unsupported("adds something else than one row of constants", EXPORT);
      }
      bias = each(spread(op, added.values(), outputs), v -> beta * v);
    }
    return from.then(
        new Dense(from.width(), outputs, each(matrix.values(), v -> alpha * v), bias, true));
  }

  private static Stage softmax(Operator op, Stage from) {
    long axis = op.integer("axis", -1);
    if (from.flat() || axis != 1 && axis != -1) {
      throw op.unsupported("goes along the axis " + axis, EXPORT);
    }
    return from.then(new Softmax(from.width()));
  }

  private Stage normalised(Operator op, Stage from) {
    if (op.inputs().size() != 5 || op.integer("training_mode", 0) != 0 || from.flat()) {
      throw op.unsupported("normalises by batches", "Maybe call model.eval() before export.");
    }
    double[][] part = new double[5][];
    for (int i = 1; i < 5; i++) {
      part[i] =
          spread(
              op,
              constant(op, i)
                  .orElseThrow(() -> op.unsupported("has weights that are computed", EXPORT))
                  .values(),
              from.width());
    }
    double epsilon = op.number("epsilon", 1e-5f);
    double[] factor = new double[from.width()];
    double[] shift = new double[from.width()];
    for (int j = 0; j < factor.length; j++) {
      factor[j] = part[1][j] / Math.sqrt(part[4][j] + epsilon);
      shift[j] = part[2][j] - part[3][j] * factor[j];
      if (!Double.isFinite(factor[j])) {
        throw op.wrong("has the variance " + part[4][j]);
      }
    }
    return from.scaled(factor, shift);
  }

  private Stage chosen(Operator op, Stage from) {
    long axis = op.type().equals("Gather") ? op.integer("axis", 0) : 1;
    double[] index = constant(op, 1).map(Constant::values).orElse(new double[0]);
    if (constant(op, 0).isPresent()) {
      // The table is constant, and the data says where to look.
      return Stage.LABEL;
    }
    if (from.flat() || axis != 1 && axis != -1 || index.length == 0) {
      throw op.unsupported("chooses values", EXPORT);
    }
    int[] columns = new int[index.length];
    for (int j = 0; j < columns.length; j++) {
      columns[j] = (int) index[j];
      if (columns[j] != index[j] || columns[j] < 0 || columns[j] >= from.width()) {
        throw op.wrong("chooses column " + index[j] + " of " + from.width());
      }
    }
    return from.chosen(columns);
  }

  /** Columns beside each other, or p beside 1 - p. */
  private Stage joined(Operator op, List<Stage> parts) {
    long axis = op.type().equals("Concat") ? op.integer("axis", 0) : 1;
    if (parts.isEmpty() || parts.size() != op.inputs().size() || axis != 1 && axis != -1) {
      throw op.unsupported("joins something else than columns", EXPORT);
    }
    if (parts.stream().allMatch(Stage::columns)) {
      if (parts.stream().mapToInt(Stage::width).sum() > Graph.MAX_COLUMNS) {
        throw op.wrong("joins more than " + Graph.MAX_COLUMNS + " columns");
      }
      return Stage.joined(parts);
    }
    if (parts.size() == 2
        && complement(op.inputs().get(0), op.inputs().get(1))
        && sigmoid(parts.get(1))) {
      return parts.get(1).asPair();
    }
    throw op.unsupported("joins values behind the first layer", EXPORT);
  }

  private static boolean sigmoid(Stage stage) {
    return stage.width() == 1
        && !stage.flat()
        && stage.last().orElse(null) instanceof Activation a
        && a.function() == Function.SIGMOID;
  }

  /** True if one value is 1 minus the other. */
  private boolean complement(String value, String other) {
    Operator op = graph.producer(value).orElse(null);
    return op != null
        && op.type().equals("Sub")
        && op.inputs().size() == 2
        && op.inputs().get(1).equals(other)
        && constant(op, 0).map(c -> c.values().length == 1 && c.values()[0] == 1).orElse(false);
  }

  private static Stage shares(Operator op, Stage from) {
    if (!op.text("norm", "MAX").equals("L1")) {
      throw op.unsupported("divides by something else than the sum", EXPORT);
    }
    Layer last = from.last().orElse(null);
    if (from.pair() || last instanceof Softmax || from.link().equals(Optional.of(Link.SHARE))) {
      return from;
    }
    if (from.link().isEmpty()
        && last instanceof Activation a
        && a.function() == Function.SIGMOID
        && a.width() > 1) {
      return from.withLink(Link.SHARE);
    }
    throw op.unsupported("divides values that may have any sign by their sum", EXPORT);
  }

  private Stage regressor(Operator op, Stage from) {
    long targets = op.integer("targets", 1);
    if (!op.text("post_transform", "NONE").equals("NONE")) {
      throw op.unsupported(
          "has the post_transform " + op.text("post_transform", ""), "Maybe export it with NONE.");
    }
    if (targets < 1 || targets > Graph.MAX_COLUMNS) {
      throw op.wrong("announces " + targets + " targets");
    }
    return from.then(linear(op, from.width(), (int) targets));
  }

  /** Rows of coefficients, one an output, as a layer. */
  private static Dense linear(Operator op, int inputs, int outputs) {
    if ((long) inputs * outputs > Integer.MAX_VALUE) {
      throw op.wrong("has more coefficients than fit");
    }
    double[] rows = op.numbers("coefficients", inputs * outputs);
    double[] bias = op.has("intercepts") ? op.numbers("intercepts", outputs) : new double[0];
    finite(op, rows);
    finite(op, bias);
    Constant turned = Constants.turned(new Constant(new long[] {outputs, inputs}, rows));
    return new Dense(inputs, outputs, turned.values(), bias, true);
  }

  private Stage classifier(Operator op, Stage from) {
    classes = texts(op, "classlabels_strings", "classlabels_ints");
    String transform = op.text("post_transform", "NONE");
    int width = from.width();
    int n = op.numbers("coefficients").length / Math.max(1, width);
    if (n == 1 && classes.size() == 2) {
      throw op.unsupported(
          "has weights of one of two classes",
          "Readers disagree on what such a file means. Maybe export it with weights of both.");
    }
    if (n != classes.size()) {
      throw op.wrong("has coefficients for " + n + " of " + classes.size() + " classes");
    }
    Dense layer = linear(op, width, n);
    if (transform.equals("SOFTMAX")) {
      return from.then(layer).then(new Softmax(n));
    }
    if (!transform.equals("LOGISTIC") || n < 2) {
      throw op.unsupported(
          "gives no probabilities: it has the post_transform " + transform,
          "Maybe export them: without raw_scores.");
    }
    if (classes.size() > 2) {
      return from.then(layer).then(new Activation(Function.SIGMOID, n, 0));
    }
    return from.then(positive(op, layer)).then(new Activation(Function.SIGMOID, 1, 0)).asPair();
  }

  /** Of two rows that are each other's opposite, the second. */
  private static Dense positive(Operator op, Dense both) {
    double[] weights = new double[both.inputs()];
    for (int j = 0; j < weights.length; j++) {
      weights[j] = both.weights()[2 * j + 1];
      if (weights[j] != -both.weights()[2 * j]) {
        throw notOpposite(op);
      }
    }
    double[] bias = both.bias();
    if (bias.length == 2 && bias[1] != -bias[0]) {
      throw notOpposite(op);
    }
    return new Dense(
        weights.length, 1, weights, bias.length == 2 ? new double[] {bias[1]} : bias, true);
  }

  private static UnsupportedGraphException notOpposite(Operator op) {
    return op.unsupported("has weights of two classes that are not each other's opposite", EXPORT);
  }
}
