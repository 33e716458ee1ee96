package io.attest.explain.influence;

import io.attest.explain.Progress;
import io.attest.explain.influence.Replay.Boosted;
import java.util.List;

/**
 * Influence of training rows on boosted trees of fixed structure, to first order in the weight of
 * the row that is left out.
 *
 * <p>Leaving out a row changes the leaves that it is in, these change predictions, these change the
 * gradients of later rounds and so their leaves. That is a linear recursion; here it runs
 * backwards, from a test through the rounds to all training rows at once.
 *
 * @see <a href="https://proceedings.mlr.press/v80/sharchilev18a.html">Sharchilev et al. 2018,
 *     Finding Influential Training Samples for Gradient Boosted Decision Trees</a>
 */
final class LeafInfluence {
  private final Boosting boosting;
  private final Replay replay;
  private final int outputs;

  LeafInfluence(Boosting boosting) {
    this.boosting = boosting;
    this.replay = boosting.replay();
    this.outputs = replay.outputs();
  }

  /**
   * The changes of some sums of raw outputs.
   *
   * @param places leaf of each tree that each test reaches, trees x tests
   * @param tests index in {@code places} of each column
   * @param seeds weight of each raw output in each column's sum, columns x outputs
   * @return training rows x columns, row-major
   */
  double[] changes(int[][] places, int[] tests, double[] seeds, Progress progress) {
    int c = tests.length;
    int n = replay.rows();
    double[] pull = new double[n * outputs * c];
    double[] out = new double[n * c];
    double[] raw = replay.start();
    for (List<Boosted> round : replay.rounds()) {
      replay.add(round, 1, raw);
    }
    double[] p = new double[outputs];
    int tree = places.length;
    for (int r = replay.rounds().size() - 1; r >= 0; r--) {
      progress.check();
      List<Boosted> round = replay.rounds().get(r);
      tree -= outputs;
      double[][] value = new double[outputs][];
      for (int k = 0; k < outputs; k++) {
        value[k] = collected(round.get(k), tree + k, places[tree + k], tests, seeds, pull);
      }
      replay.add(round, -1, raw);
      for (int i = 0; i < n; i++) {
        replay.objective().response(raw, i * outputs, p);
        for (int k = 0; k < outputs; k++) {
          row(round.get(k), tree + k, i, p, value[k], c, pull, out);
        }
      }
    }
    base(seeds, c, pull, out);
    return out;
  }

  /** How each column depends on the leaves' sums of g. */
  private double[] collected(
      Boosted b, int tree, int[] places, int[] tests, double[] seeds, double[] pull) {
    int c = tests.length;
    double[] value = new double[b.leaves() * c];
    for (int i = 0; i < replay.rows(); i++) {
      int from = (i * outputs + b.output()) * c;
      int to = b.at(i) * c;
      for (int j = 0; j < c; j++) {
        value[to + j] += pull[from + j];
      }
    }
    for (int j = 0; j < c; j++) {
      value[places[tests[j]] * c + j] += seeds[j * outputs + b.output()];
    }
    for (int l = 0; l < b.leaves(); l++) {
      double den = boosting.den()[tree][l];
      double factor = den > 0 ? boosting.shrinkage().rate() / den : 0;
      for (int j = 0; j < c; j++) {
        value[l * c + j] *= factor;
      }
    }
    return value;
  }

  private void row(
      Boosted b, int tree, int i, double[] p, double[] value, int c, double[] pull, double[] out) {
    int k = b.output();
    int l = b.at(i);
    double theta = b.value()[l] / boosting.shrinkage().rate();
    double weight = replay.weights()[i] * boosting.share()[tree][l];
    Objective objective = replay.objective();
    double own =
        weight
            * (p[k] - objective.target(replay.labels()[i], k) + theta * objective.curvature(p, k));
    for (int j = 0; j < c; j++) {
      out[i * c + j] += value[l * c + j] * own;
    }
    for (int m = 0; m < outputs; m++) {
      double passed = weight * (objective.slope(p, k, m) + theta * objective.bend(p, k, m));
      int at = (i * outputs + m) * c;
      for (int j = 0; j < c; j++) {
        pull[at + j] -= value[l * c + j] * passed;
      }
    }
  }

  /** What the rounds started from was made of the rows as well. */
  private void base(double[] seeds, int c, double[] pull, double[] out) {
    if (!replay.mean()) {
      return;
    }
    for (int k = 0; k < outputs; k++) {
      for (int j = 0; j < c; j++) {
        double all = seeds[j * outputs + k];
        for (int i = 0; i < replay.rows(); i++) {
          all += pull[(i * outputs + k) * c + j];
        }
        for (int i = 0; i < replay.rows(); i++) {
          out[i * c + j] -= all * replay.weights()[i] * replay.baseSlope(i, k);
        }
      }
    }
  }
}
