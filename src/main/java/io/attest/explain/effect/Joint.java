package io.attest.explain.effect;

import static org.hipparchus.stat.StatUtils.populationVariance;

import io.attest.explain.Progress;
import io.attest.explain.Surfaces;
import io.attest.explain.Units;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.ModelInfo;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** The joint partial dependence of two features. */
final class Joint {
  private final Means means;
  private final ModelInfo info;
  private final Batch rows;
  private final int first;
  private final int second;
  private final int threads;

  Joint(Means means, ModelInfo info, Batch rows, int first, int second, int threads) {
    this.means = means;
    this.info = info;
    this.rows = rows;
    this.first = first;
    this.second = second;
    this.threads = threads;
  }

  /**
   * The surface of an output.
   *
   * @param h2 of this pair and output
   * @param size most points of a numeric feature
   */
  Surfaces.Surface surface(
      int output, double h2, int size, Optional<Manifold> manifold, Progress progress) {
    Feature a = info.features().get(first);
    Feature b = info.features().get(second);
    Grid gridA = Grid.of(rows, first, a, size);
    Grid gridB = Grid.of(rows, second, b, size);
    return new Surfaces.Surface(
        a.name(),
        b.name(),
        info.outputs().get(output),
        h2,
        a.levels(),
        b.levels(),
        gridA.points(),
        gridB.points(),
        mean(gridA.points(), gridB.points(), progress)[output],
        support(gridA, gridB),
        manifold
            .map(m -> m.shares(first, second, gridA.points(), gridB.points()))
            .orElse(new double[0][]));
  }

  private int[][] support(Grid a, Grid b) {
    int[][] support = new int[a.points().length][b.points().length];
    for (int i = 0; i < rows.rows(); i++) {
      int at = a.nearest(rows.at(i, first));
      int bt = b.nearest(rows.at(i, second));
      if (at >= 0 && bt >= 0) {
        support[at][bt]++;
      }
    }
    return support;
  }

  /** Mean predictions with both features set: outputs x first x second. */
  double[][][] mean(double[] a, double[] b, Progress progress) {
    double[][][] mean = new double[info.outputs().size()][a.length][b.length];
    new Units(threads, a.length, progress)
        .run(
            a.length,
            g -> {
              double[][] line = means.of(second, b, first, a[g]);
              for (int h = 0; h < b.length; h++) {
                for (int o = 0; o < mean.length; o++) {
                  mean[o][g][h] = line[h][o];
                }
              }
            });
    return mean;
  }

  /** The rows that have both values. */
  private int[] whole() {
    return IntStream.range(0, rows.rows())
        .filter(i -> !Double.isNaN(rows.at(i, first)) && !Double.isNaN(rows.at(i, second)))
        .toArray();
  }

  /** An upper bound of the rows to predict for {@link #strengths}, by asking. */
  long cost() {
    long distinct =
        Arrays.stream(whole())
            .mapToObj(i -> rows.at(i, first) + " " + rows.at(i, second))
            .distinct()
            .count();
    return rows.rows() * (distinct + distinct(first) + distinct(second));
  }

  private long distinct(int feature) {
    return IntStream.range(0, rows.rows()).mapToDouble(i -> rows.at(i, feature)).distinct().count();
  }

  /** Of each output Friedman's H squared over the rows that have both values, and the size. */
  Candidate[] strengths(Progress progress) {
    int[] whole = whole();
    double[] a = Arrays.stream(whole).mapToDouble(i -> rows.at(i, first)).toArray();
    double[] b = Arrays.stream(whole).mapToDouble(i -> rows.at(i, second)).toArray();
    progress.check();
    double[][] alone = means.of(first, a, -1, 0);
    progress.check();
    double[][] other = means.of(second, b, -1, 0);
    // Rows that are alike in the first feature share one pass.
    int[] groups = means.alike(first, a);
    int[] distinct = Arrays.stream(groups).distinct().sorted().toArray();
    double[][] together = new double[whole.length][];
    new Units(threads, distinct.length, progress)
        .run(
            distinct.length,
            d -> {
              int[] on =
                  IntStream.range(0, whole.length).filter(i -> groups[i] == distinct[d]).toArray();
              double[] values = Arrays.stream(on).mapToDouble(i -> b[i]).toArray();
              double[][] line = means.of(second, values, first, a[on[0]]);
              for (int i = 0; i < on.length; i++) {
                together[on[i]] = line[i];
              }
            });
    Candidate[] strengths = new Candidate[info.outputs().size()];
    for (int o = 0; o < strengths.length; o++) {
      double[] joint = new double[whole.length];
      double[] beyond = new double[whole.length];
      for (int i = 0; i < whole.length; i++) {
        joint[i] = together[i][o];
        beyond[i] = together[i][o] - alone[i][o] - other[i][o];
      }
      double variance = whole.length == 0 ? 0 : populationVariance(joint);
      double interaction = whole.length == 0 ? 0 : populationVariance(beyond);
      strengths[o] =
          new Candidate(
              first,
              second,
              o,
              Math.sqrt(interaction),
              variance > 0 ? interaction / variance : Double.NaN);
    }
    return strengths;
  }
}
