package io.attest.model.scorecard;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.attest.model.InvalidModelException;
import io.attest.model.Link;
import io.attest.model.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The content of a scorecard file, YAML or JSON:
 *
 * <pre>
 * format: scorecard
 * link: logit              # identity | logit | log
 * intercept: -1.2
 * coefficients:
 *   duration: 0.03         # a number
 *   housing:               # levels; the reference has weight 0
 *     own: 0
 *     rent: 0.4
 * missing:                 # weights of missing values, where they are allowed
 *   housing: 0.1
 * l2: 1.0                  # weight of the ridge penalty of the fit; 0 if none
 * intercept-penalised: false
 * </pre>
 *
 * @param numbers slope of each numeric feature, by name
 * @param levels weights of each categorical feature by level, by name, in the order of the file
 * @param order names of all features in the order of the file
 * @param missing weights of missing values, by feature
 */
public record ScorecardFile(
    Link link,
    double intercept,
    List<String> order,
    Map<String, Double> numbers,
    Map<String, Map<String, Double>> levels,
    Map<String, Double> missing,
    double l2,
    boolean interceptPenalised) {

  private static final Set<String> KEYS =
      Set.of(
          "format",
          "description",
          "link",
          "intercept",
          "coefficients",
          "missing",
          "l2",
          "intercept-penalised");

  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();

  public ScorecardFile {
    order = List.copyOf(order);
    numbers = Map.copyOf(numbers);
    levels = Map.copyOf(levels);
    missing = Map.copyOf(missing);
  }

  /** A logit link predicts the probability of an outcome, the others a number. */
  public Task task() {
    return link == Link.LOGIT ? Task.BINARY : Task.REGRESSION;
  }

  /**
   * Reads a scorecard.
   *
   * @param file its name, for messages
   * @throws InvalidModelException naming the file, the key, and what is wrong with it
   */
  public static ScorecardFile read(String file, byte[] bytes) {
    JsonNode root;
    try {
      root = YAML.readTree(bytes);
    } catch (IOException | RuntimeException e) {
      throw new InvalidModelException(
          file
              + " is neither valid YAML nor JSON: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
              + ". Maybe a level with a sign such as < or : is not in quotes.",
          e);
    }
    return new Reader(file).read(root);
  }

  private record Reader(String file) {

    ScorecardFile read(JsonNode root) {
      if (root == null || !root.isObject()) {
        throw wrong("", "is not a list of keys and values");
      }
      for (Iterator<String> names = root.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        if (!KEYS.contains(name)) {
          throw wrong(name, "is not a key of a scorecard. There are " + sorted(KEYS));
        }
      }
      if (!root.path("format").asText().equals("scorecard")) {
        throw wrong("format", "must be scorecard");
      }
      JsonNode coefficients = root.path("coefficients");
      if (!coefficients.isObject() || coefficients.isEmpty()) {
        throw wrong("coefficients", "must hold a weight or levels for each feature");
      }
      List<String> order = new ArrayList<>();
      Map<String, Double> numbers = new LinkedHashMap<>();
      Map<String, Map<String, Double>> levels = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> entry : coefficients.properties()) {
        String name = entry.getKey();
        String key = "coefficients." + name;
        order.add(name);
        if (entry.getValue().isObject()) {
          Map<String, Double> weights = new LinkedHashMap<>();
          for (Map.Entry<String, JsonNode> level : entry.getValue().properties()) {
            weights.put(level.getKey(), number(key + "." + level.getKey(), level.getValue()));
          }
          if (weights.isEmpty()) {
            throw wrong(key, "has no levels");
          }
          levels.put(name, Collections.unmodifiableMap(weights));
        } else {
          numbers.put(name, number(key, entry.getValue()));
        }
      }
      Map<String, Double> missing = new LinkedHashMap<>();
      if (root.has("missing")) {
        for (Map.Entry<String, JsonNode> entry : root.get("missing").properties()) {
          if (!order.contains(entry.getKey())) {
            throw wrong("missing." + entry.getKey(), "is not one of the coefficients " + order);
          }
          missing.put(entry.getKey(), number("missing." + entry.getKey(), entry.getValue()));
        }
      }
      double l2 = root.has("l2") ? number("l2", root.get("l2")) : 0;
      if (l2 < 0) {
        throw wrong("l2", "is " + l2 + ", but a penalty cannot be negative");
      }
      return new ScorecardFile(
          link(root.path("link")),
          number("intercept", root.path("intercept")),
          order,
          numbers,
          levels,
          missing,
          l2,
          flag(root));
    }

    private Link link(JsonNode node) {
      return switch (node.asText().toLowerCase(Locale.ROOT)) {
        case "identity" -> Link.IDENTITY;
        case "logit" -> Link.LOGIT;
        case "log" -> Link.LOG;
        default -> throw wrong("link", "must be identity, logit or log, but is " + shown(node));
      };
    }

    private boolean flag(JsonNode root) {
      JsonNode node = root.path("intercept-penalised");
      if (!node.isMissingNode() && !node.isBoolean()) {
        throw wrong("intercept-penalised", "must be true or false, but is " + shown(node));
      }
      return node.asBoolean(false);
    }

    private double number(String key, JsonNode node) {
      if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
        throw wrong(key, "must be a number, but is " + shown(node));
      }
      return node.doubleValue();
    }

    private static String shown(JsonNode node) {
      return node.isMissingNode() ? "absent" : "'" + node.asText(node.toString()) + "'";
    }

    private static List<String> sorted(Set<String> keys) {
      return keys.stream().sorted().toList();
    }

    private InvalidModelException wrong(String key, String what) {
      return new InvalidModelException(
          file + " is not a sound scorecard: " + (key.isEmpty() ? "it" : key) + " " + what + ".");
    }
  }
}
