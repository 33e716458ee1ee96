package io.attest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.process.rules.DmnRules;
import io.attest.rules.Tables;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code attest rules test}. */
class RulesCommandTest {
  private static final String RECORD =
      """
      {"audit": {"id": "ATT-%s", "model": "credit", "tier": "high"},
       "spec": {"domain": %s},
       "sections": [
         {"facts": [{"metric": "performance.auc", "subject": "audit data", "value": 0.71},
                    {"metric": "vif", "subject": "=cmd\\u001b[2J", "value": "Infinity"}],
          "notes": []},
         {"verdict": "pass", "findings": []}]}
      """;

  @TempDir Path folder;
  private Path packs;

  private record Result(int code, String out, String err) {}

  private static Result run(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = List.of(args).stream().map(Object::toString).toArray(String[]::new);
    int code =
        Cli.run(words, order -> "pass", DmnRules::new, new PrintWriter(out), new PrintWriter(err));
    return new Result(code, out.toString(), err.toString());
  }

  @BeforeEach
  void fill() throws Exception {
    packs = Files.createDirectories(folder.resolve("packs/deep"));
    try (ZipOutputStream zip =
        new ZipOutputStream(Files.newOutputStream(packs.resolve("a-evidence.zip")))) {
      zip.putNextEntry(new ZipEntry("record.json"));
      zip.write(RECORD.formatted("1", "\"hiring\"").getBytes());
    }
    Files.writeString(packs.resolve("record.json"), RECORD.formatted("2", "null"));
    Files.writeString(folder.resolve("unjudged.json"), "{\"audit\": {\"id\": \"ATT-3\"}}");
  }

  private Path table(String... cells) throws Exception {
    return Files.write(
        folder.resolve("rules.dmn"),
        Tables.of(
            Tables.row("auc", "\"performance.auc\"", "< 0.7"),
            Tables.row("auc-house", "\"performance.auc\"", "< 0.8", cells)));
  }

  @Test
  void nothingFlipsWhereTheTableSaysTheSame() throws Exception {
    Path same =
        Files.write(
            folder.resolve("same.dmn"),
            Tables.of(Tables.row("auc", "\"performance.auc\"", "< 0.7")));
    Result result = run("rules", "test", same, "--audits", packs);
    assertThat(result.code()).as(result.err() + result.out()).isZero();
    assertThat(result.out())
        .startsWith("No verdict would change, of 2 judged audits.")
        .contains("same   ATT-1  pass")
        .contains("1 of 1 rows fired in none")
        .contains("row 1  auc: The area under the ROC curve (performance.auc) is below 0.7.")
        .contains("No row looks at these facts:")
        .contains("vif (2)");
  }

  @Test
  void aFlipIsShownWithItsFact() throws Exception {
    Result result = run("rules", "test", table("5", "\"hiring\""), "--audits", packs.getParent());
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out())
        .startsWith("1 of 2 judged audits would get another verdict.")
        .contains("FLIPS  ATT-1  pass -> warn")
        .contains("+ warn  auc-house: performance.auc of audit data is 0.71")
        .contains("same   ATT-2  pass")
        .doesNotContain("\u001b");
  }

  @Test
  void programsGetJson() throws Exception {
    Result result =
        run("rules", "test", table(), "--format", "json", "--audits", packs, "--model", "credit");
    assertThat(result.code()).isEqualTo(1);
    JsonNode json = new ObjectMapper().readTree(result.out());
    assertThat(json.path("flips").asInt()).isEqualTo(2);
    assertThat(json.path("broken").asBoolean()).isFalse();
    assertThat(json.path("sha256").asText()).hasSize(64);
    assertThat(json.at("/audits/0/flips").asBoolean()).isTrue();
    assertThat(json.at("/audits/0/added/0/rule").asText()).isEqualTo("auc-house");
    assertThat(json.at("/audits/0/added/0/value").asDouble()).isEqualTo(0.71);
  }

  @Test
  void brokenTablesAndMissingAuditsEndWithTwo() throws Exception {
    Result typo = run("rules", "test", table("1", "\"performance.acu\""), "--audits", packs);
    assertThat(typo.code()).isEqualTo(2);
    assertThat(typo.out())
        .startsWith("The table must not be used so: 1 thing is wrong in it.")
        .contains("WRONG  row 2, metric: is 'performance.acu'")
        .contains("Maybe you meant performance.auc.");
    Path none = Files.writeString(folder.resolve("none.dmn"), "not XML");
    assertThat(run("rules", "test", none, "--audits", packs).out())
        .contains("WRONG  the table: none.dmn, line 1");
    assertThat(run("rules", "test", table(), "--audits", folder.resolve("nowhere")).code())
        .isEqualTo(2);
    assertThat(run("rules", "test", table(), "--data", folder).err())
        .contains("There is no database")
        .contains("--audits");
    assertThat(run("rules", "test", table(), "--audits", folder.resolve("rules.dmn")).code())
        .isEqualTo(2);
    assertThat(run("rules", "test", table(), "--audits", folder.resolve("unjudged.json")).out())
        .contains("There is no judged audit to test it on.")
        .contains("Note: ATT-3 was left out: it has no verdict.");
    assertThat(run("rules").err()).contains("Say what to do with the rules: test.");
  }
}
