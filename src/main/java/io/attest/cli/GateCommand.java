package io.attest.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.stage.Fingerprint;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks a server of Attest whether a model file may go on in a pipeline. */
@Command(
    name = "gate",
    description = {
      "Asks a server whether a model may go on: approved, not expired, not suspended, and the same"
          + " file. Name and password are read from ATTEST_USER and ATTEST_PASSWORD.",
      "Exit code: 0 it may, 1 it may not, 2 the server could not be asked."
    },
    mixinStandardHelpOptions = true)
final class GateCommand implements Callable<Integer> {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  @Option(
      names = "--server",
      required = true,
      paramLabel = "<url>",
      description = "The server: https://attest.example.org")
  private URI server;

  @Option(names = "--model", required = true, paramLabel = "<id>", description = "The model's id.")
  private String model;

  @Option(
      names = "--file",
      paramLabel = "<model file>",
      description =
          "The file that is to go on. If absent, the server asks about the file that it declares.")
  private Optional<Path> file = Optional.empty();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    String query = file.isPresent() ? "?sha256=" + Fingerprint.of(file.get()) : "";
    String path = "/api/models/" + URLEncoder.encode(model, StandardCharsets.UTF_8) + "/gate";
    String base = server.toString().replaceAll("/+$", "");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path + query))
            .timeout(LONGEST)
            .header("Accept", "application/json");
    String user = System.getenv("ATTEST_USER");
    String password = System.getenv("ATTEST_PASSWORD");
    if (user != null && password != null) {
      request.header(
          "Authorization",
          "Basic "
              + Base64.getEncoder()
                  .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }
    // Follows nothing: name and password must not go elsewhere.
    HttpResponse<String> response =
        HttpClient.newBuilder()
            .connectTimeout(LONGEST)
            .build()
            .send(request.build(), HttpResponse.BodyHandlers.ofString());
    return told(response);
  }

  private int told(HttpResponse<String> response) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    boolean answered = response.statusCode() == 200 || response.statusCode() == 409;
    JsonNode answer = answered ? answer(response.body()) : null;
    if (answer == null || !answer.path("reasons").isArray()) {
      err.println(
          "attest: "
              + server
              + " answered "
              + response.statusCode()
              + " and not as a gate."
              + (response.statusCode() == 401
                  ? " Maybe ATTEST_USER or ATTEST_PASSWORD is missing or wrong."
                  : response.statusCode() == 404 ? " Maybe there is no model " + model + "." : ""));
      return Cli.FAILED;
    }
    boolean open = response.statusCode() == 200;
    out.println(model + (open ? " may go on." : " may not go on."));
    answer.get("reasons").forEach(reason -> out.println("  " + reason.asText()));
    return open ? Cli.DONE : Cli.BLOCKED;
  }

  private static JsonNode answer(String body) {
    try {
      return new ObjectMapper().readTree(body);
    } catch (com.fasterxml.jackson.core.JsonProcessingException notJson) {
      return new ObjectMapper().createObjectNode();
    }
  }
}
