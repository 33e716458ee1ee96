package io.attest.explain;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What leaving out each training row changes for single audit rows.
 *
 * <p>Signs: "without the row" minus "with the row". A positive change of the loss: the audit row is
 * predicted worse without the training row, so the training row helped.
 *
 * @param rows number of training rows
 * @param tests indices of the audit rows that are told of, ascending
 * @param loss change of the loss of each (log loss, or squared error), rows x tests; empty where
 *     there are no audit labels; NaN for a row without which there is no fit
 * @param raw change of the raw output of each, rows x tests; of several outputs that of the
 *     predicted class
 * @param validation against models that were trained again without a row; empty if none was
 */
public record TestInfluence(
    int rows, int[] tests, double[] loss, double[] raw, Optional<Validation> validation) {

  public TestInfluence {
    if (raw.length != rows * tests.length || (loss.length != 0 && loss.length != raw.length)) {
      throw new IllegalArgumentException(
          "%s rows x %s tests do not fit %s and %s values."
              .formatted(rows, tests.length, loss.length, raw.length));
    }
  }

  /**
   * How the figures agree with what really happens without a row.
   *
   * @param against in words what was done without the row: trained again, or less
   * @param retrained true if the model was trained again; false for anything less
   * @param rows how many rows were left out, one at a time
   * @param pearson correlation of the computed and the real changes of the losses (of the raw
   *     outputs where there are no labels), over the left-out rows and all tests; NaN if all are
   *     equal
   * @param spearman the same of their ranks
   * @param largestError largest difference between a computed and a real change
   * @param largestChange largest real change
   */
  public record Validation(
      String against,
      boolean retrained,
      int rows,
      double pearson,
      double spearman,
      double largestError,
      double largestChange) {}

  public double loss(int row, int test) {
    return loss[row * tests.length + test];
  }

  public double raw(int row, int test) {
    return raw[row * tests.length + test];
  }

  /** True if changes of the loss are known. */
  public boolean labelled() {
    return loss.length > 0;
  }

  /** The changes that count: of the loss, or of the raw output where there are no labels. */
  public double change(int row, int test) {
    return labelled() ? loss(row, test) : raw(row, test);
  }

  /** Mean absolute change over the tests: how much a training row matters. */
  public double strength(int row) {
    double sum = 0;
    for (int t = 0; t < tests.length; t++) {
      sum += Math.abs(change(row, t));
    }
    return sum / tests.length;
  }

  /** Mean change over the tests: below 0 the audit rows are predicted better without the row. */
  public double mean(int row) {
    double sum = 0;
    for (int t = 0; t < tests.length; t++) {
      sum += change(row, t);
    }
    return sum / tests.length;
  }

  /** The training rows, the strongest first; those of unknown strength last. */
  public List<Integer> ranking() {
    double[] strength = new double[rows];
    for (int i = 0; i < rows; i++) {
      double s = strength(i);
      strength[i] = Double.isNaN(s) ? -1 : s;
    }
    return IntStream.range(0, rows)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -strength[i]).thenComparing(i -> i))
        .toList();
  }

  /** The largest share of one training row in the sum of all strengths; 0 if all are 0. */
  public double maxShare() {
    double sum = 0;
    double largest = 0;
    for (int i = 0; i < rows; i++) {
      double strength = strength(i);
      if (!Double.isNaN(strength)) {
        sum += strength;
        largest = Math.max(largest, strength);
      }
    }
    return sum == 0 ? 0 : largest / sum;
  }
}
