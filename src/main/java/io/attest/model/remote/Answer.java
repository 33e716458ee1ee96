package io.attest.model.remote;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.attest.model.InvalidModelException;
import io.attest.model.Link;
import io.attest.model.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the answers of one model, and believes none of them unseen.
 *
 * @param outputs how many outputs the model is declared to have
 * @param line for the beginning of an answer in a message
 */
record Answer(Endpoint endpoint, Task task, int outputs, Line line) {
  /** Probabilities in 32 bits miss 0, 1 and their sum by a little. */
  private static final double BESIDE = 1e-6;

  private static final double SUM_BESIDE = 1e-3;

  /** NaN is no JSON, but servers write it: then the message shall speak of NaN, not of syntax. */
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  /**
   * The tree of an answer.
   *
   * @throws InvalidModelException if it is no JSON object
   */
  JsonNode tree(byte[] body) {
    JsonNode root;
    try {
      root = JSON.readTree(body);
    } catch (IOException e) {
      throw wrong(body, "is not JSON", e);
    }
    if (root == null || !root.isObject()) {
      throw wrong(body, "is not a JSON object", null);
    }
    return root;
  }

  /**
   * The version that answered.
   *
   * @return empty if the server does not say
   */
  Optional<String> version(JsonNode root) {
    return Optional.of(root.path("model_version"))
        .filter(JsonNode::isValueNode)
        .filter(v -> !v.isNull())
        .map(JsonNode::asText)
        .filter(v -> !v.isBlank());
  }

  /**
   * The model's outputs, before the link.
   *
   * @param rows how many were asked for
   * @return rows x outputs
   * @throws InvalidModelException if the answer has another shape, something that is no finite
   *     number, or no probability where one must be
   */
  double[] outputs(byte[] body, JsonNode root, int rows) {
    JsonNode tensor = tensor(body, root);
    String name = tensor.path("name").asText("its output");
    String datatype = tensor.path("datatype").asText();
    if (datatype.equals("BYTES")
        || (task != Task.REGRESSION && !datatype.startsWith("FP") && !datatype.equals("BF16"))) {
      throw wrong(
          body,
          "has in "
              + name
              + " values of type "
              + (datatype.isEmpty() ? "unknown" : datatype)
              + ", which is no "
              + (task == Task.REGRESSION ? "number" : "probability")
              + ". Maybe another output has it: name that under output",
          null);
    }
    List<JsonNode> flat = new ArrayList<>();
    flatten(tensor.path("data"), flat, 0);
    long size = 1;
    for (JsonNode side : tensor.path("shape")) {
      size *= Math.max(0, side.asLong());
    }
    if (rows == 0
        || tensor.path("shape").isEmpty()
        || tensor.path("shape").path(0).asLong() != rows
        || size != flat.size()
        || size % rows != 0
        || size == 0) {
      throw wrong(
          body,
          "has "
              + flat.size()
              + " values of shape "
              + tensor.path("shape")
              + " in "
              + name
              + " for "
              + rows
              + " rows",
          null);
    }
    double[] out = pick(body, name, flat, rows, (int) (size / rows));
    if (endpoint.link() == Link.IDENTITY && task != Task.REGRESSION) {
      probabilities(body, name, out);
    }
    return out;
  }

  private JsonNode tensor(byte[] body, JsonNode root) {
    List<String> names = new ArrayList<>();
    for (JsonNode tensor : root.path("outputs")) {
      names.add(tensor.path("name").asText());
      if (endpoint.output().equals(Optional.of(tensor.path("name").asText()))) {
        return tensor;
      }
    }
    if (endpoint.output().isPresent() || names.size() != 1) {
      throw wrong(
          body,
          "has the outputs "
              + names
              + endpoint.output().map(o -> ", and no " + o).orElse("")
              + ". Name the right one under output in "
              + endpoint.file(),
          null);
    }
    return root.path("outputs").path(0);
  }

  /** The protocol allows nested lists beside flat ones. */
  private static void flatten(JsonNode node, List<JsonNode> flat, int depth) {
    if (node.isArray() && depth < 8) {
      for (JsonNode child : node) {
        flatten(child, flat, depth + 1);
      }
    } else if (!node.isMissingNode()) {
      flat.add(node);
    }
  }

  private double[] pick(byte[] body, String name, List<JsonNode> flat, int rows, int columns) {
    int first;
    if (task == Task.MULTICLASS) {
      first = columns == outputs ? 0 : -1;
    } else if (endpoint.column().isPresent()) {
      first = endpoint.column().get() < columns ? endpoint.column().get() : -1;
    } else {
      // Of two columns, the second is the positive class's: so say all that answer with two.
      first = columns == 1 ? 0 : columns == 2 && task == Task.BINARY ? 1 : -1;
    }
    if (first < 0) {
      throw wrong(
          body,
          "has "
              + columns
              + " columns in "
              + name
              + ", but the model is declared as "
              + task.name().toLowerCase(java.util.Locale.ROOT)
              + (outputs > 1 ? " with " + outputs + " classes" : "")
              + endpoint.column().map(c -> ", of column " + c).orElse("")
              + ". Maybe "
              + (task == Task.MULTICLASS
                  ? "the classes in model.yaml are not all"
                  : "the right one must be named under column"),
          null);
    }
    double[] out = new double[rows * outputs];
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < outputs; k++) {
        JsonNode value = flat.get(i * columns + first + k);
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
          throw wrong(
              body,
              "has "
                  + (value.isTextual() ? value.toString() : value.asText())
                  + " in "
                  + name
                  + " for row "
                  + (i + 1)
                  + " of the request, which is no finite number",
              null);
        }
        out[i * outputs + k] = value.doubleValue();
      }
    }
    return out;
  }

  private void probabilities(byte[] body, String name, double[] out) {
    for (int i = 0; i < out.length / outputs; i++) {
      double sum = 0;
      for (int k = i * outputs; k < (i + 1) * outputs; k++) {
        if (out[k] < -BESIDE || out[k] > 1 + BESIDE) {
          throw wrong(
              body,
              "has "
                  + out[k]
                  + " in "
                  + name
                  + " for row "
                  + (i + 1)
                  + " of the request, which is no probability. Maybe it is a score before the link:"
                  + " set link in "
                  + endpoint.file(),
              null);
        }
        out[k] = Math.max(0, Math.min(1, out[k]));
        sum += out[k];
      }
      if (outputs > 1 && Math.abs(sum - 1) > SUM_BESIDE) {
        throw wrong(
            body,
            "has probabilities in "
                + name
                + " for row "
                + (i + 1)
                + " of the request whose sum is "
                + sum
                + ". Maybe they are scores: set link in "
                + endpoint.file(),
            null);
      }
    }
  }

  private InvalidModelException wrong(byte[] body, String what, Exception cause) {
    return new InvalidModelException(
        "The answer (status 200) of "
            + endpoint.address()
            + " "
            + what
            + ". It begins with"
            + line.shown(body)
            + ".",
        cause);
  }
}
