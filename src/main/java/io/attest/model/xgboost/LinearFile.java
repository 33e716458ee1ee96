package io.attest.model.xgboost;

import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import io.attest.model.Link;
import io.attest.model.Task;
import io.attest.model.json.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * A linear model ({@code gblinear}): raw output = intercept + sum of weight x number. A missing
 * number adds nothing, as if it were 0.
 *
 * <p>The file does not keep the penalties of the fit.
 *
 * @param format {@code xgboost-json} or {@code xgboost-ubj}
 * @param version of the library that wrote the file; empty if the file does not say
 * @param features all numeric
 * @param named true if the file itself names the features
 * @param intercept the base score in raw space and the bias together
 * @param weights one a feature
 */
public record LinearFile(
    String format,
    String version,
    Task task,
    Link link,
    List<Feature> features,
    boolean named,
    double intercept,
    double[] weights) {

  static LinearFile of(Learner learner) {
    int p = learner.features();
    String file = learner.root().file();
    if (!learner.linear()) {
      throw new InvalidModelException(file + " holds trees, not weights.");
    }
    if (learner.outputs() > 1) {
      throw new InvalidModelException(
          file
              + " is a linear model (gblinear) with "
              + learner.outputs()
              + " outputs, which is not supported. Maybe train one model an output, or trees"
              + " (booster gbtree).");
    }
    Node where = learner.gradientBooster().at("model").at("weights");
    double[] written = where.numbers();
    if (written.length != p + 1) {
      throw where.wrong("has " + written.length + " numbers where " + (p + 1) + " fit");
    }
    List<Feature> features = new ArrayList<>();
    double[] weights = new double[p];
    for (int j = 0; j <= p; j++) {
      if (!Double.isFinite(written[j])) {
        throw where.wrong("has the weight " + written[j] + " at place " + j);
      }
    }
    for (int j = 0; j < p; j++) {
      if (learner.categorical(j)) {
        throw new InvalidModelException(
            file
                + ": the feature "
                + learner.name(j)
                + " is categorical, which a linear model (gblinear) has no weights for. Maybe code"
                + " it as numbers before training, or train trees (booster gbtree).");
      }
      features.add(Feature.numeric(learner.name(j)));
      weights[j] = written[j];
    }
    return new LinearFile(
        learner.format(),
        learner.version(),
        learner.objective().task(),
        learner.objective().link(),
        List.copyOf(features),
        !learner.names().isEmpty(),
        learner.base()[0] + written[p],
        weights);
  }
}
