package io.attest.explain.counterfactual;

import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.model.Batch;
import io.attest.model.Feature;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The rows of the data that are nearest to a case, by the distance that counterfactuals are
 * measured with: a sum over the features, of a number the difference in median absolute deviations,
 * of a category 1 (Gower's idea with a scale that outliers do not move). Immutable and thread-safe.
 *
 * @see <a href="https://doi.org/10.2307/2528823">Gower 1971, A General Coefficient of Similarity
 *     and Some of Its Properties</a>
 */
public final class Neighbours {
  private final Ruler ruler;
  private final Batch rows;
  private final Crowd crowd;

  private Neighbours(Ruler ruler, Batch rows, Crowd crowd) {
    this.ruler = ruler;
    this.rows = rows;
    this.crowd = crowd;
  }

  /**
   * A row that is near.
   *
   * @param row index in the data, from 0
   * @param distance sum of the parts of all features
   */
  public record Near(int row, double distance) {}

  /**
   * Looks at the data once.
   *
   * @param rows rows x features, at least one row
   * @param parameters of {@code counterfactuals}: {@code scale} and {@code one-of} count, others
   *     are not looked at
   * @throws IllegalArgumentException if these cannot be read
   */
  public static Neighbours of(List<Feature> features, Batch rows, Parameters parameters) {
    Rules rules = Rules.of(parameters, Ruler.of(features, rows));
    return new Neighbours(
        rules.ruler(), rows, Crowd.of(rules.ruler(), rules.units(), rows, 1, Progress.NONE));
  }

  /**
   * The nearest rows, nearest first; of those at one distance, the first.
   *
   * @param values of a case, one a feature; NaN is missing
   */
  public List<Near> nearest(double[] values, int most) {
    Comparator<Near> order = Comparator.comparingDouble(Near::distance).thenComparingInt(Near::row);
    PriorityQueue<Near> kept = new PriorityQueue<>(order.reversed());
    for (int i = 0; i < rows.rows(); i++) {
      double limit = kept.size() < most ? Double.POSITIVE_INFINITY : kept.element().distance();
      double distance = crowd.distance(values, rows.row(i), limit);
      if (distance < limit) {
        if (kept.size() == most) {
          kept.remove();
        }
        kept.add(new Near(i, distance));
      }
    }
    List<Near> sorted = new ArrayList<>(kept);
    sorted.sort(order);
    return sorted;
  }

  /**
   * Share of the data that lies at least as far from its nearest neighbour as these values do from
   * the nearest row: 1 is common, 0 unlike any row.
   */
  public double plausibility(double[] values) {
    return crowd.plausibility(values);
  }

  /** What it takes to get from one value of a feature to another. */
  public double part(int feature, double from, double to) {
    return ruler.part(feature, from, to);
  }

  /** Smallest value of a number in the data; NaN if all are missing. */
  public double low(int feature) {
    return ruler.low()[feature];
  }

  /** Largest value of a number in the data; NaN if all are missing. */
  public double high(int feature) {
    return ruler.high()[feature];
  }

  /** True if a level of a category occurs in the data. */
  public boolean occurs(int feature, int level) {
    return ruler.levels()[feature].get(level);
  }
}
