package io.attest.model.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A real server that speaks the protocol, and fails in the ways that it is told to. */
final class InferenceServer implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  /** Answers an exchange itself. */
  @FunctionalInterface
  interface Fault {
    void on(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
  final List<JsonNode> asked = Collections.synchronizedList(new ArrayList<>());
  final List<String> paths = Collections.synchronizedList(new ArrayList<>());
  final List<String> tokens = Collections.synchronizedList(new ArrayList<>());
  volatile String metadata =
      "{\"name\":\"credit\",\"versions\":[\"3\"],\"platform\":\"onnxruntime_onnx\",\"inputs\":"
          + "[{\"name\":\"x\",\"datatype\":\"FP64\",\"shape\":[-1,2]}],\"outputs\":"
          + "[{\"name\":\"p\",\"datatype\":\"FP64\",\"shape\":[-1,1]}]}";

  /** What a request is answered with. */
  volatile Function<JsonNode, String> model;

  InferenceServer(Function<JsonNode, String> model) throws IOException {
    this.model = model;
    // Else each answer waits 40 ms for its first half to be acknowledged.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** The next requests for predictions end so, one each. */
  InferenceServer next(Fault... then) {
    faults.addAll(new ArrayDeque<>(List.of(then)));
    return this;
  }

  static Fault status(int status, String body) {
    return exchange -> reply(exchange, status, body);
  }

  static void reply(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    // Closed, for only that sends what is written.
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      paths.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      if (exchange.getRequestMethod().equals("GET")) {
        reply(exchange, 200, metadata);
        return;
      }
      JsonNode request = JSON.readTree(body);
      asked.add(request);
      Fault fault = faults.poll();
      if (fault != null) {
        fault.on(exchange);
      } else {
        reply(exchange, 200, model.apply(request));
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
