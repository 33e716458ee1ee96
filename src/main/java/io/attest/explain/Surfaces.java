package io.attest.explain;

import java.util.List;

/**
 * How the prediction goes with two features together, and for which pairs that is more than what
 * each does alone.
 *
 * @param pairs every pair that shares a tree, strongest first
 * @param surfaces of the strongest pairs, or of those asked for
 */
public record Surfaces(Provenance provenance, List<Pair> pairs, List<Surface> surfaces)
    implements Explanation {

  public Surfaces {
    pairs = List.copyOf(pairs);
    surfaces = List.copyOf(surfaces);
  }

  /**
   * How far two features depend on each other in the model.
   *
   * @param size root mean square of what their joint partial dependence has beyond the sum of the
   *     two, in raw space
   * @param h2 Friedman's H squared in raw space: the share of the variance of the joint partial
   *     dependence that the sum of the two does not explain; NaN where it has no variance
   */
  public record Pair(String first, String second, String output, double size, double h2) {}

  /**
   * Mean predictions over a grid of two features.
   *
   * @param h2 Friedman's H squared in the space of the provenance
   * @param firstLabels levels if the first feature is categorical; else empty
   * @param mean first grid x second grid
   * @param support number of rows whose own values are nearest to each point, in the same shape
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
      int[][] support) {

    public Surface {
      firstLabels = List.copyOf(firstLabels);
      secondLabels = List.copyOf(secondLabels);
    }
  }
}
