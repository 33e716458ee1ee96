package io.attest.measure;

import java.util.List;
import java.util.Optional;

/**
 * What other thresholds would do to a binary model's decisions.
 *
 * @param rows labelled rows
 * @param declared the threshold that model.yaml declares
 * @param points ascending; among them the declared threshold and the cheapest one
 * @param costs absent where model.yaml declares none
 */
public record Thresholds(int rows, double declared, List<Point> points, Optional<Cost> costs) {

  public Thresholds {
    points = List.copyOf(points);
  }

  /**
   * One threshold; a score on it counts as above.
   *
   * @param favourable share with the favourable decision
   * @param truePositive share of the positive rows at or above it; NaN without such rows
   * @param falsePositive share of the negative rows at or above it
   * @param precision share of positive rows among those at or above it; NaN if nobody is
   * @param accuracy share of rows on their right side
   * @param cost of 100 cases; NaN where costs are not known
   * @param note {@code declared}, {@code cheapest}, both, or empty
   */
  public record Point(
      double threshold,
      double favourable,
      double truePositive,
      double falsePositive,
      double precision,
      double accuracy,
      double cost,
      String note) {}

  /**
   * What wrong decisions cost.
   *
   * @param falsePositive cost of one
   * @param falseNegative cost of one
   * @param falsePositives how many there are at the declared threshold
   * @param falseNegatives how many
   * @param now expected cost of 100 cases at the declared threshold
   * @param best the threshold with the lowest cost on these rows
   * @param bestCost its cost of 100 cases: too low, because it was chosen on the same rows
   * @param regret what 100 cases cost more at the declared threshold than at the best one, found on
   *     one half of the rows and measured on the other, both ways round; below 0, the declared one
   *     is better than what these rows would choose
   * @param everyone cost of 100 cases if everyone had the favourable decision
   * @param nobody cost of 100 cases if nobody had it
   * @param byCosts the threshold that the costs alone ask for, if probabilities are right
   */
  public record Cost(
      double falsePositive,
      double falseNegative,
      int falsePositives,
      int falseNegatives,
      Estimate now,
      double best,
      double bestCost,
      Estimate regret,
      double everyone,
      double nobody,
      double byCosts) {}
}
