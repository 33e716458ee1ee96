package io.attest.explain.quality;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.hipparchus.stat.correlation.KendallsCorrelation;
import org.hipparchus.stat.correlation.SpearmansCorrelation;

/**
 * How alike two explanations of one row are. Figures of features, in the same order; their size is
 * their absolute value.
 *
 * @see <a href="https://arxiv.org/abs/2202.01602">Krishna et al. 2022, The Disagreement Problem in
 *     Explainable Machine Learning</a>
 */
public final class Ranks {
  private Ranks() {}

  /** How many features count as the important ones of {@code n}: five, or half if they are few. */
  public static int top(int n) {
    return Math.min(5, (n + 1) / 2);
  }

  /** The {@code k} largest by absolute value, largest first; the first of equal ones; never a 0. */
  public static int[] largest(double[] values, int k) {
    return IntStream.range(0, values.length)
        .filter(j -> values[j] != 0)
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer j) -> -Math.abs(values[j])).thenComparing(j -> j))
        .limit(k)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * Jaccard overlap of the important features of two explanations, 0 to 1; 1 if neither has any.
   */
  public static double topOverlap(double[] one, double[] other) {
    int[] a = largest(one, top(one.length));
    int[] b = largest(other, top(other.length));
    long common = IntStream.of(a).filter(j -> IntStream.of(b).anyMatch(i -> i == j)).count();
    long either = a.length + b.length - common;
    return either == 0 ? 1 : (double) common / either;
  }

  /** Cosine of the angle between two explanations; 1 if both are 0, and 0 if one of them is. */
  public static double cosine(double[] one, double[] other) {
    double product = 0;
    double a = 0;
    double b = 0;
    for (int j = 0; j < one.length; j++) {
      product += one[j] * other[j];
      a += one[j] * one[j];
      b += other[j] * other[j];
    }
    if (a == 0 || b == 0) {
      return a == b ? 1 : 0;
    }
    return product / Math.sqrt(a) / Math.sqrt(b);
  }

  /**
   * Kendall's tau-b of the sizes, -1 to 1; NaN with fewer than two features or where one has all
   * level; 1 where both have.
   */
  public static double kendall(double[] one, double[] other) {
    double[] a = sizes(one);
    double[] b = sizes(other);
    if (a.length < 2) {
      return Double.NaN;
    }
    if (level(a) && level(b)) {
      return 1;
    }
    return new KendallsCorrelation().correlation(a, b);
  }

  /**
   * Spearman's correlation of the sizes, -1 to 1; NaN with fewer than three features or where one
   * has all level; 1 where both have.
   */
  public static double spearman(double[] one, double[] other) {
    double[] a = sizes(one);
    double[] b = sizes(other);
    if (a.length < 3) {
      return Double.NaN;
    }
    return level(a) && level(b) ? 1 : new SpearmansCorrelation().correlation(a, b);
  }

  /**
   * Share of all pairs of features that both put in the same order of size; NaN for one feature.
   */
  public static double pairs(double[] one, double[] other) {
    double[] a = sizes(one);
    double[] b = sizes(other);
    int same = 0;
    int all = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = i + 1; j < a.length; j++) {
        all++;
        same += Double.compare(a[i], a[j]) == Double.compare(b[i], b[j]) ? 1 : 0;
      }
    }
    return all == 0 ? Double.NaN : (double) same / all;
  }

  static double[] sizes(double[] values) {
    return IntStream.range(0, values.length).mapToDouble(j -> Math.abs(values[j])).toArray();
  }

  static boolean level(double[] values) {
    return IntStream.range(1, values.length).allMatch(j -> values[j] == values[0]);
  }
}
