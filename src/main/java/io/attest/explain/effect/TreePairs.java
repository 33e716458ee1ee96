package io.attest.explain.effect;

import static org.hipparchus.stat.StatUtils.populationVariance;

import io.attest.explain.Dataset;
import io.attest.explain.Progress;
import io.attest.explain.tree.Players;
import io.attest.explain.tree.TreeValues;
import io.attest.explain.tree.Value;
import io.attest.model.Batch;
import io.attest.model.tree.TreeEnsembleModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How every pair of features of a tree ensemble acts together, read off the trees in one pass. */
record TreePairs(TreeEnsembleModel model, Batch rows, long memory, int threads) {

  /** The most rows whose figures fit into half of the memory. */
  static int most(TreeEnsembleModel model, int wanted, long memory) {
    int p = model.trees().features();
    long perRow = 8L * p * (p + 1) * model.trees().outputs();
    return (int) Math.max(20, Math.min(wanted, memory / 2 / perRow));
  }

  /** The pairs that act together, in raw space, strongest first. */
  List<Candidate> pairs(Progress progress) {
    int p = model.trees().features();
    int k = model.trees().outputs();
    int n = rows.rows();
    TreeValues values =
        TreeValues.prepare(
            new TreeValues.Order(
                model.trees(),
                Players.features(model.info().featureNames()),
                Value.DEPENDENCE,
                Optional.of(new Dataset(rows, Optional.empty())),
                n,
                memory,
                threads),
            progress);
    double[][][] all = new double[k][p * p][];
    for (int output = 0; output < k; output++) {
      for (int i = 0; i < p; i++) {
        for (int j = i; j < p; j++) {
          all[output][i * p + j] = new double[n];
        }
      }
    }
    values.explain(
        rows,
        (from, count, tile) -> {
          for (int output = 0; output < k; output++) {
            for (int i = 0; i < p; i++) {
              for (int j = i; j < p; j++) {
                System.arraycopy(tile[output][i * p + j], 0, all[output][i * p + j], from, count);
              }
            }
          }
        },
        progress);
    List<Candidate> pairs = new ArrayList<>();
    for (int output = 0; output < k; output++) {
      for (int i = 0; i < p; i++) {
        for (int j = i + 1; j < p; j++) {
          double[] beyond = all[output][i * p + j];
          double[] joint = new double[n];
          for (int r = 0; r < n; r++) {
            joint[r] = all[output][i * p + i][r] + all[output][j * p + j][r] + beyond[r];
          }
          double interaction = populationVariance(beyond);
          if (interaction > 1e-24) {
            double whole = populationVariance(joint);
            pairs.add(
                new Candidate(
                    i,
                    j,
                    output,
                    Math.sqrt(interaction),
                    whole > 0 ? interaction / whole : Double.NaN));
          }
        }
      }
    }
    pairs.sort(Candidate.STRONGEST);
    return pairs;
  }
}
