package io.attest.explain.influence;

import io.attest.explain.NotApplicable;
import io.attest.explain.Parameters;
import io.attest.explain.influence.Leaves.Sums;
import io.attest.explain.influence.Leaves.Worst;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A training whose leaf values are understood: they come out again from the training rows.
 *
 * <p>Trees that were grown on a random part of the rows are understood on average: which rows it
 * was is not known, but the covers in the file tell how much of each leaf it was. Each row then
 * counts with that share.
 *
 * @param share of each tree's leaves, in the order of the rounds: how much of its rows grew it
 * @param den of each leaf the sum of h of the rows that grew it, plus lambda
 * @param rest of each leaf what its G has beside {@code share} x the sum over its rows: rounding,
 *     and with a share the luck of the draw
 * @param subsample the share of all rows that grew a tree; empty if all did
 * @param error largest difference between a leaf's value and the one that comes out, relative to
 *     the largest leaf; with a share the root mean square of differences in standard deviations of
 *     the draw
 */
record Boosting(
    Replay replay,
    Shrinkage shrinkage,
    double[][] share,
    double[][] den,
    double[][] rest,
    Optional<Double> subsample,
    double error) {

  /** Leaves must come out to this, relative to the largest. */
  static final double TOLERANCE = 1e-5;

  /**
   * With a random part of the rows differences are about 1 deviation, and a little more, since the
   * splits were chosen to suit that part.
   */
  private static final double MOST_DEVIATIONS = 3;

  /** Sums of g are not known better than this, relative to themselves: training adds floats. */
  private static final double ROUNDING = 1e-4;

  /**
   * @param hessians true if the file's covers are sums of h, false if they count rows
   * @throws IllegalArgumentException naming the tree, the leaf and both values if they do not come
   *     out
   */
  static Boosting of(Replay replay, Parameters parameters, boolean hessians, List<String> notes) {
    Optional<Double> rate = parameters.number("learning-rate", 1e-6, Double.MAX_VALUE);
    Optional<Double> lambda = parameters.number("lambda", 0, Double.MAX_VALUE);
    Leaves leaves = Leaves.of(replay);
    double scale = leaves.scale();
    if (scale == 0) {
      throw new NotApplicable("Every leaf of the model is 0: no training row did anything.");
    }
    Shrinkage fitted = given(leaves.fitted(), rate, lambda);
    Shrinkage rounded = given(fitted.rounded(4), rate, lambda);
    Shrinkage shrinkage = leaves.worst(rounded).error() <= TOLERANCE * scale ? rounded : fitted;
    Worst worst = leaves.worst(shrinkage);
    boolean inferred = rate.isEmpty() || lambda.isEmpty();
    if (worst.error() <= TOLERANCE * scale) {
      notes.add(
          String.format(
              Locale.ROOT,
              "With learning rate %.4g and lambda %.4g%s all %d leaf values come out again from the"
                  + " training rows: largest difference %.2g of the largest leaf.",
              shrinkage.rate(),
              shrinkage.lambda(),
              inferred ? ", found from the leaves," : "",
              leaves.trees().stream().mapToInt(s -> s.g().length).sum(),
              worst.error() / scale));
      return whole(replay, leaves, shrinkage, worst.error() / scale);
    }
    return new Sampled(leaves, hessians, worst, shrinkage).boosting(rate, lambda, notes);
  }

  private static Shrinkage given(
      Shrinkage otherwise, Optional<Double> rate, Optional<Double> lambda) {
    return new Shrinkage(rate.orElse(otherwise.rate()), lambda.orElse(otherwise.lambda()));
  }

  private static Boosting whole(Replay replay, Leaves leaves, Shrinkage shrinkage, double error) {
    int count = leaves.trees().size();
    double[][] share = new double[count][];
    double[][] den = new double[count][];
    double[][] rest = new double[count][];
    for (int t = 0; t < count; t++) {
      Sums s = leaves.trees().get(t);
      share[t] = new double[s.g().length];
      den[t] = new double[s.g().length];
      rest[t] = new double[s.g().length];
      for (int l = 0; l < share[t].length; l++) {
        share[t][l] = 1;
        den[t][l] = s.h()[l] + shrinkage.lambda();
        rest[t][l] = -s.tree().value()[l] * den[t][l] / shrinkage.rate() - s.g()[l];
      }
    }
    return new Boosting(replay, shrinkage, share, den, rest, Optional.empty(), error);
  }

  /** Trees that grew on a random part of the rows, as far as covers tell. */
  private record Sampled(Leaves leaves, boolean hessians, Worst worst, Shrinkage whole) {

    Boosting boosting(Optional<Double> rate, Optional<Double> lambda, List<String> notes) {
      int count = leaves.trees().size();
      double[][] share = new double[count][];
      double covers = 0;
      double reached = 0;
      for (int t = 0; t < count; t++) {
        Sums s = leaves.trees().get(t);
        share[t] = new double[s.g().length];
        for (int l = 0; l < share[t].length; l++) {
          double all = all(s, l);
          double cover = cover(s, l);
          share[t][l] = all > 0 ? cover / all : 1;
          covers += cover;
          reached += all;
          if (!(cover >= 0) || cover > all * (1 + 1e-4) + 1e-6) {
            throw refused("");
          }
        }
      }
      double subsample = covers / reached;
      if (subsample > 1 - 1e-4) {
        throw refused(" All training rows grew each tree, so it is not a subsample.");
      }
      Shrinkage shrinkage = given(fitted(share), rate, lambda);
      double[][] den = new double[count][];
      double[][] rest = new double[count][];
      double squares = 0;
      int compared = 0;
      for (int t = 0; t < count; t++) {
        Sums s = leaves.trees().get(t);
        den[t] = new double[s.g().length];
        rest[t] = new double[s.g().length];
        for (int l = 0; l < den[t].length; l++) {
          den[t][l] = share[t][l] * s.h()[l] + shrinkage.lambda();
          double g = -s.tree().value()[l] * den[t][l] / shrinkage.rate();
          rest[t][l] = g - share[t][l] * s.g()[l];
          double variance = variance(s, l, share[t][l]);
          if (variance > 0) {
            squares += rest[t][l] * rest[t][l] / variance;
            compared++;
          }
        }
      }
      double deviations = Math.sqrt(squares / Math.max(1, compared));
      if (!(deviations <= MOST_DEVIATIONS)) {
        throw refused(
            String.format(
                Locale.ROOT,
                " Neither are they those of a random %.0f %% of the rows: they are off by %.1f"
                    + " standard deviations of such a draw.",
                100 * subsample,
                deviations));
      }
      notes.add(
          String.format(
              Locale.ROOT,
              "Each tree grew on a random part of the training rows, about %.0f %% by its covers."
                  + " Which rows it was is not known, so each row counts with that share: the"
                  + " changes are means over the draw. With learning rate %.3g and lambda %.3g%s the"
                  + " leaf values differ from those of such draws by %.2f standard deviations (root"
                  + " mean square; 1 is chance).",
              100 * subsample,
              shrinkage.rate(),
              shrinkage.lambda(),
              rate.isEmpty() || lambda.isEmpty() ? ", estimated from the leaves," : "",
              deviations));
      return new Boosting(
          leaves.replay(), shrinkage, share, den, rest, Optional.of(subsample), deviations);
    }

    private double all(Sums s, int leaf) {
      return hessians ? s.h()[leaf] : s.count()[leaf];
    }

    private double cover(Sums s, int leaf) {
      // XGBoost doubles h of a class.
      return s.tree().cover()[leaf]
          / (hessians && leaves.replay().objective() == Objective.SOFTMAX ? 2 : 1);
    }

    /** Of the sum of g over a random part, when the sum of h is known. */
    private static double variance(Sums s, int l, double share) {
      double ratio = s.h()[l] > 0 ? s.g()[l] / s.h()[l] : 0;
      double squares = s.gg()[l] - 2 * ratio * s.gh()[l] + ratio * ratio * s.hh()[l];
      double rounding = ROUNDING * s.g()[l];
      return Math.max(0, share * (1 - share) * squares) + rounding * rounding;
    }

    /** The sum of g is known up to chance, the rest exactly: regress the one on the other. */
    private Shrinkage fitted(double[][] share) {
      double aa = 0;
      double ab = 0;
      double bb = 0;
      double ay = 0;
      double by = 0;
      for (int t = 0; t < share.length; t++) {
        Sums s = leaves.trees().get(t);
        for (int l = 0; l < share[t].length; l++) {
          double variance = variance(s, l, share[t][l]);
          if (variance > 0) {
            double a = -s.tree().value()[l] * share[t][l] * s.h()[l];
            double b = -s.tree().value()[l];
            double y = share[t][l] * s.g()[l];
            aa += a * a / variance;
            ab += a * b / variance;
            bb += b * b / variance;
            ay += a * y / variance;
            by += b * y / variance;
          }
        }
      }
      // y = a / rate + b lambda / rate.
      Shrinkage inverse = Shrinkage.solve(aa, ab, bb, ay, by);
      return new Shrinkage(1 / inverse.rate(), inverse.lambda() / inverse.rate());
    }

    private IllegalArgumentException refused(String more) {
      return new NotApplicable(
          String.format(
              Locale.ROOT,
              "The leaf values do not come out from the training rows: leaf %d of tree %d is %.6g,"
                  + " but comes out as %.6g with learning rate %.4g and lambda %.4g.%s Maybe the"
                  + " training rows, their labels or missing values are not those of the training; or it used"
                  + " weights, bagging, dropout (DART), an L1 penalty or an own loss; or the trees are a"
                  + " forest; or learning-rate and lambda are not as given.",
              worst.leaf() + 1,
              worst.tree().tree().number() + 1,
              worst.tree().tree().value()[worst.leaf()],
              Leaves.value(worst.tree(), worst.leaf(), whole),
              whole.rate(),
              whole.lambda(),
              more));
    }
  }
}
