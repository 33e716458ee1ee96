package io.attest.model.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import io.attest.model.InvalidModelException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One operator of the graph; its messages name the file, the operator and the attribute. */
final class Operator {
  /** The domain of the operators for classical machine learning, trees among them. */
  static final String ML = "ai.onnx.ml";

  private final String file;
  private final NodeProto node;
  private final Map<String, AttributeProto> attributes = new HashMap<>();

  Operator(String file, NodeProto node) {
    this.file = file;
    this.node = node;
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attributes.put(attribute.getName(), attribute) != null) {
        throw wrong("has the attribute " + attribute.getName() + " twice");
      }
    }
  }

  String file() {
    return file;
  }

  /** The operator's type, of the two standard domains; with the domain before it of any other. */
  String type() {
    String domain = node.getDomain();
    boolean standard = domain.isEmpty() || domain.equals("ai.onnx") || domain.equals(ML);
    return standard ? node.getOpType() : domain + "." + node.getOpType();
  }

  List<String> inputs() {
    return node.getInputList();
  }

  List<String> outputs() {
    return node.getOutputList();
  }

  boolean has(String name) {
    return attributes.containsKey(name);
  }

  long integer(String name, long otherwise) {
    AttributeProto attribute = attributes.get(name);
    return attribute == null ? otherwise : attribute.getI();
  }

  double number(String name, double otherwise) {
    AttributeProto attribute = attributes.get(name);
    return attribute == null ? otherwise : attribute.getF();
  }

  String text(String name, String otherwise) {
    AttributeProto attribute = attributes.get(name);
    return attribute == null ? otherwise : attribute.getS().toStringUtf8();
  }

  /** An attribute that is a list; empty if it is absent. */
  long[] integers(String name) {
    AttributeProto attribute = attributes.get(name);
    return attribute == null
        ? new long[0]
        : attribute.getIntsList().stream().mapToLong(Long::longValue).toArray();
  }

  /** As above, and refused unless it has so many entries. */
  long[] integers(String name, int length) {
    long[] out = integers(name);
    checkLength(name, out.length, length);
    return out;
  }

  List<String> texts(String name) {
    AttributeProto attribute = attributes.get(name);
    return attribute == null
        ? List.of()
        : attribute.getStringsList().stream().map(ByteString::toStringUtf8).toList();
  }

  /**
   * Numbers that are a list of 32-bit floats, or with {@code _as_tensor} after the name, or always,
   * a tensor; empty if absent.
   */
  double[] numbers(String name) {
    Optional<AttributeProto> list = Optional.ofNullable(attributes.get(name));
    Optional<AttributeProto> tensor = Optional.ofNullable(attributes.get(name + "_as_tensor"));
    if (list.isPresent() && tensor.isPresent()) {
      throw wrong("has both " + name + " and " + name + "_as_tensor");
    }
    AttributeProto found = list.or(() -> tensor).orElse(null);
    if (found == null) {
      return new double[0];
    }
    if (found.hasT()) {
      return new Tensor(file, found.getT()).values();
    }
    double[] out = new double[found.getFloatsCount()];
    for (int i = 0; i < out.length; i++) {
      out[i] = found.getFloats(i);
    }
    return out;
  }

  /** As above, and refused unless it has so many entries. */
  double[] numbers(String name, int length) {
    double[] out = numbers(name);
    checkLength(name, out.length, length);
    return out;
  }

  private void checkLength(String name, int found, int wanted) {
    if (found != wanted) {
      throw wrong("has " + found + " entries in " + name + " where " + wanted + " fit");
    }
  }

  /** An exception that names the operator; the file is damaged, or its writer errs. */
  InvalidModelException wrong(String what) {
    return new InvalidModelException(file + ": the operator " + type() + " " + what + ".");
  }

  /** An exception for what is in order, but not supported. */
  UnsupportedGraphException unsupported(String what, String maybe) {
    return new UnsupportedGraphException(
        file + ": the operator " + type() + " " + what + ", which is not supported. " + maybe);
  }
}
