package io.attest.explain.quality;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hipparchus.distribution.continuous.TDistribution;

/** Figures of single rows, put together. */
final class Figures {
  private Figures() {}

  /**
   * The mean with its interval.
   *
   * @param ofRows NaN for a row that it could not be measured on
   * @return empty if it could not be measured on any
   */
  static Optional<Quality.Figure> mean(String name, double[] ofRows, String note) {
    double[] known = Arrays.stream(ofRows).filter(v -> !Double.isNaN(v)).toArray();
    if (known.length == 0) {
      return Optional.empty();
    }
    double mean = Arrays.stream(known).sum() / known.length;
    double half = Double.NaN;
    if (known.length > 1) {
      double squares = Arrays.stream(known).map(v -> (v - mean) * (v - mean)).sum();
      half =
          new TDistribution(known.length - 1.0).inverseCumulativeProbability(0.975)
              * Math.sqrt(squares / (known.length - 1) / known.length);
    }
    return Optional.of(
        new Quality.Figure(name, mean, mean - half, mean + half, known.length, note));
  }

  static void add(List<Quality.Figure> to, String name, double[] ofRows, String note) {
    mean(name, ofRows, note).ifPresent(to::add);
  }
}
