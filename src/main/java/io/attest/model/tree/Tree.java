package io.attest.model.tree;

/**
 * One binary tree as arrays over its nodes; node 0 is the root.
 *
 * <p>A split is a question: is the number below the threshold, is the category in the set? Every
 * reader writes it so that {@code yes} is where the rows go that satisfy it, whatever side the
 * library calls left: XGBoost sends a category in the set to the right, LightGBM to the left.
 *
 * @param feature feature that the node splits on; -1 for a leaf
 * @param threshold numeric splits: where the split is, exactly as the model file says; never
 *     shifted to turn one comparison into the other
 * @param categories categorical splits: bit set of level codes; null for a numeric split or a leaf
 * @param yes child of the rows that satisfy the split; for a leaf unused
 * @param no child of the others, also of a code that the set cannot hold; for a leaf unused
 * @param missingYes where a missing value goes
 * @param value of a leaf: what it adds to the raw output, weight of the tree included
 * @param cover what path-dependent SHAP weighs by: sum of hessians (XGBoost) or number of training
 *     rows that reached the node; NaN throughout where the model file has none (ONNX)
 * @param output index of the raw output that the tree adds to
 */
public record Tree(
    int[] feature,
    double[] threshold,
    long[][] categories,
    int[] yes,
    int[] no,
    boolean[] missingYes,
    double[] value,
    double[] cover,
    int output) {

  public int nodes() {
    return feature.length;
  }

  public boolean leaf(int node) {
    return feature[node] < 0;
  }

  /** True if the set of a categorical split holds the code; a fraction is cut off. */
  public boolean inSet(int node, double code) {
    long[] set = categories[node];
    if (!(code >= 0) || code >= set.length * 64.0) {
      return false;
    }
    int c = (int) code;
    return (set[c >> 6] >>> (c & 63) & 1) != 0;
  }

  /**
   * True if a value goes to the {@code yes} child.
   *
   * @param x value of the node's feature, as {@link TreeEnsemble#comparable} gives it
   */
  public boolean follows(int node, double x, Comparison comparison) {
    if (Double.isNaN(x)) {
      return missingYes[node];
    }
    if (categories[node] != null) {
      return inSet(node, x);
    }
    return comparison == Comparison.LESS ? x < threshold[node] : x <= threshold[node];
  }

  /**
   * The share of a split's rows that went to one of its children in training. Where none ever
   * reached the split, one half.
   *
   * @throws IllegalStateException if the tree has no covers
   */
  public double coverRatio(int node, int child) {
    if (Double.isNaN(cover[node])) {
      throw new IllegalStateException("These trees have no covers; ask coveredBy for them.");
    }
    return cover[node] > 0 ? cover[child] / cover[node] : 0.5;
  }

  /** The same tree with other covers. */
  Tree withCover(double[] counted) {
    return new Tree(feature, threshold, categories, yes, no, missingYes, value, counted, output);
  }

  /** Number of splits on the longest path. */
  public int depth() {
    return depth(0);
  }

  private int depth(int node) {
    return leaf(node) ? 0 : 1 + Math.max(depth(yes[node]), depth(no[node]));
  }
}
