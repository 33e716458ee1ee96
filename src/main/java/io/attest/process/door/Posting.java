package io.attest.process.door;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Posts JSON. Follows no redirect: what is sent was meant for the address that was configured. */
final class Posting {
  private static final int LONGEST_WORDS = 200;

  private final HttpClient client;
  private final Duration patience;

  Posting(Duration patience) {
    this.patience = patience;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(patience)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * Posts, and answers with the status in words.
   *
   * @throws IOException if it takes too long, or the answer is no success; with its first words
   */
  String post(URI to, Map<String, String> headers, byte[] json)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(to)
            .timeout(patience)
            .header("Content-Type", "application/json; charset=utf-8")
            .header("User-Agent", "Attest")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json));
    headers.forEach(request::header);
    HttpResponse<byte[]> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          "HTTP " + response.statusCode() + " from " + to.getHost() + words(response.body()));
    }
    return "HTTP " + response.statusCode();
  }

  /** The first words of an answer, on one line. */
  private static String words(byte[] body) {
    String text =
        new String(body, 0, Math.min(body.length, LONGEST_WORDS), StandardCharsets.UTF_8)
            .replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ")
            .strip();
    return text.isEmpty() ? "" : ": " + text;
  }
}
