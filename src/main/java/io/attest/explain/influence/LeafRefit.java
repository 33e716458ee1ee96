package io.attest.explain.influence;

import io.attest.explain.influence.Replay.Boosted;
import java.util.List;

/** Boosted trees of fixed structure with other weights of the rows: every leaf made again. */
final class LeafRefit {
  private final Boosting boosting;

  LeafRefit(Boosting boosting) {
    this.boosting = boosting;
  }

  /**
   * Raw outputs of tests.
   *
   * @param weights of the training rows; 0 leaves one out
   * @param places leaf of each tree that each test reaches, trees x tests
   * @param tests how many
   * @return tests x outputs
   */
  double[] raw(double[] weights, int[][] places, int tests) {
    Replay replay = boosting.replay();
    int outputs = replay.outputs();
    double[] base =
        replay.mean()
            ? Replay.means(replay.objective(), outputs, replay.labels(), weights)
            : replay.base();
    double[] before =
        replay.mean()
            ? Replay.means(replay.objective(), outputs, replay.labels(), replay.weights())
            : replay.base();
    int n = replay.rows();
    double[] raw = replay.start();
    double[] out = new double[tests * outputs];
    for (int k = 0; k < outputs; k++) {
      double start = replay.base()[k] + base[k] - before[k];
      for (int i = 0; i < n; i++) {
        raw[i * outputs + k] = start;
      }
      for (int t = 0; t < tests; t++) {
        out[t * outputs + k] = start;
      }
    }
    double[] p = new double[outputs];
    int tree = 0;
    for (List<Boosted> round : replay.rounds()) {
      double[][] value = new double[outputs][];
      double[][] g = new double[outputs][];
      double[][] h = new double[outputs][];
      for (int k = 0; k < outputs; k++) {
        g[k] = new double[round.get(k).leaves()];
        h[k] = new double[round.get(k).leaves()];
      }
      for (int i = 0; i < n; i++) {
        if (weights[i] == 0) {
          continue;
        }
        replay.objective().response(raw, i * outputs, p);
        for (int k = 0; k < outputs; k++) {
          int l = round.get(k).at(i);
          g[k][l] += weights[i] * (p[k] - replay.objective().target(replay.labels()[i], k));
          h[k][l] += weights[i] * replay.objective().curvature(p, k);
        }
      }
      for (int k = 0; k < outputs; k++) {
        value[k] = values(tree + k, g[k], h[k]);
        for (int t = 0; t < tests; t++) {
          out[t * outputs + k] += value[k][places[tree + k][t]];
        }
        for (int i = 0; i < n; i++) {
          raw[i * outputs + k] += value[k][round.get(k).at(i)];
        }
      }
      tree += outputs;
    }
    return out;
  }

  private double[] values(int tree, double[] g, double[] h) {
    double[] value = new double[g.length];
    for (int l = 0; l < value.length; l++) {
      double share = boosting.share()[tree][l];
      double den = share * h[l] + boosting.shrinkage().lambda();
      value[l] =
          h[l] > 0 && den > 0
              ? -boosting.shrinkage().rate() * (share * g[l] + boosting.rest()[tree][l]) / den
              : 0;
    }
    return value;
  }
}
