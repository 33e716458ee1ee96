package io.attest.explain.influence;

import io.attest.explain.TestInfluence;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import org.hipparchus.stat.correlation.PearsonsCorrelation;
import org.hipparchus.stat.correlation.SpearmansCorrelation;

/** Computed changes beside real ones. */
final class Comparison {
  private final List<double[]> said = new ArrayList<>();
  private final List<double[]> real = new ArrayList<>();

  /** The changes of all tests for one left-out row; what is NaN on either side is not compared. */
  void add(double[] computed, double[] happened) {
    said.add(computed);
    real.add(happened);
  }

  /**
   * The outcome; empty if nothing was compared.
   *
   * @param against in words what was done without the rows
   */
  Optional<TestInfluence.Validation> of(String against, boolean retrained) {
    List<double[]> pairs = new ArrayList<>();
    double error = 0;
    double largest = 0;
    for (int r = 0; r < said.size(); r++) {
      for (int t = 0; t < said.get(r).length; t++) {
        double a = said.get(r)[t];
        double b = real.get(r)[t];
        if (!Double.isNaN(a) && !Double.isNaN(b)) {
          pairs.add(new double[] {a, b});
          error = Math.max(error, Math.abs(a - b));
          largest = Math.max(largest, Math.abs(b));
        }
      }
    }
    if (pairs.isEmpty()) {
      return Optional.empty();
    }
    double[] a = pairs.stream().mapToDouble(p -> p[0]).toArray();
    double[] b = pairs.stream().mapToDouble(p -> p[1]).toArray();
    boolean few = a.length < 2;
    return Optional.of(
        new TestInfluence.Validation(
            against,
            retrained,
            said.size(),
            few ? Double.NaN : new PearsonsCorrelation().correlation(a, b),
            few ? Double.NaN : new SpearmansCorrelation().correlation(a, b),
            error,
            largest));
  }

  /** A sentence for the notes. */
  static String sentence(TestInfluence.Validation v) {
    return String.format(
        Locale.ROOT,
        "%d training rows, at equal steps from the strongest to the weakest, were left out one at a"
            + " time and %s: the changes for single audit rows have a correlation of %.4f with"
            + " those computed here (of ranks %.4f); the largest is %.3g, the largest miss %.3g.",
        v.rows(),
        v.against(),
        v.pearson(),
        v.spearman(),
        v.largestChange(),
        v.largestError());
  }

  /** {@code count} members of a ranking at equal steps, first and last among them. */
  static int[] spaced(List<Integer> ranking, int count) {
    TreeSet<Integer> places = new TreeSet<>();
    int last = ranking.size() - 1;
    for (int c = 0; c < count && last >= 0; c++) {
      places.add(count == 1 ? 0 : (int) Math.rint((double) c * last / (count - 1)));
    }
    return places.stream().mapToInt(ranking::get).toArray();
  }
}
