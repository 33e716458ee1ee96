package io.attest.explain.influence;

import io.attest.explain.TestInfluence;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Changes for tests, put together block by block by methods that answer for weighted sums of raw
 * outputs. Different blocks may be worked on at once.
 */
final class TestChanges {
  private final Objective objective;
  private final int outputs;
  private final Tests tests;
  private final int rows;
  private final double[] last;
  private final double[] loss;
  private final double[] raw;

  /**
   * @param rows how many training rows there are
   * @param last raw outputs, tests x outputs
   */
  TestChanges(Objective objective, int outputs, Tests tests, int rows, double[] last) {
    this.objective = objective;
    this.outputs = outputs;
    this.tests = tests;
    this.rows = rows;
    this.last = last;
    raw = new double[rows * tests.count()];
    loss = new double[tests.labels().isPresent() ? raw.length : 0];
  }

  /**
   * What to ask for.
   *
   * @param tests of each column
   * @param weights of the raw outputs in each column's sum, columns x outputs
   */
  record Columns(int[] tests, double[] weights) {
    int count() {
      return tests.length;
    }
  }

  boolean labelled() {
    return loss.length > 0;
  }

  /** True if the loss needs columns of its own. */
  private boolean both() {
    return outputs > 1 && labelled();
  }

  /** Columns for tests {@code from} (inclusive) to {@code to} (exclusive). */
  Columns columns(int from, int to) {
    int m = to - from;
    int[] of = new int[both() ? 2 * m : m];
    double[] weights = new double[of.length * outputs];
    double[] p = new double[outputs];
    for (int c = 0; c < of.length; c++) {
      of[c] = from + c % m;
      if (c < m) {
        weights[c * outputs + predicted(of[c])] = 1;
      } else {
        slope(last, of[c], p, weights, c * outputs);
      }
    }
    return new Columns(of, weights);
  }

  /** Takes the answers, training rows x columns. */
  void put(int from, int to, double[] changes) {
    int m = to - from;
    int columns = both() ? 2 * m : m;
    double[] after = last.clone();
    for (int i = 0; i < rows; i++) {
      for (int c = 0; c < m; c++) {
        int t = from + c;
        double change = changes[i * columns + c];
        raw[i * tests.count() + t] = change;
        if (both()) {
          loss[i * tests.count() + t] = changes[i * columns + m + c];
        } else if (labelled()) {
          after[t] = last[t] + change;
          loss[i * tests.count() + t] = tests.change(objective, outputs, t, last, after);
        }
      }
    }
  }

  /**
   * Takes changes of raw outputs, and of losses unless null, training rows x tests of the block.
   */
  void put(int from, int to, double[] ofRaw, double[] ofLoss) {
    int m = to - from;
    for (int i = 0; i < rows; i++) {
      System.arraycopy(ofRaw, i * m, raw, i * tests.count() + from, m);
      if (ofLoss != null) {
        System.arraycopy(ofLoss, i * m, loss, i * tests.count() + from, m);
      }
    }
  }

  /** The output that is told of. */
  int predicted(int test) {
    int best = 0;
    for (int k = 1; k < outputs; k++) {
      if (last[test * outputs + k] > last[test * outputs + best]) {
        best = k;
      }
    }
    return best;
  }

  /**
   * The gradient of a test's loss by its raw outputs.
   *
   * @param at raw outputs, tests x outputs
   * @param p room for responses
   */
  void slope(double[] at, int test, double[] p, double[] out, int to) {
    objective.response(at, test * outputs, p);
    double label = tests.labels().orElseThrow()[test];
    for (int k = 0; k < outputs; k++) {
      out[to + k] = objective.factor() * (p[k] - objective.target(label, k));
    }
  }

  /** What was found for a row, for comparison. */
  double[] compared(int row) {
    double[] of = labelled() ? loss : raw;
    return Arrays.copyOfRange(of, row * tests.count(), (row + 1) * tests.count());
  }

  /**
   * What happened to the tests, for comparison.
   *
   * @param before raw outputs, tests x outputs
   * @param after without a row
   */
  double[] happened(double[] before, double[] after) {
    return IntStream.range(0, tests.count())
        .mapToDouble(
            t -> {
              int k = t * outputs + predicted(t);
              return labelled()
                  ? tests.change(objective, outputs, t, before, after)
                  : after[k] - before[k];
            })
        .toArray();
  }

  TestInfluence told(Optional<TestInfluence.Validation> validation) {
    return new TestInfluence(rows, tests.indices(), loss, raw, validation);
  }
}
