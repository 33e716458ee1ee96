package io.attest.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import io.attest.data.Nearest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Holds a {@code model.yaml} against its JSON Schema, and says in words what is wrong.
 *
 * <p>Knows the keywords that this schema uses and no others; a test holds it against a full
 * validator. A full one costs more than a second of start-up, which every command would pay, and
 * its messages are for programmers.
 */
final class ModelSpecSchema {
  private static final String NAME = "config/model.schema.json";

  /** The keywords that are understood, and those that say nothing about what is valid. */
  static final Set<String> KEYWORDS =
      Set.of(
          "type",
          "enum",
          "pattern",
          "minLength",
          "maxLength",
          "minimum",
          "maximum",
          "items",
          "minItems",
          "uniqueItems",
          "properties",
          "required",
          "additionalProperties",
          "propertyNames",
          "$ref",
          "$schema",
          "$defs",
          "title",
          "description",
          "default");

  private final JsonNode schema;

  /** Read at first use: a bare model file needs no schema. */
  private static final class Packed {
    static final ModelSpecSchema SCHEMA = new ModelSpecSchema();
  }

  private ModelSpecSchema() {
    try (InputStream in = ModelSpecSchema.class.getClassLoader().getResourceAsStream(NAME)) {
      if (in == null) {
        throw new IllegalStateException(NAME + " is not in the jar.");
      }
      schema = ModelSpecDocument.tree(new JsonFactory().createParser(in));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + NAME + ".", e);
    }
  }

  /** The schema that is packed in the jar. */
  static ModelSpecSchema packed() {
    return Packed.SCHEMA;
  }

  /** What is wrong, a message each, by line. */
  List<String> problems(ModelSpecDocument document) {
    Check check = new Check(document);
    check.node("", document.root(), schema);
    return check.problems.values().stream().flatMap(List::stream).toList();
  }

  private final class Check {
    private final ModelSpecDocument document;
    private final Map<Integer, List<String>> problems = new TreeMap<>();

    Check(ModelSpecDocument document) {
      this.document = document;
    }

    private void problem(String pointer, String message) {
      problems
          .computeIfAbsent(document.line(pointer), line -> new ArrayList<>())
          .add(document.at(pointer) + ": " + message);
    }

    private static String key(String pointer) {
      return pointer.isEmpty() ? "model.yaml" : pointer.substring(1).replace('/', '.');
    }

    void node(String pointer, JsonNode node, JsonNode declared) {
      JsonNode rules =
          declared.has("$ref") ? schema.at(declared.path("$ref").asText().substring(1)) : declared;
      if (!type(pointer, node, rules.path("type"))) {
        return;
      }
      if (rules.has("enum")) {
        choice(pointer, texts(rules.path("enum")));
      }
      if (node.isTextual()) {
        text(pointer, node.asText(), rules);
      } else if (node.isNumber()
          && rules.has("minimum")
          && node.asDouble() < rules.path("minimum").asDouble()) {
        problem(
            pointer,
            key(pointer)
                + " is "
                + document.text(pointer)
                + ", but must be at least "
                + rules.path("minimum").asText()
                + ".");
      } else if (node.isNumber()
          && rules.has("maximum")
          && node.asDouble() > rules.path("maximum").asDouble()) {
        problem(
            pointer,
            key(pointer)
                + " is "
                + document.text(pointer)
                + ", but must be at most "
                + rules.path("maximum").asText()
                + ".");
      } else if (node.isArray()) {
        array(pointer, node, rules);
      } else if (node.isObject()) {
        object(pointer, node, rules);
      }
    }

    private boolean type(String pointer, JsonNode node, JsonNode types) {
      List<String> allowed = types.isTextual() ? List.of(types.asText()) : texts(types);
      if (allowed.isEmpty() || allowed.stream().anyMatch(t -> is(node, t))) {
        return true;
      }
      String value = document.text(pointer);
      problem(
          pointer,
          key(pointer)
              + " must be "
              + allowed.stream().map(Check::kind).collect(Collectors.joining(" or "))
              + (value.isEmpty() ? "." : ", not '" + value + "'."));
      return false;
    }

    private static boolean is(JsonNode node, String type) {
      return switch (type) {
        case "string" -> node.isTextual();
        case "number" -> node.isNumber();
        case "integer" -> node.isIntegralNumber();
        case "boolean" -> node.isBoolean();
        case "array" -> node.isArray();
        case "object" -> node.isObject();
        default -> throw new IllegalStateException("The schema has a type " + type + ".");
      };
    }

    private static String kind(String type) {
      return switch (type) {
        case "string" -> "a text";
        case "number" -> "a number";
        case "integer" -> "a whole number";
        case "boolean" -> "true or false";
        case "array" -> "a list";
        default -> "an object with keys";
      };
    }

    private void choice(String pointer, List<String> values) {
      String value = document.text(pointer);
      if (!values.contains(value)) {
        problem(
            pointer,
            key(pointer)
                + " is '"
                + value
                + "', but must be one of "
                + String.join(", ", values)
                + "."
                + Nearest.hint(value, values));
      }
    }

    private void text(String pointer, String text, JsonNode rules) {
      if (text.length() < rules.path("minLength").asInt()) {
        problem(pointer, key(pointer) + " is empty.");
      } else if (rules.has("maxLength") && text.length() > rules.path("maxLength").asInt()) {
        problem(
            pointer,
            key(pointer) + " is longer than " + rules.path("maxLength").asText() + " characters.");
      } else if (rules.has("pattern") && !text.matches(rules.path("pattern").asText())) {
        problem(pointer, key(pointer) + " '" + text + "' " + shape(key(pointer)) + ".");
      }
    }

    /** What a pattern asks for, in words. */
    private static String shape(String key) {
      return switch (key.replaceAll(".*\\.(?=[a-z])", "").replaceAll("\\.\\d+$", "")) {
        case "id" -> "may have lower-case letters, digits and single hyphens only";
        case "notify" -> "is not a mail address";
        case "sha256" -> "is not 64 hexadecimal digits";
        case "delimiter" -> "must be one character, or tab";
        case "change" -> "must be never, rising or falling, or keys: direction, from, to, why";
        case "code", "jurisdiction" -> "must be short, of letters, digits and hyphens: R01, EU";
        case "if" -> "must be a feature and rises, falls or changes: duration falls";
        case "then" ->
            "must be a feature and rises, falls, changes or stays, and by how much: age rises by 1";
        case "expect" ->
            "must be rising or falling, or keys: direction, allowed, top, share," + " why";
        default -> "has signs that are not allowed here";
      };
    }

    private void array(String pointer, JsonNode node, JsonNode rules) {
      int least = rules.path("minItems").asInt();
      if (node.size() < least) {
        problem(
            pointer,
            key(pointer) + " needs at least " + least + (least == 1 ? " entry." : " entries."));
      }
      Set<JsonNode> met = new HashSet<>();
      for (int i = 0; i < node.size(); i++) {
        if (rules.path("uniqueItems").asBoolean() && !met.add(node.get(i))) {
          problem(
              pointer + "/" + i,
              key(pointer) + " names " + document.text(pointer + "/" + i) + " twice.");
        }
        if (rules.has("items")) {
          node(pointer + "/" + i, node.get(i), rules.path("items"));
        }
      }
    }

    private void object(String pointer, JsonNode node, JsonNode rules) {
      JsonNode known = rules.path("properties");
      for (JsonNode needed : rules.path("required")) {
        if (!node.has(needed.asText())) {
          problem(
              pointer,
              key(pointer)
                  + " has no "
                  + needed.asText()
                  + brief(known.path(needed.asText()))
                  + ".");
        }
      }
      for (Map.Entry<String, JsonNode> e : node.properties()) {
        String below = pointer + "/" + e.getKey().replace("~", "~0").replace("/", "~1");
        JsonNode others = rules.path("additionalProperties");
        if (known.has(e.getKey())) {
          node(below, e.getValue(), known.path(e.getKey()));
        } else if (others.isBoolean() && !others.asBoolean()) {
          unknown(below, e.getKey(), key(pointer), known);
        } else if (!e.getKey().matches(rules.at("/propertyNames/pattern").asText(".*"))) {
          problem(below, "the name " + e.getKey() + " " + shape("") + ".");
        } else if (others.isObject()) {
          node(below, e.getValue(), others);
        }
      }
    }

    private void unknown(String pointer, String name, String parent, JsonNode known) {
      List<String> keys = new ArrayList<>();
      known.fieldNames().forEachRemaining(keys::add);
      problem(
          pointer,
          "there is no key "
              + name
              + (parent.equals("model.yaml") ? "" : " in " + parent)
              + "."
              + Nearest.to(name, keys)
                  .map(near -> " Maybe you meant " + near + ".")
                  .orElse(" The keys are " + String.join(", ", keys) + "."));
    }

    /** The first sentence of what a key says. */
    private static String brief(JsonNode rules) {
      String says = rules.path("description").asText("");
      int end = says.indexOf(". ");
      String first = (end < 0 ? says : says.substring(0, end)).replaceAll("\\.$", "");
      return first.isEmpty() ? "" : " (" + first + ")";
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> out = new ArrayList<>();
    array.forEach(n -> out.add(n.asText()));
    return out;
  }
}
