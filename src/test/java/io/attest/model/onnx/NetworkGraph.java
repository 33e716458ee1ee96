package io.attest.model.onnx;

import static io.attest.model.onnx.SmallEnsemble.DOUBLE;
import static io.attest.model.onnx.SmallEnsemble.FLOAT;
import static io.attest.model.onnx.SmallEnsemble.INT64;
import static io.attest.model.onnx.SmallEnsemble.floats;
import static io.attest.model.onnx.SmallEnsemble.integer;
import static io.attest.model.onnx.SmallEnsemble.integers;
import static io.attest.model.onnx.SmallEnsemble.operator;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.attest.model.network.Activation;
import io.attest.model.network.Dense;
import io.attest.model.network.Layer;
import io.attest.model.network.Network;
import io.attest.model.network.Scale;
import io.attest.model.network.Select;
import io.attest.model.network.Softmax;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Writes graphs of layers, in the ways that different libraries do. */
public final class NetworkGraph {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("g");
  private final SplittableRandom random;
  private final int type;
  private final int opset;
  private String at;
  private int names;

  /**
   * @param random chooses among ways to write the same
   * @param type of all numbers
   */
  NetworkGraph(SplittableRandom random, int type, int opset) {
    this.random = random;
    this.type = type;
    this.opset = opset;
  }

  /**
   * A network with any number of rows, in the way that chance chooses; its output is {@code out}.
   */
  public static byte[] of(Network network, SplittableRandom random, int type, int opset) {
    NetworkGraph out = new NetworkGraph(random, type, opset);
    out.input("X", type, network.info().features().size());
    network.layers().forEach(out::layer);
    switch (network.info().link()) {
      case LOGIT -> out.next("Sigmoid");
      case SOFTMAX ->
          out.next("Softmax")
              .addAttribute(integer("axis", opset > 10 && random.nextBoolean() ? -1 : 1));
      case LOG -> out.next("Exp");
      case SHARE -> out.next("Normalizer").addAttribute(SmallEnsemble.text("norm", "L1"));
      case IDENTITY -> {}
    }
    if (network.info().outputs().size() == 1 && random.nextBoolean()) {
      out.next("Reshape").addInput(out.constant(INT64, new long[] {1}, -1));
    }
    return out.bytes();
  }

  NetworkGraph input(String name, int elements, long... width) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"));
    for (long w : width) {
      shape.addDim(
          w > 0
              ? TensorShapeProto.Dimension.newBuilder().setDimValue(w)
              : TensorShapeProto.Dimension.newBuilder().setDimParam("W"));
    }
    graph.addInput(
        value(name, TypeProto.Tensor.newBuilder().setElemType(elements).setShape(shape)));
    at = name;
    return this;
  }

  private static ValueInfoProto value(String name, TypeProto.Tensor.Builder tensor) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** An operator that takes what the last one gave. */
  NodeProto.Builder next(String type) {
    NodeProto.Builder node = graph.addNodeBuilder();
    node.mergeFrom(operator(type, at, "v" + ++names).build());
    at = "v" + names;
    return node;
  }

  /** What the last operator gave. */
  String at() {
    return at;
  }

  NetworkGraph from(String value) {
    at = value;
    return this;
  }

  String constant(int elements, long[] shape, double... values) {
    TensorProto.Builder tensor = SmallEnsemble.tensor(values, elements).toBuilder();
    tensor.clearDims().setName("c" + ++names);
    Arrays.stream(shape).forEach(tensor::addDims);
    if (random.nextInt(3) == 0) {
      NodeProto.Builder node =
          NodeProto.newBuilder().setOpType("Constant").addOutput(tensor.getName());
      node.addAttribute(
          AttributeProto.newBuilder()
              .setName("value")
              .setType(AttributeProto.AttributeType.TENSOR)
              .setT(tensor));
      graph.addNode(0, node);
    } else {
      graph.addInitializer(tensor);
    }
    return "c" + names;
  }

  void layer(Layer layer) {
    int width = layer.outputs();
    if (layer instanceof Dense dense) {
      dense(dense);
    } else if (layer instanceof Scale scale) {
      scale(scale);
    } else if (layer instanceof Select select) {
      String chosen =
          constant(
              INT64,
              new long[] {select.chosen().length},
              Arrays.stream(select.chosen()).asDoubleStream().toArray());
      next("Gather").addInput(chosen).addAttribute(integer("axis", 1));
    } else if (layer instanceof Softmax) {
      next("Softmax").addAttribute(integer("axis", 1));
    } else if (layer instanceof Activation activation) {
      switch (activation.function()) {
        case RELU -> next("Relu");
        case TANH -> next("Tanh");
        case SIGMOID -> next("Sigmoid");
        case LEAKY_RELU -> next("LeakyRelu").addAttribute(number("alpha", activation.slope()));
      }
    }
    switch (random.nextInt(6)) {
      case 0 -> next("Identity");
      case 1 -> next("Dropout");
      case 2 -> next("Flatten").addAttribute(integer("axis", 1));
      case 3 -> next("Cast").addAttribute(integer("to", type));
      case 4 -> {
        String shape = constant(INT64, new long[] {2}, random.nextBoolean() ? -1 : 0, width);
        next("Reshape").addInput(shape);
      }
      default -> {}
    }
  }

  static AttributeProto number(String name, double value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF((float) value)
        .build();
  }

  private void dense(Dense dense) {
    int n = dense.inputs();
    int m = dense.outputs();
    double[] weights = dense.weights();
    boolean turned = random.nextBoolean();
    if (turned) {
      weights = Constants.turned(new Constants.Constant(new long[] {n, m}, weights)).values();
    }
    long[] shape = turned ? new long[] {m, n} : new long[] {n, m};
    // Gemm can do without a bias since version 11.
    if ((opset > 10 || dense.bias().length > 0) && random.nextBoolean()) {
      boolean halves = random.nextBoolean();
      double[] half = Arrays.stream(weights).map(w -> halves ? w / 2 : w).toArray();
      NodeProto.Builder gemm = next("Gemm").addInput(constant(type, shape, half));
      gemm.addAttribute(integer("transB", turned ? 1 : 0));
      if (halves) {
        gemm.addAttribute(number("alpha", 2)).addAttribute(number("beta", 0.25));
      }
      if (dense.bias().length > 0) {
        double[] bias = Arrays.stream(dense.bias()).map(b -> halves ? 4 * b : b).toArray();
        gemm.addInput(
            constant(type, random.nextBoolean() ? new long[] {m} : new long[] {1, m}, bias));
      }
      return;
    }
    String matrix = constant(type, shape, weights);
    if (turned) {
      NodeProto.Builder turn = NodeProto.newBuilder().setOpType("Transpose").addInput(matrix);
      matrix = "t" + ++names;
      graph.addNode(turn.addOutput(matrix).addAttribute(integers("perm", 1, 0)));
    }
    next("MatMul").addInput(matrix);
    if (dense.bias().length > 0) {
      add("Add", dense.bias());
    }
  }

  private void add(String operator, double... values) {
    String constant = constant(type, new long[] {values.length}, values);
    NodeProto.Builder node = next(operator);
    String from = node.getInput(0);
    if (random.nextBoolean() && !operator.equals("Sub") && !operator.equals("Div")) {
      node.setInput(0, constant).addInput(from);
    } else {
      node.addInput(constant);
    }
  }

  private void scale(Scale scale) {
    double[] factor = scale.factor();
    double[] shift = scale.shift();
    int width = factor.length;
    switch (random.nextInt(4)) {
      case 0 -> {
        add("Mul", factor);
        add("Add", shift);
      }
      case 1 -> {
        add("Sub", back(shift, factor));
        add("Div", Arrays.stream(factor).map(f -> 1 / f).toArray());
      }
      case 2 ->
          next(type == FLOAT ? "Scaler" : "Identity")
              .addAttribute(floats("offset", back(shift, factor)))
              .addAttribute(floats("scale", factor));
      default -> {
        double[] one = new double[width];
        Arrays.fill(one, 1);
        NodeProto.Builder node = next("BatchNormalization");
        node.addAttribute(number("epsilon", 1));
        for (double[] part :
            new double[][] {
              Arrays.stream(factor).map(f -> 2 * f).toArray(), shift, new double[width]
            }) {
          node.addInput(constant(type, new long[] {width}, part));
        }
        node.addInput(constant(type, new long[] {width}, Arrays.stream(one).map(o -> 3).toArray()));
      }
    }
    if (type == DOUBLE && graph.getNode(graph.getNodeCount() - 1).getAttributeCount() == 2) {
      // There is no Scaler of doubles.
      graph.getNodeBuilder(graph.getNodeCount() - 1).clearAttribute();
      add("Mul", factor);
      add("Add", shift);
    }
  }

  private static double[] back(double[] shift, double[] factor) {
    double[] out = new double[shift.length];
    for (int j = 0; j < out.length; j++) {
      out[j] = -shift[j] / factor[j];
    }
    return out;
  }

  NetworkGraph output(String name, int elements) {
    graph.addOutput(value(name, TypeProto.Tensor.newBuilder().setElemType(elements)));
    return this;
  }

  /** The model, with what the last operator gave as its only output where none was named. */
  byte[] bytes() {
    if (graph.getOutputCount() == 0) {
      graph.getNodeBuilder(last()).setOutput(0, "out");
      output("out", type);
    }
    return proto().build().toByteArray();
  }

  private int last() {
    int i = graph.getNodeCount() - 1;
    while (!graph.getNode(i).getOutput(0).equals(at)) {
      i--;
    }
    return i;
  }

  ModelProto.Builder proto() {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("small")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(3))
        .setGraph(graph);
  }

  GraphProto.Builder graph() {
    return graph;
  }
}
