package io.attest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RetentionCommandTest {
  private static final String PLAN =
      """
      {"enabled": false, "notYet": 2, "forEver": 1,
       "audits": [
         {"audit": "ATT-1", "due": "2025-06-01T00:00:00Z", "rule": "P10Y after the end", "kept": "",
          "files": 2},
         {"audit": "ATT-2", "due": "2025-06-02T00:00:00Z", "rule": "P10Y after the end",
          "kept": "legal hold on the audit by olga: a \\u001b[31mclaim", "files": 0}],
       "coming": [
         {"audit": "ATT-3", "due": "2040-06-01T00:00:00Z", "rule": "P10Y after the end", "kept": "",
          "files": 0}],
       "uploads": [
         {"upload": "upload:old.csv", "since": "2025-01-01T00:00:00Z", "bytes": 5, "rule": "P90D"}]}
      """;
  private static final String HOLDS =
      """
      [{"kind": "audit", "subject": "ATT-2", "reason": "a claim", "by": "olga",
        "at": "2026-11-22T10:00:00Z"}]
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> asked = new ArrayList<>();
  private final Map<String, String> environment =
      new HashMap<>(Map.of("ATTEST_USER", "olga", "ATTEST_PASSWORD", "secret"));
  private final Map<String, String> answers =
      new HashMap<>(Map.of("/api/evidence/retention", PLAN, "/api/evidence/holds", HOLDS));
  private int status = 200;
  private HttpServer server;

  @BeforeEach
  void serve() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String login = exchange.getRequestHeaders().getFirst("Authorization");
          String sent =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          asked.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + new String(
                      Base64.getDecoder().decode(login.substring("Basic ".length())),
                      StandardCharsets.UTF_8)
                  + (sent.isEmpty() ? "" : " " + sent));
          boolean change = exchange.getRequestMethod().equals("POST");
          if (change && status == 200) {
            exchange.sendResponseHeaders(204, -1);
          } else {
            String text = answers.getOrDefault(exchange.getRequestURI().getPath(), "");
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private int retention(String... args) {
    CommandLine line = new CommandLine(new RetentionCommand(environment::get));
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (e, at, parsed) -> {
          err.append(e.getMessage());
          return Cli.FAILED;
        });
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--server");
    all.add("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    return line.execute(all.toArray(String[]::new));
  }

  @Test
  void listsWhatWouldGoAndWhatIsHeld() {
    assertThat(retention()).as(err.toString()).isZero();
    assertThat(out.toString().lines().map(l -> l.replaceAll(" +", " ").strip()))
        .containsExactly(
            "Removal is switched off: this is what it would do.",
            "Due now: 2",
            "ATT-1 2025-06-01 goes: P10Y after the end",
            "ATT-2 2025-06-02 stays: legal hold on the audit by olga: a [31mclaim (P10Y after the"
                + " end)",
            "Due later: 1",
            "ATT-3 2040-06-01 will go: P10Y after the end",
            "Uploads due now: 1",
            "upload:old.csv, 2025-01-01, P90D",
            "On hold: 1",
            "audit ATT-2, since 2026-11-22 by olga: a claim",
            "Not due yet, or still going on: 2. Kept for ever: 1.");
    assertThat(asked)
        .containsExactly(
            "GET /api/evidence/retention olga:secret", "GET /api/evidence/holds olga:secret");
  }

  @Test
  void listsTheSameAsJson() throws Exception {
    assertThat(retention("--format", "json")).isZero();
    JsonNode told = new ObjectMapper().readTree(out.toString());
    assertThat(told.path("audits").path(1).path("audit").asText()).isEqualTo("ATT-2");
    assertThat(told.path("coming").size()).isEqualTo(1);
    assertThat(told.path("holds").path(0).path("reason").asText()).isEqualTo("a claim");
  }

  @Test
  void holdsAndLifts() {
    assertThat(retention("hold", "ATT-1", "--reason", "a \"claim\"", "--user", "ada")).isZero();
    assertThat(retention("lift", "credit", "--model", "--reason", "settled")).isZero();
    assertThat(retention("hold", "ATT-1", "--reason", "x", "--format", "json")).isZero();
    assertThat(out.toString())
        .contains(
            "The audit ATT-1 is held.",
            "The audits of the model credit are no longer held.",
            "\"held\" : true");
    assertThat(asked)
        .startsWith(
            "POST /api/evidence/holds ada:secret"
                + " {\"kind\":\"audit\",\"subject\":\"ATT-1\",\"reason\":\"a \\\"claim\\\"\"}",
            "POST /api/evidence/holds/release olga:secret"
                + " {\"kind\":\"model\",\"subject\":\"credit\",\"reason\":\"settled\"}");
  }

  @Test
  void aReasonIsNeeded() {
    assertThat(retention("hold", "ATT-1")).isEqualTo(2);
    assertThat(err.toString()).contains("--reason");
    assertThat(asked).isEmpty();
  }

  @Test
  void whatTheServerRefusesIsTold() {
    status = 400;
    answers.put("/api/evidence/holds", "{\"detail\": \"There is no audit ATT-9.\"}");
    assertThat(retention("hold", "ATT-9", "--reason", "x")).isEqualTo(2);
    status = 401;
    assertThat(retention()).isEqualTo(2);
    status = 403;
    assertThat(retention()).isEqualTo(2);
    assertThat(err.toString())
        .contains("There is no audit ATT-9.", "does not know olga", "olga may not do this");
  }

  @Test
  void whatIsNotAttestIsTold() {
    answers.put("/api/evidence/retention", "<html>a proxy</html>");
    assertThat(retention()).isEqualTo(2);
    answers.put("/api/evidence/retention", "{}");
    assertThat(retention()).isEqualTo(2);
    server.stop(0);
    assertThat(retention()).isEqualTo(2);
    environment.remove("ATTEST_PASSWORD");
    assertThat(retention()).isEqualTo(2);
    environment.remove("ATTEST_USER");
    assertThat(retention()).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "does not answer as Attest",
            "does not answer. Maybe",
            "Set the environment variable ATTEST_PASSWORD",
            "--user");
    assertThat(out.toString()).isEmpty();
  }
}
