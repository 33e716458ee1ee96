package io.attest.model.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is done to a graph before ONNX Runtime gets it: maps from class to score at its end ({@code
 * ZipMap}) are left out, and the scores that they are made of are outputs in their place. The names
 * of the classes are taken from the operators.
 */
final class RuntimeEdit {
  private RuntimeEdit() {}

  static ModelProto withoutMaps(ModelProto model) {
    GraphProto graph = model.getGraph();
    Map<String, String> scores = new HashMap<>();
    GraphProto.Builder edited = graph.toBuilder().clearNode().clearOutput();
    for (NodeProto node : graph.getNodeList()) {
      if (zipMap(node) && node.getInputCount() == 1 && node.getOutputCount() == 1) {
        scores.put(node.getOutput(0), node.getInput(0));
      } else {
        edited.addNode(node);
      }
    }
    Set<String> outputs = new HashSet<>();
    for (ValueInfoProto output : graph.getOutputList()) {
      String name = scores.getOrDefault(output.getName(), output.getName());
      ValueInfoProto kept = name.equals(output.getName()) ? output : floats(name);
      if (outputs.add(name)) {
        edited.addOutput(kept);
      }
    }
    return model.toBuilder().setGraph(edited).build();
  }

  private static boolean zipMap(NodeProto node) {
    return node.getOpType().equals("ZipMap") && node.getDomain().equals(Operator.ML);
  }

  private static ValueInfoProto floats(String name) {
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** The one list of classes that operators name; empty if they name none, or several. */
  static List<String> classes(ModelProto model) {
    Set<List<String>> found = new HashSet<>();
    for (NodeProto node : model.getGraph().getNodeList()) {
      for (AttributeProto attribute : node.getAttributeList()) {
        if (node.getDomain().equals(Operator.ML)
            && attribute.getName().startsWith("classlabels_")) {
          List<String> names =
              new ArrayList<>(
                  attribute.getStringsList().stream().map(ByteString::toStringUtf8).toList());
          attribute.getIntsList().forEach(i -> names.add(Long.toString(i)));
          found.add(names);
        }
      }
    }
    return found.size() == 1 ? found.iterator().next() : List.of();
  }
}
