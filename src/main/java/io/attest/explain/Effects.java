package io.attest.explain;

import java.util.Arrays;
import java.util.List;

/**
 * How the prediction goes with a feature, everything else as it is in the data.
 *
 * @param kind {@code pdp} (partial dependence) or {@code ale} (accumulated local effects)
 * @param curves one for each feature and output
 */
public record Effects(Provenance provenance, String kind, List<Curve> curves)
    implements Explanation {

  /** The kind of accumulated local effects. */
  public static final String ALE = "ale";

  /** A point with a larger share of its rows off the data is marked where it is shown. */
  public static final double OFF = 0.1;

  private static final double[] NONE = new double[0];

  /** True if the values are differences from the mean, not predictions. */
  public boolean accumulated() {
    return kind.equals(ALE);
  }

  public Effects {
    curves = List.copyOf(curves);
  }

  /**
   * One curve.
   *
   * @param feature name of the feature
   * @param output name of the output
   * @param labels for a categorical feature the levels, in the order of the points; else empty
   * @param grid where the curve is known: values of the feature, or level codes; ascending, but for
   *     the levels of {@code ale}, which are in the order in which they were accumulated
   * @param mean one a grid point: of {@code pdp} the mean prediction with the feature set to that
   *     value, of {@code ale} the accumulated effect, centred to a mean of 0 over the rows
   * @param support where it is small, the curve speaks of cases that hardly exist: of {@code pdp}
   *     the number of rows averaged over whose own value is nearest to that point; of {@code ale}
   *     the number of rows in the bin that begins there (0 at the last edge), or with that level
   * @param error standard error of each value over the rows, in the units of the values; empty if
   *     it was not measured
   * @param offManifold share of the synthetic rows behind each point, 0 to 1, that are farther from
   *     the data than 99 % of the data are from each other; NaN where no row that was looked at is
   *     moved to the point; empty if it was not measured
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
      double[] error,
      double[] offManifold,
      int[] iceRows,
      double[][] ice) {

    public Curve {
      labels = List.copyOf(labels);
      // Older records have neither.
      error = error == null ? NONE : error;
      offManifold = offManifold == null ? NONE : offManifold;
    }

    /** A curve of which neither errors nor shares off the data were measured. */
    public Curve(
        String feature,
        String output,
        List<String> labels,
        double[] grid,
        double[] mean,
        int[] support,
        int[] iceRows,
        double[][] ice) {
      this(feature, output, labels, grid, mean, support, NONE, NONE, iceRows, ice);
    }

    /** The same without the individual curves. */
    public Curve withoutIndividuals() {
      return new Curve(
          feature,
          output,
          labels,
          grid,
          mean,
          support,
          error,
          offManifold,
          new int[0],
          new double[0][]);
    }

    /** The largest share off the data over the points; NaN if it was not measured. */
    public double mostOffManifold() {
      return Arrays.stream(offManifold).filter(s -> !Double.isNaN(s)).max().orElse(Double.NaN);
    }

    /** True if a point has more than {@link #OFF} of its rows off the data. */
    public boolean off(int point) {
      return point < offManifold.length && offManifold[point] > OFF;
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
