package io.attest.explain.surrogate;

import io.attest.model.Batch;
import java.util.ArrayList;
import java.util.List;

/**
 * An ordered list of rules, found one after the other: a tree is grown on the rows that no rule
 * covers yet, its leaf that differs most from the rest becomes a rule, conditions that do not help
 * are dropped, and the rows that it covers are taken away. The last rule is for all that is left.
 *
 * @see <a href="https://doi.org/10.1007/3-540-46695-9_1">Holmes, Hall and Frank 1999, Generating
 *     Rule Sets from Model Trees</a>
 * @see <a href="https://dl.acm.org/doi/10.5555/645527.657305">Frank and Witten 1998, Generating
 *     Accurate Rule Sets Without Global Optimization</a>
 */
final class RuleList implements Student {

  /**
   * @param value weighted means of the targets of the rows that it counts for
   */
  record Rule(Region region, double[] value) {}

  private final List<Rule> rules;

  private RuleList(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  List<Rule> rules() {
    return rules;
  }

  /** Index of the rule that counts for a row; its values begin at {@code from}. */
  int rule(double[] values, int from) {
    int at = 0;
    while (!rules.get(at).region().holds(values, from)) {
      at++;
    }
    return at;
  }

  @Override
  public void predict(Batch rows, double[] out) {
    for (int i = 0; i < rows.rows(); i++) {
      double[] value = rules.get(rule(rows.values(), i * rows.features())).value();
      System.arraycopy(value, 0, out, i * value.length, value.length);
    }
  }

  /**
   * Finds rules.
   *
   * @param rows those of {@code columns}
   * @param most how many rules, with the last one
   */
  static RuleList fit(
      SortedColumns columns,
      Batch rows,
      double[] targets,
      int outputs,
      double[] weights,
      RegressionTree.Limits limits,
      int most) {
    Left left = new Left(rows, targets, outputs, weights.clone());
    List<Rule> rules = new ArrayList<>();
    while (rules.size() + 1 < most) {
      RegressionTree tree = RegressionTree.fit(columns, targets, outputs, left.weights, limits);
      if (tree.nodes().size() == 1) {
        break;
      }
      Region best = null;
      double gain = -1;
      for (Region.Leaf leaf : Region.leaves(tree)) {
        double own = left.gain(leaf.region(), Region.ALL);
        if (own > gain) {
          gain = own;
          best = leaf.region();
        }
      }
      best = left.shortened(best, limits.minGain());
      rules.add(new Rule(best, left.mean(best)));
      left.take(best);
      if (left.empty()) {
        break;
      }
    }
    rules.add(
        new Rule(
            Region.ALL, left.empty() ? mean(targets, outputs, weights) : left.mean(Region.ALL)));
    return new RuleList(rules);
  }

  private static double[] mean(double[] targets, int k, double[] weights) {
    double[] sum = new double[k];
    double weight = 0;
    for (int i = 0; i < weights.length; i++) {
      weight += weights[i];
      for (int o = 0; o < k; o++) {
        sum[o] += weights[i] * targets[i * k + o];
      }
    }
    for (int o = 0; o < k; o++) {
      sum[o] /= weight;
    }
    return sum;
  }

  /** The rows that no rule covers yet. */
  private record Left(Batch rows, double[] targets, int k, double[] weights) {

    boolean empty() {
      for (double w : weights) {
        if (w > 0) {
          return false;
        }
      }
      return true;
    }

    private double[] inside(Region region) {
      double[] in = new double[weights.length];
      for (int i = 0; i < in.length; i++) {
        in[i] = region.holds(rows.values(), i * rows.features()) ? weights[i] : 0;
      }
      return in;
    }

    double[] mean(Region region) {
      return RuleList.mean(targets, k, inside(region));
    }

    /** By how much telling a region from the rest of another lowers the sum of squares. */
    double gain(Region region, Region of) {
      double in = 0;
      double all = 0;
      double[] sumIn = new double[k];
      double[] sumAll = new double[k];
      for (int i = 0; i < weights.length; i++) {
        if (weights[i] == 0 || !of.holds(rows.values(), i * rows.features())) {
          continue;
        }
        boolean holds = region.holds(rows.values(), i * rows.features());
        all += weights[i];
        in += holds ? weights[i] : 0;
        for (int o = 0; o < k; o++) {
          double t = weights[i] * targets[i * k + o];
          sumAll[o] += t;
          sumIn[o] += holds ? t : 0;
        }
      }
      if (in <= 0 || in >= all) {
        return 0;
      }
      double squares = 0;
      for (int o = 0; o < k; o++) {
        double d = sumIn[o] - sumAll[o] * (in / all);
        squares += d * d;
      }
      return squares * all / in / (all - in);
    }

    /** Without the conditions that do not tell enough, the last one first. */
    Region shortened(Region region, double minGain) {
      Region kept = region;
      for (int i = kept.bounds().size() - 1; i >= 0 && kept.bounds().size() > 1; i--) {
        Region shorter = kept.without(i);
        if (gain(kept, shorter) <= minGain) {
          kept = shorter;
        }
      }
      return kept;
    }

    void take(Region region) {
      for (int i = 0; i < weights.length; i++) {
        if (region.holds(rows.values(), i * rows.features())) {
          weights[i] = 0;
        }
      }
    }
  }
}
