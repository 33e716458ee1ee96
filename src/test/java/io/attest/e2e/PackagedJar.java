package io.attest.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.springframework.util.FileSystemUtils;

/** The packaged jar, run as a user runs it: a process of its own in a folder of its own. */
final class PackagedJar implements AutoCloseable {

  static final String ADMIN = "admin";
  static final String PASSWORD = "Correct-horse-7";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path home;
  private final int port;
  private final List<String> options;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private Process process;

  PackagedJar(Path home, String... options) throws IOException {
    this.home = home;
    this.options = List.of(options);
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
  }

  static Path jar() {
    return Path.of(System.getProperty("attest.jar", "target/attest.jar")).toAbsolutePath();
  }

  String url(String path) {
    return "http://localhost:" + port + path;
  }

  Path home() {
    return home;
  }

  /**
   * Declares the scorecard of the sample with few rows for its explainers: what is tested is who
   * carries an audit on, not what it finds.
   */
  PackagedJar withQuickScorecard() throws IOException {
    Path folder =
        Files.createDirectories(home.resolve("config/models")).resolve("german-scorecard");
    FileSystemUtils.copyRecursively(Path.of("config/models/german-scorecard"), folder);
    Files.writeString(
        folder.resolve("model.yaml"),
        "\nexplain: {local: 2, quality: 0, background: 50}\n",
        StandardOpenOption.APPEND);
    return this;
  }

  /** Starts the jar and waits until it answers. */
  PackagedJar start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx768m");
    // It is started anew many times and lives for seconds: the second compiler would not pay.
    command.add("-XX:TieredStopAtLevel=1");
    // What a JVM with both compilers sets aside for code; with one it is a fifth, and too little.
    command.add("-XX:ReservedCodeCacheSize=240m");
    command.add("-jar");
    command.add(jar().toString());
    command.add("--server.port=" + port);
    command.addAll(options);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("output.log").toFile()));
    builder.environment().put("ATTEST_ADMIN_PASSWORD", PASSWORD);
    process = builder.start();
    Awaitility.await("the jar answers")
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(250))
        .until(
            () -> {
              if (!process.isAlive()) {
                throw new IllegalStateException("The jar ended:\n" + output());
              }
              return answers();
            });
    return this;
  }

  private boolean answers() {
    try {
      return get("/actuator/health").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  String output() throws IOException {
    return Files.readString(home.resolve("output.log"));
  }

  /** As {@code kill -9} does it: no shutdown hook runs. */
  void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("The process does not die.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<byte[]> get(String path) throws IOException {
    return send(ADMIN, PASSWORD, HttpRequest.newBuilder(URI.create(url(path))).GET());
  }

  JsonNode json(String path) throws IOException {
    HttpResponse<byte[]> answer = get(path);
    if (answer.statusCode() != 200) {
      throw new IOException(
          path
              + " answered "
              + answer.statusCode()
              + ": "
              + new String(answer.body(), StandardCharsets.UTF_8));
    }
    return JSON.readTree(answer.body());
  }

  HttpResponse<byte[]> post(String path, Map<String, ?> body) throws IOException {
    return post(ADMIN, PASSWORD, path, body);
  }

  HttpResponse<byte[]> post(String user, String password, String path, Map<String, ?> body)
      throws IOException {
    return send(
        user,
        password,
        HttpRequest.newBuilder(URI.create(url(path)))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))));
  }

  /** Uploads a file as a form does, and answers with its name there. */
  String upload(String user, String password, String name, String content) throws IOException {
    String boundary = "----attest-end-to-end";
    String body =
        "--"
            + boundary
            + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
            + name
            + "\"\r\nContent-Type: text/csv\r\n\r\n"
            + content
            + "\r\n--"
            + boundary
            + "--\r\n";
    HttpResponse<byte[]> answer =
        send(
            user,
            password,
            HttpRequest.newBuilder(URI.create(url("/api/uploads")))
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    if (answer.statusCode() >= 300) {
      throw new IOException(
          answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8));
    }
    return JSON.readTree(answer.body()).get("data").asText();
  }

  HttpResponse<byte[]> put(String path) throws IOException {
    return send(
        ADMIN,
        PASSWORD,
        HttpRequest.newBuilder(URI.create(url(path)))
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.noBody()));
  }

  private HttpResponse<byte[]> send(String user, String password, HttpRequest.Builder request)
      throws IOException {
    String basic =
        Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    try {
      return http.send(
          request.header("Authorization", "Basic " + basic).timeout(Duration.ofSeconds(60)).build(),
          HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    if (process != null && process.isAlive()) {
      process.destroy();
      try {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
