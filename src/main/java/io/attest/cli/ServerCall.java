package io.attest.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Asks a server of Attest as a person who has a name and a password there. */
final class ServerCall {
  private static final Duration TO_CONNECT = Duration.ofMinutes(1);

  /** Large files take their time. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI server;
  private final String user;
  private final String password;

  /**
   * @param user none if {@code ATTEST_USER} says it
   * @param environment gives a variable of the environment, or null
   * @throws IllegalArgumentException if name or password is not known
   */
  ServerCall(URI server, Optional<String> user, UnaryOperator<String> environment) {
    this.server = server;
    this.user =
        user.or(() -> Optional.ofNullable(environment.apply("ATTEST_USER")))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Say who asks: --user, or the environment variable ATTEST_USER."));
    this.password =
        Optional.ofNullable(environment.apply("ATTEST_PASSWORD"))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "The password of "
                            + this.user
                            + " is not known. Set the environment variable ATTEST_PASSWORD."));
  }

  /**
   * What the server says.
   *
   * @param path from the root: {@code /api/evidence/holds}
   * @throws IllegalArgumentException if the server refuses, with its reason
   * @throws IOException if it does not answer, or not in JSON
   */
  JsonNode get(String path) throws IOException, InterruptedException {
    return send(path, request(path).GET());
  }

  /** The same, with something to change; a missing node where the server answers nothing. */
  JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
    return post(path, "application/json", body.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The same, of any type. */
  JsonNode post(String path, String type, byte[] body) throws IOException, InterruptedException {
    return send(
        path,
        request(path)
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  private HttpRequest.Builder request(String path) {
    String login =
        Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    return HttpRequest.newBuilder(URI.create(server.toString().replaceAll("/+$", "") + path))
        .timeout(LONGEST)
        .header("Accept", "application/json")
        .header("Authorization", "Basic " + login);
  }

  private JsonNode send(String path, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer;
    try {
      // Follows nothing: name and password must not go elsewhere.
      answer =
          HttpClient.newBuilder()
              .connectTimeout(TO_CONNECT)
              .build()
              .send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IOException(
          server + " does not answer. Maybe Attest does not run there, or --server is another.", e);
    }
    if (answer.statusCode() / 100 != 2) {
      throw new IllegalArgumentException(why(path, answer));
    }
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new IOException(server + " does not answer as Attest. Maybe --server is another.", e);
    }
  }

  private String why(String path, HttpResponse<String> answer) {
    String detail;
    try {
      detail = JSON.readTree(answer.body()).path("detail").asText();
    } catch (IOException notJson) {
      detail = "";
    }
    return switch (answer.statusCode()) {
      case 401 -> server + " does not know " + user + " by this password (ATTEST_PASSWORD).";
      case 403 -> user + " may not do this at " + server + ".";
      default ->
          detail.isEmpty()
              ? server + " answered " + answer.statusCode() + " to " + path + "."
              : detail;
    };
  }
}
