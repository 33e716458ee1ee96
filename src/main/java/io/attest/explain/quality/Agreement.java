package io.attest.explain.quality;

import io.attest.explain.Attribution;
import io.attest.explain.Importance;
import java.util.HashMap;
import java.util.Map;
import org.hipparchus.stat.correlation.SpearmansCorrelation;

/**
 * Whether two methods put the features in the same order: the fact {@code explanation.agreement}.
 *
 * <p>One is the mean absolute contribution of each feature, the other what the loss needs it for.
 * They answer different questions, so that 1 is not to be expected; but where they disagree widely,
 * somebody should look why: features that stand in for each other, or a model that uses a feature
 * much and gains nothing by it.
 *
 * @param rankCorrelation Spearman's, -1 to 1; NaN with fewer than three features or where one
 *     method puts all features level
 * @param features number of features compared
 * @see <a href="https://arxiv.org/abs/2202.01602">Krishna et al. 2022, The Disagreement Problem in
 *     Explainable Machine Learning</a>
 */
public record Agreement(double rankCorrelation, int features) {

  /**
   * Compares the two rankings. Contributions of several outputs are added; an importance below 0 is
   * chance and counts as 0, so that such features are level.
   *
   * @throws IllegalArgumentException if the two are about different features
   */
  public static Agreement of(Attribution attribution, Importance importance) {
    Map<String, Double> items = new HashMap<>();
    importance.items().forEach(i -> items.put(i.feature(), Math.max(0, i.value())));
    if (!items.keySet().equals(new java.util.HashSet<>(attribution.features()))) {
      throw new IllegalArgumentException(
          "The attribution is about "
              + attribution.features()
              + ", the importance about "
              + importance.items().stream().map(Importance.Item::feature).toList()
              + ". Maybe they are of two models.");
    }
    int p = attribution.features().size();
    double[] contributions = new double[p];
    for (int k = 0; k < attribution.outputs().size(); k++) {
      double[] mean = attribution.meanAbsolute(k);
      for (int j = 0; j < p; j++) {
        contributions[j] += mean[j];
      }
    }
    double[] needs = attribution.features().stream().mapToDouble(items::get).toArray();
    return new Agreement(
        p < 3 ? Double.NaN : new SpearmansCorrelation().correlation(contributions, needs), p);
  }
}
