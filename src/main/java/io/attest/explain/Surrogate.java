package io.attest.explain;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * A small model that mimics the model: a tree, or an ordered list of rules. What it says is true of
 * the model as far as its {@link Fidelity} goes, and no further.
 *
 * @param outputs the model's; one surrogate mimics all of them at once
 * @param nodes of a tree, the root first, each before those below it; empty for a list of rules
 * @param rules of a list, in order: the first one that holds is the one that counts, and the last
 *     one has no conditions. Of a tree, a rule a leaf: exactly one holds
 * @param fidelity of all outputs together; then, if there are several, of each
 * @param stability of the first splits or rules
 */
public record Surrogate(
    Provenance provenance,
    List<String> outputs,
    List<Node> nodes,
    List<Rule> rules,
    List<Fidelity> fidelity,
    List<Stability> stability)
    implements Explanation {

  public Surrogate {
    outputs = List.copyOf(outputs);
    nodes = List.copyOf(nodes);
    rules = List.copyOf(rules);
    fidelity = List.copyOf(fidelity);
    stability = List.copyOf(stability);
  }

  /** How well the whole mimics the model. */
  public Fidelity overall() {
    return fidelity.get(0);
  }

  /**
   * True if it is close enough to be read as what the model does: R squared, out of sample, at the
   * gate or above.
   */
  public boolean passes(double gate) {
    return overall().outOfSample() >= gate;
  }

  /**
   * What must be true of one feature.
   *
   * @param from smallest value, {@code -Infinity} if there is none
   * @param below first value that is too large, {@code Infinity} if there is none
   * @param levels of a categorical feature; empty for a number
   * @param missing true if it also holds for rows whose value is missing, of which there were some
   */
  public record Condition(
      String feature, double from, double below, List<String> levels, boolean missing) {

    public Condition {
      levels = List.copyOf(levels);
    }

    /** In words, without the name of the feature: {@code < 16 months}, {@code is own or rent}. */
    public String predicate(String unit) {
      String after = unit.isEmpty() ? "" : " " + unit;
      String also = missing ? " or missing" : "";
      if (!levels.isEmpty()) {
        return "is " + String.join(" or ", levels) + also;
      }
      boolean bounded = from > Double.NEGATIVE_INFINITY || below < Double.POSITIVE_INFINITY;
      if (from == Double.POSITIVE_INFINITY || (!bounded && missing)) {
        return "is missing";
      }
      if (!bounded) {
        return "is known";
      }
      if (from == Double.NEGATIVE_INFINITY) {
        return "< " + number(below) + after + also;
      }
      return below == Double.POSITIVE_INFINITY
          ? "≥ " + number(from) + after + also
          : "from " + number(from) + " to below " + number(below) + after + also;
    }

    /** In words: {@code duration < 16 months}. */
    public String words(String unit) {
      return feature + " " + predicate(unit);
    }

    private static String number(double value) {
      double size = Math.abs(value);
      return size != 0 && (size >= 1e15 || size < 1e-6)
          ? Double.toString(value)
          : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
  }

  /**
   * A node of the tree.
   *
   * @param id its place in the list
   * @param parent -1 for the root
   * @param yes the node for rows that meet the condition; -1 for a leaf
   * @param no the node for the others; -1 for a leaf
   * @param split absent for a leaf
   * @param value mean response of the model, an output each
   * @param rows how many rows come here
   * @param share of all rows
   * @param gain by how much the split lowers the sum of squared differences to the model, as a
   *     share of that without any split; 0 for a leaf
   */
  public record Node(
      int id,
      int parent,
      int yes,
      int no,
      Optional<Condition> split,
      double[] value,
      long rows,
      double share,
      double gain) {}

  /**
   * A rule.
   *
   * @param number from 1
   * @param conditions all must hold; none for "otherwise"
   * @param value mean response of the model where the rule counts, an output each
   * @param rows how many rows it counts for
   * @param share of all rows
   * @param spread root mean squared difference between the model and the rule there, in the units
   *     of the response
   * @param agreement share of those rows for which model and rule decide alike; NaN where nothing
   *     is decided
   */
  public record Rule(
      int number,
      List<Condition> conditions,
      double[] value,
      long rows,
      double share,
      double spread,
      double agreement) {

    public Rule {
      conditions = List.copyOf(conditions);
    }
  }

  /**
   * How well the surrogate mimics the model.
   *
   * @param output the output, or {@code all outputs}
   * @param inSample R squared of the response on the rows that it was grown on
   * @param outOfSample R squared on rows that were kept back, by cross-validation; NaN where there
   *     were too few rows
   * @param rmse root mean squared difference to the response, out of sample where that is known
   * @param agreementInSample share of rows for which both decide alike; NaN where nothing is
   *     decided
   * @param agreementOutOfSample the same on rows that were kept back
   */
  public record Fidelity(
      String output,
      double inSample,
      double outOfSample,
      double rmse,
      double agreementInSample,
      double agreementOutOfSample) {

    /**
     * Share of the variance that it explains on rows that were kept back, for a sentence: 0 where
     * it is worse than the mean, which R squared below 0 says.
     */
    public double explained() {
      return Math.max(0, outOfSample);
    }
  }

  /**
   * Whether other rows would have given the same.
   *
   * @param place of the split or rule: {@code first split}, {@code rule 1}
   * @param features that it is about, joined by commas
   * @param share of the bootstrap samples whose surrogate has the same features at this place
   * @param low tenth percentile of the thresholds of those, for a split of a number; else NaN
   * @param high ninetieth percentile
   */
  public record Stability(String place, String features, double share, double low, double high) {}
}
