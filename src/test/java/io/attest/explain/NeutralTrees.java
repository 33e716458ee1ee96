package io.attest.explain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The trees of a reference case, read and followed as simply as can be. */
public record NeutralTrees(ModelInfo info, JsonNode json) implements Model {
  public static NeutralTrees read(Path file) throws IOException {
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    List<Feature> features = new ArrayList<>();
    json.get("feature_names").forEach(n -> features.add(Feature.numeric(n.asText())));
    return new NeutralTrees(
        new ModelInfo(
            "neutral", "", Task.BINARY, features, List.of("bad"), Link.LOGIT, "0".repeat(64)),
        json);
  }

  @Override
  public void predict(Batch rows, OutputSpace space, double[] out) {
    for (int i = 0; i < rows.rows(); i++) {
      out[i] = json.get("base").get(0).asDouble();
      for (JsonNode tree : json.get("trees")) {
        int node = 0;
        while (tree.get("left").get(node).asInt() >= 0) {
          double x = (float) rows.at(i, tree.get("feature").get(node).asInt());
          node =
              tree.get(x <= tree.get("threshold").get(node).asDouble() ? "left" : "right")
                  .get(node)
                  .asInt();
        }
        out[i] += tree.get("value").get(node).asDouble();
      }
    }
    if (space == OutputSpace.RESPONSE) {
      info.link().toResponse(out, 1);
    }
  }
}
