package io.attest.explain.influence;

import io.attest.explain.Progress;
import io.attest.explain.influence.Replay.Boosted;
import java.util.List;

/**
 * Influence of training rows on boosted trees by what each did to the leaves that a test shares
 * with it, round by round, and nothing more: made to rank rows that leave together.
 *
 * @see <a href="https://jmlr.org/papers/v24/22-0449.html">Brophy, Hammoudeh and Lowd 2023, Adapting
 *     and Evaluating Influence-Estimation Methods for Gradient-Boosted Decision Trees</a>
 */
final class BoostIn {
  private final Boosting boosting;

  BoostIn(Boosting boosting) {
    this.boosting = boosting;
  }

  /**
   * The changes of some tests, training rows x tests.
   *
   * @param loss null if the tests have no labels
   */
  record Changes(double[] raw, double[] loss) {}

  /**
   * @param places leaf of each tree that each test reaches, trees x tests
   * @param of knows the tests
   * @param from the first of the tests
   * @param to the test behind the last
   */
  Changes changes(int[][] places, TestChanges of, int from, int to, Progress progress) {
    Replay replay = boosting.replay();
    int outputs = replay.outputs();
    int m = to - from;
    double[] raw = new double[replay.rows() * m];
    double[] loss = of.labelled() ? new double[raw.length] : null;
    double[] state = replay.start();
    double[] path = new double[places[0].length * outputs];
    for (int t = 0; t < places[0].length; t++) {
      System.arraycopy(replay.base(), 0, path, t * outputs, outputs);
    }
    double[] p = new double[outputs];
    double[] slopes = new double[m * outputs];
    for (int r = 0; r < replay.rounds().size(); r++) {
      progress.check();
      List<Boosted> round = replay.rounds().get(r);
      for (int t = from; t < to && loss != null; t++) {
        of.slope(path, t, p, slopes, (t - from) * outputs);
      }
      for (int i = 0; i < replay.rows(); i++) {
        replay.objective().response(state, i * outputs, p);
        for (int k = 0; k < outputs; k++) {
          int tree = r * outputs + k;
          int l = round.get(k).at(i);
          double own = own(round.get(k), tree, i, p);
          for (int t = from; t < to; t++) {
            if (places[tree][t] == l) {
              raw[i * m + t - from] += of.predicted(t) == k ? own : 0;
              if (loss != null) {
                loss[i * m + t - from] += slopes[(t - from) * outputs + k] * own;
              }
            }
          }
        }
      }
      for (int k = 0; k < outputs; k++) {
        for (int t = from; t < to; t++) {
          path[t * outputs + k] += round.get(k).value()[places[r * outputs + k][t]];
        }
      }
      replay.add(round, 1, state);
    }
    return new Changes(raw, loss);
  }

  /** What leaving the row out adds to the value of its leaf. */
  private double own(Boosted b, int tree, int row, double[] p) {
    Replay replay = boosting.replay();
    int k = b.output();
    int l = b.at(row);
    double den = boosting.den()[tree][l];
    double rate = boosting.shrinkage().rate();
    double g = p[k] - replay.objective().target(replay.labels()[row], k);
    double h = replay.objective().curvature(p, k);
    return den > 0
        ? replay.weights()[row]
            * boosting.share()[tree][l]
            * rate
            * (g + b.value()[l] / rate * h)
            / den
        : 0;
  }
}
