package io.attest.explain.counterfactual;

import io.attest.model.Batch;
import io.attest.model.Feature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * What the data say about each feature: how far one usually is from another, from where to where
 * values go, how finely they are written.
 *
 * @param features the model's inputs
 * @param scale what counts as a distance of 1: for a number the median absolute deviation, or where
 *     that is 0 the mean absolute one, or where that is 0 too, 1; for a category unused
 * @param centre median of a number
 * @param low smallest value in the data; NaN if all are missing
 * @param high largest value
 * @param decimals how many a number is written with: 0 if all are whole, -1 if more than six
 * @param levels of a category, those that occur
 * @param flat names of the numbers whose median absolute deviation is 0
 */
record Ruler(
    List<Feature> features,
    double[] scale,
    double[] centre,
    double[] low,
    double[] high,
    int[] decimals,
    BitSet[] levels,
    List<String> flat) {

  private static final int MOST_DECIMALS = 6;

  static Ruler of(List<Feature> features, Batch rows) {
    int p = features.size();
    double[] scale = new double[p];
    double[] centre = new double[p];
    double[] low = new double[p];
    double[] high = new double[p];
    int[] decimals = new int[p];
    BitSet[] levels = new BitSet[p];
    List<String> flat = new ArrayList<>();
    for (int j = 0; j < p; j++) {
      int f = j;
      double[] known =
          java.util.stream.IntStream.range(0, rows.rows())
              .mapToDouble(i -> rows.at(i, f))
              .filter(v -> !Double.isNaN(v))
              .sorted()
              .toArray();
      scale[j] = 1;
      levels[j] = new BitSet();
      centre[j] = median(known);
      low[j] = known.length == 0 ? Double.NaN : known[0];
      high[j] = known.length == 0 ? Double.NaN : known[known.length - 1];
      if (features.get(j).categorical()) {
        Arrays.stream(known).forEach(v -> levels[f].set((int) v));
      } else if (known.length > 0) {
        decimals[j] = decimals(known);
        double[] away = Arrays.stream(known).map(v -> Math.abs(v - centre[f])).sorted().toArray();
        scale[j] = median(away);
        if (scale[j] == 0) {
          flat.add(features.get(j).name());
          double mean = Arrays.stream(away).sum() / away.length;
          scale[j] = mean == 0 ? 1 : mean;
        }
      }
    }
    return new Ruler(features, scale, centre, low, high, decimals, levels, flat);
  }

  private static double median(double[] sorted) {
    int n = sorted.length;
    return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }

  /** Numbers may have gone through 32 bits, so that 35.6 is 35.599998. */
  private static int decimals(double[] values) {
    for (int d = 0; d <= MOST_DECIMALS; d++) {
      double factor = Math.pow(10, d);
      boolean all = true;
      for (double v : values) {
        double scaled = v * factor;
        double off = Math.abs(scaled - Math.rint(scaled));
        if (off > (d == 0 ? 0 : Math.min(0.01, 1e-7 * Math.max(1, Math.abs(scaled))))) {
          all = false;
          break;
        }
      }
      if (all) {
        return d;
      }
    }
    return -1;
  }

  /** What it takes to go from one value of a feature to another; 1 from or to a missing one. */
  double part(int feature, double from, double to) {
    if (Double.isNaN(from) || Double.isNaN(to)) {
      return Double.isNaN(from) && Double.isNaN(to) ? 0 : 1;
    }
    if (features.get(feature).categorical()) {
      return from == to ? 0 : 1;
    }
    return Math.abs(to - from) / scale[feature];
  }

  boolean whole(int feature) {
    return !features.get(feature).categorical() && decimals[feature] == 0;
  }
}
