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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every method for trees on the command line, on other people's files and on the sample model. */
class TreeMethodsTest {
  private static final Path CREDIT = Path.of("config/models/german-credit");

  @TempDir Path folder;

  private record Result(int code, String out, String err) {}

  private static Result run(List<?> args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = args.stream().map(Object::toString).toArray(String[]::new);
    int code = Cli.run(words, order -> "pass", new PrintWriter(out), new PrintWriter(err));
    return new Result(code, out.toString(), err.toString());
  }

  private CaseTable explain(Path model, Path data, String method, Object... more) {
    Path out = folder.resolve("out.csv");
    List<Object> args =
        new ArrayList<>(
            List.of("explain", "--method", method, "--model", model, "--data", data, "--out", out));
    args.addAll(List.of(more));
    Result result = run(args);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).containsPattern("\\d+ rows, " + method + " \\(.+\\): loading ");
    return CaseTable.read(out);
  }

  /** The data, as many rows as an expected table speaks of. */
  private Path head(Path data, CaseTable expected) {
    double last = 0;
    for (double[] row : expected.rows()) {
      last = Math.max(last, row[0]);
    }
    return write("head.csv", lines(data).subList(0, (int) last + 2));
  }

  /** ONNX files have no names of features. */
  private Path numbered(Path data) {
    List<String> rows = new ArrayList<>(lines(data));
    int p = rows.get(0).split(",").length;
    rows.set(0, IntStream.range(0, p).mapToObj(j -> "f" + j).collect(Collectors.joining(",")));
    return write("numbered-" + data.getFileName(), rows);
  }

  private Path write(String name, List<String> rows) {
    try {
      return Files.write(folder.resolve(name), rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertSame(CaseTable found, CaseTable expected, double tolerance) {
    // Some files end with the sum of a row.
    assertThat(expected.names().stream().filter(n -> !n.equals("sum")))
        .containsExactlyElementsOf(found.names());
    assertThat(found.rows()).hasNumberOfRows(expected.rows().length);
    double scale = 1;
    for (double[] row : expected.rows()) {
      for (int j = 2; j < row.length; j++) {
        scale = Math.max(scale, Math.abs(row[j]));
      }
    }
    for (int i = 0; i < expected.rows().length; i++) {
      for (int j = 0; j < found.names().size(); j++) {
        assertThat(found.rows()[i][j])
            .as("line %s, column %s", i, found.names().get(j))
            .isCloseTo(expected.rows()[i][j], within(tolerance * scale));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "t01_xgb174_binary_german_d4, model.json",
    "t04_xgb174_multiclass_wine, model.ubj",
    "t15_xgb340_categorical_adult_d6, model.json",
    "t32_lgb430_categorical_adult, model.txt",
  })
  void agreesWithTheIndependentComputation(String id, String file) throws IOException {
    Path of = Cases.folder(id);
    Path model = of.resolve(file);
    Path data = of.resolve("data.csv");
    assertSame(
        explain(model, data, "tree-shap", "--output", "raw"),
        CaseTable.read(of.resolve("exact.csv")),
        1e-10);
    CaseTable interventional = CaseTable.read(of.resolve("exact_interventional.csv"));
    assertSame(
        explain(
            model,
            head(data, interventional),
            "tree-shap-interventional",
            "--background",
            of.resolve("background.csv")),
        interventional,
        1e-10);
    CaseTable interactions = CaseTable.read(of.resolve("exact_interactions.csv"));
    assertSame(
        explain(model, head(data, interactions), "tree-shap-interactions"), interactions, 1e-10);
  }

  @Test
  void agreesWithAnotherLibraryOnResponsesAndAddsUpToLosses() throws IOException {
    Path of = Cases.folder("t43_sk_gbm_classifier_german");
    CaseTable probability = CaseTable.read(of.resolve("expected_interventional_probability.csv"));
    Path data = numbered(head(of.resolve("data.csv"), probability));
    Path general = numbered(of.resolve("background.csv"));
    CaseTable found =
        explain(
            of.resolve("model.onnx"),
            data,
            "tree-shap-interventional",
            "--output",
            "response",
            "--param",
            "response=rescaled",
            "--background",
            general);
    // The ONNX file holds its leaves in 32 bits.
    for (int i = 0; i < found.rows().length; i++) {
      for (int j = 2; j < found.names().size(); j++) {
        assertThat(found.rows()[i][j]).isCloseTo(probability.rows()[i][j], within(1e-5));
      }
    }

    CaseTable loss = CaseTable.read(of.resolve("expected_interventional_logloss.csv"));
    CaseTable labels = CaseTable.read(of.resolve("labels.csv"));
    List<String> rows = lines(numbered(head(of.resolve("data.csv"), loss)));
    List<String> labelled = new ArrayList<>(List.of(rows.get(0) + ",bad"));
    for (int i = 1; i < rows.size(); i++) {
      labelled.add(rows.get(i) + "," + labels.rows()[i - 1][1]);
    }
    Path known = write("known.csv", labelled);
    CaseTable losses =
        explain(
            of.resolve("model.onnx"),
            known,
            "tree-shap-loss",
            "--label",
            "bad",
            "--param",
            "response=rescaled",
            "--background",
            general);
    // What the peer calls log loss adds up to the squared error of the log-odds; ours to log loss.
    CaseTable predictions = CaseTable.read(of.resolve("predictions.csv"));
    for (int i = 0; i < losses.rows().length; i++) {
      double raw = predictions.rows()[i][1];
      double label = labels.rows()[i][1];
      double theirs = 0;
      double ours = 0;
      for (int j = 2; j < losses.names().size(); j++) {
        theirs += loss.rows()[i][j];
        ours += losses.rows()[i][j];
      }
      assertThat(theirs).isCloseTo((raw - label) * (raw - label), within(1e-4));
      assertThat(ours).isCloseTo(Math.log1p(Math.exp(raw)) - label * raw, within(1e-5));
    }
  }

  @Test
  void effectsAgreeWhereTheGridsMeet() {
    Path of = Cases.folder("p01_pdp_ice_ale_german_gbm");
    Map<String, Double> expected = new HashMap<>();
    List<String> lines = lines(of.resolve("expected_pdp.csv"));
    for (String line : lines.subList(1, lines.size())) {
      String[] parts = line.split(",");
      expected.put(
          "f" + parts[0] + " " + Double.parseDouble(parts[2]), Double.parseDouble(parts[4]));
    }
    Path out = folder.resolve("pdp.csv");
    Result result =
        run(
            List.of(
                "explain",
                "--method",
                "pdp",
                "--model",
                of.resolve("model.onnx"),
                "--data",
                numbered(of.resolve("data.csv")),
                "--param",
                "grid=1000",
                "--out",
                out));
    assertThat(result.code()).as(result.err()).isZero();
    List<String> found = lines(out);
    assertThat(found.get(0)).isEqualTo("feature,grid,value");
    int met = 0;
    for (String line : found.subList(1, found.size())) {
      String[] parts = line.split(",");
      Double value = expected.get(parts[0] + " " + Double.parseDouble(parts[1]));
      if (value != null) {
        met++;
        assertThat(Double.parseDouble(parts[2])).as(line).isCloseTo(value, within(1e-5));
      }
    }
    assertThat(met).isPositive();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- the sample model: always here

  private Path few(String name, int from, int to) {
    List<String> lines = lines(CREDIT.resolve("audit.csv"));
    List<String> some = new ArrayList<>(lines.subList(0, 1));
    some.addAll(lines.subList(from + 1, to + 1));
    return write(name, some);
  }

  private CaseTable credit(Path data, String method, Object... more) {
    return explain(CREDIT.resolve("model.yaml"), data, method, more);
  }

  private CaseTable predictions(Path data) {
    Path out = folder.resolve("scores.csv");
    Result result =
        run(
            List.of(
                "predict", "--model", CREDIT.resolve("model.yaml"), "--data", data, "--out", out));
    assertThat(result.code()).as(result.err()).isZero();
    return CaseTable.read(out);
  }

  private static double sum(double[] row, int from) {
    double sum = 0;
    for (int j = from; j < row.length; j++) {
      sum += row[j];
    }
    return sum;
  }

  @Test
  void everyMethodOnTheSample() throws IOException {
    Path data = few("few.csv", 0, 12);
    Path general = few("general.csv", 12, 40);
    CaseTable scores = predictions(data);
    CaseTable shap = credit(data, "tree-shap");
    CaseTable raw = credit(data, "tree-shap-interventional", "--background", general);
    CaseTable response =
        credit(data, "tree-shap-interventional", "--background", general, "--output", "response");
    CaseTable loss = credit(data, "tree-shap-loss", "--background", general);
    CaseTable banzhaf = credit(data, "tree-banzhaf");
    CaseTable interactions = credit(data, "tree-shap-interactions");
    int p = shap.names().size() - 3;
    assertThat(interactions.names().subList(0, 3)).containsExactly("row", "output", "i");
    assertThat(interactions.names()).hasSize(3 + p);
    assertThat(interactions.rows()).hasNumberOfRows(12 * p);
    assertThat(banzhaf.names()).isEqualTo(shap.names());
    List<String> lines = lines(data);
    for (int i = 0; i < 12; i++) {
      double score = scores.rows()[i][scores.column("raw_0")];
      double probability = scores.rows()[i][scores.column("out_0")];
      assertThat(sum(shap.rows()[i], 2)).isCloseTo(score, within(1e-9));
      assertThat(sum(raw.rows()[i], 2)).isCloseTo(score, within(1e-9));
      assertThat(sum(response.rows()[i], 2)).isCloseTo(probability, within(1e-9));
      assertThat(sum(loss.rows()[i], 2))
          .isCloseTo(
              -Math.log(lines.get(i + 1).contains(",bad,") ? probability : 1 - probability),
              within(1e-9));
      for (int j = 0; j < p; j++) {
        double[] line = interactions.rows()[i * p + j];
        assertThat(line[0]).isEqualTo(i);
        assertThat(line[2]).isEqualTo(j);
        assertThat(sum(line, 3)).isCloseTo(shap.rows()[i][3 + j], within(1e-9));
      }
    }
    assertThat(loss.rows()[0][2]).isNotEqualTo(loss.rows()[1][2]);
    assertThat(response.rows()[0]).isNotEqualTo(raw.rows()[0]);
  }

  @Test
  void interactionsGoToParquetAsToCsv() throws IOException {
    Path data = few("few.csv", 0, 9);
    CaseTable csv = credit(data, "tree-shap-interactions");
    Path out = folder.resolve("out.parquet");
    Result result =
        run(
            List.of(
                "explain",
                "--method",
                "tree-shap-interactions",
                "--model",
                CREDIT.resolve("model.yaml"),
                "--data",
                data,
                "--threads",
                1,
                "--out",
                out));
    assertThat(result.code()).as(result.err()).isZero();
    Frame parquet = Parquet.read(out);
    assertThat(parquet.columns().stream().map(Column::name)).isEqualTo(csv.names());
    assertThat(parquet.rows()).isEqualTo(csv.rows().length);
    for (int j = 0; j < csv.names().size(); j++) {
      double[] column = ((NumericColumn) parquet.columns().get(j)).values();
      for (int i = 0; i < column.length; i++) {
        assertThat(column[i]).isEqualTo(csv.rows()[i][j] + 0.0);
      }
    }
  }

  @Test
  void individualCurvesAverageToTheMean() throws IOException {
    Path data = few("few.csv", 0, 9);
    List<Object> args =
        List.of(
            "explain",
            "--model",
            CREDIT.resolve("model.yaml"),
            "--data",
            data,
            "--output",
            "raw",
            "--param",
            "features=duration,housing");
    Map<String, List<Double>> curves = new HashMap<>();
    List<Object> one = new ArrayList<>(args);
    one.addAll(List.of("--method", "ice"));
    List<String> ice = run(one).out().lines().toList();
    assertThat(ice.get(0)).isEqualTo("feature,row,grid,value");
    for (String line : ice.subList(1, ice.size())) {
      String[] parts = line.split(",");
      curves
          .computeIfAbsent(parts[0] + "," + parts[2], k -> new ArrayList<>())
          .add(Double.parseDouble(parts[3]));
    }
    List<Object> other = new ArrayList<>(args);
    other.addAll(List.of("--method", "pdp"));
    List<String> pdp = run(other).out().lines().toList();
    assertThat(pdp.get(0)).isEqualTo("feature,grid,value");
    assertThat(pdp.size() - 1).isEqualTo(curves.size()).isGreaterThan(3);
    for (String line : pdp.subList(1, pdp.size())) {
      int at = line.lastIndexOf(',');
      List<Double> values = curves.get(line.substring(0, at));
      assertThat(values).hasSize(9);
      assertThat(values.stream().mapToDouble(v -> v).average().orElseThrow())
          .isCloseTo(Double.parseDouble(line.substring(at + 1)), within(1e-12));
    }
    // One table, so one file.
    for (String method : List.of("pdp", "ice")) {
      Path out = folder.resolve(method + ".parquet");
      List<Object> parquet = new ArrayList<>(args);
      parquet.addAll(List.of("--method", method, "--out", out));
      assertThat(run(parquet).code()).isZero();
      assertThat(Parquet.read(out).find("row").isPresent()).isEqualTo(method.equals("ice"));
    }
    try (var files = Files.list(folder)) {
      assertThat(files.filter(f -> f.toString().endsWith(".parquet"))).hasSize(2);
    }
  }

  @Test
  void weightsAreRepeatedRows() throws IOException {
    Path data = few("few.csv", 0, 6);
    List<String> general = lines(few("general.csv", 6, 16));
    List<String> weighted = new ArrayList<>(List.of(general.get(0) + ",times"));
    List<String> repeated = new ArrayList<>(general.subList(0, 1));
    for (int i = 1; i < general.size(); i++) {
      weighted.add(general.get(i) + "," + (i % 3));
      for (int t = 0; t < i % 3; t++) {
        repeated.add(general.get(i));
      }
    }
    Path one = Files.write(folder.resolve("weighted.csv"), weighted);
    Path other = Files.write(folder.resolve("repeated.csv"), repeated);
    for (List<String> method :
        List.of(
            List.of("tree-shap-interventional"),
            List.of("tree-shap-interventional", "output=response"),
            List.of("tree-banzhaf", "perturbation=interventional"),
            List.of("tree-shap-interactions", "perturbation=interventional"),
            List.of("tree-shap-loss"))) {
      List<Object> more = new ArrayList<>();
      method.stream().skip(1).forEach(p -> more.addAll(List.of("--param", p)));
      more.addAll(List.of("--background", other));
      CaseTable expected = credit(data, method.get(0), more.toArray());
      more.set(more.size() - 1, one);
      more.addAll(List.of("--background-weight", "times"));
      assertSame(credit(data, method.get(0), more.toArray()), expected, 1e-12);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "tree-shap --background-weight w ~ tree-shap knows no weights of background rows",
        "pdp --background-weight w ~ pdp knows no weights",
        "tree-banzhaf --background-weight w ~ knows no weights",
        "tree-shap-interventional --background-weight nowhere ~ nowhere",
        "tree-shap-interventional --background-weight housing ~ which is a category",
        "tree-shap-interventional --background-weight w ~ column w: Row 2 has the weight -1.0",
        "tree-shap-interventional --background-weight gap ~ column gap: Row 1 has the weight NaN",
        "tree-shap-interventional --background-weight zero ~ column zero: All rows have the weight 0",
        "tree-shap-interventional --background-weight text ~ text",
        "tree-shap --output response ~ Maybe use tree-shap-interventional",
        "tree-shap --param memory=1 ~ must be at least 16",
        "tree-shap-interactions --output response ~ explains the raw output",
        "tree-shap-loss --output raw ~ There is no parameter output",
        "tree-banzhaf --param perturbation=both ~ must be path-dependent or interventional",
        "tree-shap --param groups=a=zip ~ which the model does not have",
        "icy ~ Maybe you meant ice.",
      })
  void tellsWhatIsWrong(String line, String message) throws IOException {
    List<String> rows = lines(few("few.csv", 0, 3));
    Path data =
        Files.write(
            folder.resolve("odd.csv"),
            List.of(
                rows.get(0) + ",w,gap,zero,text",
                rows.get(1) + ",1,,0,one",
                rows.get(2) + ",-1,1,0,two",
                rows.get(3) + ",1,1,0,three"));
    List<Object> args =
        new ArrayList<>(
            List.of("explain", "--model", CREDIT.resolve("model.yaml"), "--data", data));
    args.add("--method");
    args.addAll(List.of((Object[]) line.split(" ")));
    Result result = run(args);
    assertThat(result.code()).isEqualTo(Cli.FAILED);
    assertThat(result.err()).contains(message).doesNotContain("\tat ");
    assertThat(result.out()).isEmpty();
  }
}
