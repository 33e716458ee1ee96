package io.attest.explain;

import java.util.List;

/**
 * How the prediction goes with two features together, and for which pairs that is more than what
 * each does alone.
 *
 * @param pairs the pairs that were measured, strongest first; the engine and the notes of the
 *     provenance say which
 * @param surfaces of the strongest pairs, or of those asked for
 */
public record Surfaces(Provenance provenance, List<Pair> pairs, List<Surface> surfaces)
    implements Explanation {

  public Surfaces {
    pairs = List.copyOf(pairs);
    surfaces = List.copyOf(surfaces);
  }

  /**
   * How far two features depend on each other in the model: for partial dependence of trees in raw
   * space, else in the space of the provenance.
   *
   * @param size root mean square, over the rows, of what their joint function has beyond the sum of
   *     the two
   * @param h2 the share of the variance of the joint function that the sum of the two does not
   *     explain, for partial dependence Friedman's H squared; NaN where it has no variance
   */
  public record Pair(String first, String second, String output, double size, double h2) {}

  /**
   * A function over a grid of two features: mean predictions, or of {@code ale-2d} what the two add
   * together beyond what each adds alone, centred to a mean of 0 over the rows.
   *
   * @param h2 as of a pair, in the space of the provenance
   * @param firstLabels levels if the first feature is categorical; else empty
   * @param mean first grid x second grid
   * @param support number of rows whose own values are nearest to each point, in the same shape; of
   *     {@code ale-2d} rows in the cells that touch the point
   * @param offManifold share of the synthetic rows behind each point that are off the data, in the
   *     same shape; empty if it was not measured
   */
  public record Surface(
      String first,
      String second,
      String output,
      double h2,
      List<String> firstLabels,
      List<String> secondLabels,
      double[] firstGrid,
      double[] secondGrid,
      double[][] mean,
      int[][] support,
      double[][] offManifold) {

    public Surface {
      firstLabels = List.copyOf(firstLabels);
      secondLabels = List.copyOf(secondLabels);
      // Older records do not have it.
      offManifold = offManifold == null ? new double[0][] : offManifold;
    }

    /** A surface of which no shares off the data were measured. */
    public Surface(
        String first,
        String second,
        String output,
        double h2,
        List<String> firstLabels,
        List<String> secondLabels,
        double[] firstGrid,
        double[] secondGrid,
        double[][] mean,
        int[][] support) {
      this(
          first,
          second,
          output,
          h2,
          firstLabels,
          secondLabels,
          firstGrid,
          secondGrid,
          mean,
          support,
          new double[0][]);
    }
  }
}
