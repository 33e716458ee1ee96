package io.attest.model.lightgbm;

import io.attest.model.tree.Missing;
import io.attest.model.tree.Tree;
import java.util.Arrays;
import java.util.List;

/** Reads one tree of a model file. */
final class TreeText {
  private static final int MAX_DEPTH = 1000;
  private static final int CATEGORICAL = 1;
  private static final int DEFAULT_LEFT = 2;

  /** By the third and fourth bit of the decision type. */
  private static final List<Missing> RULES = List.of(Missing.NONE, Missing.ZERO, Missing.NAN);

  private TreeText() {}

  /**
   * @param inputs hears of every split
   * @param scale what a leaf is multiplied by
   */
  static Tree read(Section part, Inputs inputs, int output, double scale) {
    if (!part.find("is_linear").orElse("0").equals("0")) {
      throw part.unsupported(
          "is_linear",
          "linear models in the leaves (linear_tree) are not supported. Maybe train with"
              + " linear_tree=false.");
    }
    // Splits first, as the file numbers them, then the leaves.
    int leaves = part.integer("num_leaves");
    if (leaves < 1) {
      throw part.wrong("num_leaves", "is " + leaves);
    }
    double[] written = part.numbers("leaf_value", leaves);
    int splits = leaves - 1;
    int n = splits + leaves;
    int[] feature = new int[n];
    double[] threshold = new double[n];
    long[][] categories = new long[n][];
    int[] yes = new int[n];
    int[] no = new int[n];
    boolean[] missingYes = new boolean[n];
    double[] value = new double[n];
    double[] cover = new double[n];
    Arrays.fill(feature, -1);
    for (int i = 0; i < leaves; i++) {
      value[splits + i] = scale * written[i];
      if (!Double.isFinite(value[splits + i])) {
        throw part.wrong("leaf_value", "has " + written[i] + " at leaf " + i);
      }
    }
    if (splits > 0) {
      covers(part, splits, cover);
      children(part, splits, yes, no);
      System.arraycopy(part.integers("split_feature", splits), 0, feature, 0, splits);
      System.arraycopy(part.numbers("threshold", splits), 0, threshold, 0, splits);
      int[] type = part.integers("decision_type", splits);
      long[][] sets = sets(part);
      for (int i = 0; i < splits; i++) {
        if (feature[i] < 0 || feature[i] >= inputs.size()) {
          throw part.wrong(
              "split_feature", "has " + feature[i] + " of " + inputs.size() + " at split " + i);
        }
        if (type[i] < 0 || type[i] >> 2 >= RULES.size()) {
          throw part.wrong("decision_type", "has " + type[i] + " at split " + i);
        }
        if ((type[i] & CATEGORICAL) != 0) {
          int set = (int) threshold[i];
          if (set != threshold[i] || set < 0 || set >= sets.length) {
            throw part.wrong(
                "threshold",
                "has " + threshold[i] + " at split " + i + ", of " + sets.length + " sets");
          }
          categories[i] = sets[set];
          threshold[i] = 0;
          inputs.categorical(part, feature[i], categories[i]);
        } else if (Double.isNaN(threshold[i])) {
          throw part.wrong("threshold", "has no number at split " + i);
        } else {
          Missing rule = RULES.get(type[i] >> 2);
          inputs.numeric(part, feature[i], rule);
          // Where nothing is missing NaN is 0, and goes where 0 goes.
          missingYes[i] = rule == Missing.NONE ? 0 <= threshold[i] : (type[i] & DEFAULT_LEFT) != 0;
        }
      }
    }
    return new Tree(feature, threshold, categories, yes, no, missingYes, value, cover, output);
  }

  private static void covers(Section part, int splits, double[] cover) {
    int[] internal = part.integers("internal_count", splits);
    int[] leaf = part.integers("leaf_count", splits + 1);
    for (int i = 0; i < cover.length; i++) {
      cover[i] = i < splits ? internal[i] : leaf[i - splits];
      if (cover[i] < 0) {
        throw part.wrong(
            i < splits ? "internal_count" : "leaf_count", "has the count " + (int) cover[i]);
      }
    }
    if (cover[0] == 0) {
      throw part.wrong(
          "internal_count", "starts with 0: the file does not say how many rows reached its nodes");
    }
  }

  /** Every node but the root is the child of exactly one split. */
  private static void children(Section part, int splits, int[] yes, int[] no) {
    int[] left = part.integers("left_child", splits);
    int[] right = part.integers("right_child", splits);
    int n = yes.length;
    int[] depth = new int[n];
    boolean[] seen = new boolean[n];
    int[] stack = new int[n];
    int top = 0;
    int reached = 1;
    stack[top++] = 0;
    seen[0] = true;
    while (top > 0) {
      int i = stack[--top];
      for (boolean first : new boolean[] {true, false}) {
        int child = first ? left[i] : right[i];
        // Leaf k is written as -k - 1.
        int node = child < 0 ? splits + ~child : child;
        if (node < 0 || node >= n || child >= splits || seen[node]) {
          throw part.wrong(
              first ? "left_child" : "right_child",
              "has the impossible child " + child + " at split " + i);
        }
        seen[node] = true;
        reached++;
        (first ? yes : no)[i] = node;
        depth[node] = depth[i] + 1;
        if (depth[node] > MAX_DEPTH) {
          throw part.unsupported(
              "left_child",
              "the tree is deeper than "
                  + MAX_DEPTH
                  + " splits, which is not supported. Maybe train with a max_depth.");
        }
        if (node < splits) {
          stack[top++] = node;
        }
      }
    }
    if (reached != n) {
      throw part.wrong("left_child", "leaves out nodes: the root reaches " + reached + " of " + n);
    }
  }

  /** The sets of categories: words of 32 bits, joined to 64. */
  private static long[][] sets(Section part) {
    int count = part.integer("num_cat");
    if (count == 0) {
      return new long[0][];
    }
    if (count < 0 || count == Integer.MAX_VALUE) {
      throw part.wrong("num_cat", "is " + count);
    }
    int[] bounds = part.integers("cat_boundaries", count + 1);
    for (int s = 0; s < bounds.length; s++) {
      if (s == 0 ? bounds[s] != 0 : bounds[s] < bounds[s - 1]) {
        throw part.wrong("cat_boundaries", "has " + bounds[s] + " at " + s);
      }
    }
    long[] words = part.unsigned("cat_threshold", bounds[count]);
    long[][] sets = new long[count][];
    for (int s = 0; s < count; s++) {
      sets[s] = new long[(bounds[s + 1] - bounds[s] + 1) / 2];
      for (int w = bounds[s]; w < bounds[s + 1]; w++) {
        int k = w - bounds[s];
        sets[s][k / 2] |= words[w] << 32 * (k % 2);
      }
    }
    return sets;
  }
}
