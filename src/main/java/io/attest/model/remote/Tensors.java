package io.attest.model.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How rows are written for one model: one tensor of rows x features, or one a feature.
 *
 * @param inputs one, or one a feature in the order of the features
 */
record Tensors(Endpoint endpoint, List<Feature> features, List<Input> inputs) {

  /**
   * @param rank 1 for rows, 2 for rows x columns
   */
  record Input(String name, Datatype datatype, int rank) {}

  /**
   * Holds what the server says of the model's inputs against the declared features.
   *
   * @param metadata the server's answer; may say nothing of inputs, as the protocol allows
   * @throws InvalidModelException if they differ, or nothing says how the inputs look
   */
  static Tensors of(Endpoint endpoint, List<Feature> features, JsonNode metadata) {
    Map<String, Input> offered = new LinkedHashMap<>();
    Map<String, JsonNode> shapes = new LinkedHashMap<>();
    for (JsonNode node : metadata.path("inputs")) {
      String name = node.path("name").asText();
      String type = node.path("datatype").asText();
      Datatype datatype =
          Datatype.of(type)
              .orElseThrow(
                  () ->
                      wrong(
                          endpoint,
                          "its input "
                              + name
                              + " is of type "
                              + type
                              + ", which JSON cannot carry"));
      offered.put(name, new Input(name, datatype, node.path("shape").size() == 1 ? 1 : 2));
      shapes.put(name, node.path("shape"));
    }
    if (offered.isEmpty()) {
      return undescribed(endpoint, features);
    }
    List<String> order = features.stream().map(Feature::name).toList();
    Set<String> names = Set.copyOf(order);
    boolean columns =
        offered.keySet().equals(names)
            && endpoint.layout().orElse(Endpoint.Layout.COLUMNS) == Endpoint.Layout.COLUMNS;
    if (columns) {
      List<Input> inputs = new ArrayList<>();
      for (Feature feature : features) {
        inputs.add(fitting(endpoint, feature, offered.get(feature.name())));
      }
      return new Tensors(endpoint, features, inputs);
    }
    if (offered.size() > 1 || endpoint.layout().equals(Optional.of(Endpoint.Layout.COLUMNS))) {
      throw wrong(
          endpoint,
          "it takes the inputs "
              + offered.keySet()
              + ", but the declared features are "
              + order
              + ". Declare the same names");
    }
    Input only = offered.values().iterator().next();
    matrixFits(endpoint, features, only, shapes.get(only.name()));
    return new Tensors(endpoint, features, List.of(only));
  }

  private static void matrixFits(
      Endpoint endpoint, List<Feature> features, Input input, JsonNode shape) {
    int p = features.size();
    if (endpoint.input().isPresent() && !endpoint.input().get().equals(input.name())) {
      throw wrong(
          endpoint,
          "its input is " + input.name() + ", but the file calls it " + endpoint.input().get());
    }
    if (endpoint.datatype().isPresent() && endpoint.datatype().get() != input.datatype()) {
      throw wrong(
          endpoint,
          "its input is of type "
              + input.datatype()
              + ", but the file says "
              + endpoint.datatype().get());
    }
    int columns = shape.size() == 1 ? 1 : shape.path(1).asInt(-1);
    if (shape.size() > 2 || (columns >= 0 && columns != p)) {
      throw wrong(
          endpoint,
          "its input "
              + input.name()
              + " has the shape "
              + shape
              + ", but "
              + p
              + " features are declared. It must be rows x features");
    }
    if (input.datatype() == Datatype.BYTES && !features.stream().allMatch(Feature::categorical)) {
      throw wrong(
          endpoint,
          "its input "
              + input.name()
              + " is of texts, but some features are numbers. Maybe serve it with one input a"
              + " feature");
    }
  }

  private static Input fitting(Endpoint endpoint, Feature feature, Input input) {
    if (input.datatype() == Datatype.BYTES && !feature.categorical()) {
      throw wrong(
          endpoint,
          "its input "
              + input.name()
              + " is a text, but declared numeric. Maybe declare it categorical, with its levels");
    }
    return input;
  }

  private static Tensors undescribed(Endpoint endpoint, List<Feature> features) {
    if (endpoint.layout().equals(Optional.of(Endpoint.Layout.COLUMNS))) {
      return new Tensors(
          endpoint,
          features,
          features.stream()
              .map(f -> new Input(f.name(), f.categorical() ? Datatype.BYTES : Datatype.FP64, 2))
              .toList());
    }
    String name =
        endpoint
            .input()
            .orElseThrow(
                () ->
                    wrong(
                        endpoint,
                        "the server does not describe its inputs. Name the tensor under input, or"
                            + " write layout: columns"));
    return new Tensors(
        endpoint, features, List.of(new Input(name, endpoint.datatype().orElse(Datatype.FP64), 2)));
  }

  private static InvalidModelException wrong(Endpoint endpoint, String what) {
    return new InvalidModelException(
        "The model at " + endpoint.address() + " does not fit: " + what + ".");
  }

  /**
   * Writes a request.
   *
   * @param rows each of all features
   * @throws IllegalArgumentException if a value cannot be sent as what the model takes
   */
  byte[] request(List<double[]> rows) {
    StringBuilder json = new StringBuilder(64 + rows.size() * features.size() * 12);
    json.append("{\"inputs\":[");
    boolean matrix = inputs.size() == 1;
    for (int i = 0; i < inputs.size(); i++) {
      Input input = inputs.get(i);
      int from = matrix ? 0 : i;
      int below = matrix ? features.size() : i + 1;
      json.append(i > 0 ? "," : "").append("{\"name\":");
      quote(input.name(), json);
      json.append(",\"shape\":[").append(rows.size());
      if (input.rank() == 2) {
        json.append(',').append(below - from);
      }
      json.append("],\"datatype\":\"").append(input.datatype()).append("\",\"data\":[");
      boolean first = true;
      for (double[] row : rows) {
        for (int j = from; j < below; j++) {
          json.append(first ? "" : ",");
          value(features.get(j), input.datatype(), row[j], json);
          first = false;
        }
      }
      json.append("]}");
    }
    json.append(']');
    endpoint
        .output()
        .ifPresent(
            name -> {
              json.append(",\"outputs\":[{\"name\":");
              quote(name, json);
              json.append("}]");
            });
    return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }

  private void value(Feature feature, Datatype type, double value, StringBuilder json) {
    if (Double.isNaN(value)) {
      missing(feature, type, json);
    } else if (type == Datatype.BYTES) {
      quote(feature.levels().get((int) value), json);
    } else if (type.holds(value)) {
      json.append(type.json(value));
    } else {
      throw new IllegalArgumentException(
          "The feature "
              + feature.name()
              + " has the value "
              + value
              + ", but the model at "
              + endpoint.address()
              + " takes "
              + type
              + ". Maybe the method makes values between those of the data, which this model"
              + " cannot answer for.");
    }
  }

  private void missing(Feature feature, Datatype type, StringBuilder json) {
    Optional<String> sent = endpoint.missing().json();
    if (type == Datatype.BYTES && endpoint.missingLevel().isPresent()) {
      quote(endpoint.missingLevel().get(), json);
      return;
    }
    boolean none = sent.equals(Optional.of("null"));
    boolean fits =
        sent.isPresent()
            && (none
                || (type != Datatype.BYTES
                    && (sent.get().equals("NaN")
                        ? !type.whole()
                        : type.holds(Double.parseDouble(sent.get())))));
    if (!fits) {
      throw new IllegalArgumentException(
          "The feature "
              + feature.name()
              + " is missing in a row, and "
              + endpoint.file()
              + " does not say how to send that as "
              + type
              + ". Maybe set "
              + (type == Datatype.BYTES ? "missing-level" : "missing")
              + " to what the model was trained with.");
    }
    json.append(
        none || sent.get().equals("NaN") ? sent.get() : type.json(Double.parseDouble(sent.get())));
  }

  private static void quote(String text, StringBuilder json) {
    json.append('"')
        .append(com.fasterxml.jackson.core.io.JsonStringEncoder.getInstance().quoteAsString(text))
        .append('"');
  }
}
