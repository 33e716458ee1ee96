package io.attest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands in the packaged jar, as people run them. */
class CommandLineIT {
  private static final Path CREDIT = Path.of("config/models/german-credit");

  @TempDir Path folder;

  private static Path jar() {
    Path jar = Path.of(System.getProperty("attest.jar", "target/attest.jar"));
    Assumptions.assumeTrue(
        Files.isRegularFile(jar), jar + " is not built; this test runs in verify.");
    return jar;
  }

  private int run(List<String> options, String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-jar", jar().toString()));
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  /**
   * What makes a start slow is what is loaded, and unlike a clock that is the same on a busy
   * machine: a command takes well under a second as long as this holds.
   */
  @Test
  void loadsNothingOfTheServer() throws IOException, InterruptedException {
    Path classes = folder.resolve("classes.txt");
    int code =
        run(
            List.of("-Xlog:class+load:file=" + classes),
            "predict",
            "--model",
            CREDIT.resolve("model.yaml").toString(),
            "--data",
            CREDIT.resolve("audit.csv").toString());
    assertThat(code).as(Files.readString(folder.resolve("err"))).isZero();
    assertThat(Files.readString(folder.resolve("out"))).startsWith("row,raw_0,out_0\n0,");
    String loaded = Files.readString(classes);
    assertThat(loaded)
        .doesNotContain(" org.springframework.boot.SpringApplication ")
        .doesNotContain(" org.springframework.context")
        .doesNotContain(" org.duckdb")
        .doesNotContain(" org.apache")
        .doesNotContain(" org.slf4j")
        .doesNotContain(" ch.qos.logback");
    assertThat(loaded.lines().count()).isLessThan(3500);
  }

  /** The rows as numbers alone need 26 MB, what is said of them 42 MB. */
  @Test
  void rowsThatDoNotFitInMemoryAreExplained() throws IOException, InterruptedException {
    Path model = folder.resolve("card.yaml");
    StringBuilder card = new StringBuilder("format: scorecard\nlink: logit\nintercept: 0\n");
    card.append("coefficients:\n");
    StringBuilder header = new StringBuilder();
    for (int j = 0; j < 8; j++) {
      card.append("  f").append(j).append(": 0.").append(j + 1).append('\n');
      header.append(j == 0 ? "" : ",").append('f').append(j);
    }
    Files.writeString(model, card);
    Path data = folder.resolve("data.csv");
    try (var out = Files.newBufferedWriter(data)) {
      out.append(header).append('\n');
      for (int i = 0; i < 400_000; i++) {
        for (int j = 0; j < 8; j++) {
          out.append(j == 0 ? "" : ",").append(Integer.toString((i * 31 + j * 17) % 1000));
        }
        out.append('\n');
      }
    }
    Path background = folder.resolve("background.csv");
    Files.writeString(background, header + "\n1,2,3,4,5,6,7,8\n");
    for (String name : new String[] {"out.csv", "out.parquet"}) {
      int code =
          run(
              List.of("-Xmx48m"),
              "explain",
              "--method",
              "linear-shap",
              "--model",
              model.toString(),
              "--data",
              data.toString(),
              "--background",
              background.toString(),
              "--out",
              folder.resolve(name).toString());
      String err = Files.readString(folder.resolve("err"));
      assertThat(code).as(err).isZero();
      assertThat(err).contains("400000 rows, linear-shap (interventional, exact): loading ");
    }
    try (var lines = Files.lines(folder.resolve("out.csv"))) {
      assertThat(lines.skip(400_000).toList())
          .hasSize(1)
          .first()
          .asString()
          .startsWith("399999,0,");
    }
  }

  @Test
  void answersMistakesWithTwo() throws IOException, InterruptedException {
    assertThat(run(List.of(), "predict", "--model", "nowhere.yaml", "--data", "x.csv"))
        .isEqualTo(2);
    assertThat(Files.readString(folder.resolve("err")))
        .contains("nowhere.yaml")
        .doesNotContain("\tat ");
  }
}
