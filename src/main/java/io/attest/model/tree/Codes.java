package io.attest.model.tree;

import io.attest.model.Batch;
import java.util.Arrays;

/**
 * Rows as whole numbers: for each feature, how many of the model's thresholds its value has passed.
 * A split is then {@code code < cut}, whatever the library's comparison, rounding and rule for
 * missing values, and many rows are decided in one vector instruction.
 *
 * <p>A missing value has two codes: one below every cut for splits that send it to {@code yes}, one
 * above for the others. Categories keep their code and are looked up in a list of the split.
 */
public final class Codes {
  private static final int ALWAYS = -1;
  private static final int NEVER = Integer.MAX_VALUE;

  private final TreeEnsemble ensemble;
  private final double[][] thresholds;

  /** For each feature, one above the highest category of any split; 0 if it has no such split. */
  private final int[] categories;

  public Codes(TreeEnsemble ensemble) {
    this.ensemble = ensemble;
    int p = ensemble.features();
    categories = new int[p];
    int[] count = new int[p];
    for (Tree tree : ensemble.trees()) {
      for (int node = 0; node < tree.nodes(); node++) {
        if (!tree.leaf(node)) {
          if (tree.categories()[node] != null) {
            int f = tree.feature()[node];
            categories[f] = Math.max(categories[f], 64 * tree.categories()[node].length);
          } else {
            count[tree.feature()[node]]++;
          }
        }
      }
    }
    thresholds = new double[p][];
    for (int j = 0; j < p; j++) {
      thresholds[j] = new double[count[j]];
    }
    for (Tree tree : ensemble.trees()) {
      for (int node = 0; node < tree.nodes(); node++) {
        if (!tree.leaf(node) && tree.categories()[node] == null) {
          int f = tree.feature()[node];
          // Adding 0 makes -0 and 0 one threshold, as comparisons have it.
          thresholds[f][--count[f]] = tree.threshold()[node] + 0.0;
        }
      }
    }
    for (int j = 0; j < p; j++) {
      thresholds[j] = Arrays.stream(thresholds[j]).sorted().distinct().toArray();
    }
  }

  /** The thresholds of a feature, ascending. */
  public double[] thresholds(int feature) {
    return thresholds[feature];
  }

  /** One above the highest category of any split on a feature; 0 if it has no such split. */
  public int categories(int feature) {
    return categories[feature];
  }

  /** What a numeric split compares a code with: {@code code < cut} goes to {@code yes}. */
  public int cut(Tree tree, int node) {
    return 1 + Arrays.binarySearch(thresholds[tree.feature()[node]], tree.threshold()[node] + 0.0);
  }

  /** For a categorical split: 1 for each code of {@link Rows#category} that goes to {@code yes}. */
  public int[] members(Tree tree, int node) {
    int size = categories[tree.feature()[node]];
    int[] members = new int[size + 2];
    for (int c = 0; c < size; c++) {
      members[c] = tree.inSet(node, c) ? 1 : 0;
    }
    members[size + 1] = tree.missingYes()[node] ? 1 : 0;
    return members;
  }

  /** Codes of a block of rows, feature by feature. */
  public record Rows(int count, int[][] missingYes, int[][] missingNo, int[][] category) {

    /** Numbers in a row of {@link #flat}. */
    int width() {
      return 2 * missingYes.length;
    }

    /** The codes of numbers row by row: for each feature both of its codes. */
    public int[] flat() {
      int width = width();
      int[] flat = new int[count * width];
      for (int j = 0; j < missingYes.length; j++) {
        if (missingYes[j] != null) {
          for (int i = 0, at = 2 * j; i < count; i++, at += width) {
            flat[at] = missingYes[j][i];
            flat[at + 1] = missingNo[j][i];
          }
        }
      }
      return flat;
    }
  }

  /** Codes rows {@code from} to {@code to} of a batch. */
  public Rows rows(Batch batch, int from, int to) {
    int p = ensemble.features();
    int n = to - from;
    double[] x =
        ensemble.comparable(new Batch(n, p, Arrays.copyOfRange(batch.values(), from * p, to * p)));
    int[][] yes = new int[p][];
    int[][] no = new int[p][];
    int[][] category = new int[p][];
    for (int j = 0; j < p; j++) {
      if (thresholds[j].length > 0) {
        number(x, j, n, yes, no);
      }
      if (categories[j] > 0) {
        category[j] = category(x, j, n);
      }
    }
    return new Rows(n, yes, no, category);
  }

  private void number(double[] x, int j, int n, int[][] yes, int[][] no) {
    int p = ensemble.features();
    int[] codes = new int[n];
    boolean less = ensemble.comparison() == Comparison.LESS;
    boolean gaps = false;
    for (int i = 0; i < n; i++) {
      double v = x[i * p + j];
      if (v != v) {
        gaps = true;
      } else {
        codes[i] = less ? notAbove(thresholds[j], v) : below(thresholds[j], v);
      }
    }
    no[j] = codes;
    yes[j] = codes;
    if (gaps) {
      yes[j] = codes.clone();
      for (int i = 0; i < n; i++) {
        if (Double.isNaN(x[i * p + j])) {
          yes[j][i] = ALWAYS;
          no[j][i] = NEVER;
        }
      }
    }
  }

  private int[] category(double[] x, int j, int n) {
    int p = ensemble.features();
    int[] codes = new int[n];
    for (int i = 0; i < n; i++) {
      double v = x[i * p + j];
      codes[i] =
          Double.isNaN(v)
              ? categories[j] + 1
              : v >= 0 && v < categories[j] ? (int) v : categories[j];
    }
    return codes;
  }

  /** How many thresholds are at most v: x < t holds for the others. */
  private static int notAbove(double[] t, double v) {
    // Halving without an early end: a choice of numbers, not of ways, is never guessed wrong.
    int low = 0;
    int n = t.length;
    while (n > 1) {
      int half = n >>> 1;
      low += t[low + half - 1] <= v ? half : 0;
      n -= half;
    }
    return low + (t[low] <= v ? 1 : 0);
  }

  /** How many thresholds are below v: x <= t holds for the others. */
  private static int below(double[] t, double v) {
    int low = 0;
    int n = t.length;
    while (n > 1) {
      int half = n >>> 1;
      low += t[low + half - 1] < v ? half : 0;
      n -= half;
    }
    return low + (t[low] < v ? 1 : 0);
  }
}
