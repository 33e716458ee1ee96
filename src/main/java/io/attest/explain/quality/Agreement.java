package io.attest.explain.quality;

import io.attest.explain.Importance;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hipparchus.stat.correlation.SpearmansCorrelation;

/**
 * Whether two methods put the features in the same order: the fact {@code explanation.agreement}.
 *
 * <p>Mean absolute contributions of two methods, or of one against what the loss needs each feature
 * for. They answer different questions, so that 1 is not to be expected; but where they disagree
 * widely, somebody should look why: features that stand in for each other, or a model that uses a
 * feature much and gains nothing by it.
 *
 * @param rankCorrelation Spearman's, -1 to 1; NaN with fewer than three features or where one
 *     method puts all features level
 * @param features number of features compared
 * @see <a href="https://arxiv.org/abs/2202.01602">Krishna et al. 2022, The Disagreement Problem in
 *     Explainable Machine Learning</a>
 */
public record Agreement(double rankCorrelation, int features) {

  /**
   * Compares the figures of two methods over the features that both speak of: a group of features
   * that only one of them knows is left out.
   */
  public static Agreement of(Map<String, Double> one, Map<String, Double> other) {
    List<String> common = one.keySet().stream().filter(other::containsKey).sorted().toList();
    double[] a = common.stream().mapToDouble(one::get).toArray();
    double[] b = common.stream().mapToDouble(other::get).toArray();
    return new Agreement(
        a.length < 3 ? Double.NaN : new SpearmansCorrelation().correlation(a, b), a.length);
  }

  /** What the loss needs each feature for; below 0 is chance and counts as 0: such are level. */
  public static Map<String, Double> figures(Importance importance) {
    Map<String, Double> figures = new HashMap<>();
    importance.items().forEach(i -> figures.put(i.feature(), Math.max(0, i.value())));
    return figures;
  }
}
