package io.attest.explain.anchor;

import io.attest.explain.Dataset;
import io.attest.model.Batch;
import io.attest.model.Feature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One thing that a rule can ask of a feature: that a number is not above or not below a value of
 * the background, that a category is the row's own, or that the value is missing.
 *
 * @param feature index of the feature
 * @param low the smallest number that it holds for; minus infinity if it sets no lower end
 * @param high the largest; infinity if it sets no upper end
 * @param missing true if it asks that the value is missing; then {@code low} and {@code high} say
 *     nothing
 */
record Piece(int feature, double low, double high, boolean missing) {

  boolean holds(double value) {
    return missing ? Double.isNaN(value) : value >= low && value <= high;
  }

  /** Both at once, of one feature. */
  Piece and(Piece other) {
    return new Piece(
        feature, Math.max(low, other.low), Math.min(high, other.high), missing || other.missing);
  }

  /**
   * Everything that can be said of a row, feature by feature, and that some but not all rows of the
   * background fulfil.
   *
   * @param bins numbers are cut at the quantiles of so many equal parts; where they take few
   *     values, between any two of them
   */
  static List<Piece> of(Batch rows, int row, Dataset background, List<Feature> features, int bins) {
    List<Piece> pieces = new ArrayList<>();
    for (int j = 0; j < features.size(); j++) {
      double value = rows.at(row, j);
      if (Double.isNaN(value)) {
        pieces.add(new Piece(j, Double.NaN, Double.NaN, true));
      } else if (features.get(j).categorical()) {
        pieces.add(new Piece(j, value, value, false));
      } else {
        for (double[] cut : cuts(background.rows(), j, bins)) {
          if (value <= cut[0]) {
            pieces.add(new Piece(j, Double.NEGATIVE_INFINITY, cut[0], false));
          } else if (value >= cut[1]) {
            pieces.add(new Piece(j, cut[1], Double.POSITIVE_INFINITY, false));
          }
        }
      }
    }
    pieces.removeIf(
        piece -> {
          int holds = 0;
          for (int b = 0; b < background.size(); b++) {
            holds += piece.holds(background.rows().at(b, piece.feature())) ? 1 : 0;
          }
          return holds == 0 || holds == background.size();
        });
    return pieces;
  }

  /** Neighbouring values of the background between which a number is cut. */
  private static List<double[]> cuts(Batch rows, int feature, int bins) {
    double[] sorted = new double[rows.rows()];
    int n = 0;
    for (int b = 0; b < rows.rows(); b++) {
      if (!Double.isNaN(rows.at(b, feature))) {
        sorted[n++] = rows.at(b, feature) + 0.0;
      }
    }
    sorted = Arrays.copyOf(sorted, n);
    Arrays.sort(sorted);
    double[] distinct = Arrays.stream(sorted).distinct().toArray();
    List<double[]> cuts = new ArrayList<>();
    int last = -1;
    int parts = distinct.length <= 2 * bins ? distinct.length : bins;
    for (int q = 1; q < parts; q++) {
      int at =
          parts == bins
              ? Arrays.binarySearch(distinct, sorted[(int) ((long) q * n / bins)])
              : q - 1;
      if (at > last && at + 1 < distinct.length) {
        cuts.add(new double[] {distinct[at], distinct[at + 1]});
        last = at;
      }
    }
    return cuts;
  }

  /** {@code duration <= 24}, {@code 12 <= duration <= 24}, {@code savings = none}. */
  String words(Feature of) {
    if (missing) {
      return of.name() + " is missing";
    }
    if (of.categorical()) {
      return of.name() + " = " + of.levels().get((int) low);
    }
    if (low == Double.NEGATIVE_INFINITY) {
      return of.name() + " <= " + number(high);
    }
    if (high == Double.POSITIVE_INFINITY) {
      return of.name() + " >= " + number(low);
    }
    return number(low) + " <= " + of.name() + " <= " + number(high);
  }

  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
