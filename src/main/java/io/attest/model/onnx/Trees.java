package io.attest.model.onnx;

import io.attest.model.onnx.Nodes.Mode;
import io.attest.model.tree.Comparison;
import io.attest.model.tree.Tree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Nodes of an ONNX file as trees that all engines read: {@code >} and {@code >=} become {@code <=}
 * and {@code <} with the children swapped, comparisons for equality become sets of categories, a
 * tree for several outputs becomes one tree an output, which share everything but the leaves.
 */
final class Trees {
  private static final int MAX_CATEGORY = 1 << 16;
  private static final int MAX_DEPTH = 1000;

  private final Operator op;
  private final Graph.Columns columns;
  private final boolean[] ordered;
  private final int[] levels;
  private final Comparison comparison;

  /**
   * @param columns what the trees see
   * @param features number of features of the model
   */
  Trees(Operator op, Graph.Columns columns, int features, List<Nodes> forest) {
    this.op = op;
    this.columns = columns;
    this.ordered = new boolean[features];
    this.levels = new int[features];
    boolean strict = false;
    boolean loose = false;
    for (Nodes nodes : forest) {
      for (Mode mode : nodes.mode()) {
        strict |= mode == Mode.BRANCH_LT || mode == Mode.BRANCH_GTE;
        loose |= mode == Mode.BRANCH_LEQ || mode == Mode.BRANCH_GT;
      }
    }
    comparison = strict && !loose ? Comparison.LESS : Comparison.LESS_OR_EQUAL;
  }

  Comparison comparison() {
    return comparison;
  }

  /** For each feature, how many categories the splits know; 0 for a number. */
  int[] levels() {
    return levels;
  }

  /** The trees, one an output that the leaves name. */
  List<Tree> read(Nodes nodes) {
    int n = nodes.size();
    int[] order = new int[n];
    int[] place = new int[n];
    int[] depth = new int[n];
    Arrays.fill(place, -1);
    int[] feature = new int[n];
    double[] threshold = new double[n];
    long[][] sets = new long[n][];
    int[] yes = new int[n];
    int[] no = new int[n];
    boolean[] missingYes = new boolean[n];
    int met = 1;
    order[0] = nodes.root();
    place[nodes.root()] = 0;
    for (int i = 0; i < met; i++) {
      int node = order[i];
      Mode mode = nodes.mode()[node];
      if (mode == Mode.LEAF) {
        feature[i] = -1;
        continue;
      }
      int[] children = {nodes.whenTrue()[node], nodes.whenFalse()[node]};
      for (int child : children) {
        if (place[child] >= 0) {
          throw op.wrong("has a node with two parents: that is no tree");
        }
        place[child] = met;
        depth[met] = depth[i] + 1;
        order[met++] = child;
        if (depth[i] >= MAX_DEPTH) {
          throw op.wrong("has a tree deeper than " + MAX_DEPTH + " splits");
        }
      }
      if (nodes.feature()[node] >= columns.feature().length) {
        throw op.wrong(
            "splits on feature "
                + nodes.feature()[node]
                + " of "
                + columns.feature().length
                + " (counted from 0)");
      }
      int f = columns.feature()[nodes.feature()[node]];
      feature[i] = f;
      boolean negated =
          mode == Mode.BRANCH_GT || mode == Mode.BRANCH_GTE || mode == Mode.BRANCH_NEQ;
      // A comparison with NaN is false, but for 'not equal', which is true.
      boolean missingTrue = nodes.missingTrue()[node] || mode == Mode.BRANCH_NEQ;
      yes[i] = place[children[negated ? 1 : 0]];
      no[i] = place[children[negated ? 0 : 1]];
      missingYes[i] = missingTrue != negated;
      double value = nodes.value()[node];
      switch (mode) {
        case BRANCH_EQ, BRANCH_NEQ -> sets[i] = set(f, new double[] {value});
        case BRANCH_MEMBER -> sets[i] = set(f, nodes.members()[node]);
        default -> threshold[i] = threshold(f, value, mode);
      }
    }
    if (met < n) {
      throw op.wrong("has nodes that no root leads to");
    }
    double[] cover = new double[n];
    Arrays.fill(cover, Double.NaN);
    List<Tree> trees = new ArrayList<>(nodes.weights().size());
    for (Map.Entry<Integer, double[]> weights : nodes.weights().entrySet()) {
      double[] leaf = new double[n];
      for (int i = 0; i < n; i++) {
        leaf[i] = weights.getValue()[order[i]];
      }
      trees.add(
          new Tree(feature, threshold, sets, yes, no, missingYes, leaf, cover, weights.getKey()));
    }
    return trees;
  }

  private double threshold(int feature, double value, Mode mode) {
    ordered[feature] = true;
    checkKind(feature);
    if (Double.isNaN(value)) {
      throw op.wrong("compares feature " + feature + " with NaN");
    }
    boolean strict = mode == Mode.BRANCH_LT || mode == Mode.BRANCH_GTE;
    return strict && comparison == Comparison.LESS_OR_EQUAL ? below(value) : value;
  }

  /**
   * The largest number below another, of those that the trees can see: {@code x < t} and {@code x
   * <= below(t)} are the same question. Only an ensemble that has both questions needs it.
   */
  private double below(double value) {
    if (value == Double.NEGATIVE_INFINITY) {
      throw op.wrong("asks for numbers below the smallest");
    }
    if (!columns.rounded()) {
      return Math.nextDown(value);
    }
    float nearest = (float) value;
    return nearest < value ? nearest : Math.nextDown(nearest);
  }

  private long[] set(int feature, double[] members) {
    BitSet set = new BitSet();
    for (double member : members) {
      if (!(member >= 0 && member < MAX_CATEGORY && member == Math.rint(member))) {
        throw op.unsupported(
            "compares feature "
                + feature
                + " for equality with "
                + member
                + ", which is no code of a category (0 to "
                + (MAX_CATEGORY - 1)
                + ")",
            "Maybe code the categories as 0, 1, 2 and so on.");
      }
      set.set((int) member);
    }
    levels[feature] = Math.max(levels[feature], Math.max(1, set.length()));
    checkKind(feature);
    return set.toLongArray();
  }

  /** A category has no order: a fraction would be cut off for one question and not for another. */
  private void checkKind(int feature) {
    if (ordered[feature] && levels[feature] > 0) {
      throw op.unsupported(
          "compares feature " + feature + " for equality in one node and for order in another",
          "Maybe train with the feature either as a number or as categories.");
    }
  }
}
