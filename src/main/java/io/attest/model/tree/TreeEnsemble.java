package io.attest.model.tree;

import io.attest.model.Batch;
import java.util.ArrayList;
import java.util.List;

/**
 * A sum of trees: raw output k = base k + the leaves that a row reaches in the trees of output k.
 *
 * @param trees in the order of the file
 * @param features number of model inputs
 * @param outputs number of raw outputs
 * @param base what each raw output starts from, before any tree
 * @param comparison of numeric splits
 * @param float32 true if the library rounds a value to a 32-bit float before it compares it
 * @param missing what counts as missing, one a feature
 */
public record TreeEnsemble(
    List<Tree> trees,
    int features,
    int outputs,
    double[] base,
    Comparison comparison,
    boolean float32,
    List<Missing> missing) {

  public TreeEnsemble {
    trees = List.copyOf(trees);
    missing = List.copyOf(missing);
    if (base.length != outputs || missing.size() != features) {
      throw new IllegalArgumentException("The parts of a tree ensemble do not fit its shape.");
    }
  }

  /**
   * Rows as the splits see them, so that an engine need not know the library's rules: rounded where
   * the library rounds, NaN for what counts as missing and for nothing else.
   *
   * @return rows x features, row-major
   */
  public double[] comparable(Batch rows) {
    if (rows.features() != features) {
      throw new IllegalArgumentException(
          "The rows have " + rows.features() + " features where the model has " + features + ".");
    }
    double[] out = rows.values().clone();
    for (int j = 0; j < features; j++) {
      Missing rule = missing.get(j);
      for (int i = j; i < out.length; i += features) {
        double x = float32 ? (float) out[i] : out[i];
        out[i] =
            switch (rule) {
              case NAN -> x;
              // LightGBM has its limit as a 32-bit float, a little above 1e-35.
              case ZERO -> Math.abs(x) <= 1e-35f ? Double.NaN : x;
              case NONE -> Double.isNaN(x) ? 0 : x;
            };
      }
    }
    return out;
  }

  /**
   * False if the model file has no covers for some tree: they are NaN (ONNX) or all 0 (XGBoost's
   * leaves of several values before 3.1, CatBoost without leaf weights), see {@link #coveredBy}.
   */
  public boolean covered() {
    for (Tree tree : trees) {
      if (!tree.leaf(0) && !(tree.cover()[0] > 0)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The same trees, with the number of rows that reach a node as its cover.
   *
   * @param rows for instance the training rows; a node that none of them reaches has the cover 0
   */
  public TreeEnsemble coveredBy(Batch rows) {
    double[] x = comparable(rows);
    List<Tree> counted = new ArrayList<>(trees.size());
    for (int t = 0; t < trees.size(); t++) {
      Tree tree = trees.get(t);
      // The trees of a forest for several classes stand side by side and differ in their leaves.
      boolean twin = t > 0 && tree.yes() == trees.get(t - 1).yes();
      counted.add(tree.withCover(twin ? counted.get(t - 1).cover() : counts(tree, x, rows.rows())));
    }
    return new TreeEnsemble(counted, features, outputs, base, comparison, float32, missing);
  }

  private double[] counts(Tree tree, double[] x, int rows) {
    double[] cover = new double[tree.nodes()];
    for (int i = 0; i < rows; i++) {
      int node = 0;
      cover[0]++;
      while (!tree.leaf(node)) {
        boolean follows = tree.follows(node, x[i * features + tree.feature()[node]], comparison);
        node = follows ? tree.yes()[node] : tree.no()[node];
        cover[node]++;
      }
    }
    return cover;
  }

  /**
   * Raw outputs.
   *
   * @param out rows x outputs, row-major, written
   */
  public void raw(Batch rows, double[] out) {
    double[] x = comparable(rows);
    for (int i = 0; i < rows.rows(); i++) {
      System.arraycopy(base, 0, out, i * outputs, outputs);
    }
    boolean less = comparison == Comparison.LESS;
    // Tree by tree, so that one tree stays in the cache while all rows pass it.
    for (Tree tree : trees) {
      int[] feature = tree.feature();
      int[] yes = tree.yes();
      int[] no = tree.no();
      double[] threshold = tree.threshold();
      for (int i = 0, row = 0; i < rows.rows(); i++, row += features) {
        int node = 0;
        for (int f = feature[0]; f >= 0; f = feature[node]) {
          double v = x[row + f];
          boolean follows;
          if (v != v || tree.categories()[node] != null) {
            follows = tree.follows(node, v, comparison);
          } else {
            follows = less ? v < threshold[node] : v <= threshold[node];
          }
          node = follows ? yes[node] : no[node];
        }
        out[i * outputs + tree.output()] += tree.value()[node];
      }
    }
  }
}
