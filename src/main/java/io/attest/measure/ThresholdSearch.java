package io.attest.measure;

import io.attest.model.ModelSpec.Costs;
import io.attest.model.ModelSpec.Decision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Tries thresholds on a binary model's scores: a grid of their quantiles for the table, and every
 * score for the cheapest one.
 *
 * @see <a href="https://www.ijcai.org/Proceedings/01-1/Papers/0130.pdf">Elkan 2001, The Foundations
 *     of Cost-Sensitive Learning</a>
 */
public final class ThresholdSearch {
  private static final int GRID = 20;

  private final Decision decision;
  private final double[] scores;
  private final boolean[] positive;

  private ThresholdSearch(Decision decision, double[] scores, boolean[] positive) {
    this.decision = decision;
    this.scores = scores;
    this.positive = positive;
  }

  /**
   * @param scores probability of the positive outcome, one a row, finite
   * @param labels 0 or 1; NaN where not known: those rows are left out
   * @param seed parts the rows into halves
   * @return empty if no row has a label
   */
  public static Optional<Thresholds> of(
      Decision decision, double[] scores, double[] labels, long seed) {
    int[] known = IntStream.range(0, labels.length).filter(i -> !Double.isNaN(labels[i])).toArray();
    boolean[] positive = new boolean[known.length];
    for (int i = 0; i < known.length; i++) {
      positive[i] = labels[known[i]] == 1;
    }
    return known.length == 0
        ? Optional.empty()
        : Optional.of(
            new ThresholdSearch(
                    decision, Arrays.stream(known).mapToDouble(i -> scores[i]).toArray(), positive)
                .search(seed));
  }

  private Thresholds search(long seed) {
    int[] all = IntStream.range(0, scores.length).toArray();
    Optional<Thresholds.Cost> cost = decision.costs().map(c -> cost(c, all, seed));
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    // By how many scores are below: thresholds that decide alike are one.
    TreeMap<Integer, Double> grid = new TreeMap<>();
    for (int q = 0; q < GRID; q++) {
      double quantile = sorted[(int) ((long) q * sorted.length / GRID)];
      grid.put(below(sorted, quantile), quantile);
    }
    grid.put(sorted.length, Math.nextUp(sorted[sorted.length - 1]));
    cost.ifPresent(c -> grid.put(below(sorted, c.best()), c.best()));
    grid.put(below(sorted, decision.threshold()), decision.threshold());
    List<Thresholds.Point> points = new ArrayList<>();
    for (double threshold : grid.values()) {
      points.add(point(threshold, all, cost.map(Thresholds.Cost::best).orElse(Double.NaN)));
    }
    return new Thresholds(scores.length, decision.threshold(), points, cost);
  }

  private static int below(double[] sorted, double threshold) {
    int n = 0;
    while (n < sorted.length && sorted[n] < threshold) {
      n++;
    }
    return n;
  }

  private Thresholds.Point point(double threshold, int[] rows, double cheapest) {
    int[] counts = counts(threshold, rows);
    int above = counts[0] + counts[1];
    int n = rows.length;
    int positives = counts[0] + counts[2];
    String note =
        (threshold == decision.threshold() ? "declared" : "")
            + (threshold == decision.threshold() && threshold == cheapest ? ", " : "")
            + (threshold == cheapest ? "cheapest" : "");
    return new Thresholds.Point(
        threshold,
        (double) (decision.favourable().equals("below") ? n - above : above) / n,
        (double) counts[0] / positives,
        (double) counts[1] / (n - positives),
        (double) counts[0] / above,
        (double) (counts[0] + counts[3]) / n,
        decision.costs().map(c -> 100 * total(c, counts) / n).orElse(Double.NaN),
        note);
  }

  /** True positives, false positives, false negatives, true negatives. */
  private int[] counts(double threshold, int[] rows) {
    int[] counts = new int[4];
    for (int i : rows) {
      counts[(scores[i] >= threshold ? 0 : 2) + (positive[i] ? 0 : 1)]++;
    }
    return new int[] {counts[0], counts[1], counts[2], counts[3]};
  }

  private static double total(Costs costs, int[] counts) {
    return counts[1] * costs.falsePositive() + counts[2] * costs.falseNegative();
  }

  private double cost(Costs costs, double threshold, int row) {
    return scores[row] >= threshold
        ? positive[row] ? 0 : costs.falsePositive()
        : positive[row] ? costs.falseNegative() : 0;
  }

  private Thresholds.Cost cost(Costs costs, int[] all, long seed) {
    int n = all.length;
    int[] counts = counts(decision.threshold(), all);
    double[] now = new double[n];
    for (int i : all) {
      now[i] = 100 * cost(costs, decision.threshold(), i);
    }
    double best = cheapest(costs, all);
    Halves halves = Halves.of(all, seed, "threshold");
    double[] regret = new double[n];
    double fromFirst = cheapest(costs, halves.first());
    double fromSecond = cheapest(costs, halves.second());
    for (int i : halves.second()) {
      regret[i] = now[i] - 100 * cost(costs, fromFirst, i);
    }
    for (int i : halves.first()) {
      regret[i] = now[i] - 100 * cost(costs, fromSecond, i);
    }
    int positives = counts[0] + counts[2];
    double allAbove = 100 * (n - positives) * costs.falsePositive() / n;
    double allBelow = 100 * positives * costs.falseNegative() / n;
    boolean below = decision.favourable().equals("below");
    return new Thresholds.Cost(
        costs.falsePositive(),
        costs.falseNegative(),
        counts[1],
        counts[2],
        mean(now, all),
        best,
        100 * total(costs, counts(best, all)) / n,
        mean(regret, all),
        below ? allBelow : allAbove,
        below ? allAbove : allBelow,
        costs.falsePositive() / (costs.falsePositive() + costs.falseNegative()));
  }

  private static Estimate mean(double[] values, int[] rows) {
    Moments moments = Moments.of(values, rows);
    return Estimate.normal(moments.mean(), Math.sqrt(moments.variance() / moments.count()));
  }

  /**
   * The cheapest of all thresholds that make a difference; of equally cheap ones the nearest to the
   * declared one. The declared one where there are no rows.
   */
  private double cheapest(Costs costs, int[] rows) {
    if (rows.length == 0) {
      return decision.threshold();
    }
    Integer[] order = Arrays.stream(rows).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> scores[i]));
    // At the lowest score every row is above.
    double cost = 0;
    for (int i : rows) {
      cost += positive[i] ? 0 : costs.falsePositive();
    }
    double best = scores[order[0]];
    double lowest = cost;
    // Between two scores every threshold decides alike: the one nearest to the declared counts.
    best = nearest(Double.NEGATIVE_INFINITY, best);
    for (int at = 0; at < order.length; ) {
      double score = scores[order[at]];
      while (at < order.length && scores[order[at]] == score) {
        cost += positive[order[at]] ? costs.falseNegative() : -costs.falsePositive();
        at++;
      }
      double upper = at < order.length ? scores[order[at]] : Double.POSITIVE_INFINITY;
      double here = nearest(score, upper);
      if (cost < lowest - 1e-9
          || (cost < lowest + 1e-9
              && Math.abs(here - decision.threshold()) < Math.abs(best - decision.threshold()))) {
        best = here;
        lowest = Math.min(lowest, cost);
      }
    }
    return best;
  }

  /** The threshold above {@code low} and up to {@code high} that is nearest to the declared one. */
  private double nearest(double low, double high) {
    double declared = decision.threshold();
    return declared > low ? Math.min(declared, high) : Math.nextUp(low);
  }
}
