package io.attest.samples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.attest.model.Feature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What {@code model.yaml} declares: the features, in the order of the model. */
record Declaration(Path folder, List<Feature> features, double threshold) {

  static Declaration read(Path folder) throws IOException {
    JsonNode root = new YAMLMapper().readTree(folder.resolve("model.yaml").toFile());
    List<Feature> features = new ArrayList<>();
    for (JsonNode feature : root.get("features")) {
      List<String> levels = new ArrayList<>();
      feature.path("levels").forEach(level -> levels.add(level.asText()));
      features.add(new Feature(feature.get("name").asText(), levels));
    }
    return new Declaration(folder, features, root.at("/decision/threshold").asDouble());
  }

  /** Rows x features; levels as codes. */
  double[] matrix(Applications applications) {
    double[] out = new double[applications.rows().size() * features.size()];
    int at = 0;
    for (Map<String, String> row : applications.rows()) {
      for (Feature feature : features) {
        String text = row.get(feature.name());
        int code = feature.levels().indexOf(text);
        if (feature.categorical() && code < 0) {
          throw new IllegalStateException(
              "model.yaml has no level '" + text + "' of " + feature.name() + ".");
        }
        out[at++] = feature.categorical() ? code : Double.parseDouble(text);
      }
    }
    return out;
  }
}
