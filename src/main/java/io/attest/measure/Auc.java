package io.attest.measure;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The area under the ROC curve: the share of pairs of a positive and a negative row that the score
 * puts in the right order, ties half.
 *
 * @param value NaN unless both classes occur
 * @param placements for each row what share of the other class it beats: the rows' own parts of the
 *     area, from which DeLong's variance is made
 * @param positive which rows are positive
 */
record Auc(double value, double[] placements, boolean[] positive) {

  /** O(n log n), by average ranks. */
  static Auc of(double[] scores, boolean[] positive) {
    int n = scores.length;
    int positives = 0;
    for (boolean p : positive) {
      positives += p ? 1 : 0;
    }
    int negatives = n - positives;
    double[] placements = new double[n];
    if (positives == 0 || negatives == 0) {
      return new Auc(Double.NaN, placements, positive);
    }
    Integer[] order = IntStream.range(0, n).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> scores[i]));
    double sum = 0;
    int positivesBelow = 0;
    int negativesBelow = 0;
    for (int start = 0; start < n; ) {
      int end = start;
      int positivesHere = 0;
      while (end < n && scores[order[end]] == scores[order[start]]) {
        positivesHere += positive[order[end]] ? 1 : 0;
        end++;
      }
      int negativesHere = end - start - positivesHere;
      for (int i = start; i < end; i++) {
        if (positive[order[i]]) {
          placements[order[i]] = (negativesBelow + 0.5 * negativesHere) / negatives;
          sum += placements[order[i]];
        } else {
          placements[order[i]] =
              (positives - positivesBelow - positivesHere + 0.5 * positivesHere) / positives;
        }
      }
      positivesBelow += positivesHere;
      negativesBelow += negativesHere;
      start = end;
    }
    return new Auc(sum / positives, placements, positive);
  }

  /**
   * Standard error of the area; NaN with fewer than two rows of a class.
   *
   * @see <a href="https://doi.org/10.2307/2531595">DeLong, DeLong and Clarke-Pearson 1988</a>
   */
  double standardError() {
    double[] squares = new double[2];
    int[] counts = new int[2];
    for (int i = 0; i < placements.length; i++) {
      double d = placements[i] - value;
      squares[positive[i] ? 1 : 0] += d * d;
      counts[positive[i] ? 1 : 0]++;
    }
    return counts[0] < 2 || counts[1] < 2
        ? Double.NaN
        : Math.sqrt(
            squares[0] / (counts[0] - 1) / counts[0] + squares[1] / (counts[1] - 1) / counts[1]);
  }

  /** What each row adds to the area's error: their mean is 0, their spread its standard error. */
  double[] influence() {
    int positives = 0;
    for (boolean p : positive) {
      positives += p ? 1 : 0;
    }
    double[] out = new double[placements.length];
    for (int i = 0; i < out.length; i++) {
      int sameClass = positive[i] ? positives : out.length - positives;
      out[i] = (placements[i] - value) * out.length / sameClass;
    }
    return out;
  }
}
