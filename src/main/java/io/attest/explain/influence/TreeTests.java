package io.attest.explain.influence;

import io.attest.explain.Progress;
import io.attest.explain.TestInfluence;
import io.attest.explain.influence.Replay.Boosted;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** Changes for tests of boosted trees, put together block by block. */
final class TreeTests {
  private final Objective objective;
  private final int outputs;
  private final Tests tests;
  private final Replay replay;
  private final int[][] places;

  /** Raw outputs of the tests before each round, and after the last. */
  private final double[][] path;

  private final double[] loss;
  private final double[] raw;

  TreeTests(Objective objective, int outputs, Tests tests, Replay replay, int[][] places) {
    this.objective = objective;
    this.outputs = outputs;
    this.tests = tests;
    this.replay = replay;
    this.places = places;
    int m = tests.count();
    path = new double[replay.rounds().size() + 1][m * outputs];
    for (int t = 0; t < m; t++) {
      System.arraycopy(replay.base(), 0, path[0], t * outputs, outputs);
    }
    for (int r = 0; r + 1 < path.length; r++) {
      path[r + 1] = path[r].clone();
      for (Boosted b : replay.rounds().get(r)) {
        for (int t = 0; t < m; t++) {
          int leaf = places[r * outputs + b.output()][t];
          path[r + 1][t * outputs + b.output()] += b.value()[leaf];
        }
      }
    }
    raw = new double[replay.rows() * m];
    loss = new double[tests.labels().isPresent() ? raw.length : 0];
  }

  private double[] last() {
    return path[path.length - 1];
  }

  private int predicted(int test) {
    int best = 0;
    for (int k = 1; k < outputs; k++) {
      if (last()[test * outputs + k] > last()[test * outputs + best]) {
        best = k;
      }
    }
    return best;
  }

  /** The gradient of a test's loss. */
  private void slope(double[] at, int test, double[] p, double[] out, int to) {
    objective.response(at, test * outputs, p);
    for (int k = 0; k < outputs; k++) {
      double label = tests.labels().orElseThrow()[test];
      out[to + k] = objective.factor() * (p[k] - objective.target(label, k));
    }
  }

  /** Works on tests {@code from} (inclusive) to {@code to} (exclusive). */
  void leafInfluence(LeafInfluence method, int from, int to, Progress progress) {
    boolean both = outputs > 1 && loss.length > 0;
    int m = to - from;
    int columns = both ? 2 * m : m;
    int[] of = new int[columns];
    double[] seeds = new double[columns * outputs];
    double[] p = new double[outputs];
    for (int c = 0; c < columns; c++) {
      of[c] = from + c % m;
      if (c < m) {
        seeds[c * outputs + predicted(of[c])] = 1;
      } else {
        slope(last(), of[c], p, seeds, c * outputs);
      }
    }
    double[] changes = method.changes(places, of, seeds, progress);
    double[] after = last().clone();
    for (int i = 0; i < replay.rows(); i++) {
      for (int c = 0; c < m; c++) {
        int t = from + c;
        double change = changes[i * columns + c];
        raw[i * tests.count() + t] = change;
        if (both) {
          loss[i * tests.count() + t] = changes[i * columns + m + c];
        } else if (loss.length > 0) {
          after[t] = last()[t] + change;
          loss[i * tests.count() + t] = tests.change(objective, outputs, t, last(), after);
        }
      }
    }
  }

  /** Works on tests {@code from} (inclusive) to {@code to} (exclusive). */
  void boostIn(BoostIn method, int from, int to, Progress progress) {
    int m = to - from;
    int[][] at = new int[places.length][];
    for (int tree = 0; tree < at.length; tree++) {
      at[tree] = Arrays.copyOfRange(places[tree], from, to);
    }
    double[][] seeds = new double[replay.rounds().size()][m * outputs];
    for (double[] seed : seeds) {
      for (int c = 0; c < m; c++) {
        seed[c * outputs + predicted(from + c)] = 1;
      }
    }
    put(raw, from, to, method.changes(at, seeds, m, progress));
    if (loss.length > 0) {
      double[] p = new double[outputs];
      for (int r = 0; r < seeds.length; r++) {
        for (int c = 0; c < m; c++) {
          slope(path[r], from + c, p, seeds[r], c * outputs);
        }
      }
      put(loss, from, to, method.changes(at, seeds, m, progress));
    }
  }

  private void put(double[] into, int from, int to, double[] changes) {
    int m = to - from;
    for (int i = 0; i < replay.rows(); i++) {
      System.arraycopy(changes, i * m, into, i * tests.count() + from, m);
    }
  }

  /** What was found for a row, for comparison. */
  double[] compared(int row) {
    double[] of = loss.length > 0 ? loss : raw;
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
              return loss.length > 0
                  ? tests.change(objective, outputs, t, before, after)
                  : after[k] - before[k];
            })
        .toArray();
  }

  TestInfluence told(Optional<TestInfluence.Validation> validation) {
    return new TestInfluence(replay.rows(), tests.indices(), loss, raw, validation);
  }
}
