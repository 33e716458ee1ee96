package io.attest.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Holds scores against outcomes, group by group, in bins that are the same for every group: a fifth
 * of all labelled rows each, as far as equal scores allow.
 *
 * @see <a href="https://doi.org/10.1609/aaai.v29i1.9602">Naeini, Cooper and Hauskrecht 2015</a>
 * @see <a href="https://arxiv.org/abs/1609.05807">Kleinberg, Mullainathan and Raghavan 2016,
 *     calibration within groups</a>
 */
final class GroupCalibration {
  private static final int BINS = 5;

  private final Decided decided;

  /** Smallest score of each bin but the first, ascending. */
  private final double[] edges;

  GroupCalibration(Decided decided) {
    this.decided = decided;
    double[] sorted =
        IntStream.range(0, decided.scores().length)
            .filter(i -> !Double.isNaN(decided.outcomes()[i]))
            .mapToDouble(i -> decided.scores()[i])
            .sorted()
            .toArray();
    edges =
        sorted.length == 0
            ? new double[0]
            : IntStream.range(1, BINS)
                .mapToDouble(b -> sorted[(int) ((long) b * sorted.length / BINS)])
                .distinct()
                .toArray();
  }

  /** Of these rows; absent if none of them has a label. */
  Optional<Fairness.Calibration> of(int[] rows) {
    int[] known = Arrays.stream(rows).filter(i -> !Double.isNaN(decided.outcomes()[i])).toArray();
    int n = known.length;
    if (n == 0) {
      return Optional.empty();
    }
    double[] predicted = new double[edges.length + 1];
    double[] observed = new double[predicted.length];
    double[] variance = new double[predicted.length];
    double[] from = new double[predicted.length];
    double[] to = new double[predicted.length];
    int[] count = new int[predicted.length];
    Arrays.fill(from, Double.POSITIVE_INFINITY);
    Arrays.fill(to, Double.NEGATIVE_INFINITY);
    for (int i : known) {
      double score = decided.scores()[i];
      int b = bin(score);
      predicted[b] += score;
      observed[b] += decided.outcomes()[i];
      variance[b] += score * (1 - score);
      from[b] = Math.min(from[b], score);
      to[b] = Math.max(to[b], score);
      count[b]++;
    }
    double error = 0;
    double byChance = 0;
    List<Performance.Bin> bins = new ArrayList<>();
    for (int b = 0; b < count.length; b++) {
      if (count[b] > 0) {
        error += Math.abs(predicted[b] - observed[b]) / n;
        // Mean distance of a normal number from its mean: sqrt(2 / pi) standard deviations.
        byChance += Math.sqrt(2 / Math.PI * variance[b]) / n;
        bins.add(
            new Performance.Bin(
                from[b], to[b], count[b], predicted[b] / count[b], observed[b] / count[b]));
      }
    }
    return Optional.of(
        new Fairness.Calibration(
            n,
            Arrays.stream(predicted).sum() / n,
            Arrays.stream(observed).sum() / n,
            gap(known),
            error,
            decided.probability() ? byChance : Double.NaN,
            bins));
  }

  private Estimate gap(int[] known) {
    int n = known.length;
    double mean =
        Arrays.stream(known).mapToDouble(i -> decided.outcomes()[i] - decided.scores()[i]).sum()
            / n;
    double squares =
        Arrays.stream(known)
            .mapToDouble(i -> decided.outcomes()[i] - decided.scores()[i] - mean)
            .map(d -> d * d)
            .sum();
    return n < 2 ? Estimate.without(mean) : Estimate.normal(mean, Math.sqrt(squares / (n - 1) / n));
  }

  private int bin(double score) {
    int b = 0;
    while (b < edges.length && score >= edges[b]) {
      b++;
    }
    return b;
  }
}
