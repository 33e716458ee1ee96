package io.attest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.model.ModelSpec;
import io.attest.model.ModelSpecReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a pipeline asks of the command line: exit codes, and the list of models. */
class PipelineTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String verdict, String... args) {
    return Cli.run(
        args,
        order -> {
          if (verdict.equals("broken")) {
            throw new IllegalArgumentException("It could not run.");
          }
          return verdict;
        },
        new PrintWriter(out),
        new PrintWriter(err));
  }

  @ParameterizedTest
  @CsvSource({
    "pass, block, 0", "warn, block, 0", "block, block, 1",
    "pass, warn, 0", "warn, warn, 1", "block, warn, 1",
    "pass, never, 0", "warn, never, 0", "block, never, 0",
    "broken, never, 2", "broken, warn, 2"
  })
  void theVerdictBecomesAnExitCode(String verdict, String failOn, int code) {
    assertThat(run(verdict, "audit", "model.yaml", "--fail-on", failOn)).isEqualTo(code);
  }

  @Test
  void withoutFailOnOnlyWhatBlocksFails() {
    assertThat(run("block", "audit", "model.yaml")).isEqualTo(1);
    assertThat(run("warn", "audit", "model.yaml")).isZero();
    assertThat(run("warn", "audit", "model.yaml", "--fail-on", "sometimes")).isEqualTo(2);
  }

  @Test
  void modelsAreListedAndAWrongOneFails() throws Exception {
    assertThat(run("pass", "models", "config/models")).isZero();
    assertThat(out.toString()).contains("german-credit").contains("high");

    Files.createDirectories(folder.resolve("bad"));
    Files.writeString(folder.resolve("bad/model.yaml"), "id: bad\nonwer: x\n");
    out.getBuffer().setLength(0);
    assertThat(run("pass", "models", folder.toString(), "--format", "json")).isEqualTo(2);
    JsonNode list = new ObjectMapper().readTree(out.toString());
    assertThat(list.get(0).path("id").asText()).isEqualTo("bad");
    assertThat(list.get(0).path("error").asText()).contains("line 2", "onwer");

    assertThat(run("pass", "models", folder.resolve("none").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("There is no folder");
  }

  /** The keys of the inventory in a declaration. */
  @Test
  void targetsAndTheRegisteredVersionAreRead() throws Exception {
    Path sample = Path.of("config/models/german-credit/model.yaml").toAbsolutePath();
    String text = Files.readString(sample);
    ModelSpec plain = ModelSpecReader.parse(text.getBytes("UTF-8"), sample);
    assertThat(plain.targets()).isEmpty();
    assertThat(plain.registered()).isEqualTo(ModelSpec.Registered.BY_CONVENTION);

    ModelSpec spec =
        ModelSpecReader.parse(
            (text
                    + "\ntargets:\n  performance: {score: 60, why: It decides alone.}\n"
                    + "  fairness: {applies: false, why: Machines.}\n"
                    + "mlflow: {model: credit-pd, version: 07}\n")
                .getBytes("UTF-8"),
            sample);
    assertThat(spec.targets())
        .containsEntry(
            "performance",
            new ModelSpec.QualityTarget(Optional.of(60.0), true, "It decides alone."))
        .containsEntry(
            "fairness", new ModelSpec.QualityTarget(Optional.empty(), false, "Machines."));
    assertThat(spec.registered().model()).contains("credit-pd");
    assertThat(spec.registered().version()).contains("07");

    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () ->
                    ModelSpecReader.parse(
                        (text + "\ntargets:\n  speed: {score: 60, why: x}\n").getBytes("UTF-8"),
                        sample)))
        .hasMessageContaining("speed");
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () ->
                    ModelSpecReader.parse(
                        (text + "\ntargets:\n  drift: {score: 600, why: x}\n").getBytes("UTF-8"),
                        sample)))
        .hasMessageContaining("600");
  }
}
