package io.attest.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ModelSpecSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode source;

  ModelSpecSchemaTest() throws IOException {
    source = JSON.readTree(Path.of("config/model.schema.json").toFile());
  }

  @Test
  void isAValidSchema() {
    JsonSchema rules =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(java.net.URI.create("https://json-schema.org/draft/2020-12/schema"));
    assertThat(rules.validate(source)).isEmpty();
  }

  @Test
  void usesNoKeywordThatWeDoNotKnow() {
    keywords(source);
  }

  private static void keywords(JsonNode schema) {
    for (Map.Entry<String, JsonNode> e : schema.properties()) {
      assertThat(ModelSpecSchema.KEYWORDS).contains(e.getKey());
      switch (e.getKey()) {
        case "properties", "$defs" -> e.getValue().forEach(ModelSpecSchemaTest::keywords);
        case "items", "propertyNames", "additionalProperties" -> keywords(e.getValue());
        default -> assertThat(e.getValue().isObject()).isFalse();
      }
    }
  }

  /** Each value of a right declaration is replaced in turn; a full validator must agree. */
  @Test
  void agreesWithAFullValidator() throws IOException {
    JsonNode right;
    try (InputStream in = ModelSpecSchemaTest.class.getResourceAsStream("/model/whole.yaml")) {
      right = ModelSpecDocument.parse(in.readAllBytes(), Path.of("whole.yaml")).root();
    }
    JsonSchema full =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(source);
    assertThat(problems(right)).isEmpty();
    int refused = 0;
    List<JsonNode> variants = new ArrayList<>();
    JsonNode copy = right.deepCopy();
    change(copy, () -> variants.add(copy.deepCopy()));
    for (JsonNode variant : variants) {
      boolean valid = full.validate(variant).isEmpty();
      assertThat(problems(variant).isEmpty()).as("%s", variant).isEqualTo(valid);
      refused += valid ? 0 : 1;
    }
    assertThat(variants).hasSizeGreaterThan(800);
    assertThat(refused).isBetween(400, variants.size() - 100);
  }

  private static List<String> problems(JsonNode node) throws IOException {
    return ModelSpecSchema.packed()
        .problems(ModelSpecDocument.parse(JSON.writeValueAsBytes(node), Path.of("x.yaml")));
  }

  private static void change(JsonNode node, Runnable look) {
    List<Supplier<JsonNode>> values =
        List.of(
            () -> JSON.getNodeFactory().textNode("rising"),
            () -> JSON.getNodeFactory().textNode(""),
            () -> JSON.getNodeFactory().numberNode(-1),
            () -> JSON.getNodeFactory().numberNode(0.5),
            () -> JSON.getNodeFactory().booleanNode(true),
            () -> JSON.getNodeFactory().nullNode(),
            JSON::createArrayNode,
            () -> JSON.createArrayNode().add("a").add("a"),
            JSON::createObjectNode);
    if (node instanceof ObjectNode object) {
      List<String> keys = new ArrayList<>();
      object.fieldNames().forEachRemaining(keys::add);
      for (String key : keys) {
        JsonNode before = object.get(key);
        for (Supplier<JsonNode> value : values) {
          object.set(key, value.get());
          look.run();
        }
        object.remove(key);
        look.run();
        object.set(key, before);
        change(before, look);
      }
      object.put("More/Keys", 1);
      look.run();
      object.remove("More/Keys");
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        JsonNode before = array.get(i);
        for (Supplier<JsonNode> value : values) {
          array.set(i, value.get());
          look.run();
        }
        array.set(i, before);
        change(before, look);
      }
    }
  }
}
