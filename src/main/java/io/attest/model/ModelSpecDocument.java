package io.attest.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A {@code model.yaml} as a tree, with the line and the own words of each value.
 *
 * @param places by JSON pointer
 */
record ModelSpecDocument(Path file, JsonNode root, Map<String, Place> places) {

  /**
   * @param text of a scalar as it is written: {@code 1.10} is a number to YAML, but a version to us
   */
  record Place(int line, String text) {}

  private static final YAMLFactory YAML =
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /**
   * Reads the tree.
   *
   * @throws InvalidModelException if it is no YAML
   */
  static ModelSpecDocument parse(byte[] content, Path file) {
    Map<String, Place> places = new HashMap<>();
    try (YAMLParser in = YAML.createParser(content)) {
      if (in.nextToken() == null) {
        throw new InvalidModelException(file + ": the file is empty.");
      }
      JsonNode root = new ModelSpecDocument(file, null, places).node(in, "");
      if (in.nextToken() != null) {
        throw new InvalidModelException(
            file
                + ", line "
                + in.currentLocation().getLineNr()
                + ": a second document begins. A model.yaml declares one model.");
      }
      return new ModelSpecDocument(file, root, Map.copyOf(places));
    } catch (JsonProcessingException e) {
      String line = e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
      throw new InvalidModelException(
          file
              + line
              + ": this is not YAML that can be read: "
              + e.getOriginalMessage().lines().findFirst().orElse("").strip()
              + ". Maybe a quote or an indentation is wrong.",
          e);
    } catch (IOException e) {
      throw new InvalidModelException(file + ": this is not YAML that can be read: " + e, e);
    }
  }

  /** A JSON text as a tree: an ObjectMapper would take longer to start than all the rest. */
  static JsonNode tree(JsonParser in) throws IOException {
    in.nextToken();
    return new ModelSpecDocument(Path.of(""), null, new HashMap<>()).node(in, "");
  }

  private JsonNode node(JsonParser in, String pointer) throws IOException {
    JsonNodeFactory json = JsonNodeFactory.instance;
    int line = in.currentTokenLocation().getLineNr();
    if (in instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
      throw new InvalidModelException(
          file + ", line " + line + ": write the value out in place of *" + in.getText() + ".");
    }
    JsonToken token = in.currentToken();
    places.put(pointer, new Place(line, token.isScalarValue() ? in.getText() : ""));
    return switch (token) {
      case START_OBJECT -> {
        ObjectNode object = json.objectNode();
        while (in.nextToken() != JsonToken.END_OBJECT) {
          String key = in.currentName();
          String below = pointer + "/" + key.replace("~", "~0").replace("/", "~1");
          int keyLine = in.currentTokenLocation().getLineNr();
          in.nextToken();
          object.set(key, node(in, below));
          places.compute(below, (p, at) -> new Place(keyLine, at.text()));
        }
        yield object;
      }
      case START_ARRAY -> {
        ArrayNode array = json.arrayNode();
        while (in.nextToken() != JsonToken.END_ARRAY) {
          array.add(node(in, pointer + "/" + array.size()));
        }
        yield array;
      }
      case VALUE_TRUE -> json.booleanNode(true);
      case VALUE_FALSE -> json.booleanNode(false);
      case VALUE_NULL -> json.nullNode();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(in, json);
      default -> json.textNode(in.getText());
    };
  }

  private static JsonNode number(JsonParser in, JsonNodeFactory json) throws IOException {
    if (in.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      return json.numberNode(in.getBigIntegerValue());
    }
    double value = in.getDoubleValue();
    return Double.isFinite(value) ? json.numberNode(value) : json.textNode(in.getText());
  }

  /** The own words of the scalar at this pointer. */
  String text(String pointer) {
    return places.get(pointer).text();
  }

  /** The line of what is at this pointer, or of the nearest thing above it. */
  int line(String pointer) {
    String above = pointer;
    while (!places.containsKey(above)) {
      above = above.substring(0, Math.max(0, above.lastIndexOf('/')));
    }
    return places.get(above).line();
  }

  /** File and line of what is at this pointer, to begin a message with. */
  String at(String pointer) {
    return file + ", line " + line(pointer);
  }
}
