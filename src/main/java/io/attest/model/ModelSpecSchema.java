package io.attest.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.attest.data.Nearest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Holds a {@code model.yaml} against its JSON Schema, and says in words what is wrong. */
final class ModelSpecSchema {
  private static final String NAME = "config/model.schema.json";

  private final JsonNode source;
  private final JsonSchema schema;

  /** Built at first use: a bare model file needs no schema. */
  private static final class Packed {
    static final ModelSpecSchema SCHEMA = new ModelSpecSchema();
  }

  /** The schema that is packed in the jar. */
  static ModelSpecSchema packed() {
    return Packed.SCHEMA;
  }

  private ModelSpecSchema() {
    try (InputStream in = ModelSpecSchema.class.getClassLoader().getResourceAsStream(NAME)) {
      if (in == null) {
        throw new IllegalStateException(NAME + " is not in the jar.");
      }
      source = new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + NAME + ".", e);
    }
    schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(
                source,
                SchemaValidatorsConfig.builder()
                    .pathType(PathType.JSON_POINTER)
                    .locale(Locale.ROOT)
                    .build());
  }

  /** What is wrong, a message each, by line. */
  List<String> problems(ModelSpecDocument document) {
    List<ValidationMessage> found = new ArrayList<>(schema.validate(document.root()));
    found.sort(
        Comparator.comparing((ValidationMessage m) -> document.line(where(m)))
            .thenComparing(ValidationMessage::getMessage));
    return found.stream()
        .map(m -> document.at(where(m)) + ": " + words(m, document))
        .distinct()
        .toList();
  }

  /** The place of the fault: of the key itself where a key is at fault. */
  private static String where(ValidationMessage message) {
    String parent = message.getInstanceLocation().toString();
    return message.getType().equals("additionalProperties")
        ? parent + "/" + message.getProperty()
        : parent;
  }

  private String words(ValidationMessage message, ModelSpecDocument document) {
    String pointer = message.getInstanceLocation().toString();
    String key = pointer.isEmpty() ? "model.yaml" : pointer.substring(1).replace('/', '.');
    JsonNode rule = message.getSchemaNode();
    String value = document.places().get(pointer).text();
    return switch (message.getType()) {
      case "additionalProperties" -> unknown(message, key);
      case "required" -> key + " has no " + message.getProperty() + describe(message) + ".";
      case "enum" ->
          key
              + " is '"
              + value
              + "', but must be one of "
              + list(rule)
              + "."
              + Nearest.hint(value, texts(rule));
      case "type" ->
          key + " must be " + kinds(rule) + (value.isEmpty() ? "." : ", not '" + value + "'.");
      case "pattern" -> pattern(key, value, message);
      case "minLength" -> key + " is empty.";
      case "minItems" ->
          key + " needs at least " + rule.asText() + (rule.asInt() == 1 ? " entry." : " entries.");
      case "uniqueItems" -> key + " names something twice.";
      case "minimum" -> key + " is " + value + ", but must be at least " + rule.asText() + ".";
      case "maxLength" -> key + " is longer than " + rule.asText() + " characters.";
      default -> key + ": " + message.getError() + ".";
    };
  }

  private String unknown(ValidationMessage message, String key) {
    String name = message.getProperty();
    List<String> known = new ArrayList<>();
    siblings(message).fieldNames().forEachRemaining(known::add);
    String in = key.equals("model.yaml") ? "" : " in " + key;
    return "there is no key "
        + name
        + in
        + "."
        + Nearest.to(name, known)
            .map(near -> " Maybe you meant " + near + ".")
            .orElse(" The keys are " + String.join(", ", known) + ".");
  }

  /** The properties beside the rule that was broken. */
  private JsonNode siblings(ValidationMessage message) {
    String rule = message.getSchemaLocation().getFragment().toString();
    return source.at(rule.substring(0, rule.lastIndexOf('/'))).path("properties");
  }

  private String describe(ValidationMessage message) {
    String says = siblings(message).path(message.getProperty()).path("description").asText("");
    int end = says.indexOf(". ");
    String first = (end < 0 ? says : says.substring(0, end)).replaceAll("\\.$", "");
    return first.isEmpty() ? "" : " (" + first + ")";
  }

  private static String pattern(String key, String value, ValidationMessage message) {
    String what =
        key.equals("id")
            ? " may have lower-case letters, digits and single hyphens only"
            : key.startsWith("notify")
                ? " is not a mail address"
                : key.endsWith("sha256")
                    ? " is not 64 hexadecimal digits"
                    : key.endsWith("delimiter")
                        ? " must be one character, or tab"
                        : key.endsWith("expect")
                            ? " must be rising or falling, or an object with direction, allowed, why"
                            : " does not fit " + message.getSchemaNode().asText();
    return key + " '" + value + "'" + what + ".";
  }

  private static String kinds(JsonNode types) {
    List<String> words = new ArrayList<>();
    for (JsonNode type :
        types.isArray() ? types : new ObjectMapper().createArrayNode().add(types)) {
      words.add(
          switch (type.asText()) {
            case "string" -> "a text";
            case "number" -> "a number";
            case "integer" -> "a whole number";
            case "boolean" -> "true or false";
            case "array" -> "a list";
            case "object" -> "an object with keys";
            default -> type.asText();
          });
    }
    return String.join(" or ", words);
  }

  private static List<String> texts(JsonNode array) {
    List<String> out = new ArrayList<>();
    array.forEach(n -> out.add(n.asText()));
    return out;
  }

  private static String list(JsonNode array) {
    return String.join(", ", texts(array));
  }
}
