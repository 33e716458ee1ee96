package io.attest.explain.effect;

import io.attest.explain.Draws;
import io.attest.explain.Parameters;
import io.attest.model.Batch;
import io.attest.model.Feature;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which synthetic rows lie off the data: farther from the nearest real row than 99 % of the real
 * rows are from their own nearest.
 *
 * <p>Looked at are the features that are changed and their companions, those that depend on them
 * most: over all features of a wide table everything is far from everything, and no change of one
 * feature could be seen. The distance of two rows is Gower's, a weighted sum over these features:
 * for a number the difference over the range from the 5 % to the 95 % quantile, so that one odd
 * value does not make all others look alike; for a level, and for a value against a missing one, 0
 * or 1. A changed feature has the weight 1; a companion its dependence relative to the strongest. A
 * row is never its own neighbour, also when it is changed. By this yardstick 1 % of the data are
 * off the data.
 *
 * <p>Dependence is Cramer's V (bias-corrected) with numbers cut into fifths.
 *
 * @see <a href="https://doi.org/10.2307/2528823">Gower 1971, A General Coefficient of
 *     Similarity</a>
 * @see <a href="https://doi.org/10.1016/j.jkss.2012.10.002">Bergsma 2013, A Bias-Correction for
 *     Cramer's V and Tschuprow's T</a>
 */
final class Manifold {
  /** Rows that distances are measured to, at most. */
  static final int REFERENCES = 500;

  /** Rows that are changed, at most. */
  static final int PROBES = 200;

  /** A 99 % quantile of fewer rows is hardly more than their largest distance. */
  static final int FEWEST = 20;

  /** Companions of a feature, at most. */
  static final int COMPANIONS = 4;

  /** Below this dependence a feature is no companion. */
  static final double DEPENDENT = 0.1;

  private static final double QUANTILE = 0.99;

  /** Rounding of sums of distances: equal ones must not count as farther. */
  private static final double ROUNDING = 1e-9;

  /** No difference counts for more: an infinite value would drown the others. */
  private static final double MOST = 10;

  private static final int FIFTHS = 5;

  private final Batch references;
  private final int[] probes;
  private final int rows;

  /** Of each feature; 0 for levels and constants. */
  private final double[] scale;

  /** Of each feature and row the fifth or level, -1 for a missing value. */
  private final int[][] coded;

  private Manifold(Batch references, int[] probes, int rows, List<Feature> features) {
    this.references = references;
    this.probes = probes;
    this.rows = rows;
    scale = new double[references.features()];
    coded = new int[scale.length][];
    for (int j = 0; j < scale.length; j++) {
      boolean levels = features.get(j).categorical();
      double[] sorted = sorted(j);
      scale[j] = levels ? 0 : scale(sorted);
      coded[j] = coded(j, levels ? Arrays.stream(sorted).distinct().toArray() : sorted);
    }
  }

  /**
   * Measures the data, where the parameter {@code offmanifold} does not say {@code off}.
   *
   * @return empty if it does, or there are fewer than {@link #FEWEST} rows
   * @throws IllegalArgumentException if the parameter says neither on nor off
   */
  static Optional<Manifold> of(
      Parameters parameters, Batch rows, List<Feature> features, long seed) {
    if (!wanted(parameters) || rows.rows() < FEWEST) {
      return Optional.empty();
    }
    int[] chosen = new Draws(seed, "off-manifold references").sample(rows.rows(), REFERENCES);
    int[] probes = new Draws(seed, "off-manifold probes").sample(chosen.length, PROBES);
    Batch references = chosen.length == rows.rows() ? rows : rows.select(chosen);
    return Optional.of(new Manifold(references, probes, rows.rows(), features));
  }

  /** Reads the parameter {@code offmanifold}. */
  static boolean wanted(Parameters parameters) {
    return parameters.choice("offmanifold", "on", List.of("on", "off")).equals("on");
  }

  private double[] sorted(int feature) {
    return IntStream.range(0, references.rows())
        .mapToDouble(i -> references.at(i, feature) + 0.0)
        .filter(v -> !Double.isNaN(v))
        .sorted()
        .toArray();
  }

  private static double scale(double[] sorted) {
    if (sorted.length == 0) {
      return 0;
    }
    int last = sorted.length - 1;
    double inner =
        sorted[(int) Math.rint(Grid.TO * last)] - sorted[(int) Math.rint(Grid.FROM * last)];
    return inner > 0 ? inner : sorted[last] - sorted[0];
  }

  /** The part of the sorted values that each row's own first stands in; levels one by one. */
  private int[] coded(int feature, double[] sorted) {
    int parts = scale[feature] == 0 ? sorted.length : FIFTHS;
    int[] codes = new int[references.rows()];
    for (int i = 0; i < codes.length; i++) {
      double value = references.at(i, feature);
      int at = Arrays.binarySearch(sorted, value + 0.0);
      while (at > 0 && sorted[at - 1] == sorted[at]) {
        at--;
      }
      codes[i] = Double.isNaN(value) ? -1 : (int) ((long) at * parts / sorted.length);
    }
    return codes;
  }

  /** How far two features depend on each other, 0 to 1. */
  double dependence(int a, int b) {
    int n = references.rows();
    int[][] count =
        new int[Arrays.stream(coded[a]).max().orElse(0) + 2]
            [Arrays.stream(coded[b]).max().orElse(0) + 2];
    int[] ofA = new int[count.length];
    int[] ofB = new int[count[0].length];
    for (int i = 0; i < n; i++) {
      count[coded[a][i] + 1][coded[b][i] + 1]++;
      ofA[coded[a][i] + 1]++;
      ofB[coded[b][i] + 1]++;
    }
    double phi = -1;
    for (int x = 0; x < ofA.length; x++) {
      for (int y = 0; y < ofB.length; y++) {
        if (count[x][y] > 0) {
          phi += (double) count[x][y] / ofA[x] * count[x][y] / ofB[y];
        }
      }
    }
    double r = Arrays.stream(ofA).filter(c -> c > 0).count() - 1;
    double c = Arrays.stream(ofB).filter(k -> k > 0).count() - 1;
    double most = Math.min(r - r * r / (n - 1), c - c * c / (n - 1));
    double beyondChance = phi - r * c / (n - 1);
    return most > 0 && beyondChance > 0 ? Math.min(1, Math.sqrt(beyondChance / most)) : 0;
  }

  /** The weight of every feature where some are changed; 0 for those that are not looked at. */
  double[] weights(int... changed) {
    double[] weights = new double[scale.length];
    for (int j : changed) {
      double[] dependence =
          IntStream.range(0, scale.length)
              .mapToDouble(k -> k == j ? 0 : dependence(j, k))
              .toArray();
      double strongest = Arrays.stream(dependence).max().orElse(0);
      IntStream.range(0, scale.length)
          .boxed()
          .filter(k -> dependence[k] >= DEPENDENT)
          .sorted(Comparator.comparingDouble((Integer k) -> -dependence[k]).thenComparing(k -> k))
          .limit(COMPANIONS)
          .forEach(k -> weights[k] = Math.max(weights[k], dependence[k] / strongest));
    }
    for (int j : changed) {
      weights[j] = 1;
    }
    return weights;
  }

  /** True if some rows were left out at random. */
  boolean drawn() {
    return probes.length < rows;
  }

  /** What was left out; empty if nothing was. */
  Optional<String> note() {
    return drawn()
        ? Optional.of(
            "Shares off the data are of %s of %s background rows, drawn at random, by their distance to %s."
                .formatted(probes.length, rows, references.rows()))
        : Optional.empty();
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
    Distances distances = new Distances(weights(feature));
    int[][] off = new int[points.length][2];
    double[][] to = terms(feature, points);
    for (int probe : probes) {
      double own = references.at(probe, feature);
      double[] rest = distances.without(probe, feature);
      for (int g = 0; g < points.length; g++) {
        if (moved.to(g, own)) {
          off[g][0] += distances.off(probe, rest, to[g]) ? 1 : 0;
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
    return shares(first, second, a, b, (point, own) -> true, (point, own) -> true);
  }

  /** The same over the rows that are moved there. */
  double[][] shares(
      int first, int second, double[] a, double[] b, Moved movedFirst, Moved movedSecond) {
    Distances distances = new Distances(weights(first, second));
    int[][] off = new int[a.length][b.length];
    int[][] moved = new int[a.length][b.length];
    double[][] toA = terms(first, a);
    double[][] toB = terms(second, b);
    double[] one = new double[references.rows()];
    for (int probe : probes) {
      double[] rest = distances.without(probe, first, second);
      for (int g = 0; g < a.length; g++) {
        if (!movedFirst.to(g, references.at(probe, first))) {
          continue;
        }
        for (int r = 0; r < rest.length; r++) {
          one[r] = rest[r] + toA[g][r];
        }
        for (int h = 0; h < b.length; h++) {
          if (movedSecond.to(h, references.at(probe, second))) {
            off[g][h] += distances.off(probe, one, toB[h]) ? 1 : 0;
            moved[g][h]++;
          }
        }
      }
    }
    double[][] share = new double[a.length][b.length];
    for (int g = 0; g < a.length; g++) {
      for (int h = 0; h < b.length; h++) {
        share[g][h] = moved[g][h] == 0 ? Double.NaN : off[g][h] / (double) moved[g][h];
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

  /** Distances over some features, and which of them is far. */
  private final class Distances {
    private final double[] weights;
    private final int[] looked;
    private final double threshold;

    Distances(double[] weights) {
      this.weights = weights;
      looked = IntStream.range(0, weights.length).filter(j -> weights[j] > 0).toArray();
      int n = references.rows();
      double[] nearest = new double[n];
      Arrays.fill(nearest, Double.POSITIVE_INFINITY);
      for (int a = 0; a < n; a++) {
        for (int b = 0; b < a; b++) {
          double d = between(a, b, looked);
          nearest[a] = Math.min(nearest[a], d);
          nearest[b] = Math.min(nearest[b], d);
        }
      }
      Arrays.sort(nearest);
      threshold = nearest[(int) Math.ceil(QUANTILE * (n - 1))];
    }

    private double between(int a, int b, int[] over) {
      double sum = 0;
      for (int j : over) {
        sum += weights[j] * term(j, references.at(a, j), references.at(b, j));
      }
      return sum;
    }

    /** From a row to each reference, over all that is looked at but the changed features. */
    double[] without(int row, int... changed) {
      int[] over =
          Arrays.stream(looked)
              .filter(j -> Arrays.stream(changed).noneMatch(c -> c == j))
              .toArray();
      double[] rest = new double[references.rows()];
      for (int r = 0; r < rest.length; r++) {
        rest[r] = between(row, r, over);
      }
      return rest;
    }

    boolean off(int self, double[] rest, double[] to) {
      for (int r = 0; r < rest.length; r++) {
        if (r != self && rest[r] + to[r] <= threshold + ROUNDING) {
          return false;
        }
      }
      return true;
    }
  }
}
