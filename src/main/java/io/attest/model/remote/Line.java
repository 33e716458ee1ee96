package io.attest.model.remote;

import io.attest.model.InvalidModelException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * The line to a server: asks, waits no longer than allowed, takes no more than allowed, and asks
 * again after a fault that may pass. Thread-safe.
 */
final class Line {
  /** Too many requests, and a gateway or server that is not ready. */
  private static final Set<Integer> PASSING = Set.of(429, 502, 503, 504);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int SHOWN = 300;

  /** Waits between two tries. */
  @FunctionalInterface
  interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  /** Hears of every request that is sent. */
  @FunctionalInterface
  interface Sent {
    /**
     * @param again true if it repeats one that failed
     */
    void request(boolean again);
  }

  private final HttpClient client;

  /**
   * Threads that wait for answers. Not {@code sendAsync}: its answers are handed over in the common
   * pool, and whoever asks from a parallel stream holds the threads of that pool while waiting.
   */
  private final ExecutorService waiting =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "attest-remote-model");
            thread.setDaemon(true);
            return thread;
          });

  private final Endpoint endpoint;
  private final Optional<String> token;
  private final Pause pause;

  /**
   * @param token absent if the server needs none
   */
  Line(Endpoint endpoint, Optional<String> token, Pause pause) {
    this.endpoint = endpoint;
    this.token = token;
    this.pause = pause;
    // No redirects: rows of people, and the token, go to the server that was named and no other.
    // HTTP/1.1: servers take an offer to upgrade a plain connection for a fault.
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(endpoint.timeout())
            .build();
  }

  byte[] get(URI address) {
    return send(request(address).GET().build(), again -> {});
  }

  byte[] post(URI address, byte[] json, Sent sent) {
    return send(
        request(address)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json))
            .build(),
        sent);
  }

  private HttpRequest.Builder request(URI address) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address).header("Accept", "application/json");
    token.ifPresent(t -> request.header("Authorization", "Bearer " + t));
    return request;
  }

  /**
   * @throws InvalidModelException if the server refuses, or its answer is too large
   * @throws UncheckedIOException if it cannot be reached, or fails, after all tries
   */
  private byte[] send(HttpRequest request, Sent sent) {
    String what = request.method() + " " + request.uri();
    for (int tries = 1; ; tries++) {
      sent.request(tries > 1);
      String fault;
      Duration wait = Duration.ofMillis(250L << Math.min(10, tries - 1));
      try {
        HttpResponse<byte[]> response = exchange(request);
        if (response.statusCode() == 200) {
          return response.body();
        }
        fault = what + " answered " + response.statusCode() + shown(response.body());
        if (!PASSING.contains(response.statusCode())) {
          throw refused(response, fault);
        }
        wait = asked(response).orElse(wait);
      } catch (LimitedBody.TooLarge e) {
        throw new InvalidModelException(
            what
                + " answered with more than "
                + endpoint.answerBytes() / 1_000_000
                + " MB. Maybe give a smaller batch, or a larger max-answer, in "
                + endpoint.file()
                + ".",
            e);
      } catch (SSLException e) {
        throw new UncheckedIOException(
            what
                + ": no secure connection: "
                + e.getMessage()
                + ". Maybe its certificate is not"
                + " trusted by this Java.",
            e);
      } catch (IOException e) {
        fault = what + ": " + reason(e);
      }
      if (tries > endpoint.retries()) {
        throw failed(
            fault
                + (tries == 1 ? "." : ", after " + tries + " tries.")
                + " Maybe the server is down or overloaded: try again later.");
      }
      rest(wait.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wait);
    }
  }

  /** The client's own timeout ends with the headers; this one covers a body that trickles in. */
  private HttpResponse<byte[]> exchange(HttpRequest request) throws IOException {
    Future<HttpResponse<byte[]>> answer =
        waiting.submit(() -> client.send(request, info -> new LimitedBody(endpoint.answerBytes())));
    try {
      return answer.get(endpoint.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new HttpTimeoutException("no whole answer in " + endpoint.timeout().toSeconds() + " s");
    } catch (ExecutionException e) {
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        if (cause instanceof LimitedBody.TooLarge || cause instanceof SSLException) {
          throw (IOException) cause;
        }
      }
      throw e.getCause() instanceof IOException fault ? fault : new IOException(e.getCause());
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw interrupted();
    }
  }

  private RuntimeException refused(HttpResponse<byte[]> response, String fault) {
    int status = response.statusCode();
    if (status >= 500) {
      return failed(fault + ".");
    }
    String hint =
        switch (status) {
          case 401, 403 ->
              token.isPresent()
                  ? " Maybe the token in " + endpoint.token().orElse("") + " is not valid any more."
                  : " Maybe it needs a token: name its environment variable in "
                      + endpoint.file()
                      + ".";
          case 404 -> " Maybe the server knows the model by another name or version.";
          case 413 -> " Maybe give a smaller batch in " + endpoint.file() + ".";
          default ->
              status >= 300 && status < 400
                  ? " It points to "
                      + plain(response.headers().firstValue("Location").orElse("nowhere"))
                      + ", which is not followed: give the right url in "
                      + endpoint.file()
                      + "."
                  : "";
        };
    return new InvalidModelException(fault + "." + hint);
  }

  private static UncheckedIOException failed(String message) {
    return new UncheckedIOException(message, new IOException(message));
  }

  private static Optional<Duration> asked(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(text -> text.matches("\\d{1,6}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)));
  }

  private void rest(Duration time) {
    try {
      pause.of(time);
    } catch (InterruptedException e) {
      InterruptedIOException stopped = interrupted();
      throw new UncheckedIOException(stopped.getMessage(), stopped);
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("The work was stopped while it waited for the server.");
  }

  private static String reason(IOException e) {
    return e instanceof java.net.ConnectException
        ? "cannot be reached" + (e.getMessage() == null ? "" : " (" + e.getMessage() + ")")
        : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** The beginning of an answer, for a message. */
  String shown(byte[] body) {
    if (body.length == 0) {
      return " with nothing";
    }
    String text =
        plain(new String(body, 0, Math.min(body.length, 4 * SHOWN), StandardCharsets.UTF_8));
    return " '" + (text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text) + "'";
  }

  /** A server may send back what it was sent: the token must not come into a message or a log. */
  private String plain(String text) {
    String plain = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
    return token.map(t -> plain.replace(t, "***")).orElse(plain);
  }
}
