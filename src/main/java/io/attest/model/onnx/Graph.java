package io.attest.model.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.attest.model.InvalidModelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The graph of an ONNX file: inputs, operators, outputs, and which columns of the inputs the trees
 * see in which column of theirs.
 */
final class Graph {
  /** More operators than this between the inputs and the trees, or after them, are refused. */
  static final int MAX_STEPS = 100;

  /** More columns than this are refused. */
  static final int MAX_COLUMNS = 100_000;

  private final String file;
  private final Map<String, Operator> producers = new HashMap<>();
  private final List<Operator> operators = new ArrayList<>();
  private final Map<String, TensorProto> constants = new HashMap<>();
  private final Map<String, Input> inputs = new LinkedHashMap<>();
  private final List<String> outputs;
  private final Map<String, Columns> known = new HashMap<>();

  /**
   * @param first index of its first column among the features of the model
   */
  private record Input(String name, int type, int width, int first) {}

  /**
   * What a value in the graph is made of.
   *
   * @param feature for each column, which feature of the model it is
   * @param rounded true if the columns have been 32-bit floats
   * @param type of the elements, as ONNX numbers it
   */
  record Columns(int[] feature, boolean rounded, int type) {}

  Graph(String file, GraphProto proto) {
    this.file = file;
    proto.getInitializerList().forEach(t -> constants.put(t.getName(), t));
    for (NodeProto node : proto.getNodeList()) {
      Operator operator = new Operator(file, node);
      operators.add(operator);
      for (int i = 0; i < node.getOutputCount(); i++) {
        if (!node.getOutput(i).isEmpty() && producers.put(node.getOutput(i), operator) != null) {
          throw new InvalidModelException(
              file + ": two operators give the value '" + node.getOutput(i) + "'.");
        }
      }
      if (operator.type().equals("Constant") && node.getOutputCount() == 1) {
        node.getAttributeList().stream()
            .filter(a -> a.getName().equals("value"))
            .forEach(a -> constants.put(node.getOutput(0), a.getT()));
      }
    }
    int first = 0;
    for (ValueInfoProto info : proto.getInputList()) {
      // Old files list the constants among the inputs, too.
      if (!constants.containsKey(info.getName())) {
        Input input = input(info, first);
        first += input.width();
        if (inputs.put(input.name(), input) != null || first > MAX_COLUMNS) {
          throw new InvalidModelException(
              file + ": the input " + input.name() + " is there twice, or too wide.");
        }
      }
    }
    if (inputs.isEmpty()) {
      throw new InvalidModelException(file + " has no input. Maybe the file is cut off.");
    }
    outputs = proto.getOutputList().stream().map(ValueInfoProto::getName).toList();
  }

  private Input input(ValueInfoProto info, int first) {
    TypeProto.Tensor tensor = info.getType().getTensorType();
    int type = tensor.getElemType();
    if (!number(type)) {
      throw new UnsupportedGraphException(
          file
              + ": the input "
              + info.getName()
              + " is of the type "
              + Tensor.typeName(type)
              + "; numbers (FLOAT, DOUBLE, INT64, INT32) are supported. Maybe export the trees"
              + " without the steps that prepare the data, and give prepared data.");
    }
    TensorShapeProto shape = tensor.getShape();
    long width = shape.getDimCount() == 2 ? shape.getDim(1).getDimValue() : 0;
    if (width < 1 || width > MAX_COLUMNS) {
      throw new UnsupportedGraphException(
          file
              + " does not say how many columns its input "
              + info.getName()
              + " has. Maybe export it with a fixed number:"
              + " initial_types=[(\"X\", FloatTensorType([None, 20]))].");
    }
    return new Input(info.getName(), type, (int) width, first);
  }

  private static boolean number(int type) {
    return type == Tensor.FLOAT
        || type == Tensor.DOUBLE
        || type == Tensor.INT64
        || type == Tensor.INT32;
  }

  List<Operator> operators() {
    return operators;
  }

  List<String> outputs() {
    return outputs;
  }

  /** What gives a value; absent for an input or a constant. */
  Optional<Operator> producer(String value) {
    return Optional.ofNullable(producers.get(value));
  }

  /** A constant with its shape; absent if the value is none. */
  Optional<Tensor> tensor(String value) {
    return Optional.ofNullable(constants.get(value)).map(t -> new Tensor(file, t));
  }

  Optional<double[]> constant(String value) {
    return tensor(value).map(Tensor::values);
  }

  /** The features that are the columns of an input; absent if the value is none. */
  Optional<int[]> input(String value) {
    return Optional.ofNullable(inputs.get(value))
        .map(i -> IntStream.range(i.first(), i.first() + i.width()).toArray());
  }

  int features() {
    return inputs.values().stream().mapToInt(Input::width).sum();
  }

  /** Names of the features, if each is an input of its own; else empty. */
  List<String> names() {
    boolean single = inputs.values().stream().allMatch(i -> i.width() == 1);
    return single && inputs.size() > 1 ? List.copyOf(inputs.keySet()) : List.of();
  }

  /**
   * The columns of a value that stands before the trees.
   *
   * @throws InvalidModelException if an operator changes what is in them
   */
  Columns columns(String value, int step) {
    Columns found = known.get(value);
    if (found == null) {
      if (step > MAX_STEPS) {
        throw new InvalidModelException(
            file
                + ": more than "
                + MAX_STEPS
                + " operators stand in a row, or they run in circles.");
      }
      found = compute(value, step);
      known.put(value, found);
    }
    return found;
  }

  private Columns compute(String value, int step) {
    Optional<int[]> feature = input(value);
    if (feature.isPresent()) {
      int type = inputs.get(value).type();
      return new Columns(feature.get(), type == Tensor.FLOAT, type);
    }
    Operator operator = producers.get(value);
    if (operator == null || operator.inputs().isEmpty()) {
      throw new InvalidModelException(
          file + ": the value '" + value + "' comes from nowhere. Maybe the file is damaged.");
    }
    return switch (operator.type()) {
      case "Identity" -> columns(operator.inputs().get(0), step + 1);
      case "Cast" -> cast(operator, columns(operator.inputs().get(0), step + 1));
      case "Concat" -> {
        long axis = operator.integer("axis", Long.MIN_VALUE);
        if (axis != 1 && axis != -1) {
          throw operator.unsupported("joins along the axis " + axis, TREES_ALONE);
        }
        yield joined(operator, step);
      }
      case "FeatureVectorizer" -> {
        Columns joined = joined(operator, step);
        yield new Columns(joined.feature(), true, Tensor.FLOAT);
      }
      case "ArrayFeatureExtractor" -> chosen(operator, step);
      case "Gather" -> {
        long axis = operator.integer("axis", 0);
        if (axis != 1 && axis != -1) {
          throw operator.unsupported("chooses along the axis " + axis, TREES_ALONE);
        }
        yield chosen(operator, step);
      }
      default ->
          throw operator.unsupported("changes the data before the trees see them", TREES_ALONE);
    };
  }

  private static final String TREES_ALONE =
      "Maybe export the trees alone, without the steps that prepare the data, and give prepared"
          + " data.";

  private static Columns cast(Operator operator, Columns from) {
    long to = operator.integer("to", 0);
    if (to == Tensor.FLOAT) {
      return new Columns(from.feature(), true, Tensor.FLOAT);
    }
    if (to == Tensor.DOUBLE) {
      return new Columns(from.feature(), from.rounded(), Tensor.DOUBLE);
    }
    throw operator.unsupported(
        "turns the data into " + Tensor.typeName((int) to) + " before the trees see them",
        TREES_ALONE);
  }

  private Columns joined(Operator operator, int step) {
    List<Columns> parts = new ArrayList<>();
    int width = 0;
    for (String input : operator.inputs()) {
      parts.add(columns(input, step + 1));
      width += parts.get(parts.size() - 1).feature().length;
      if (width > MAX_COLUMNS) {
        throw operator.wrong("joins more than " + MAX_COLUMNS + " columns");
      }
    }
    int[] feature = new int[width];
    int at = 0;
    for (Columns part : parts) {
      if (part.rounded() != parts.get(0).rounded()) {
        throw operator.unsupported(
            "joins columns of which some are rounded to 32-bit floats and others are not",
            "Maybe export it with inputs of one type, for instance FloatTensorType.");
      }
      System.arraycopy(part.feature(), 0, feature, at, part.feature().length);
      at += part.feature().length;
    }
    return new Columns(feature, parts.get(0).rounded(), parts.get(0).type());
  }

  private Columns chosen(Operator operator, int step) {
    double[] index =
        operator.inputs().size() == 2
            ? constant(operator.inputs().get(1)).orElse(new double[0])
            : new double[0];
    if (index.length == 0) {
      throw operator.unsupported("chooses columns that the file does not name", TREES_ALONE);
    }
    Columns from = columns(operator.inputs().get(0), step + 1);
    int[] feature = new int[index.length];
    for (int j = 0; j < feature.length; j++) {
      int c = (int) index[j];
      if (c != index[j] || c < 0 || c >= from.feature().length) {
        throw operator.wrong("chooses column " + index[j] + " of " + from.feature().length);
      }
      feature[j] = from.feature()[c];
    }
    return new Columns(feature, from.rounded(), from.type());
  }
}
