package io.attest.model.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** A small ensemble, to be written with any of the three operators, and the graph around it. */
public final class SmallEnsemble {
  static final int FLOAT = 1;
  static final int UINT8 = 2;
  static final int INT64 = 7;
  static final int DOUBLE = 11;
  private static final List<String> MODES =
      List.of(
          "BRANCH_LEQ",
          "BRANCH_LT",
          "BRANCH_GTE",
          "BRANCH_GT",
          "BRANCH_EQ",
          "BRANCH_NEQ",
          "BRANCH_MEMBER");

  /** A node; of a leaf only the mode, tree and id count. */
  record Node(
      long tree,
      long id,
      String mode,
      long feature,
      double value,
      long whenTrue,
      long whenFalse,
      boolean missingTrue,
      double[] members) {}

  record Weight(long tree, long node, long target, double weight) {}

  final List<Node> nodes = new ArrayList<>();
  final List<Weight> weights = new ArrayList<>();
  int features = 2;
  int type = FLOAT;

  /** One split with the leaves 1 (true) and 2 (false). */
  public static SmallEnsemble split(
      String mode, double value, boolean missingTrue, double... members) {
    SmallEnsemble out = new SmallEnsemble();
    out.nodes.add(new Node(0, 0, mode, 0, value, 1, 2, missingTrue, members));
    out.leaf(0, 1, 0, 1);
    out.leaf(0, 2, 0, 2);
    return out;
  }

  void leaf(long tree, long id, long target, double weight) {
    nodes.add(new Node(tree, id, "LEAF", 0, 0, 0, 0, false, new double[0]));
    weights.add(new Weight(tree, id, target, weight));
  }

  /**
   * Random trees.
   *
   * @param modes of the splits on numbers; splits on features from {@code numbers} on are of
   *     equality
   * @param targets that leaves name: each leaf one if {@code one}, else all
   */
  static SmallEnsemble random(
      SplittableRandom random,
      List<String> modes,
      List<String> equalities,
      int numbers,
      int categories,
      int targets,
      boolean one,
      int type) {
    SmallEnsemble out = new SmallEnsemble();
    out.features = numbers + categories;
    out.type = type;
    int trees = 1 + random.nextInt(4);
    for (int t = 0; t < trees; t++) {
      out.grow(random, modes, equalities, numbers, targets, one, t, new int[1], 4);
    }
    return out;
  }

  private int grow(
      SplittableRandom random,
      List<String> modes,
      List<String> equalities,
      int numbers,
      int targets,
      boolean one,
      int tree,
      int[] next,
      int depth) {
    int id = next[0]++;
    if (depth == 0 || (id > 0 && random.nextInt(4) == 0)) {
      nodes.add(new Node(tree, id, "LEAF", 0, 0, 0, 0, false, new double[0]));
      int only = one ? random.nextInt(targets) : -1;
      for (int k = 0; k < targets; k++) {
        if (!one || k == only) {
          weights.add(new Weight(tree, id, k, random.nextInt(-64, 65) / 32.0));
        }
      }
      return id;
    }
    int at = nodes.size();
    int feature = random.nextInt(features);
    boolean number = feature < numbers;
    List<String> from = number ? modes : equalities;
    String mode = from.get(random.nextInt(from.size()));
    // onnxruntime 1.22 joins questions for equality that stand in a row, and errs if one is for 0
    // or if missing values go different ways: so neither is asked.
    double value = number ? threshold(random, type) : random.nextInt(1, 7);
    double[] members = new double[1 + random.nextInt(3)];
    for (int i = 0; i < members.length; i++) {
      members[i] = random.nextInt(1, 7);
    }
    boolean missing = number ? random.nextBoolean() : features % 2 == 0;
    int whenTrue = grow(random, modes, equalities, numbers, targets, one, tree, next, depth - 1);
    int whenFalse = grow(random, modes, equalities, numbers, targets, one, tree, next, depth - 1);
    nodes.add(at, new Node(tree, id, mode, feature, value, whenTrue, whenFalse, missing, members));
    return id;
  }

  private static double threshold(SplittableRandom random, int type) {
    double value = random.nextInt(-3, 4) * (random.nextBoolean() ? 0.1 : 1);
    return type == DOUBLE ? value : (float) value;
  }

  /** A value near a threshold, on it, at its neighbours of either width, or missing. */
  static double value(SplittableRandom random, boolean number) {
    if (random.nextInt(6) == 0) {
      return Double.NaN;
    }
    if (!number) {
      return random.nextInt(8);
    }
    double value = random.nextInt(-3, 4) * (random.nextBoolean() ? 0.1 : 1);
    return switch (random.nextInt(6)) {
      case 0 -> Math.nextUp((float) value);
      case 1 -> Math.nextDown((float) value);
      case 2 -> Math.nextUp(value);
      case 3 -> Math.nextDown(value);
      case 4 -> value + random.nextDouble(-1, 1);
      default -> value;
    };
  }

  /**
   * {@code TreeEnsembleRegressor} or {@code TreeEnsembleClassifier}.
   *
   * @param tensors numbers as tensors of doubles, as version 3 may have them
   */
  public NodeProto.Builder old(String operator, boolean tensors) {
    boolean classifier = operator.equals("TreeEnsembleClassifier");
    String leaf = classifier ? "class" : "target";
    NodeProto.Builder node =
        NodeProto.newBuilder().setOpType(operator).setDomain("ai.onnx.ml").addInput("X");
    if (classifier) {
      node.addOutput("label");
    }
    node.addOutput("scores");
    node.addAttribute(ints("nodes_treeids", nodes, Node::tree));
    node.addAttribute(ints("nodes_nodeids", nodes, Node::id));
    node.addAttribute(ints("nodes_featureids", nodes, Node::feature));
    node.addAttribute(ints("nodes_truenodeids", nodes, Node::whenTrue));
    node.addAttribute(ints("nodes_falsenodeids", nodes, Node::whenFalse));
    node.addAttribute(ints("nodes_missing_value_tracks_true", nodes, n -> n.missingTrue() ? 1 : 0));
    node.addAttribute(texts("nodes_modes", nodes.stream().map(Node::mode).toList()));
    node.addAttribute(numbers("nodes_values", nodes, Node::value, tensors));
    node.addAttribute(ints(leaf + "_treeids", weights, Weight::tree));
    node.addAttribute(ints(leaf + "_nodeids", weights, Weight::node));
    node.addAttribute(ints(leaf + "_ids", weights, Weight::target));
    node.addAttribute(numbers(leaf + "_weights", weights, Weight::weight, tensors));
    return node;
  }

  /** {@code TreeEnsemble} of version 5; each leaf must name one target. */
  NodeProto.Builder five() {
    Map<List<Long>, Integer> splits = new LinkedHashMap<>();
    Map<List<Long>, Integer> leaves = new LinkedHashMap<>();
    List<Node> inner = new ArrayList<>();
    for (Node n : nodes) {
      if (!n.mode().equals("LEAF")) {
        splits.put(List.of(n.tree(), n.id()), splits.size());
        inner.add(n);
      }
    }
    // Leaves that no node has stand first: onnxruntime 1.22 takes a root for a leaf if one child
    // is a leaf, and the other a node that happens to have the same number.
    int unused = splits.size();
    for (Node n : nodes) {
      if (n.mode().equals("LEAF")) {
        leaves.put(List.of(n.tree(), n.id()), unused + leaves.size());
      }
    }
    List<Long> roots = new ArrayList<>();
    Map<Long, Long> firsts = new LinkedHashMap<>();
    for (Node n : nodes) {
      firsts.putIfAbsent(n.tree(), n.id());
    }
    firsts.forEach((tree, id) -> roots.add((long) splits.get(List.of(tree, id))));
    double[] leafWeights = new double[unused + leaves.size()];
    long[] targets = new long[leafWeights.length];
    for (Weight w : weights) {
      int leaf = leaves.get(List.of(w.tree(), w.node()));
      leafWeights[leaf] = w.weight();
      targets[leaf] = w.target();
    }
    List<Double> members = new ArrayList<>();
    for (Node n : inner) {
      if (n.mode().equals("BRANCH_MEMBER")) {
        Arrays.stream(n.members()).forEach(members::add);
        members.add(Double.NaN);
      }
    }
    ToLongFunction<List<Long>> place =
        key -> leaves.containsKey(key) ? leaves.get(key) : splits.get(key);
    ToLongFunction<List<Long>> isLeaf = key -> leaves.containsKey(key) ? 1 : 0;
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType("TreeEnsemble")
            .setDomain("ai.onnx.ml")
            .addInput("X")
            .addOutput("scores");
    node.addAttribute(ints("tree_roots", roots, r -> r));
    node.addAttribute(ints("nodes_featureids", inner, Node::feature));
    node.addAttribute(
        ints("nodes_truenodeids", inner, n -> place.applyAsLong(List.of(n.tree(), n.whenTrue()))));
    node.addAttribute(
        ints(
            "nodes_falsenodeids", inner, n -> place.applyAsLong(List.of(n.tree(), n.whenFalse()))));
    node.addAttribute(
        ints("nodes_trueleafs", inner, n -> isLeaf.applyAsLong(List.of(n.tree(), n.whenTrue()))));
    node.addAttribute(
        ints("nodes_falseleafs", inner, n -> isLeaf.applyAsLong(List.of(n.tree(), n.whenFalse()))));
    node.addAttribute(ints("nodes_missing_value_tracks_true", inner, n -> n.missingTrue() ? 1 : 0));
    node.addAttribute(
        tensor(
            "nodes_modes",
            inner.stream().mapToDouble(n -> MODES.indexOf(n.mode())).toArray(),
            UINT8));
    node.addAttribute(
        tensor("nodes_splits", inner.stream().mapToDouble(Node::value).toArray(), type));
    if (!members.isEmpty()) {
      node.addAttribute(
          tensor(
              "membership_values",
              members.stream().mapToDouble(Double::doubleValue).toArray(),
              type));
    }
    node.addAttribute(ints("leaf_targetids", Arrays.stream(targets).boxed().toList(), t -> t));
    node.addAttribute(tensor("leaf_weights", leafWeights, type));
    return node;
  }

  /** A model of these operators, with one input {@code X}. */
  public byte[] model(List<String> outputs, NodeProto.Builder... operators) {
    return proto(outputs, operators).build().toByteArray();
  }

  ModelProto.Builder proto(List<String> outputs, NodeProto.Builder... operators) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("g").addInput(input("X", features));
    for (NodeProto.Builder operator : operators) {
      graph.addNode(operator);
    }
    boolean five = Arrays.stream(operators).anyMatch(o -> o.getOpType().equals("TreeEnsemble"));
    for (String output : outputs) {
      int kind = output.equals("label") ? INT64 : five ? type : FLOAT;
      graph.addOutput(
          ValueInfoProto.newBuilder()
              .setName(output)
              .setType(
                  TypeProto.newBuilder()
                      .setTensorType(TypeProto.Tensor.newBuilder().setElemType(kind))));
    }
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("small")
        .setProducerVersion("1.0")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(15))
        .addOpsetImport(
            OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(five ? 5 : 3))
        .setGraph(graph);
  }

  ValueInfoProto input(String name, int width) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(width));
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
        .build();
  }

  static NodeProto.Builder operator(String type, String input, String output) {
    boolean ml = List.of("ZipMap", "Normalizer", "Scaler", "LabelEncoder").contains(type);
    return NodeProto.newBuilder()
        .setOpType(type)
        .setDomain(ml ? "ai.onnx.ml" : "")
        .addInput(input)
        .addOutput(output);
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  public static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  public static AttributeProto texts(String name, List<String> values) {
    AttributeProto.Builder out =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.STRINGS);
    values.forEach(v -> out.addStrings(ByteString.copyFromUtf8(v)));
    return out.build();
  }

  static AttributeProto integers(String name, long... values) {
    return ints(name, Arrays.stream(values).boxed().toList(), v -> v);
  }

  static AttributeProto floats(String name, double... values) {
    return numbers(name, Arrays.stream(values).boxed().toList(), v -> v, false);
  }

  private static <T> AttributeProto ints(String name, List<T> from, ToLongFunction<T> part) {
    AttributeProto.Builder out =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    from.forEach(f -> out.addInts(part.applyAsLong(f)));
    return out.build();
  }

  private static <T> AttributeProto numbers(
      String name, List<T> from, ToDoubleFunction<T> part, boolean tensors) {
    if (tensors) {
      return tensor(name + "_as_tensor", from.stream().mapToDouble(part).toArray(), DOUBLE);
    }
    AttributeProto.Builder out =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.FLOATS);
    from.forEach(f -> out.addFloats((float) part.applyAsDouble(f)));
    return out.build();
  }

  static TensorProto tensor(double[] values, int type) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(type).addDims(values.length);
    for (double v : values) {
      if (type == FLOAT) {
        tensor.addFloatData((float) v);
      } else if (type == DOUBLE) {
        tensor.addDoubleData(v);
      } else if (type == INT64) {
        tensor.addInt64Data((long) v);
      } else {
        tensor.addInt32Data((int) v);
      }
    }
    return tensor.build();
  }

  static AttributeProto tensor(String name, double[] values, int type) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.TENSOR)
        .setT(tensor(values, type))
        .build();
  }
}
