package io.attest.explain.effect;

import io.attest.explain.tree.TreeCurves;
import io.attest.model.Batch;
import io.attest.model.Feature;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Where a curve is measured. Every point is a value that a row really has, a level that the model
 * knows, or a threshold of the model: never a number of months with a fraction.
 *
 * @param points ascending; empty if no row has a value
 */
record Grid(double[] points) {
  /** Outside these quantiles a numeric feature with many values is not asked about. */
  static final double FROM = 0.05;

  static final double TO = 0.95;

  /**
   * @param size most points of a numeric feature; a feature with no more distinct values gets all
   *     of them, one with more gets quantiles from {@link #FROM} to {@link #TO} at equal steps
   */
  static Grid of(Batch rows, int index, Feature feature, int size) {
    if (feature.categorical()) {
      return new Grid(IntStream.range(0, feature.levels().size()).asDoubleStream().toArray());
    }
    double[] present =
        IntStream.range(0, rows.rows())
            .mapToDouble(i -> rows.at(i, index) + 0.0)
            .filter(v -> !Double.isNaN(v))
            .sorted()
            .toArray();
    double[] distinct = Arrays.stream(present).distinct().toArray();
    if (distinct.length <= size) {
      return new Grid(distinct);
    }
    return new Grid(
        IntStream.range(0, size)
            .mapToDouble(
                g -> {
                  double share = size == 1 ? 0.5 : FROM + (TO - FROM) * g / (size - 1);
                  return present[(int) Math.rint(share * (present.length - 1))];
                })
            .distinct()
            .toArray());
  }

  /** A point on every step of a numeric feature of trees. */
  static Grid of(Batch rows, int index, TreeCurves curves) {
    double[] present =
        IntStream.range(0, rows.rows())
            .mapToDouble(i -> rows.at(i, index) + 0.0)
            .filter(v -> !Double.isNaN(v))
            .toArray();
    return new Grid(
        curves.points(
            index,
            Arrays.stream(present).min().orElse(Double.NaN),
            Arrays.stream(present).max().orElse(Double.NaN)));
  }

  /** Number of rows whose own value is nearest to each point; halfway counts for the lower. */
  int[] support(Batch rows, int index) {
    int[] support = new int[points.length];
    for (int i = 0; i < rows.rows(); i++) {
      int at = nearest(rows.at(i, index));
      if (at >= 0) {
        support[at]++;
      }
    }
    return support;
  }

  /** The point nearest to a value; -1 if there is no point or no value. */
  int nearest(double value) {
    if (Double.isNaN(value) || points.length == 0) {
      return -1;
    }
    int at = Arrays.binarySearch(points, value + 0.0);
    if (at >= 0) {
      return at;
    }
    int above = Math.min(points.length - 1, -at - 1);
    int below = Math.max(0, -at - 2);
    return points[above] - value < value - points[below] ? above : below;
  }
}
