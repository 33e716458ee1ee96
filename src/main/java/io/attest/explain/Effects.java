package io.attest.explain;

import java.util.List;

/**
 * How the prediction goes with a feature, everything else as it is in the data.
 *
 * @param kind {@code pdp} (partial dependence); {@code ale} follows the same shape
 * @param curves one for each feature and output
 */
public record Effects(Provenance provenance, String kind, List<Curve> curves)
    implements Explanation {

  public Effects {
    curves = List.copyOf(curves);
  }

  /**
   * One curve.
   *
   * @param feature name of the feature
   * @param output name of the output
   * @param labels for a categorical feature the levels, in the order of the points; else empty
   * @param grid where the curve is known: values of the feature, or level codes; ascending
   * @param mean mean prediction with the feature set to that value, one a grid point
   * @param support number of rows averaged over whose own value is nearest to that point: where it
   *     is small, the curve speaks of cases that hardly exist
   * @param iceRows which of the rows the individual curves are of
   * @param ice individual curves, iceRows x grid
   */
  public record Curve(
      String feature,
      String output,
      List<String> labels,
      double[] grid,
      double[] mean,
      int[] support,
      int[] iceRows,
      double[][] ice) {

    public Curve {
      labels = List.copyOf(labels);
    }

    public boolean categorical() {
      return !labels.isEmpty();
    }

    /** Largest minus smallest mean. */
    public double range() {
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      for (double m : mean) {
        min = Math.min(min, m);
        max = Math.max(max, m);
      }
      return mean.length == 0 ? 0 : max - min;
    }

    /**
     * How far the curve goes one way: (sum of rises - sum of falls) / (sum of both), so 1 always
     * rises, -1 always falls, and a flat curve is 0.
     */
    public double direction() {
      double up = 0;
      double down = 0;
      for (int g = 1; g < mean.length; g++) {
        double step = mean[g] - mean[g - 1];
        up += Math.max(0, step);
        down += Math.max(0, -step);
      }
      return up + down == 0 ? 0 : (up - down) / (up + down);
    }
  }
}
