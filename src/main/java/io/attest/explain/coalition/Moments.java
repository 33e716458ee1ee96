package io.attest.explain.coalition;

import io.attest.explain.Dataset;
import io.attest.model.Feature;
import java.util.ArrayList;
import java.util.List;
import org.hipparchus.exception.MathIllegalArgumentException;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.CholeskyDecomposition;

/**
 * Means, standard deviations and correlations of background rows, from which follows what is to be
 * expected of unknown features where some are known, if rows are jointly Gaussian.
 *
 * @param mean one a feature
 * @param deviation one a feature; 1 where the feature is constant
 * @param correlation features x features, positive definite
 * @param ridge what was added to its diagonal; 0 where it was positive definite as it was
 */
record Moments(double[] mean, double[] deviation, double[][] correlation, double ridge) {
  private static final double PIVOT = 1e-10;

  /** Rows a feature below which a note is due. */
  private static final int FEW = 5;

  /**
   * Of rows, with the unbiased covariance (for weights: reliability weights).
   *
   * @throws IllegalArgumentException if there are fewer than two rows, or a value is missing
   */
  static Moments of(double[] values, int features, double[] weights) {
    double total = 0;
    double squares = 0;
    for (double w : weights) {
      total += w;
      squares += w * w;
    }
    double freedom = total - squares / total;
    if (!(freedom > 1e-12 * total)) {
      throw new IllegalArgumentException(
          "How features go together cannot be learnt from one background row. Maybe give more"
              + " background rows.");
    }
    double[] mean = new double[features];
    for (int i = 0; i < weights.length; i++) {
      for (int j = 0; j < features; j++) {
        mean[j] += weights[i] * values[i * features + j] / total;
      }
    }
    double[][] covariance = new double[features][features];
    for (int i = 0; i < weights.length; i++) {
      for (int j = 0; j < features; j++) {
        double d = weights[i] * (values[i * features + j] - mean[j]) / freedom;
        for (int l = 0; l <= j; l++) {
          covariance[j][l] += d * (values[i * features + l] - mean[l]);
        }
      }
    }
    double[] deviation = new double[features];
    for (int j = 0; j < features; j++) {
      deviation[j] = covariance[j][j] > 0 ? Math.sqrt(covariance[j][j]) : 1;
    }
    for (int j = 0; j < features; j++) {
      for (int l = 0; l <= j; l++) {
        covariance[j][l] /= deviation[j] * deviation[l];
        covariance[l][j] = covariance[j][l];
      }
    }
    double ridge = 0;
    while (!definite(covariance)) {
      double more = ridge == 0 ? 1e-8 : 9 * ridge;
      for (int j = 0; j < features; j++) {
        covariance[j][j] += more;
      }
      ridge += more;
    }
    return new Moments(mean, deviation, covariance, ridge);
  }

  private static boolean definite(double[][] matrix) {
    try {
      factor(matrix);
      return true;
    } catch (MathIllegalArgumentException e) {
      return false;
    }
  }

  private static double[][] factor(double[][] matrix) {
    return new CholeskyDecomposition(new Array2DRowRealMatrix(matrix), 1e-12, PIVOT)
        .getL()
        .getData();
  }

  /**
   * Refuses rows for which there is no Gaussian: with no more rows than features, what is expected
   * of one feature given the others would rest on nothing.
   *
   * @throws IllegalArgumentException naming a categorical feature or a missing value, or if there
   *     are too few rows
   */
  static void check(String distribution, List<Feature> features, Dataset background) {
    for (Feature feature : features) {
      if (feature.categorical()) {
        throw new IllegalArgumentException(
            "The feature "
                + feature.name()
                + " is categorical, and distribution="
                + distribution
                + " knows numbers only. Maybe use distribution=empirical.");
      }
    }
    complete(background.rows().values(), features, "background row");
    if (background.size() <= features.size()) {
      throw new IllegalArgumentException(
          "How features go together cannot be learnt for "
              + features.size()
              + " features from "
              + background.size()
              + " background rows. Maybe give more background rows (ten for each feature), or use"
              + " distribution=empirical.");
    }
  }

  /**
   * @throws IllegalArgumentException naming a missing value
   */
  static void complete(double[] values, List<Feature> features, String what) {
    for (int i = 0; i < values.length; i++) {
      if (Double.isNaN(values[i])) {
        throw new IllegalArgumentException(
            "In the "
                + what
                + " "
                + (i / features.size() + 1)
                + " the value of "
                + features.get(i % features.size()).name()
                + " is missing, and there is no distribution of other features given a missing"
                + " value. Maybe use kernel-shap, or rows without missing values.");
      }
    }
  }

  /** What notes should say: of few rows, and of the ridge, if there is one. */
  List<String> notes(int rows) {
    List<String> notes = new ArrayList<>();
    if (rows < FEW * mean.length) {
      notes.add(
          "How "
              + mean.length
              + " features go together is learnt from "
              + rows
              + " background rows: too few to trust single values.");
    }
    if (ridge > 0) {
      notes.add(
          "The covariance of the background is singular (a constant feature, features that"
              + " determine each other, or few rows): "
              + ridge
              + " was added to the diagonal of the correlations.");
    }
    return notes;
  }

  /** The conditional distribution given some features. */
  Conditional given(boolean[] known) {
    return new Conditional(known);
  }

  /** Unknown standardised features = {@link #slope} x known ones + {@link #spread} x noise. */
  final class Conditional {
    final int[] known;
    final int[] unknown;

    /** Unknown x known. */
    final double[][] slope;

    /** Unknown x unknown, lower triangular. */
    final double[][] spread;

    private Conditional(boolean[] given) {
      List<Integer> in = new ArrayList<>();
      List<Integer> out = new ArrayList<>();
      for (int j = 0; j < given.length; j++) {
        (given[j] ? in : out).add(j);
      }
      known = in.stream().mapToInt(j -> j).toArray();
      unknown = out.stream().mapToInt(j -> j).toArray();
      int s = known.length;
      int u = unknown.length;
      in.addAll(out);
      double[][] sorted = new double[s + u][s + u];
      for (int a = 0; a < s + u; a++) {
        for (int b = 0; b < s + u; b++) {
          sorted[a][b] = correlation[in.get(a)][in.get(b)];
        }
      }
      // With the known ones first, the factor holds both: the lower left block gives the slopes,
      // the lower right one the conditional covariance's own factor.
      double[][] l =
          new CholeskyDecomposition(new Array2DRowRealMatrix(sorted, false), 1e-12, 0)
              .getL()
              .getData();
      slope = new double[u][s];
      spread = new double[u][];
      for (int a = 0; a < u; a++) {
        for (int j = s - 1; j >= 0; j--) {
          double v = l[s + a][j];
          for (int later = j + 1; later < s; later++) {
            v -= slope[a][later] * l[later][j];
          }
          slope[a][j] = v / l[j][j];
        }
        spread[a] = java.util.Arrays.copyOfRange(l[s + a], s, s + a + 1);
      }
    }
  }
}
