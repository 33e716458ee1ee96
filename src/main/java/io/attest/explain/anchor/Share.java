package io.attest.explain.anchor;

import org.hipparchus.distribution.continuous.BetaDistribution;

/** Bounds of a share of which {@code hits} of {@code n} draws were seen. */
final class Share {
  private Share() {}

  /** Kullback-Leibler distance of two coins. */
  private static double distance(double p, double q) {
    double a = p == 0 ? 0 : p * Math.log(p / q);
    double b = p == 1 ? 0 : (1 - p) * Math.log((1 - p) / (1 - q));
    return a + b;
  }

  /** The smallest share that is no further than {@code level / n} from what was seen. */
  static double low(long hits, long n, double level) {
    return bound(hits, n, level, 0);
  }

  /** The largest one. */
  static double high(long hits, long n, double level) {
    return bound(hits, n, level, 1);
  }

  private static double bound(long hits, long n, double level, double end) {
    if (n == 0) {
      return end;
    }
    double seen = (double) hits / n;
    double inside = seen;
    double outside = end;
    for (int i = 0; i < 40; i++) {
      double middle = (inside + outside) / 2;
      if (distance(seen, middle) <= level / n) {
        inside = middle;
      } else {
        outside = middle;
      }
    }
    return inside;
  }

  /** Ends of the exact interval (Clopper and Pearson), each of which is missed by delta / 2. */
  static double[] interval(long hits, long n, double delta) {
    return new double[] {
      hits == 0
          ? 0
          : new BetaDistribution(hits, n - hits + 1.0).inverseCumulativeProbability(delta / 2),
      hits == n
          ? 1
          : new BetaDistribution(hits + 1.0, n - hits).inverseCumulativeProbability(1 - delta / 2)
    };
  }
}
