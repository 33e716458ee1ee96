package io.attest.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page of {@code model.yaml} lists the keys as the schema does: no more, no less. */
class ModelYamlPageTest {
  private static final Path PAGE = Path.of("docs/model-yaml.md");
  private static final String BEGIN = "<!-- keys: written by ModelYamlPageTest -->\n";
  private static final String END = "<!-- /keys -->\n";

  private final JsonNode schema;
  private final List<String> lines = new ArrayList<>();

  ModelYamlPageTest() throws IOException {
    schema = new ObjectMapper().readTree(Path.of("config/model.schema.json").toFile());
  }

  /** Where this fails, run it with -Dattest.write-docs=true: it writes the table anew. */
  @Test
  void thePageListsTheKeysOfTheSchema() throws IOException {
    lines.add("| key | what it says | values |");
    lines.add("|---|---|---|");
    keys("", schema);
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    String table = "\n" + String.join("\n", lines) + "\n\n";
    if (Boolean.getBoolean("attest.write-docs")) {
      Files.writeString(PAGE, page.substring(0, begin) + table + page.substring(end));
      return;
    }
    assertThat(page.substring(begin, end)).isEqualTo(table);
  }

  @Test
  void everyExampleOfThePageIsRight() throws IOException {
    String[] blocks = Files.readString(PAGE).split("```yaml\n");
    List<String> whole =
        Arrays.stream(blocks)
            .skip(1)
            .map(b -> b.substring(0, b.indexOf("```")))
            .filter(b -> b.contains("\nfeatures:") || b.startsWith("features:"))
            .filter(b -> b.contains("id: "))
            .toList();
    assertThat(whole).isNotEmpty();
    for (String example : whole) {
      ModelSpecReader.parse(
          example.getBytes(java.nio.charset.StandardCharsets.UTF_8), Path.of("model.yaml"));
    }
  }

  private void keys(String prefix, JsonNode object) {
    object
        .path("properties")
        .properties()
        .forEach(
            e -> {
              JsonNode node = e.getValue();
              JsonNode shape =
                  node.has("$ref") ? schema.at(node.path("$ref").asText().substring(1)) : node;
              String key = prefix + e.getKey();
              assertThat(node.path("description").asText()).as(key).isNotBlank();
              boolean needed = contains(object.path("required"), e.getKey());
              lines.add(
                  "| `"
                      + key
                      + "`"
                      + (needed ? " *" : "")
                      + " | "
                      + node.path("description").asText()
                      + " | "
                      + values(shape)
                      + " |");
              if (key.equals("data.training")) {
                return;
              }
              if (shape.has("items")) {
                keys(key + "[].", shape.path("items"));
              } else {
                keys(key + ".", shape);
              }
              if (shape.path("additionalProperties").isObject()) {
                lines.add(
                    "| `"
                        + key
                        + ".<method>.<parameter>` | A parameter of one method. | "
                        + values(shape.at("/additionalProperties/additionalProperties"))
                        + " |");
              }
            });
  }

  private static boolean contains(JsonNode array, String text) {
    for (JsonNode node : array) {
      if (node.asText().equals(text)) {
        return true;
      }
    }
    return false;
  }

  private static String values(JsonNode shape) {
    List<String> words = new ArrayList<>();
    if (shape.has("enum")) {
      shape.path("enum").forEach(v -> words.add("`" + v.asText() + "`"));
    } else if (shape.path("type").isArray()) {
      shape.path("type").forEach(v -> words.add(v.asText()));
    } else if (shape.has("items")) {
      words.add("list");
    } else {
      words.add(shape.path("type").asText());
    }
    String out = String.join(", ", words);
    return shape.has("default") ? out + "; default `" + shape.path("default").asText() + "`" : out;
  }
}
