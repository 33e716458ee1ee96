package io.attest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> asked = new ArrayList<>();
  private HttpServer server;
  private int status = 200;
  private String body = "{\"reasons\": [\"Approved by ATT-1 until 2027-01-01.\"]}";

  @BeforeEach
  void serve() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI().toString());
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private int gate(String... more) {
    List<String> args = new ArrayList<>(List.of("gate", "--model", "credit", "--server"));
    args.add("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    args.addAll(List.of(more));
    return Cli.run(
        args.toArray(String[]::new), null, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  @Test
  void openIsZeroAndNamesTheFileByItsHash(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("model.json"), "abc");
    assertThat(gate("--file", file.toString())).as(err.toString()).isZero();
    assertThat(out.toString()).contains("credit may go on.", "Approved by ATT-1");
    assertThat(asked)
        .containsExactly(
            "/api/models/credit/gate?sha256="
                + "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void shutIsOneWithTheReasons() {
    status = 409;
    body = "{\"reasons\": [\"The approval expired.\", \"The model is suspended.\"]}";
    assertThat(gate()).isEqualTo(1);
    assertThat(out.toString()).contains("may not go on", "expired", "suspended");
  }

  @Test
  void whatIsNoAnswerOfAGateIsTwo(@TempDir Path folder) {
    status = 401;
    assertThat(gate()).isEqualTo(2);
    assertThat(err.toString()).contains("answered 401", "ATTEST_PASSWORD");
    status = 200;
    body = "<html>a proxy</html>";
    assertThat(gate()).isEqualTo(2);
    body = "{}";
    assertThat(gate()).isEqualTo(2);
    assertThat(gate("--file", folder.resolve("none.json").toString())).isEqualTo(2);
    server.stop(0);
    assertThat(gate()).isEqualTo(2);
    assertThat(out.toString()).doesNotContain("may go on");
  }
}
