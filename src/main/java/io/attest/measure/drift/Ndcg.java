package io.attest.measure.drift;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Whether features still rank as they did: the normalised discounted cumulative gain of the new
 * order, where a feature is worth what it was worth in the baseline. 1 if the order is the same;
 * what was important and falls back costs most. Features that rank alike share their places.
 *
 * @see <a href="https://doi.org/10.1145/582415.582418">Jarvelin and Kekalainen 2002, Cumulated
 *     Gain-Based Evaluation of IR Techniques</a>
 * @see <a href="https://arxiv.org/abs/2111.13657">Nigenda et al. 2022, Amazon SageMaker Model
 *     Monitor, where 0.90 is the limit of attribution drift</a>
 */
public final class Ndcg {
  private Ndcg() {}

  /**
   * Compares two orders.
   *
   * @param then mean absolute contribution in the baseline, by feature: what each is worth
   * @param now the same now: the order; features that one side lacks count as 0 there
   * @return 0 to 1; NaN if nothing was worth anything
   */
  public static double of(Map<String, Double> then, Map<String, Double> now) {
    double best = gain(then, then);
    return best > 0 ? gain(then, now) / best : Double.NaN;
  }

  private static double gain(Map<String, Double> worth, Map<String, Double> order) {
    TreeSet<String> features = new TreeSet<>(worth.keySet());
    features.addAll(order.keySet());
    List<String> sorted =
        features.stream()
            .sorted(Comparator.comparingDouble(f -> -order.getOrDefault(f, 0.0)))
            .toList();
    double sum = 0;
    for (int from = 0; from < sorted.size(); ) {
      int to = from;
      double worthHere = 0;
      double discount = 0;
      double figure = order.getOrDefault(sorted.get(from), 0.0);
      while (to < sorted.size() && order.getOrDefault(sorted.get(to), 0.0) == figure) {
        worthHere += worth.getOrDefault(sorted.get(to), 0.0);
        discount += Math.log(2) / Math.log(to + 2.0);
        to++;
      }
      sum += worthHere * discount / (to - from);
      from = to;
    }
    return sum;
  }
}
