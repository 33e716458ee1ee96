package io.attest.explain;

import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.util.stream.IntStream;

/**
 * A model without shape: curved, with interactions, and blind to its last feature if it has more
 * than one. A missing value counts as 0.7.
 */
public record WavyModel(ModelInfo info) implements Model {

  public static WavyModel of(Task task, int features) {
    return new WavyModel(
        new ModelInfo(
            "wavy",
            "",
            task,
            IntStream.range(0, features).mapToObj(j -> Feature.numeric("f" + j)).toList(),
            task == Task.MULTICLASS ? java.util.List.of("a", "b", "c") : java.util.List.of("out"),
            switch (task) {
              case BINARY -> Link.LOGIT;
              case MULTICLASS -> Link.SOFTMAX;
              case REGRESSION -> Link.IDENTITY;
            },
            "0".repeat(64)));
  }

  @Override
  public void predict(Batch rows, OutputSpace space, double[] out) {
    int k = info.outputs().size();
    int seen = Math.max(1, rows.features() - 1);
    for (int i = 0; i < rows.rows(); i++) {
      for (int o = 0; o < k; o++) {
        double sum = 0.1 * o;
        double before = 1;
        for (int j = 0; j < seen; j++) {
          double x = Double.isNaN(rows.at(i, j)) ? 0.7 : rows.at(i, j);
          sum += Math.sin(x * (1 + 0.3 * o) + j) + 0.2 * x * before;
          before = x;
        }
        out[i * k + o] = sum;
      }
    }
    if (space == OutputSpace.RESPONSE) {
      info.link().toResponse(out, k);
    }
  }
}
