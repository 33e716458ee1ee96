package io.attest.model.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.attest.model.InvalidModelException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a graph may have before a native library gets it: operators of the two standards, those that
 * come with ONNX Runtime, and functions that the file itself defines of these; all data in the
 * file.
 */
final class Permitted {
  private final String file;
  private final Set<String> domains =
      new HashSet<>(List.of("", "ai.onnx", Operator.ML, "com.microsoft"));

  private Permitted(String file) {
    this.file = file;
  }

  /**
   * Refuses a graph that has anything else.
   *
   * @throws InvalidModelException naming the operator or the tensor
   */
  static void check(String file, ModelProto model) {
    Permitted permitted = new Permitted(file);
    for (FunctionProto function : model.getFunctionsList()) {
      permitted.domains.add(function.getDomain());
    }
    permitted.graph(model.getGraph());
    model.getFunctionsList().forEach(f -> permitted.nodes(f.getNodeList()));
  }

  private void graph(GraphProto graph) {
    graph.getInitializerList().forEach(this::tensor);
    nodes(graph.getNodeList());
  }

  private void nodes(List<NodeProto> nodes) {
    for (NodeProto node : nodes) {
      if (!domains.contains(node.getDomain())) {
        throw new InvalidModelException(
            file
                + ": the operator "
                + node.getDomain()
                + "."
                + node.getOpType()
                + " is none of the standard's, and needs code that is not in the file. Attest loads"
                + " no such code. Maybe export the model without it.");
      }
      if (TreeReader.ENSEMBLES.contains(node.getOpType())) {
        Nodes.check(new Operator(file, node));
      }
      for (AttributeProto attribute : node.getAttributeList()) {
        tensor(attribute.getT());
        attribute.getTensorsList().forEach(this::tensor);
        graph(attribute.getG());
        attribute.getGraphsList().forEach(this::graph);
      }
    }
  }

  private void tensor(TensorProto tensor) {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw new InvalidModelException(
          file
              + ": the tensor '"
              + tensor.getName()
              + "' lies in another file. Maybe save the model with its data in one file.");
    }
  }
}
