package io.attest.model.remote;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.attest.model.InvalidModelException;
import io.attest.model.Link;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The content of an endpoint file: where a remote model is, and how it is asked. It is the model
 * file of such a model, so its hash goes to the record.
 *
 * <pre>
 * format: remote
 * url: https://models.example.org      # what stands before /v2
 * model: credit
 * version: "3"                         # which one is audited; needed where the server has several
 * layout: matrix                       # matrix | columns; the server says it where absent
 * input: input-0                       # name of the one tensor of a matrix
 * datatype: FP64                       # of that tensor
 * output: probabilities                # needed where the server has several
 * column: 1                            # of that output, from 0
 * link: identity                       # identity | logit | log | softmax
 * missing: NaN                         # refuse | NaN | null | a number
 * missing-level: unknown               # the text of a missing level
 * token: CREDIT_TOKEN                  # name of the environment variable with a bearer token
 * timeout: 30                          # seconds for one request
 * batch: 500                           # rows in one request
 * retries: 4                           # after a fault that passes
 * cache: 64                            # megabytes of answers kept
 * max-answer: 16                       # megabytes of one answer
 * </pre>
 *
 * @param file its name, for messages
 * @param base without a slash at its end
 * @param cacheBytes 0 keeps nothing
 */
record Endpoint(
    String file,
    URI base,
    String model,
    Optional<String> version,
    Optional<Layout> layout,
    Optional<String> input,
    Optional<Datatype> datatype,
    Optional<String> output,
    Optional<Integer> column,
    Link link,
    Missing missing,
    Optional<String> missingLevel,
    Optional<String> token,
    Duration timeout,
    int batch,
    int retries,
    long cacheBytes,
    int answerBytes) {

  /** How rows become tensors. */
  enum Layout {
    /** One tensor, rows x features. */
    MATRIX,
    /** One tensor a feature, of the feature's name. */
    COLUMNS
  }

  /**
   * What is sent for a missing value.
   *
   * @param json as it is written; absent if missing values are refused
   */
  record Missing(Optional<String> json) {}

  private static final Set<String> KEYS =
      Set.of(
          "format",
          "description",
          "url",
          "model",
          "version",
          "layout",
          "input",
          "datatype",
          "output",
          "column",
          "link",
          "missing",
          "missing-level",
          "token",
          "timeout",
          "batch",
          "retries",
          "cache",
          "max-answer");

  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();

  /**
   * Reads an endpoint file.
   *
   * @param file its name, for messages
   * @throws InvalidModelException naming the file, the key, and what is wrong with it
   */
  static Endpoint read(String file, byte[] bytes) {
    JsonNode root;
    try {
      root = YAML.readTree(bytes);
    } catch (IOException | RuntimeException e) {
      throw new InvalidModelException(
          file
              + " is neither valid YAML nor JSON: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
              + ".",
          e);
    }
    return new Reader(file, root).read();
  }

  private record Reader(String file, JsonNode root) {

    Endpoint read() {
      if (root == null || !root.isObject()) {
        throw wrong("it", "is not a list of keys and values");
      }
      for (Iterator<String> names = root.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        if (!KEYS.contains(name)) {
          throw wrong(
              name, "is not a key of an endpoint. There are " + KEYS.stream().sorted().toList());
        }
      }
      if (!text("format").equals(Optional.of("remote"))) {
        throw wrong("format", "must be remote");
      }
      URI base = base();
      Optional<String> token = text("token");
      if (token.isPresent() && base.getScheme().equals("http") && !loopback(base.getHost())) {
        throw wrong(
            "token",
            "would travel unencrypted, for everyone in between to read. Use an https address");
      }
      return new Endpoint(
          file,
          base,
          text("model").orElseThrow(() -> wrong("model", "is absent: the server's name for it")),
          text("version"),
          text("layout").map(this::layout),
          text("input"),
          text("datatype").map(this::datatype),
          text("output"),
          root.has("column") ? Optional.of(number("column", 0, 0, 100_000)) : Optional.empty(),
          link(),
          missing(),
          text("missing-level"),
          token,
          Duration.ofSeconds(number("timeout", 30, 1, 3600)),
          number("batch", 500, 1, 1_000_000),
          number("retries", 4, 0, 20),
          number("cache", 64, 0, 100_000) * 1_000_000L,
          number("max-answer", 16, 1, 1000) * 1_000_000);
    }

    private URI base() {
      String text = text("url").orElseThrow(() -> wrong("url", "is absent"));
      URI uri;
      try {
        uri = new URI(text.replaceAll("/+$", ""));
      } catch (URISyntaxException e) {
        throw wrong("url", "is no address: " + e.getMessage());
      }
      if (uri.getScheme() == null || !Set.of("http", "https").contains(uri.getScheme())) {
        throw wrong("url", "must begin with http:// or https://");
      }
      if (uri.getHost() == null) {
        throw wrong("url", "names no host");
      }
      if (uri.getRawUserInfo() != null) {
        throw wrong(
            "url",
            "holds a name or password, which do not belong in a file. Put a token into an"
                + " environment variable, and its name under token");
      }
      if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
        throw wrong("url", "has a ? or #. Give what stands before /v2 alone");
      }
      if (uri.getPath().matches("(.*/)?v2(/.*)?")) {
        throw wrong("url", "has /v2 in it. Give what stands before it alone");
      }
      return uri;
    }

    private static boolean loopback(String host) {
      return Set.of("localhost", "127.0.0.1", "[::1]").contains(host);
    }

    private Layout layout(String text) {
      return switch (text) {
        case "matrix" -> Layout.MATRIX;
        case "columns" -> Layout.COLUMNS;
        default -> throw wrong("layout", "must be matrix or columns, but is '" + text + "'");
      };
    }

    private Datatype datatype(String text) {
      return Datatype.of(text)
          .filter(type -> type != Datatype.BYTES)
          .orElseThrow(
              () -> wrong("datatype", "must be a type of numbers, such as FP64, not " + text));
    }

    private Link link() {
      String text = text("link").orElse("identity");
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "identity" -> Link.IDENTITY;
        case "logit" -> Link.LOGIT;
        case "log" -> Link.LOG;
        case "softmax" -> Link.SOFTMAX;
        default ->
            throw wrong("link", "must be identity, logit, log or softmax, but is '" + text + "'");
      };
    }

    private Missing missing() {
      JsonNode node = root.path("missing");
      if (node.isNull() || node.asText().equals("null")) {
        return new Missing(Optional.of("null"));
      }
      // YAML's own way to write it is .nan, which is a number.
      if (node.asText().equalsIgnoreCase("nan")) {
        return new Missing(Optional.of("NaN"));
      }
      if (node.isNumber() && Double.isFinite(node.doubleValue())) {
        return new Missing(Optional.of(node.asText()));
      }
      if (node.isMissingNode() || node.asText().equals("refuse")) {
        return new Missing(Optional.empty());
      }
      throw wrong(
          "missing", "must be refuse, NaN, null or a number, but is '" + node.asText() + "'");
    }

    private Optional<String> text(String key) {
      JsonNode node = root.path(key);
      if (node.isMissingNode()) {
        return Optional.empty();
      }
      if (!node.isValueNode() || node.asText().isBlank() || node.isNull()) {
        throw wrong(key, "must be a text");
      }
      if (node.isFloatingPointNumber()) {
        throw wrong(key, "looks like a number with decimals: write it in quotes");
      }
      return Optional.of(node.asText());
    }

    private int number(String key, int otherwise, int least, int most) {
      JsonNode node = root.path(key);
      if (node.isMissingNode()) {
        return otherwise;
      }
      if (!node.isIntegralNumber()
          || !node.canConvertToInt()
          || node.intValue() < least
          || node.intValue() > most) {
        throw wrong(
            key,
            "must be a whole number from %s to %s, but is '%s'"
                .formatted(least, most, node.asText(node.toString())));
      }
      return node.intValue();
    }

    private InvalidModelException wrong(String key, String what) {
      return new InvalidModelException(
          file + " is not a sound endpoint: " + key + " " + what + ".");
    }
  }

  /** Where the model answers, with the version if one is named. */
  URI address() {
    return URI.create(
        base
            + "/v2/models/"
            + segment(model)
            + version.map(v -> "/versions/" + segment(v)).orElse(""));
  }

  private static String segment(String name) {
    return java.net.URLEncoder.encode(name, java.nio.charset.StandardCharsets.UTF_8)
        .replace("+", "%20");
  }
}
