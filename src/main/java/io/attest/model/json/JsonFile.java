package io.attest.model.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.attest.model.InvalidModelException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON into {@link Node}s. */
public final class JsonFile {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  /** How a number with a point or an exponent is read. */
  public enum Width {
    /**
     * As a 32-bit float, for files that hold such: reading a 64-bit float and rounding it later can
     * round twice.
     */
    SINGLE,
    /** As a 64-bit float. */
    DOUBLE
  }

  private final Width width;

  private JsonFile(Width width) {
    this.width = width;
  }

  /**
   * Reads a whole file.
   *
   * @param library whose file it is, for messages
   * @param file its name, for messages
   * @throws InvalidModelException if it is not one JSON value and nothing more
   */
  public static Node read(String library, String file, byte[] bytes, Width width) {
    try (JsonParser parser = JSON.createParser(bytes)) {
      parser.nextToken();
      Object value = new JsonFile(width).value(parser);
      if (parser.nextToken() != null) {
        throw new InvalidModelException(file + " goes on after the end of its JSON object.");
      }
      return new Node(library, file, "", value);
    } catch (IOException e) {
      throw new InvalidModelException(
          file
              + " is not valid JSON: "
              + e.getMessage().lines().findFirst().orElse("")
              + ". Maybe the file is cut off.",
          e);
    }
  }

  private Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new com.fasterxml.jackson.core.JsonParseException(parser, "the file ends too early");
    }
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE -> number(parser);
      default ->
          throw new com.fasterxml.jackson.core.JsonParseException(parser, "unexpected " + token);
    };
  }

  private Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      map.put(name, value(parser));
    }
    return map;
  }

  private Object array(JsonParser parser) throws IOException {
    double[] numbers = new double[16];
    int n = 0;
    List<Object> others = null;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      JsonToken token = parser.currentToken();
      boolean number = token != null && (token.isNumeric() || token.isBoolean());
      if (number && others == null) {
        if (n == numbers.length) {
          numbers = Arrays.copyOf(numbers, 2 * n);
        }
        numbers[n++] = number(parser);
      } else {
        if (others == null) {
          others = new ArrayList<>();
          for (int i = 0; i < n; i++) {
            others.add(numbers[i]);
          }
        }
        others.add(value(parser));
      }
    }
    return others != null ? others : Arrays.copyOf(numbers, n);
  }

  private double number(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> 1;
      case VALUE_FALSE -> 0;
      case VALUE_NUMBER_INT -> Double.parseDouble(parser.getText());
      default ->
          switch (parser.getText()) {
            case "NaN" -> Double.NaN;
            case "Infinity", "+Infinity", "INF", "+INF" -> Double.POSITIVE_INFINITY;
            case "-Infinity", "-INF" -> Double.NEGATIVE_INFINITY;
            default ->
                width == Width.SINGLE
                    ? Float.parseFloat(parser.getText())
                    : Double.parseDouble(parser.getText());
          };
    };
  }
}
