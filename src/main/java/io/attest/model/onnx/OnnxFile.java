package io.attest.model.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.CodedInputStream;
import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import io.attest.model.network.NetworkFile;
import io.attest.model.runtime.RuntimeGraph;
import io.attest.model.tree.TreeFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The content of an ONNX file, read as what it is: trees, or layers of a network (a linear model is
 * one layer), where the graph holds nothing else; else a graph that ONNX Runtime computes.
 */
public final class OnnxFile {
  private static final int MAX_BYTES = 1 << 29;
  private static final int MAX_NESTING = 50;

  private final String file;
  private final ModelProto model;

  private OnnxFile(String file, ModelProto model) {
    this.file = file;
    this.model = model;
  }

  /** True if the bytes look like an ONNX file: its version, then a field of the model. */
  public static boolean looksLike(byte[] bytes) {
    if (bytes.length < 3 || bytes[0] != 8 || bytes[1] < 1 || bytes[1] > 100) {
      return false;
    }
    int tag = bytes[2] & 0xFF;
    int field = tag >> 3;
    return (tag & 7) == 2 && (field == 2 || field == 3 || field == 4 || field >= 6 && field <= 8);
  }

  /**
   * Parses a model file.
   *
   * @param file its name, for messages
   * @throws InvalidModelException naming the file, if it is no ONNX or larger than 512 MiB
   */
  public static OnnxFile open(String file, byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw new InvalidModelException(
          file + " is larger than 512 MiB. Maybe it is not a model of rows in a table.");
    }
    try {
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      in.setRecursionLimit(MAX_NESTING);
      ModelProto model = ModelProto.parseFrom(in);
      in.checkLastTagWas(0);
      return new OnnxFile(file, model);
    } catch (IOException e) {
      throw new InvalidModelException(
          file
              + " is not a valid ONNX file: "
              + e.getMessage().lines().findFirst().orElse("")
              + " Maybe the file is cut off.",
          e);
    }
  }

  /**
   * Opens a file and reads its trees.
   *
   * @throws InvalidModelException naming the file and what is wrong with it, or not supported
   */
  static TreeFile read(String file, byte[] bytes) {
    return open(file, bytes).trees();
  }

  /** The library that wrote the file, and its version; empty if the file does not say. */
  public String version() {
    return version(model);
  }

  static String version(ModelProto model) {
    return (model.getProducerName() + " " + model.getProducerVersion()).strip();
  }

  /** True if some operator is an ensemble of trees. */
  public boolean hasTrees() {
    return TreeReader.hasTrees(model);
  }

  /**
   * Reads the trees.
   *
   * @throws UnsupportedGraphException if there is more in the graph than one ensemble and what
   *     exporters put around it
   * @throws InvalidModelException naming what is wrong with the file
   */
  public TreeFile trees() {
    return new TreeReader(file, model).read();
  }

  /**
   * Reads the layers of a network.
   *
   * @throws UnsupportedGraphException if there is something else in the graph
   * @throws InvalidModelException naming what is wrong with the file
   */
  public NetworkFile network() {
    return new NetworkReader(file, model).read();
  }

  /** The classes in the order of the scores, as far as some operator names them; else empty. */
  public List<String> classes() {
    return RuntimeEdit.classes(model);
  }

  /**
   * Hands the graph to ONNX Runtime.
   *
   * @param declared the features, where somebody declared them
   * @throws InvalidModelException naming an operator that does not come with the library, or what
   *     else it cannot run
   */
  public RuntimeGraph runtime(Optional<List<Feature>> declared) {
    Permitted.check(file, model);
    return RuntimeGraph.open(file, RuntimeEdit.withoutMaps(model).toByteArray(), declared);
  }
}
