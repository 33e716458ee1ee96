package io.attest.explain.influence;

import io.attest.explain.Progress;
import io.attest.explain.influence.Leaves.Sums;
import io.attest.model.Batch;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Boosted trees trained again, after training on all rows has given the model's own predictions.
 *
 * @param booster that does so; null if there is none
 * @param why there is none
 */
record Retraining(Booster booster, Boosting boosting, String why) {
  /** Predictions of a training again may differ by this much of the largest leaf. */
  private static final double TOLERANCE = 1e-4;

  /** Looks at a row's value in a split, over all trainings: some tens of seconds. */
  private static final double MOST_WORK = 2e10;

  /**
   * Finds out how the trees were grown, by growing them again.
   *
   * @param trainings how many are to follow
   */
  static Retraining like(
      Boosting boosting,
      TreeEnsemble trees,
      Batch rows,
      Batch tests,
      int trainings,
      Progress progress) {
    if (boosting.subsample().isPresent()) {
      return none(
          boosting, "each tree grew on a random part of the rows that the file does not name");
    }
    int depth = 1;
    for (Tree tree : trees.trees()) {
      depth = Math.max(depth, tree.depth());
      for (long[] set : tree.categories()) {
        if (set != null) {
          return none(boosting, "its trees split on categories");
        }
      }
    }
    double work = (double) rows.rows() * trees.features() * depth * trees.trees().size();
    if (work * (trainings + 10) > MOST_WORK) {
      return none(
          boosting,
          String.format(
              Locale.ROOT,
              "with %d rows and %d trees it would take too long",
              rows.rows(),
              trees.trees().size()));
    }
    Replay replay = boosting.replay();
    double[] expected = expected(trees, rows, tests);
    double closest = Double.POSITIVE_INFINITY;
    double scale = Leaves.of(replay).scale();
    for (Growth growth : growths(boosting, trees, depth)) {
      Booster booster =
          new Booster(
              growth,
              boosting.shrinkage(),
              replay.objective(),
              replay.outputs(),
              replay.rounds().size(),
              trees.comparison(),
              trees.float32(),
              trees.features(),
              trees.comparable(rows),
              trees.comparable(tests));
      double[] again = booster.train(replay.labels(), replay.weights(), replay.base(), progress);
      double worst = 0;
      for (int i = 0; i < again.length; i++) {
        worst = Math.max(worst, Math.abs(again[i] - expected[i]));
      }
      if (worst <= TOLERANCE * scale) {
        return new Retraining(booster, boosting, "");
      }
      closest = Math.min(closest, worst);
    }
    return none(
        boosting,
        String.format(
            Locale.ROOT,
            "growing trees of this depth on all rows does not give this model, but raw outputs that"
                + " differ by up to %.3g; maybe it grew on binned values, on random features, or"
                + " with limits that the file does not name",
            closest));
  }

  private static Retraining none(Boosting boosting, String why) {
    return new Retraining(null, boosting, why);
  }

  boolean possible() {
    return booster != null;
  }

  private static double[] expected(TreeEnsemble trees, Batch rows, Batch tests) {
    int k = trees.outputs();
    double[] out = new double[(rows.rows() + tests.rows()) * k];
    double[] first = new double[rows.rows() * k];
    double[] second = new double[tests.rows() * k];
    trees.raw(rows, first);
    trees.raw(tests, second);
    System.arraycopy(first, 0, out, 0, first.length);
    System.arraycopy(second, 0, out, first.length, second.length);
    return out;
  }

  /** What libraries do unless told otherwise, and what the smallest leaf allows. */
  private static List<Growth> growths(Boosting boosting, TreeEnsemble trees, int depth) {
    double leastH = Double.POSITIVE_INFINITY;
    int leastRows = Integer.MAX_VALUE;
    int most = 1;
    for (Sums s : Leaves.of(boosting.replay()).trees()) {
      most = Math.max(most, s.g().length);
      for (int l = 0; l < s.g().length; l++) {
        leastH = Math.min(leastH, s.h()[l]);
        leastRows = Math.min(leastRows, s.count()[l]);
      }
    }
    int deep = trees.trees().size() == 0 ? 1 : depth;
    List<Growth> out = new ArrayList<>();
    // XGBoost's h of a class is twice the one here.
    for (double curvature : new double[] {1, 0.5, 0, Math.floor(leastH)}) {
      if (curvature <= leastH) {
        out.add(new Growth(true, deep, Integer.MAX_VALUE, curvature, 1, true));
        out.add(new Growth(true, deep, Integer.MAX_VALUE, curvature, 1, false));
      }
    }
    out.add(new Growth(true, Integer.MAX_VALUE, most, 1e-3, Math.min(20, leastRows), true));
    out.add(new Growth(true, Integer.MAX_VALUE, most, 1e-3, leastRows, true));
    out.add(new Growth(false, deep, Integer.MAX_VALUE, 0, 1, true));
    out.add(new Growth(false, deep, Integer.MAX_VALUE, 0, leastRows, true));
    return out.stream().distinct().toList();
  }

  /**
   * Trains with other weights.
   *
   * @return raw outputs of the tests, tests x outputs
   */
  double[] raw(double[] weights, Progress progress) {
    Replay replay = boosting.replay();
    double[] base =
        replay.mean()
            ? Replay.means(replay.objective(), replay.outputs(), replay.labels(), weights)
            : replay.base();
    double[] all = booster.train(replay.labels(), weights, base, progress);
    return java.util.Arrays.copyOfRange(all, replay.rows() * replay.outputs(), all.length);
  }
}
