package io.attest.model.remote;

import static io.attest.model.remote.InferenceServer.reply;
import static io.attest.model.remote.InferenceServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import io.attest.model.Link;
import io.attest.model.Metered;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a real server, with the faults that real servers have. */
class RemoteModelTest {
  private static final List<Feature> TWO = List.of(Feature.numeric("a"), Feature.numeric("b"));

  private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
  private InferenceServer server;

  @BeforeEach
  void start() throws IOException {
    server = new InferenceServer(RemoteModelTest::logistic);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static double logistic(double a, double b) {
    return 1 / (1 + Math.exp(-a + 2 * b));
  }

  private static String logistic(JsonNode request) {
    JsonNode data = request.at("/inputs/0/data");
    int rows = request.at("/inputs/0/shape/0").asInt();
    double[] out = new double[rows];
    for (int i = 0; i < rows; i++) {
      out[i] = logistic(data.get(2 * i).asDouble(), data.get(2 * i + 1).asDouble());
    }
    return answer(rows, 1, "3", out);
  }

  private static String answer(int rows, int columns, String version, double... values) {
    List<String> texts = new ArrayList<>();
    for (double v : values) {
      texts.add(Double.toString(v));
    }
    return "{\"model_name\":\"credit\",\"model_version\":\"%s\",\"outputs\":[{\"name\":\"p\",\"datatype\":\"FP64\",\"shape\":[%d,%d],\"data\":[%s]}]}"
        .formatted(version, rows, columns, String.join(",", texts));
  }

  private Model open(String more) {
    return open(more, TWO, Task.BINARY, List.of("bad"));
  }

  private Model open(String more, List<Feature> features, Task task, List<String> outputs) {
    String yaml =
        "format: remote\nurl: "
            + server.url()
            + "\nmodel: credit\n"
            + (more.contains("version:") ? "" : "version: \"3\"\n")
            + more;
    return RemoteFile.open(
        "endpoint.yaml",
        yaml.getBytes(StandardCharsets.UTF_8),
        "ab".repeat(32),
        features,
        task,
        outputs,
        name -> name.equals("CREDIT_TOKEN") ? "s3cret" : null,
        pauses::add);
  }

  private static Batch rows(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new Batch(
        n, 2, IntStream.range(0, 2 * n).mapToDouble(i -> random.nextDouble(-3, 3)).toArray());
  }

  private static double[] predict(Model model, Batch rows) {
    return model.predict(rows, OutputSpace.RESPONSE);
  }

  @Test
  void predictionsAreTheServersInBatchesAndEachRowIsAskedOnce() {
    Model model = open("batch: 40\n");
    Batch rows = rows(100, 1);
    double[] out = predict(model, rows);
    for (int i = 0; i < 100; i++) {
      assertThat(out[i]).isEqualTo(logistic(rows.at(i, 0), rows.at(i, 1)));
    }
    assertThat(model.predict(rows, OutputSpace.RAW)).containsExactly(out);
    Metered metered = (Metered) model;
    // Three batches, and twice 32 rows to see that the answers are the same.
    assertThat(metered.calls()).isEqualTo(5);
    assertThat(metered.rows()).isEqualTo(164);
    assertThat(metered.cacheHits()).isEqualTo(100);
    assertThat(metered.retries()).isZero();
    assertThat(server.paths)
        .startsWith("GET /v2/models/credit/versions/3", "POST /v2/models/credit/versions/3/infer");
    assertThat(model.info().libraryVersion()).isEqualTo("onnxruntime_onnx, credit version 3");
    assertThat(model.info().link()).isEqualTo(Link.IDENTITY);
    assertThat(model.info().format()).isEqualTo("remote");
  }

  @Test
  void rowsThatAreAlikeInOneBatchAreAskedOnce() {
    Model model = open("cache: 0\n");
    double[] out = predict(model, new Batch(4, 2, new double[] {1, 2, 1, 2, 0, 1, 1, 2}));
    assertThat(out[0]).isEqualTo(out[1]).isEqualTo(out[3]).isEqualTo(logistic(1, 2));
    assertThat(((Metered) model).rows()).isEqualTo(3 * 2);
    assertThat(((Metered) model).cacheHits()).isEqualTo(2);
    predict(model, new Batch(1, 2, new double[] {1, 2}));
    assertThat(((Metered) model).rows()).isEqualTo(3 * 2 + 1);
  }

  @Test
  void theMemoryIsBoundedInBytesAndForgetsWhatWasNotAskedForLongest() {
    Memory memory = new Memory(3 * (160 + 24));
    for (int i = 0; i < 3; i++) {
      memory.put(new Memory.Row(new double[] {i, Double.NaN}), new double[] {i});
    }
    assertThat(memory.get(new Memory.Row(new double[] {0, Double.NaN}))).containsExactly(0);
    memory.put(new Memory.Row(new double[] {3, 0}), new double[] {3});
    assertThat(memory.get(new Memory.Row(new double[] {1, Double.NaN}))).isNull();
    assertThat(memory.get(new Memory.Row(new double[] {0, Double.NaN}))).containsExactly(0);
    assertThat(memory.bytes()).isEqualTo(3 * (160 + 24));
    memory.put(new Memory.Row(new double[1000]), new double[1]);
    assertThat(memory.bytes()).isEqualTo(3 * (160 + 24));
  }

  @Test
  void manyThreadsGetTheSameAnswers() {
    Model model = open("batch: 7\n");
    Batch rows = rows(200, 2);
    List<CompletableFuture<double[]>> running = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      running.add(CompletableFuture.supplyAsync(() -> predict(model, rows)));
    }
    for (CompletableFuture<double[]> one : running) {
      double[] out = one.join();
      for (int i = 0; i < 200; i++) {
        assertThat(out[i]).isEqualTo(logistic(rows.at(i, 0), rows.at(i, 1)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 502, 503, 504})
  void aFaultThatPassesIsWaitedFor(int status) {
    Model model = open("");
    server.next(status(status, "busy"), status(status, ""));
    assertThat(predict(model, rows(3, 3))).hasSize(3);
    assertThat(((Metered) model).retries()).isEqualTo(2);
    assertThat(((Metered) model).calls()).isEqualTo(5);
    assertThat(pauses).containsExactly(Duration.ofMillis(250), Duration.ofMillis(500));
  }

  @Test
  void theServerMaySayHowLongToWaitButNotForever() {
    Model model = open("");
    server.next(
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", "7");
          reply(exchange, 429, "");
        },
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", "99999");
          reply(exchange, 503, "");
        });
    predict(model, rows(3, 3));
    assertThat(pauses).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(30));
  }

  @Test
  void triesEnd() {
    Model model = open("retries: 2\n");
    server.next(status(503, "a"), status(503, "b"), status(503, "<b>still\nbusy</b>"));
    assertThatThrownBy(() -> predict(model, rows(3, 3)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("POST " + server.url())
        .hasMessageContaining("answered 503 '<b>still busy</b>', after 3 tries");
    assertThat(((Metered) model).retries()).isEqualTo(2);
  }

  @Test
  void anErrorOfOursIsNotRepeated() {
    Model model = open("");
    server.next(status(400, "{\"error\":\"unexpected shape for input 'x'\"}"));
    assertThatThrownBy(() -> predict(model, rows(3, 3)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("/v2/models/credit/versions/3/infer answered 400")
        .hasMessageContaining("unexpected shape for input 'x'");
    assertThat(server.asked).hasSize(1);
    server.next(status(500, "{\"error\":\"model crashed\"}"));
    assertThatThrownBy(() -> predict(model, rows(3, 3)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("answered 500");
    assertThat(server.asked).hasSize(2);
  }

  @Test
  void aRedirectIsNotFollowed() {
    Model model = open("");
    server.next(
        exchange -> {
          exchange.getResponseHeaders().set("Location", "http://elsewhere.example/v2");
          reply(exchange, 307, "");
        });
    assertThatThrownBy(() -> predict(model, rows(3, 3)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("answered 307")
        .hasMessageContaining("http://elsewhere.example/v2, which is not followed");
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void aSlowAnswerIsAFaultThatPasses() {
    Model model = open("timeout: 2\nretries: 1\n");
    server.next(
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          for (int i = 0; i < 100; i++) {
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
            sleep(60);
          }
        });
    assertThat(predict(model, rows(3, 3))).hasSize(3);
    assertThat(((Metered) model).retries()).isEqualTo(1);
    CountDownLatch silent = new CountDownLatch(1);
    server.next(exchange -> await(silent), exchange -> await(silent));
    assertThatThrownBy(() -> predict(model, rows(3, 4)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("no whole answer in 2 s, after 2 tries");
    silent.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aConnectionThatBreaksIsAFaultThatPasses() {
    Model model = open("");
    server.next(
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write("{\"outputs\":[".getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
          // Closing before the promised length breaks the connection.
        });
    assertThat(predict(model, rows(3, 3))).hasSize(3);
    assertThat(((Metered) model).retries()).isEqualTo(1);
  }

  @Test
  void aServerThatIsNotThereIsSaid() {
    Model model = open("retries: 1\n");
    server.close();
    assertThatThrownBy(() -> predict(model, rows(3, 3)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot be reached")
        .hasMessageContaining("after 2 tries");
  }

  @Test
  void anAnswerThatIsTooLargeEndsTheLine() {
    Model model = open("max-answer: 1\n");
    server.next(status(200, " ".repeat(1_000_001)));
    assertThatThrownBy(() -> predict(model, rows(3, 3)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("more than 1 MB");
    assertThat(server.asked).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          <html><body>Sign in</body></html> | is not JSON
          [1, 2] | is not a JSON object
          {"outputs":[]} | has the outputs []
          {"outputs":[{"name":"p","datatype":"FP64","shape":[3,1],"data":[0.1,0.2]}]} | has 2 values of shape [3,1] in p for 3 rows
          {"outputs":[{"name":"p","datatype":"FP64","shape":[2,1],"data":[0.1,0.2]}]} | has 2 values of shape [2,1] in p for 3 rows
          {"outputs":[{"name":"p","datatype":"FP64","data":[0.1,0.2,0.3]}]} | has 3 values of shape  in p
          {"outputs":[{"name":"p","datatype":"FP64","shape":[3],"data":[0.1,NaN,0.3]}]} | has NaN in p for row 2
          {"outputs":[{"name":"p","datatype":"FP64","shape":[3],"data":[0.1,1e999,0.3]}]} | for row 2 of the request, which is no finite number
          {"outputs":[{"name":"p","datatype":"FP64","shape":[3],"data":[0.1,null,0.3]}]} | has null in p for row 2
          {"outputs":[{"name":"p","datatype":"FP64","shape":[3],"data":[0.1,1.5,0.3]}]} | has 1.5 in p for row 2 of the request, which is no probability
          {"outputs":[{"name":"p","datatype":"INT64","shape":[3],"data":[0,1,1]}]} | values of type INT64, which is no probability
          {"outputs":[{"name":"p","datatype":"FP64","shape":[3,3],"data":[0,1,0,0,0,1,1,0,0]}]} | has 3 columns in p
          {"outputs":[{"name":"p","datatype":"FP64","shape":[3],"data":[0,1,1]},{"name":"q"}]} | has the outputs [p, q]
          """)
  void anAnswerThatIsNotSoundIsRefused(String body, String message) {
    Model model = open("");
    server.next(status(200, body));
    assertThatThrownBy(() -> predict(model, rows(3, 3)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(server.url() + "/v2/models/credit")
        .hasMessageContaining(message)
        .hasMessageContaining("It begins with '" + body.substring(0, 6));
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void anotherVersionIsRefused() {
    Model model = open("");
    predict(model, rows(3, 3));
    server.next(status(200, answer(3, 1, "4", 0.1, 0.2, 0.3)));
    assertThatThrownBy(() -> predict(model, rows(3, 4)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("answers with version 4, but version 3 is audited");
  }

  @Test
  void aServerThatNamesNoVersionsIsHeldToItsFirstAnswer() {
    server.metadata = server.metadata.replace("[\"3\"]", "[]");
    String yaml = "format: remote\nurl: " + server.url() + "/\nmodel: credit\n";
    Model model =
        RemoteFile.open(
            "e.yaml",
            yaml.getBytes(StandardCharsets.UTF_8),
            "",
            TWO,
            Task.BINARY,
            List.of("bad"),
            name -> null,
            pauses::add);
    predict(model, rows(3, 3));
    server.next(status(200, answer(3, 1, "8", 0.1, 0.2, 0.3)));
    assertThatThrownBy(() -> predict(model, rows(3, 4)))
        .hasMessageContaining("answers with version 8, but version 3 is audited");
    assertThat(server.paths).startsWith("GET /v2/models/credit", "POST /v2/models/credit/infer");
  }

  @Test
  void oneOfSeveralVersionsMustBeNamed() {
    server.metadata = server.metadata.replace("[\"3\"]", "[\"3\",\"4\"]");
    assertThatThrownBy(() -> open("version: \"2\"\n"))
        .hasMessageContaining("[3, 4], but endpoint.yaml says 2")
        .hasMessageContaining("version: \"4\"");
  }

  @Test
  void aModelThatDrawsNumbersIsRefused() {
    SplittableRandom random = new SplittableRandom(1);
    server.model = request -> answer(3, 1, "3", random.doubles(3).toArray());
    Model model = open("");
    assertThatThrownBy(() -> predict(model, rows(3, 3)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("to one and the same row");
    assertThatThrownBy(() -> predict(model, rows(3, 3))).hasMessageContaining("one and the same");
  }

  @Test
  void aModelThatMixesUpItsRowsIsRefused() {
    server.model =
        request -> answer(3, 1, "3", 0.1, 0.2, 0.3); // the same list whatever the order of the rows
    assertThatThrownBy(() -> predict(open(""), rows(3, 3)))
        .hasMessageContaining("one and the same");
  }

  @Test
  void ofTwoColumnsTheSecondIsThePositiveClass() {
    server.model = twoColumns();
    assertThat(predict(open(""), new Batch(1, 2, new double[] {1, 2})))
        .containsExactly(logistic(1, 2));
    assertThat(predict(open("column: 0\n"), new Batch(1, 2, new double[] {1, 2})))
        .containsExactly(1 - logistic(1, 2));
  }

  private static Function<JsonNode, String> twoColumns() {
    return request -> {
      int n = request.at("/inputs/0/shape/0").asInt();
      double[] out = new double[2 * n];
      for (int i = 0; i < n; i++) {
        JsonNode data = request.at("/inputs/0/data");
        out[2 * i + 1] = logistic(data.get(2 * i).asDouble(), data.get(2 * i + 1).asDouble());
        out[2 * i] = 1 - out[2 * i + 1];
      }
      return answer(n, 2, "3", out);
    };
  }

  @Test
  void classesAndNumbersAndScoresAreRead() {
    Batch one = new Batch(1, 2, new double[] {1, 2});
    server.model = request -> answer(1, 3, "3", 0.2, 0.3, 0.5);
    Model classes = open("", TWO, Task.MULTICLASS, List.of("x", "y", "z"));
    assertThat(predict(classes, one)).containsExactly(0.2, 0.3, 0.5);
    server.model = request -> answer(1, 3, "3", 0.2, 0.3, 0.6);
    assertThatThrownBy(() -> predict(open("", TWO, Task.MULTICLASS, List.of("x", "y", "z")), one))
        .hasMessageContaining("whose sum is 1.1");
    Model scores = open("link: softmax\n", TWO, Task.MULTICLASS, List.of("x", "y", "z"));
    assertThat(scores.predict(one, OutputSpace.RAW)).containsExactly(0.2, 0.3, 0.6);
    assertThat(predict(scores, one)[2])
        .isCloseTo(Math.exp(0.6) / (Math.exp(0.2) + Math.exp(0.3) + Math.exp(0.6)), within(1e-15));
    server.model = request -> answer(1, 1, "3", -1234.5);
    assertThat(predict(open("", TWO, Task.REGRESSION, List.of("price")), one))
        .containsExactly(-1234.5);
    Model odds = open("link: logit\n");
    assertThat(odds.predict(one, OutputSpace.RAW)).containsExactly(-1234.5);
    assertThat(predict(odds, one)[0]).isBetween(0.0, 1e-300);
    assertThatThrownBy(() -> open("link: softmax\n")).hasMessageContaining("does not go with");
  }

  @Test
  void aTensorAFeatureWithNamesOfLevels() {
    List<Feature> features =
        List.of(
            Feature.numeric("age"),
            new Feature("housing", List.of("own", "rent \"free\"")),
            new Feature("job", List.of("none", "some")));
    server.metadata =
        "{\"name\":\"credit\",\"inputs\":["
            + "{\"name\":\"job\",\"datatype\":\"INT64\",\"shape\":[-1]},"
            + "{\"name\":\"housing\",\"datatype\":\"BYTES\",\"shape\":[-1,1]},"
            + "{\"name\":\"age\",\"datatype\":\"FP32\",\"shape\":[-1,1]}]}";
    server.model =
        request ->
            answer(2, 1, "3", request.at("/inputs/0/data/0").asDouble() == 30.1f ? 0.1 : 0.2, 0.3);
    Model model =
        open("missing-level: nobody\nmissing: NaN\n", features, Task.REGRESSION, List.of("y"));
    assertThatThrownBy(
            () ->
                predict(
                    model, new Batch(2, 3, new double[] {30.1, 1, 1, Double.NaN, Double.NaN, 0.5})))
        .hasMessageContaining("job has the value 0.5")
        .hasMessageContaining("takes INT64");
    server.next(
        exchange -> reply(exchange, 200, answer(2, 1, "3", 0.1, 0.3)),
        exchange -> reply(exchange, 200, answer(2, 1, "3", 0.3, 0.1)));
    server.model = request -> answer(2, 1, "3", 0.1, 0.3);
    predict(model, new Batch(2, 3, new double[] {30.1, 1, 1, -0.5, Double.NaN, 0}));
    JsonNode asked = server.asked.get(0);
    assertThat(asked.toString())
        .isEqualTo(
            "{\"inputs\":[{\"name\":\"age\",\"shape\":[2,1],\"datatype\":\"FP32\",\"data\":[30.1,-0.5]},"
                + "{\"name\":\"housing\",\"shape\":[2,1],\"datatype\":\"BYTES\",\"data\":[\"rent \\\"free\\\"\",\"nobody\"]},"
                + "{\"name\":\"job\",\"shape\":[2],\"datatype\":\"INT64\",\"data\":[1,0]}]}");
  }

  @Test
  void aMissingValueIsSentAsTheFileSaysOrRefused() {
    Batch hole = new Batch(1, 2, new double[] {1, Double.NaN});
    assertThatThrownBy(() -> predict(open(""), hole))
        .hasMessageContaining("b is missing in a row")
        .hasMessageContaining("Maybe set missing");
    server.model = request -> answer(1, 1, "3", 0.5);
    for (String missing : List.of("null", "-999", "-999.5")) {
      predict(open("missing: " + missing + "\n"), hole);
      assertThat(server.asked.get(server.asked.size() - 1).at("/inputs/0/data/1").asText())
          .startsWith(missing);
    }
    // NaN is no JSON: what is sent is looked at as it is.
    Endpoint endpoint =
        Endpoint.read(
            "e",
            ("{format: remote, url: 'http://h', model: m, input: x, missing: NaN}")
                .getBytes(StandardCharsets.UTF_8));
    assertThat(
            new String(
                Tensors.of(endpoint, TWO, InferenceServer.JSON.createObjectNode())
                    .request(List.of(hole.values())),
                StandardCharsets.UTF_8))
        .contains("\"data\":[1.0,NaN]");
  }

  @Test
  void theTokenIsSentAndNeverShown() {
    Model model = open("token: CREDIT_TOKEN\n");
    server.next(
        exchange ->
            reply(exchange, 403, "no: " + exchange.getRequestHeaders().getFirst("Authorization")));
    assertThatThrownBy(() -> predict(model, rows(3, 3)))
        .hasMessageContaining("answered 403 'no: Bearer ***'")
        .hasMessageContaining("Maybe the token in CREDIT_TOKEN")
        .hasMessageNotContaining("s3cret");
    assertThat(server.tokens).containsOnly("Bearer s3cret");
    assertThatThrownBy(() -> open("token: OTHER\n"))
        .hasMessageContaining("environment variable OTHER, which is not set");
  }

  @Test
  void whatTheServerSaysOfTheModelMustFit() {
    String first = server.metadata;
    server.metadata = first.replace("[-1,2]", "[-1,5]");
    assertThatThrownBy(() -> open("")).hasMessageContaining("[-1,5], but 2 features are declared");
    server.metadata = first.replace("\"FP64\",\"shape\":[-1,2]", "\"BYTES\",\"shape\":[-1,2]");
    assertThatThrownBy(() -> open("")).hasMessageContaining("is of texts");
    server.metadata =
        first.replace("\"x\"", "\"x\",\"datatype\":\"FP64\",\"shape\":[-1,1]},{\"name\":\"y\"");
    assertThatThrownBy(() -> open("")).hasMessageContaining("takes the inputs [x, y]");
    server.metadata = "{\"name\":\"credit\"}";
    assertThatThrownBy(() -> open("")).hasMessageContaining("does not describe its inputs");
    assertThat(predict(open("input: x\n"), rows(2, 1))).hasSize(2);
    server.metadata = "<html>";
    assertThatThrownBy(() -> open("")).hasMessageContaining("is not JSON");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          url: ftp://h | url must begin with http
          url: http://me:pw@h | belong in a file
          url: http://h/?q=1 | has a ? or #
          url: http://h/v2/models | has /v2 in it
          url: http:// | url is no address
          {url: http://h, token: T} | would travel unencrypted
          {url: http://h, tokn: T} | tokn is not a key
          {url: http://h, retries: -1} | retries must be a whole number from 0 to 20
          {url: http://h, link: probit} | link must be
          {url: http://h, version: 1.10} | write it in quotes
          {url: http://h, missing: never} | missing must be
          {url: http://h, datatype: BYTES} | must be a type of numbers
          """)
  void anEndpointFileThatIsNotSoundIsRefused(String keys, String message) {
    String yaml =
        keys.startsWith("{")
            ? "{format: remote, model: m, " + keys.substring(1)
            : "format: remote\nmodel: m\n" + keys;
    assertThatThrownBy(() -> Endpoint.read("e.yaml", yaml.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageStartingWith("e.yaml is not a sound endpoint: ")
        .hasMessageContaining(message);
  }

  @Test
  void theAddressIsWrittenAsAnAddress() {
    Endpoint endpoint =
        Endpoint.read(
            "e",
            "{format: remote, url: 'https://h/pre/', model: a b/c, version: 3}"
                .getBytes(StandardCharsets.UTF_8));
    assertThat(endpoint.address().toString())
        .isEqualTo("https://h/pre/v2/models/a%20b%2Fc/versions/3");
  }

  @Test
  void figuresDoNotDependOnTheLanguageOfTheMachine() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(predict(open(""), new Batch(1, 2, new double[] {1.5, 2.25})))
          .containsExactly(logistic(1.5, 2.25));
    } finally {
      Locale.setDefault(before);
    }
  }
}
