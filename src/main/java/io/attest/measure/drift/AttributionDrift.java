package io.attest.measure.drift;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How what the model rests on has changed.
 *
 * @param method the explainer
 * @param output the output that the figures are of
 * @param how what was compared with what, in words
 * @param ndcg see {@link Ndcg}
 * @param features the largest change of share first
 */
public record AttributionDrift(
    String method, String output, String how, double ndcg, List<Feature> features) {

  public AttributionDrift {
    features = List.copyOf(features);
  }

  /**
   * One feature, or group of features.
   *
   * @param then mean absolute contribution then, in the space of the contributions
   * @param now the same now
   * @param shareThen of the sum over all features
   * @param shareNow the same now
   * @param rankThen from 1; features alike in order of their names
   * @param shift of the distribution of its contributions
   */
  public record Feature(
      String name,
      double then,
      double now,
      double shareThen,
      double shareNow,
      int rankThen,
      int rankNow,
      Shift shift) {

    /** Change of the share: above 0 the model rests more on it. */
    public double change() {
      return shareNow - shareThen;
    }
  }

  /**
   * Compares contributions.
   *
   * @param then by feature, one number a row, to one output
   * @param now the same now; need be neither the same rows nor as many
   */
  public static AttributionDrift of(
      String method,
      String output,
      String how,
      Map<String, double[]> then,
      Map<String, double[]> now) {
    Map<String, Double> a = meanAbsolute(then);
    Map<String, Double> b = meanAbsolute(now);
    Map<String, Integer> rankA = ranks(a);
    Map<String, Integer> rankB = ranks(b);
    TreeSet<String> both = new TreeSet<>(a.keySet());
    both.retainAll(b.keySet());
    double sumA = sum(a);
    double sumB = sum(b);
    List<Feature> features =
        both.stream()
            .map(
                f ->
                    new Feature(
                        f,
                        a.get(f),
                        b.get(f),
                        sumA == 0 ? 0 : a.get(f) / sumA,
                        sumB == 0 ? 0 : b.get(f) / sumB,
                        rankA.get(f),
                        rankB.get(f),
                        Shifts.ofNumbers(f, then.get(f), now.get(f), both.size())))
            .sorted(Comparator.comparingDouble(f -> -Math.abs(f.change())))
            .toList();
    return new AttributionDrift(method, output, how, Ndcg.of(a, b), features);
  }

  private static Map<String, Double> meanAbsolute(Map<String, double[]> values) {
    Map<String, Double> means = new TreeMap<>();
    values.forEach(
        (feature, v) ->
            means.put(feature, java.util.Arrays.stream(v).map(Math::abs).average().orElse(0)));
    return means;
  }

  private static double sum(Map<String, Double> figures) {
    return figures.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  private static Map<String, Integer> ranks(Map<String, Double> figures) {
    Map<String, Integer> ranks = new TreeMap<>();
    figures.keySet().stream()
        .sorted(Comparator.comparingDouble(f -> -figures.get(f)))
        .forEach(f -> ranks.put(f, ranks.size() + 1));
    return ranks;
  }
}
