package io.attest.explain.effect;

import io.attest.explain.Draws;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.model.Batch;
import io.attest.model.Feature;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which synthetic rows lie off the data: farther from the nearest real row than 99 % of the real
 * rows are from their own nearest.
 *
 * <p>The distance of two rows is Gower's, the sum over the features: for a number the difference
 * over the range from the 5 % to the 95 % quantile, so that one odd value does not make all others
 * look alike; for a level, and for a value against a missing one, 0 or 1. A row is never its own
 * neighbour, also when it is changed: else no change of one feature could lead off the data. By
 * this yardstick 1 % of the data are off the data.
 *
 * <p>Changing a feature changes one term of each distance, so a grid point costs a pass over
 * distances that are there, whatever the number of features.
 *
 * @see <a href="https://doi.org/10.2307/2528823">Gower 1971, A General Coefficient of
 *     Similarity</a>
 */
final class Manifold {
  /** Rows that distances are measured to, at most. */
  static final int REFERENCES = 1000;

  /** Rows that are changed, at most. */
  static final int PROBES = 200;

  /** A 99 % quantile of fewer rows is hardly more than their largest distance. */
  static final int FEWEST = 20;

  private static final double QUANTILE = 0.99;

  /** Rounding of sums of distances: equal ones must not count as farther. */
  private static final double ROUNDING = 1e-9;

  /** No difference counts for more: an infinite value would drown the others. */
  private static final double MOST = 10;

  private final Batch references;
  private final int[] probes;
  private final int rows;

  /** Of each feature; 0 for levels and constants. */
  private final double[] scale;

  /** Probes x references. */
  private final double[][] distance;

  private final double threshold;

  private Manifold(Batch references, int[] probes, int rows, double[] scale, Progress progress) {
    this.references = references;
    this.probes = probes;
    this.rows = rows;
    this.scale = scale;
    int n = references.rows();
    double[] nearest = new double[n];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    int[] probeOf = new int[n];
    Arrays.fill(probeOf, -1);
    for (int q = 0; q < probes.length; q++) {
      probeOf[probes[q]] = q;
    }
    distance = new double[probes.length][n];
    for (int a = 0; a < n; a++) {
      progress.check();
      for (int b = 0; b < a; b++) {
        double d = between(a, b);
        nearest[a] = Math.min(nearest[a], d);
        nearest[b] = Math.min(nearest[b], d);
        if (probeOf[a] >= 0) {
          distance[probeOf[a]][b] = d;
        }
        if (probeOf[b] >= 0) {
          distance[probeOf[b]][a] = d;
        }
      }
    }
    Arrays.sort(nearest);
    threshold = nearest[(int) Math.ceil(QUANTILE * (n - 1))];
  }

  /**
   * Measures the data, where the parameter {@code offmanifold} does not say {@code off}.
   *
   * @return empty if it does, or there are fewer than {@link #FEWEST} rows
   * @throws IllegalArgumentException if the parameter says neither on nor off
   */
  static Optional<Manifold> of(
      Parameters parameters, Batch rows, List<Feature> features, long seed, Progress progress) {
    if (!wanted(parameters) || rows.rows() < FEWEST) {
      return Optional.empty();
    }
    int[] chosen = new Draws(seed, "off-manifold references").sample(rows.rows(), REFERENCES);
    int[] probes = new Draws(seed, "off-manifold probes").sample(chosen.length, PROBES);
    Batch references = chosen.length == rows.rows() ? rows : rows.select(chosen);
    double[] scale = new double[rows.features()];
    for (int j = 0; j < scale.length; j++) {
      scale[j] = features.get(j).categorical() ? 0 : scale(references, j);
    }
    return Optional.of(new Manifold(references, probes, rows.rows(), scale, progress));
  }

  /** Reads the parameter {@code offmanifold}. */
  static boolean wanted(Parameters parameters) {
    String text = parameters.text("offmanifold").orElse("on");
    return switch (text) {
      case "on" -> true;
      case "off" -> false;
      default ->
          throw new IllegalArgumentException(
              "The parameter offmanifold is '" + text + "', but must be on or off.");
    };
  }

  private static double scale(Batch rows, int feature) {
    double[] present =
        IntStream.range(0, rows.rows())
            .mapToDouble(i -> rows.at(i, feature))
            .filter(v -> !Double.isNaN(v))
            .sorted()
            .toArray();
    if (present.length == 0) {
      return 0;
    }
    int last = present.length - 1;
    double inner =
        present[(int) Math.rint(Grid.TO * last)] - present[(int) Math.rint(Grid.FROM * last)];
    return inner > 0 ? inner : present[last] - present[0];
  }

  /** True if some rows were left out at random. */
  boolean drawn() {
    return probes.length < rows;
  }

  /** What was left out; empty if nothing was. */
  Optional<String> note() {
    return drawn()
        ? Optional.of(
            "Shares off the data are of %d of %d background rows, drawn at random, by their distance to %d."
                .formatted(probes.length, rows, references.rows()))
        : Optional.empty();
  }

  private double between(int a, int b) {
    double sum = 0;
    for (int j = 0; j < scale.length; j++) {
      sum += term(j, references.at(a, j), references.at(b, j));
    }
    return sum;
  }

  private double term(int feature, double a, double b) {
    if (a == b || (Double.isNaN(a) && Double.isNaN(b))) {
      return 0;
    }
    if (scale[feature] == 0 || Double.isNaN(a) || Double.isNaN(b)) {
      return 1;
    }
    double d = Math.abs(a - b) / scale[feature];
    return d < MOST ? d : MOST;
  }

  /** Which rows are moved to a point, by their own values. */
  @FunctionalInterface
  interface Moved {
    boolean to(int point, double own);
  }

  /** Share of rows off the data with a feature set to each point. */
  double[] shares(int feature, double[] points) {
    return shares(feature, points, (point, own) -> true);
  }

  /** The same over the rows that are moved there; NaN where none of those looked at is. */
  double[] shares(int feature, double[] points, Moved moved) {
    int[][] off = new int[points.length][2];
    double[][] to = terms(feature, points);
    double[] rest = new double[references.rows()];
    for (int q = 0; q < probes.length; q++) {
      double own = references.at(probes[q], feature);
      for (int r = 0; r < rest.length; r++) {
        rest[r] = distance[q][r] - term(feature, own, references.at(r, feature));
      }
      for (int g = 0; g < points.length; g++) {
        if (moved.to(g, own)) {
          off[g][0] += off(probes[q], rest, to[g]) ? 1 : 0;
          off[g][1]++;
        }
      }
    }
    return Arrays.stream(off)
        .mapToDouble(o -> o[1] == 0 ? Double.NaN : o[0] / (double) o[1])
        .toArray();
  }

  /** The same with two features set, first points x second points. */
  double[][] shares(int first, int second, double[] a, double[] b) {
    double[][] share = new double[a.length][b.length];
    double[][] toA = terms(first, a);
    double[][] toB = terms(second, b);
    double[] rest = new double[references.rows()];
    double[] one = new double[references.rows()];
    for (int probe = 0; probe < probes.length; probe++) {
      int row = probes[probe];
      for (int r = 0; r < rest.length; r++) {
        rest[r] =
            distance[probe][r]
                - term(first, references.at(row, first), references.at(r, first))
                - term(second, references.at(row, second), references.at(r, second));
      }
      for (int g = 0; g < a.length; g++) {
        for (int r = 0; r < rest.length; r++) {
          one[r] = rest[r] + toA[g][r];
        }
        for (int h = 0; h < b.length; h++) {
          share[g][h] += off(row, one, toB[h]) ? 1.0 / probes.length : 0;
        }
      }
    }
    return share;
  }

  private double[][] terms(int feature, double[] points) {
    double[][] terms = new double[points.length][references.rows()];
    for (int g = 0; g < points.length; g++) {
      for (int r = 0; r < terms[g].length; r++) {
        terms[g][r] = term(feature, points[g], references.at(r, feature));
      }
    }
    return terms;
  }

  private boolean off(int self, double[] rest, double[] to) {
    for (int r = 0; r < rest.length; r++) {
      if (r != self && rest[r] + to[r] <= threshold + ROUNDING) {
        return false;
      }
    }
    return true;
  }
}
