package io.attest.explain.influence;

import io.attest.explain.TestInfluence;
import java.util.Optional;

/** What changes of a linear model's parameters do to its predictions of the tests. */
final class LinearTests {
  private final Objective objective;
  private final Tests tests;
  private final double[] design;
  private final double[] before;
  private final double[] loss;
  private final double[] raw;
  private final int rows;

  /**
   * @param design tests x terms
   * @param coefficients of the full fit
   * @param rows how many training rows there are
   */
  LinearTests(Objective objective, Tests tests, double[] design, double[] coefficients, int rows) {
    this.objective = objective;
    this.tests = tests;
    this.design = design;
    this.rows = rows;
    before = times(coefficients);
    raw = new double[rows * tests.count()];
    loss = new double[tests.labels().isPresent() ? raw.length : 0];
  }

  private double[] times(double[] vector) {
    double[] out = new double[tests.count()];
    for (int t = 0; t < out.length; t++) {
      for (int j = 0; j < vector.length; j++) {
        out[t] += design[t * vector.length + j] * vector[j];
      }
    }
    return out;
  }

  /**
   * @param loss one a test; empty without labels
   * @param raw one a test
   */
  record Change(double[] loss, double[] raw) {

    /** The changes that are compared. */
    double[] compared() {
      return loss.length > 0 ? loss : raw;
    }
  }

  /** What a change of the parameters does. */
  Change change(double[] parameters) {
    double[] moved = times(parameters);
    double[] lost = new double[tests.labels().isPresent() ? moved.length : 0];
    double[] after = new double[moved.length];
    for (int t = 0; t < moved.length; t++) {
      after[t] = before[t] + moved[t];
      if (lost.length > 0) {
        lost[t] = tests.change(objective, 1, t, before, after);
      }
    }
    return new Change(lost, moved);
  }

  /** Keeps what leaving a training row out does. Different rows may be put at once. */
  void put(int row, double[] parameters) {
    Change change = change(parameters);
    System.arraycopy(change.raw(), 0, raw, row * tests.count(), tests.count());
    if (loss.length > 0) {
      System.arraycopy(change.loss(), 0, loss, row * tests.count(), tests.count());
    }
  }

  /** What was put for a row. */
  double[] compared(int row) {
    double[] of = loss.length > 0 ? loss : raw;
    return java.util.Arrays.copyOfRange(of, row * tests.count(), (row + 1) * tests.count());
  }

  TestInfluence told(Optional<TestInfluence.Validation> validation) {
    return new TestInfluence(rows, tests.indices(), loss, raw, validation);
  }
}
