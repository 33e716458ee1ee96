package io.attest.explain.tree;

import io.attest.model.Batch;
import io.attest.model.tree.Codes;
import io.attest.model.tree.Comparison;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How the raw output of a row goes with each of its features, at every threshold of the model at
 * once: exact individual conditional expectations from one pass over the trees.
 *
 * <p>Along a feature a tree is a step function. A row's own path gives the step that the row is on;
 * from each split of the path one walk to the other side, with that split's feature free and all
 * others as they are, gives the other steps. So a row costs a few walks a tree, however many points
 * its curves are read at.
 *
 * <p>Steps are numbered by {@link #step}. Thread-safe.
 */
public final class TreeCurves {
  private final TreeEnsemble ensemble;
  private final Codes codes;
  private final List<Paths> paths = new ArrayList<>();
  private final List<Splits> splits = new ArrayList<>();
  private final int[] steps;

  private TreeCurves(TreeEnsemble ensemble, Codes codes) {
    this.ensemble = ensemble;
    this.codes = codes;
    int[] of = new int[ensemble.features()];
    Arrays.setAll(of, j -> j);
    for (Tree tree : ensemble.trees()) {
      Paths path = new Paths(tree, of);
      paths.add(path);
      splits.add(new Splits(path, codes));
    }
    steps = new int[ensemble.features()];
    for (int j = 0; j < steps.length; j++) {
      steps[j] = Math.max(codes.thresholds(j).length + 1, codes.categories(j) + 1);
    }
  }

  /**
   * Prepares an ensemble.
   *
   * @return empty if it splits on some feature both as a number and as a category
   */
  public static Optional<TreeCurves> of(TreeEnsemble ensemble) {
    Codes codes = new Codes(ensemble);
    for (int j = 0; j < ensemble.features(); j++) {
      if (codes.thresholds(j).length > 0 && codes.categories(j) > 0) {
        return Optional.empty();
      }
    }
    return Optional.of(new TreeCurves(ensemble, codes));
  }

  /** Number of steps of a feature's curves. */
  public int steps(int feature) {
    return steps[feature];
  }

  /**
   * A value on each step of a numeric feature, ascending.
   *
   * @param least of the data: stands for the first step where it is on it
   * @param most of the data: likewise for the last
   */
  public double[] points(int feature, double least, double most) {
    double[] t = codes.thresholds(feature);
    if (t.length == 0) {
      return Double.isNaN(least) ? new double[0] : new double[] {least};
    }
    double[] points = new double[t.length + 1];
    if (ensemble.comparison() == Comparison.LESS) {
      points[0] = least < t[0] ? least : below(t[0]);
      System.arraycopy(t, 0, points, 1, t.length);
    } else {
      System.arraycopy(t, 0, points, 0, t.length);
      double last = t[t.length - 1];
      points[t.length] = most > last ? most : above(last);
    }
    return points;
  }

  private double below(double t) {
    return ensemble.float32() ? Math.nextDown((float) t) : Math.nextDown(t);
  }

  private double above(double t) {
    return ensemble.float32() ? Math.nextUp((float) t) : Math.nextUp(t);
  }

  /** The step that a value of a feature is on. */
  public int step(int feature, double value) {
    double[] row = new double[ensemble.features()];
    row[feature] = value;
    Codes.Rows coded = codes.rows(new Batch(1, row.length, row), 0, 1);
    if (coded.category()[feature] != null) {
      return Math.min(coded.category()[feature][0], steps[feature] - 1);
    }
    return coded.missingNo()[feature] == null
        ? 0
        : Math.min(coded.missingNo()[feature][0], steps[feature] - 1);
  }

  /** Takes the curves of one row. */
  public interface Sink {

    /**
     * @param row index
     * @param own raw outputs of the row
     * @param curves features x outputs x steps: what the raw output is above {@code own} if the
     *     feature is on that step; null for features that were not asked for; to be read before
     *     returning
     */
    void take(int row, double[] own, double[][][] curves);
  }

  /**
   * Computes the curves of some rows on one thread.
   *
   * @param features which to free
   */
  public void explain(Batch rows, int from, int to, boolean[] features, Sink sink) {
    Walk walk = new Walk(codes.rows(rows, from, to), features);
    for (int i = 0; i < to - from; i++) {
      sink.take(from + i, walk.own(i), walk.curves);
    }
  }

  private final class Walk {
    private final Codes.Rows rows;
    private final boolean[] free;
    private final double[][][] curves = new double[ensemble.features()][][];

    /** For the path walked: where each numeric feature's steps begin and end. */
    private final int[] low = new int[ensemble.features()];

    private final int[] high = new int[ensemble.features()];

    /** For the path walked: which categories of each categorical feature are on it. */
    private final boolean[][] in = new boolean[ensemble.features()][];

    private int row;
    private Paths path;
    private Splits split;
    private double leaf;
    private double[] change;

    Walk(Codes.Rows rows, boolean[] free) {
      this.rows = rows;
      this.free = free;
      for (int j = 0; j < free.length; j++) {
        if (free[j]) {
          curves[j] = new double[ensemble.outputs()][steps[j] + 1];
        }
        if (codes.categories(j) > 0) {
          in[j] = new boolean[steps[j]];
        }
      }
    }

    double[] own(int i) {
      row = i;
      double[] own = ensemble.base().clone();
      for (double[][] curve : curves) {
        if (curve != null) {
          for (double[] one : curve) {
            Arrays.fill(one, 0);
          }
        }
      }
      for (int t = 0; t < paths.size(); t++) {
        path = paths.get(t);
        split = splits.get(t);
        int node = 0;
        while (!path.tree.leaf(node)) {
          node = side(node, split.decide(node, rows, row) != 0);
        }
        leaf = path.tree.value()[node];
        int output = path.tree.output();
        own[output] += leaf;
        for (int j : path.above[node]) {
          low[j] = 0;
          high[j] = steps[j];
          if (in[j] != null) {
            Arrays.fill(in[j], true);
          }
        }
        leavePath(output);
      }
      for (int j = 0; j < curves.length; j++) {
        if (curves[j] != null && in[j] == null) {
          for (double[] one : curves[j]) {
            for (int s = 1; s < one.length; s++) {
              one[s] += one[s - 1];
            }
          }
        }
      }
      return own;
    }

    private int side(int node, boolean yes) {
      return yes ? path.tree.yes()[node] : path.tree.no()[node];
    }

    /** From each split of the row's path, walks to the other side. */
    private void leavePath(int output) {
      int node = 0;
      while (!path.tree.leaf(node)) {
        boolean yes = split.decide(node, rows, row) != 0;
        int j = path.tree.feature()[node];
        if (in[j] != null) {
          boolean[] kept = in[j].clone();
          if (free[j] && clip(in[j], node, !yes)) {
            change = curves[j][output];
            categories(side(node, !yes), j, in[j]);
          }
          clip(kept, node, yes);
          in[j] = kept;
        } else {
          int cut = split.cut(node);
          int from = yes ? Math.max(low[j], cut) : low[j];
          int to = yes ? high[j] : Math.min(high[j], cut);
          if (free[j] && from < to) {
            change = curves[j][output];
            numbers(side(node, !yes), j, from, to);
          }
          if (yes) {
            high[j] = Math.min(high[j], cut);
          } else {
            low[j] = Math.max(low[j], cut);
          }
        }
        node = side(node, yes);
      }
    }

    private void numbers(int node, int feature, int from, int to) {
      if (path.tree.leaf(node)) {
        double step = path.tree.value()[node] - leaf;
        change[from] += step;
        change[to] -= step;
        return;
      }
      if (path.tree.feature()[node] != feature) {
        numbers(side(node, split.decide(node, rows, row) != 0), feature, from, to);
        return;
      }
      int cut = split.cut(node);
      if (from < Math.min(to, cut)) {
        numbers(path.tree.yes()[node], feature, from, Math.min(to, cut));
      }
      if (Math.max(from, cut) < to) {
        numbers(path.tree.no()[node], feature, Math.max(from, cut), to);
      }
    }

    private void categories(int node, int feature, boolean[] on) {
      if (path.tree.leaf(node)) {
        double step = path.tree.value()[node] - leaf;
        for (int c = 0; c < on.length; c++) {
          if (on[c]) {
            change[c] += step;
          }
        }
        return;
      }
      if (path.tree.feature()[node] != feature) {
        categories(side(node, split.decide(node, rows, row) != 0), feature, on);
        return;
      }
      for (boolean yes : new boolean[] {true, false}) {
        boolean[] part = on.clone();
        if (clip(part, node, yes)) {
          categories(side(node, yes), feature, part);
        }
      }
    }

    /** Keeps the categories that go to one side of a split; false if none is left. */
    private boolean clip(boolean[] on, int node, boolean yes) {
      boolean any = false;
      for (int c = 0; c < on.length; c++) {
        on[c] &= split.member(node, c) == yes;
        any |= on[c];
      }
      return any;
    }
  }
}
