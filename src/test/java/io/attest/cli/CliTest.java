package io.attest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.attest.CaseTable;
import io.attest.Cases;
import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.Parquet;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {
  private static final Path CREDIT = Path.of("config/models/german-credit");
  private static final Path SCORECARD = Path.of("config/models/german-scorecard");

  @TempDir Path folder;

  private record Result(int code, String out, String err) {}

  private static Result run(Auditor auditor, Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = List.of(args).stream().map(Object::toString).toArray(String[]::new);
    int code = Cli.run(words, auditor, new PrintWriter(out), new PrintWriter(err));
    return new Result(code, out.toString(), err.toString());
  }

  private static Result run(Object... args) {
    return run(order -> "pass", args);
  }

  private CaseTable table(Object... args) {
    Path out = folder.resolve("out.csv");
    List<Object> all = new ArrayList<>(List.of(args));
    all.add("--out");
    all.add(out);
    Result result = run(all.toArray());
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).isEmpty();
    return CaseTable.read(out);
  }

  /** The columns found must be among those expected: a case may tell more than we do. */
  private static void assertClose(CaseTable found, CaseTable expected, double tolerance) {
    assertThat(expected.names()).containsAll(found.names());
    assertThat(found.rows()).hasNumberOfRows(expected.rows().length);
    for (int i = 0; i < expected.rows().length; i++) {
      for (String name : found.names()) {
        assertThat(found.rows()[i][found.column(name)])
            .as("row %s, column %s", i, name)
            .isCloseTo(expected.rows()[i][expected.column(name)], within(tolerance));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t01_xgb174_binary_german_d4",
        "t03_xgb174_missing_creditdata_d6",
        "t04_xgb174_multiclass_wine",
        "t12_xgb340_regression_concrete_d6",
        "t15_xgb340_categorical_adult_d6"
      })
  void predictsWithABareModelFileAsItsLibraryDoes(String id) {
    Path of = Cases.folder(id);
    CaseTable found =
        table("predict", "--model", of.resolve("model.json"), "--data", of.resolve("data.csv"));
    CaseTable expected = CaseTable.read(of.resolve("predictions.csv"));
    List<String> shared = new ArrayList<>(expected.names());
    assertThat(found.names()).containsAll(shared);
    for (int i = 0; i < expected.rows().length; i++) {
      for (String name : shared) {
        double value = expected.rows()[i][expected.column(name)];
        assertThat(found.rows()[i][found.column(name)])
            .as("row %s, column %s", i, name)
            .isCloseTo(value, within(1e-4 * Math.max(1, Math.abs(value))));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "t01_xgb174_binary_german_d4, model.json",
    "t03_xgb174_missing_creditdata_d6, model.ubj",
    "t04_xgb174_multiclass_wine, model.json",
  })
  void explainsWithABareModelFile(String id, String model) {
    Path of = Cases.folder(id);
    assertClose(
        table(
            "explain",
            "--method",
            "tree-shap",
            "--model",
            of.resolve(model),
            "--data",
            of.resolve("data.csv")),
        CaseTable.read(of.resolve("exact.csv")),
        1e-9);
  }

  @Test
  void explainsADeclaredModelByEveryMethodThatFits() {
    Object[] credit = {
      "--model", CREDIT.resolve("model.yaml"), "--data", CREDIT.resolve("audit.csv")
    };
    CaseTable shap = table(with(credit, "explain", "--method", "tree-shap"));
    CaseTable prediction = table(with(credit, "predict"));
    assertThat(shap.rows()).hasNumberOfRows(prediction.rows().length);
    for (int i = 0; i < shap.rows().length; i++) {
      double sum = 0;
      for (int j = 2; j < shap.names().size(); j++) {
        sum += shap.rows()[i][j];
      }
      assertThat(sum).isCloseTo(prediction.rows()[i][prediction.column("raw_0")], within(1e-9));
    }

    Result pdp =
        run(
            with(
                credit,
                "explain",
                "--method",
                "pdp-ice",
                "--param",
                "features=duration,housing",
                "--param",
                "grid=3"));
    assertThat(pdp.code()).as(pdp.err()).isZero();
    assertThat(pdp.out().lines().map(l -> l.replaceAll(",[^,]*$", "")))
        .startsWith("feature,grid")
        .contains("housing,rent", "housing,own", "housing,for free");

    Result importance =
        run(with(credit, "explain", "--method", "permutation-importance", "--param", "repeats=2"));
    assertThat(importance.out()).startsWith("feature,value,low,high\nchecking_status,0.");

    Object[] card = {
      "--model", SCORECARD.resolve("model.yaml"), "--data", SCORECARD.resolve("audit.csv")
    };
    assertThat(run(with(card, "explain", "--method", "linear-shap")).out())
        .startsWith("row,output,base_value,phi_");
    Result influence =
        run(
            with(
                card,
                "explain",
                "--method",
                "influence",
                "--param",
                "refits=0",
                "--training",
                SCORECARD.resolve("training.csv")));
    assertThat(influence.code()).as(influence.err()).isZero();
    assertThat(influence.out())
        .startsWith("row,leverage,residual,studentized,cook,dffits,loo_loss,dfbeta_(intercept),");
  }

  @Test
  void takesLabelsFromAFileOfTheirOwn() throws IOException {
    List<String> lines = Files.readAllLines(CREDIT.resolve("audit.csv"));
    String header = lines.get(0);
    int at = List.of(header.split(",")).indexOf("class");
    assertThat(at).isEqualTo(21);
    // The last two columns are class and sex, and neither is ever quoted.
    Path rows = folder.resolve("rows.csv");
    Path labels = folder.resolve("labels.csv");
    Files.write(rows, lines.stream().map(l -> l.replaceAll(",[^,]*,[^,]*$", "")).toList());
    List<String> what =
        lines.stream()
            .map(l -> l.replaceAll("^.*,([^,]*),[^,]*$", "$1"))
            .collect(Collectors.toList());
    what.set(0, "y");
    Files.write(labels, what);
    Object[] importance = {
      "explain",
      "--method",
      "permutation-importance",
      "--param",
      "repeats=2",
      "--model",
      CREDIT.resolve("model.yaml"),
      "--data"
    };
    Result within = run(with(new Object[] {CREDIT.resolve("audit.csv")}, importance));
    Result apart = run(with(new Object[] {rows, "--labels", labels}, importance));
    assertThat(apart.out()).as(apart.err()).isEqualTo(within.out()).contains("duration,0.");

    what.remove(7);
    Files.write(labels, what);
    assertThat(run(with(new Object[] {rows, "--labels", labels}, importance)).err())
        .contains("labels.csv has 399 labels, but", "rows.csv has 400 rows.");
    assertThat(
            run(with(new Object[] {rows, "--labels", CREDIT.resolve("training.csv")}, importance))
                .err())
        .contains("training.csv has 600 labels");
    assertThat(run(with(new Object[] {rows, "--labels", rows}, importance)).err())
        .contains("rows.csv has the columns application, ", "and none is class");
  }

  @Test
  void writesTheTableThatIsAskedFor() {
    Object[] pdp = {
      "explain",
      "--method",
      "pdp-ice",
      "--model",
      CREDIT.resolve("model.yaml"),
      "--data",
      CREDIT.resolve("audit.csv"),
      "--param",
      "features=duration",
      "--grid",
      "4",
      "--table"
    };
    assertThat(run(with(new Object[] {"effects"}, pdp)).out()).hasLineCount(5);
    assertThat(run(with(new Object[] {"individual"}, pdp)).out())
        .startsWith("feature,row,grid,value");
    Object[] ale = {
      "explain",
      "--method",
      "ale",
      "--model",
      CREDIT.resolve("model.yaml"),
      "--data",
      CREDIT.resolve("audit.csv"),
      "--param",
      "features=duration",
      "--grid",
      "4",
      "--output",
      "raw"
    };
    assertThat(run(ale).out()).startsWith("feature,edge,value,count").hasLineCount(6);
    assertThat(run(with(new Object[] {"effect"}, pdp)).err())
        .contains("has no table effect. Maybe you meant effects. Its tables are effects, indiv");
  }

  private static Object[] with(Object[] last, Object... first) {
    List<Object> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(last));
    return all.toArray();
  }

  @Test
  void explainsInBlocksToParquetAsToCsv() throws IOException {
    Object[] card = {
      "--model", SCORECARD.resolve("model.yaml"), "--data", SCORECARD.resolve("audit.csv")
    };
    Path out = folder.resolve("out.parquet");
    Result result =
        run(with(card, "explain", "--method", "linear-shap", "--threads", 2, "--out", out));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .containsPattern(
            "400 rows, linear-shap \\(interventional, exact\\): loading \\d+\\.\\d\\d s, explaining"
                + " \\d+\\.\\d\\d s, writing \\d+\\.\\d\\d s");
    Frame parquet = Parquet.read(out);
    assertThat(parquet.columns().subList(0, 6).stream().map(Column::name))
        .containsExactly(
            "row", "output", "base_value", "prediction", "residual", "phi_checking_status");
    CaseTable csv = table(with(card, "explain", "--method", "linear-shap", "--output", "raw"));
    assertThat(parquet.rows()).isEqualTo(400);
    assertThat(csv.rows()).hasNumberOfRows(400);
    for (String name : csv.names()) {
      double[] values = ((NumericColumn) parquet.column(name)).values();
      for (int i = 0; i < 400; i++) {
        assertThat(values[i]).isEqualTo(csv.rows()[i][csv.column(name)] + 0.0);
      }
    }
  }

  @Test
  void manyBlocksAreNumberedAsTheFileIs() throws IOException {
    List<String> lines = Files.readAllLines(SCORECARD.resolve("audit.csv"));
    Path data = folder.resolve("long.csv");
    List<String> many = new ArrayList<>(lines.subList(0, 1));
    for (int i = 0; i < 50; i++) {
      many.addAll(lines.subList(1, lines.size()));
    }
    Files.write(data, many);
    Object[] of = {
      "--model",
      SCORECARD.resolve("model.yaml"),
      "--data",
      data,
      "--background",
      SCORECARD.resolve("audit.csv")
    };
    CaseTable found = table(with(of, "explain", "--method", "linear-shap"));
    CaseTable one =
        table(
            "explain",
            "--method",
            "linear-shap",
            "--model",
            SCORECARD.resolve("model.yaml"),
            "--data",
            SCORECARD.resolve("audit.csv"));
    CaseTable scores = table(with(java.util.Arrays.copyOf(of, 4), "predict", "--threads", 1));
    assertThat(found.rows()).hasNumberOfRows(20_000);
    assertThat(scores.rows()).hasNumberOfRows(20_000);
    for (int i = 0; i < 20_000; i++) {
      assertThat(found.rows()[i][0]).isEqualTo(i);
      assertThat(scores.rows()[i][0]).isEqualTo(i);
      assertThat(scores.rows()[i][1]).isEqualTo(scores.rows()[i % 400][1]);
      for (int j = 1; j < found.names().size(); j++) {
        assertThat(found.rows()[i][j]).isEqualTo(one.rows()[i % 400][j]);
      }
    }
    // A fault at the end, when most was explained already: there is nothing.
    many.add(lines.get(1).replaceAll("^[^,]*,[^,]*,", "x,nonsense,"));
    Files.write(data, many);
    for (String name : new String[] {"late.csv", "late.parquet"}) {
      Path out = folder.resolve(name);
      Result late = run(with(of, "explain", "--method", "linear-shap", "--out", out));
      assertThat(late.code()).isEqualTo(Cli.FAILED);
      assertThat(late.err()).contains("1 of 20001 rows cannot be read");
      assertThat(out).doesNotExist();
    }
    assertThat(run(with(of, "explain", "--method", "linear-shap")).out()).isEmpty();
    try (var left = Files.list(folder)) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("long.csv", "out.csv");
    }
  }

  @Test
  void aSecondTableGoesBesideTheFirst() throws IOException {
    Path out = folder.resolve("pdp.parquet");
    Result result =
        run(
            "explain",
            "--method",
            "pdp-ice",
            "--param",
            "features=duration",
            "--model",
            CREDIT.resolve("model.yaml"),
            "--data",
            CREDIT.resolve("audit.csv"),
            "--out",
            out);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(Parquet.read(out).columns().get(0).name()).isEqualTo("feature");
    assertThat(Parquet.read(folder.resolve("pdp-individual.parquet")).find("row")).isPresent();
  }

  @Test
  void theSameInputGivesTheSameBytes() {
    Object[] args = {
      "explain",
      "--method",
      "permutation-importance",
      "--param",
      "repeats=2",
      "--seed",
      "5",
      "--model",
      SCORECARD.resolve("model.yaml"),
      "--data",
      SCORECARD.resolve("audit.csv")
    };
    assertThat(run(args).out()).isEqualTo(run(args).out()).isNotEmpty();
  }

  @Test
  void tellsRowsThatItCannotReadAndWritesNothing() throws IOException {
    Path data = folder.resolve("data.csv");
    String text = Files.readString(CREDIT.resolve("audit.csv"));
    Files.writeString(data, text.replaceFirst("overdrawn", "over drawn"));
    Path out = folder.resolve("out.csv");
    Result result =
        run("predict", "--model", CREDIT.resolve("model.yaml"), "--data", data, "--out", out);
    assertThat(result.code()).isEqualTo(Cli.FAILED);
    assertThat(result.err())
        .contains("1 of 400 rows cannot be read", "checking_status", "over drawn")
        .doesNotContain("\tat ");
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "predikt ~ Did you mean: attest predict",
        "predict ~ Missing required options: '--model=<file>', '--data=<file>'",
        "predict --model CREDIT/model.yaml --data CREDIT/audit.cvs ~ does not tell the format",
        "predict --model CREDIT/model.yaml --data CREDIT/audits.csv ~ Maybe you meant audit.csv.",
        "predict --model CREDIT/modell.json --data CREDIT/audit.csv ~ modell.json",
        "predict --model CREDIT/model.yaml --data CREDIT/audit.csv --label y ~ belong to a bare model",
        "predict --model CREDIT/model.yaml --data CREDIT/audit.csv --out /nowhere/x.csv ~ Cannot write /nowhere/x.csv",
        "explain --method tree-shab --model x --data y ~ Maybe you meant tree-shap.",
        "explain --method linear-shap --model CREDIT/model.yaml --data CREDIT/audit.csv ~ linear",
        "explain --method linear-shap --output response --model SCORECARD/model.yaml --data SCORECARD/audit.csv ~ explains the raw output",
        "explain --method permutation-importance --output raw --model CREDIT/model.yaml --data CREDIT/audit.csv ~ There is no parameter output",
        "predict --threads 0 --model x --data y ~ must be at least 1",
        "explain --method tree-shap --model CREDIT/model.yaml --data CREDIT/audit.csv --out /nowhere/x.parquet ~ Cannot write /nowhere/x.parquet",
        "explain --method pdp-ice --param gird=3 --model CREDIT/model.yaml --data CREDIT/audit.csv ~ gird",
        "verify /nowhere/pack.zip ~ There is no file /nowhere/pack.zip. Maybe the path is wrong",
        "reproduce /nowhere/pack.zip ~ There is no file /nowhere/pack.zip. Maybe the path is wrong",
        "gate --server http://localhost:1 --model x ~ Nobody answers there. Maybe Attest does not run",
        "--outt ~ Unknown option",
        "'' ~ Unmatched argument",
      })
  void tellsWhatIsWrongWithoutAStackTrace(String line, String message) {
    Result result =
        run(
            (Object[])
                line.replace("CREDIT", CREDIT.toString())
                    .replace("SCORECARD", SCORECARD.toString())
                    .split(" "));
    assertThat(result.code()).isEqualTo(Cli.FAILED);
    assertThat(result.err()).contains(message).doesNotContain("\tat ");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void showsWhereAnErrorAroseIfAsked() {
    Auditor broken =
        order -> {
          throw new IllegalStateException("The engine did not start.");
        };
    Result brief = run(broken, "audit", "model.yaml");
    assertThat(brief.code()).isEqualTo(Cli.FAILED);
    assertThat(brief.err())
        .contains("attest: The engine did not start.", "--verbose")
        .doesNotContain("\tat ");
    Result full = run(broken, "audit", "model.yaml", "--verbose");
    assertThat(full.err()).contains("IllegalStateException", "\tat io.attest.cli");
  }

  @ParameterizedTest
  @CsvSource({"pass, 0", "warn, 0", "block, 1"})
  void anAuditEndsWithItsVerdict(String verdict, int code) {
    List<Auditor.Order> orders = new ArrayList<>();
    Result result =
        run(
            order -> {
              orders.add(order);
              return verdict;
            },
            "audit",
            "m/model.yaml",
            "--data",
            "http://example.org/rows.csv",
            "--param",
            "seed=7",
            "--out",
            "results");
    assertThat(result.code()).isEqualTo(code);
    assertThat(result.out().strip()).isEqualTo(verdict);
    Auditor.Order order = orders.get(0);
    assertThat(order.modelYaml()).isEqualTo(Path.of("m/model.yaml").toAbsolutePath());
    assertThat(order.data()).isEqualTo(Optional.of("http://example.org/rows.csv"));
    assertThat(order.out()).isEqualTo(Path.of("results").toAbsolutePath());
    assertThat(order.parameters()).isEqualTo(Map.of("seed", "7"));
  }

  @Test
  void verifiesAnEvidencePack() throws IOException {
    Path pack = folder.resolve("pack.zip");
    Files.writeString(pack, "");
    Result none = run("verify", pack);
    assertThat(none.code()).isEqualTo(Cli.FAILED);
    assertThat(none.err()).contains("pack.zip is no zip file");
    String manifest =
        "{\"format\":\"attest-evidence/1\",\"sha256\":{\"a.txt\":\"" + "0".repeat(64) + "\"}}";
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(pack))) {
      zip.putNextEntry(new ZipEntry("manifest.json"));
      zip.write(manifest.getBytes(StandardCharsets.UTF_8));
      zip.putNextEntry(new ZipEntry("a.txt"));
    }
    Result changed = run("verify", pack);
    assertThat(changed.code()).isEqualTo(Cli.BLOCKED);
    assertThat(changed.out()).contains("CHANGED: a.txt", "pack.zip: 0 of 1 files are intact.");
  }

  @Test
  void helpsAndSaysItsVersion() {
    assertThat(run("--help").out()).contains("predict", "explain", "audit");
    assertThat(run("explain", "--help").out()).contains("--method", "tree-shap");
    assertThat(run("--version").out()).startsWith("Attest ");
    assertThat(run("--help").code()).isZero();
  }
}
