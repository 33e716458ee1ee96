package io.attest.explain.influence;

import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.LinearModel;
import io.attest.model.Link;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A linear model whose terms are the intercept and each feature as it is. */
record PlainLinearModel(
    ModelInfo info, double[] coefficients, double l2, boolean interceptPenalised)
    implements LinearModel {

  static PlainLinearModel of(Link link, List<String> names, double[] coefficients, double l2) {
    return new PlainLinearModel(
        new ModelInfo(
            "plain",
            "",
            link == Link.LOGIT ? Task.BINARY : Task.REGRESSION,
            names.stream().map(Feature::numeric).toList(),
            List.of("out"),
            link,
            "0".repeat(64)),
        coefficients,
        l2,
        false);
  }

  PlainLinearModel with(double[] others) {
    return new PlainLinearModel(info, others, l2, interceptPenalised);
  }

  @Override
  public int[] termFeatures() {
    return IntStream.range(-1, coefficients.length - 1).toArray();
  }

  @Override
  public List<String> termNames() {
    List<String> names = new ArrayList<>(List.of("(intercept)"));
    names.addAll(info.featureNames());
    return names;
  }

  @Override
  public void design(Batch rows, double[] out) {
    int q = coefficients.length;
    for (int i = 0; i < rows.rows(); i++) {
      out[i * q] = 1;
      for (int j = 1; j < q; j++) {
        out[i * q + j] = rows.at(i, j - 1);
      }
    }
  }

  @Override
  public void predict(Batch rows, OutputSpace space, double[] out) {
    for (int i = 0; i < rows.rows(); i++) {
      out[i] = coefficients[0];
      for (int j = 1; j < coefficients.length; j++) {
        out[i] += coefficients[j] * rows.at(i, j - 1);
      }
    }
    if (space == OutputSpace.RESPONSE) {
      info.link().toResponse(out, 1);
    }
  }
}
