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
   * The changes of tests.
   *
   * @param places leaf of each tree that each test reaches, trees x tests
   * @param seeds weight of each raw output in each round, rounds x tests x outputs: for the loss
   *     its gradient before the round
   * @return training rows x tests, row-major
   */
  double[] changes(int[][] places, double[][] seeds, int tests, Progress progress) {
    Replay replay = boosting.replay();
    Objective objective = replay.objective();
    int outputs = replay.outputs();
    double[] out = new double[replay.rows() * tests];
    double[] raw = replay.start();
    double[] p = new double[outputs];
    for (int r = 0; r < replay.rounds().size(); r++) {
      progress.check();
      List<Boosted> round = replay.rounds().get(r);
      for (int i = 0; i < replay.rows(); i++) {
        objective.response(raw, i * outputs, p);
        for (int k = 0; k < outputs; k++) {
          Boosted b = round.get(k);
          int tree = r * outputs + k;
          int l = b.at(i);
          double den = boosting.den()[tree][l];
          double g = p[k] - objective.target(replay.labels()[i], k);
          double theta = b.value()[l] / boosting.shrinkage().rate();
          double own =
              den > 0
                  ? replay.weights()[i]
                      * boosting.share()[tree][l]
                      * boosting.shrinkage().rate()
                      * (g + theta * objective.curvature(p, k))
                      / den
                  : 0;
          for (int t = 0; t < tests; t++) {
            if (places[tree][t] == l) {
              out[i * tests + t] += seeds[r][t * outputs + k] * own;
            }
          }
        }
      }
      replay.add(round, 1, raw);
    }
    return out;
  }
}
