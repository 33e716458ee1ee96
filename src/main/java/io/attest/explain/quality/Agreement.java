package io.attest.explain.quality;

import io.attest.explain.Attribution;
import io.attest.explain.Importance;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
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
    Map<String, Double> contributions = new HashMap<>();
    for (int k = 0; k < attribution.outputs().size(); k++) {
      double[] mean = attribution.meanAbsolute(k);
      for (int j = 0; j < mean.length; j++) {
        contributions.merge(attribution.features().get(j), mean[j], Double::sum);
      }
    }
    return of(contributions, importance);
  }

  /**
   * The same from the mean absolute contribution of each feature.
   *
   * @throws IllegalArgumentException if the two are about different features
   */
  public static Agreement of(Map<String, Double> contributions, Importance importance) {
    List<Importance.Item> items = importance.items();
    if (items.size() != contributions.size()
        || !items.stream().allMatch(i -> contributions.containsKey(i.feature()))) {
      throw new IllegalArgumentException(
          "The attribution is about "
              + new TreeSet<>(contributions.keySet())
              + ", the importance about "
              + items.stream().map(Importance.Item::feature).toList()
              + ". Maybe they are of two models.");
    }
    double[] adds = items.stream().mapToDouble(i -> contributions.get(i.feature())).toArray();
    double[] needs = items.stream().mapToDouble(i -> Math.max(0, i.value())).toArray();
    return new Agreement(
        items.size() < 3 ? Double.NaN : new SpearmansCorrelation().correlation(adds, needs),
        items.size());
  }
}
