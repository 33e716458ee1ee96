package io.attest.explain.counterfactual;

import io.attest.model.tree.Codes;
import io.attest.model.tree.Comparison;
import io.attest.model.tree.Missing;
import io.attest.model.tree.TreeEnsemble;

/**
 * What a tree ensemble can tell apart: between two neighbouring thresholds of a feature all numbers
 * are one to it.
 *
 * <p>The ends of a cell are the outermost numbers that the library's own comparison puts there,
 * rounded to 32 bits first where the library does: there they are such numbers themselves.
 */
final class Cells {
  /** The state of a missing value, beside the numbers of the cells and the codes of the levels. */
  static final int MISSING = -1;

  private final TreeEnsemble trees;
  private final Codes codes;

  Cells(TreeEnsemble trees) {
    this.trees = trees;
    this.codes = new Codes(trees);
  }

  Codes codes() {
    return codes;
  }

  /** How many cells a number has. */
  int count(int feature) {
    return codes.thresholds(feature).length + 1;
  }

  /** False if some feature is split both as a number and as a category: it has no cells. */
  boolean clear() {
    for (int j = 0; j < trees.features(); j++) {
      if (codes.thresholds(j).length > 0 && codes.categories(j) > 0) {
        return false;
      }
    }
    return true;
  }

  /** True if the model looks at the feature. */
  boolean used(int feature) {
    return codes.thresholds(feature).length > 0 || codes.categories(feature) > 0;
  }

  /** The cell of a number, the code of a level, or {@link #MISSING}. */
  int state(int feature, double value) {
    double x = trees.float32() ? (float) value : value;
    Missing rule = trees.missing().get(feature);
    if (rule == Missing.NONE && Double.isNaN(x)) {
      x = 0;
    }
    if (Double.isNaN(x) || (rule == Missing.ZERO && Math.abs(x) <= 1e-35f)) {
      return MISSING;
    }
    if (codes.categories(feature) > 0) {
      return x >= 0 ? (int) Math.min(x, codes.categories(feature)) : codes.categories(feature);
    }
    double[] t = codes.thresholds(feature);
    int low = 0;
    int high = t.length;
    boolean less = trees.comparison() == Comparison.LESS;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (less ? t[middle] <= x : t[middle] < x) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The smallest number of a cell. */
  double first(int feature, int cell) {
    if (cell == 0) {
      return Double.NEGATIVE_INFINITY;
    }
    double t = codes.thresholds(feature)[cell - 1];
    boolean less = trees.comparison() == Comparison.LESS;
    if (!trees.float32()) {
      return less ? t : Math.nextUp(t);
    }
    float f = (float) t;
    return (less ? f >= t : f > t) ? f : Math.nextUp(f);
  }

  /** The largest number of a cell. */
  double last(int feature, int cell) {
    double[] t = codes.thresholds(feature);
    if (cell == t.length) {
      return Double.POSITIVE_INFINITY;
    }
    boolean less = trees.comparison() == Comparison.LESS;
    if (!trees.float32()) {
      return less ? Math.nextDown(t[cell]) : t[cell];
    }
    float f = (float) t[cell];
    return (less ? f < t[cell] : f <= t[cell]) ? f : Math.nextDown(f);
  }
}
