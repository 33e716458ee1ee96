package io.attest.explain.effect;

import io.attest.model.Batch;
import io.attest.model.Feature;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;

/**
 * An order of the levels of a category in which neighbours are alike in everything else, so that a
 * row that moves to the next level stays near the data.
 *
 * <p>Two levels differ by the sum over all other features of how differently these are distributed
 * among their rows: Kolmogorov and Smirnov's distance of a number (looked at on 100 quantiles if it
 * has more values), half the sum of differences in frequency of a category. The levels are laid out
 * on a line by classical scaling of these distances; of its two ends the one nearer to the level
 * that the model names first comes first. Levels that no row has are left out.
 *
 * @see <a href="https://doi.org/10.1111/rssb.12377">Apley and Zhu 2020, Visualizing the Effects of
 *     Predictor Variables in Black Box Supervised Learning Models</a>, appendix E
 */
final class LevelOrder {
  /** More levels stay as the model lists them: the distances of all pairs would cost too much. */
  static final int MOST = 200;

  private static final int QUANTILES = 100;

  private final List<Feature> features;

  LevelOrder(List<Feature> features) {
    this.features = features;
  }

  /** Codes of the levels that some row has, in order. */
  double[] of(Batch rows, int index, int levels) {
    int[] count = new int[levels];
    int[] level = new int[rows.rows()];
    for (int i = 0; i < level.length; i++) {
      double value = rows.at(i, index);
      level[i] = value >= 0 && value < levels && value == Math.rint(value) ? (int) value : -1;
      if (level[i] >= 0) {
        count[level[i]]++;
      }
    }
    int[] present = IntStream.range(0, levels).filter(l -> count[l] > 0).toArray();
    if (present.length < 3 || present.length > MOST) {
      return Arrays.stream(present).asDoubleStream().toArray();
    }
    double[][] distance = new double[present.length][present.length];
    for (int j = 0; j < rows.features(); j++) {
      if (j != index) {
        add(distance, shares(rows, j, level, levels), present, features.get(j).categorical());
      }
    }
    double[] place = line(distance);
    return IntStream.range(0, present.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer l) -> place[l]).thenComparing(l -> l))
        .mapToDouble(l -> present[l])
        .toArray();
  }

  /** For each level the share of its rows with each value of a feature, or up to each. */
  private double[][] shares(Batch rows, int feature, int[] level, int levels) {
    boolean categorical = features.get(feature).categorical();
    double[] points =
        IntStream.range(0, level.length)
            .mapToDouble(i -> rows.at(i, feature) + 0.0)
            .filter(v -> !Double.isNaN(v))
            .sorted()
            .toArray();
    double[] distinct = Arrays.stream(points).distinct().toArray();
    if (!categorical && distinct.length > QUANTILES) {
      distinct =
          IntStream.range(0, QUANTILES)
              .mapToDouble(q -> points[(int) ((long) q * (points.length - 1) / (QUANTILES - 1))])
              .distinct()
              .toArray();
    }
    double[][] share = new double[levels][distinct.length];
    int[] total = new int[levels];
    for (int i = 0; i < level.length; i++) {
      double value = rows.at(i, feature);
      if (level[i] >= 0 && !Double.isNaN(value)) {
        int at = Arrays.binarySearch(distinct, value + 0.0);
        share[level[i]][at >= 0 ? at : -at - 1]++;
        total[level[i]]++;
      }
    }
    for (int l = 0; l < levels; l++) {
      for (int v = 0; v < distinct.length; v++) {
        share[l][v] = total[l] == 0 ? Double.NaN : share[l][v] / total[l];
        if (!categorical && v > 0) {
          share[l][v] += share[l][v - 1];
        }
      }
    }
    return share;
  }

  /** A feature that a level does not know at all tells nothing of its distance. */
  private static void add(
      double[][] distance, double[][] share, int[] present, boolean categorical) {
    for (int a = 0; a < present.length; a++) {
      for (int b = 0; b < a; b++) {
        double sum = 0;
        double most = 0;
        for (int v = 0; v < share[0].length; v++) {
          double d = Math.abs(share[present[a]][v] - share[present[b]][v]);
          sum += d;
          most = Math.max(most, d);
        }
        double d = categorical ? sum / 2 : most;
        distance[a][b] += Double.isNaN(d) ? 0 : d;
        distance[b][a] = distance[a][b];
      }
    }
  }

  /** Classical multidimensional scaling to one dimension. */
  private static double[] line(double[][] distance) {
    int n = distance.length;
    double[][] inner = new double[n][n];
    double[] mean = new double[n];
    for (int a = 0; a < n; a++) {
      for (int b = 0; b < n; b++) {
        inner[a][b] = -distance[a][b] * distance[a][b] / 2;
        mean[a] += inner[a][b] / n;
      }
    }
    double all = Arrays.stream(mean).sum() / n;
    for (int a = 0; a < n; a++) {
      for (int b = 0; b < n; b++) {
        inner[a][b] += all - mean[a] - mean[b];
      }
    }
    var eigen = new EigenDecompositionSymmetric(MatrixUtils.createRealMatrix(inner));
    if (eigen.getEigenvalue(0) < 1e-12) {
      return new double[n];
    }
    double[] place = eigen.getEigenvector(0).toArray();
    // Alike to rounding is alike: else their order would be that of the rounding.
    for (int a = 0; a < n; a++) {
      place[a] = Math.rint(place[a] * 1e9);
    }
    double first = Arrays.stream(place).filter(v -> v != 0).findFirst().orElse(-1);
    return Arrays.stream(place).map(v -> first > 0 ? -v : v).toArray();
  }
}
