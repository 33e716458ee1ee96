package io.attest.explain.surrogate;

import io.attest.explain.Surrogate;
import io.attest.model.Feature;
import java.util.ArrayList;
import java.util.List;

/**
 * A box in the space of rows: what must be true of some features.
 *
 * @param bounds one a feature at most; none for all rows
 */
public record Region(List<Bound> bounds) {

  static final Region ALL = new Region(List.of());

  /**
   * @param below {@code Infinity} is no bound: infinite values are inside too
   * @param levels which levels are inside; null for a number
   * @param missing whether a missing value is inside
   */
  public record Bound(int feature, double from, double below, boolean[] levels, boolean missing) {

    boolean holds(double x) {
      if (Double.isNaN(x)) {
        return missing;
      }
      if (levels != null) {
        return x < levels.length && levels[(int) x];
      }
      return x >= from && (x < below || below == Double.POSITIVE_INFINITY);
    }

    private Bound and(Bound other) {
      boolean[] both = levels == null ? null : levels.clone();
      for (int c = 0; both != null && c < both.length; c++) {
        both[c] &= other.levels[c];
      }
      return new Bound(
          feature,
          Math.max(from, other.from),
          Math.min(below, other.below),
          both,
          missing && other.missing);
    }

    /** In words. */
    public Surrogate.Condition condition(Feature of, boolean holes) {
      List<String> inside = new ArrayList<>();
      for (int c = 0; levels != null && c < levels.length; c++) {
        if (levels[c]) {
          inside.add(of.levels().get(c));
        }
      }
      return new Surrogate.Condition(of.name(), from, below, inside, missing && holes);
    }
  }

  public Region {
    bounds = List.copyOf(bounds);
  }

  /** One side of a node's condition. */
  public static Bound side(RegressionTree.Node node, boolean yes) {
    boolean[] levels = node.levels() == null ? null : node.levels().clone();
    for (int c = 0; levels != null && !yes && c < levels.length; c++) {
      levels[c] = !levels[c];
    }
    boolean number = levels == null;
    return new Bound(
        node.feature(),
        number && !yes ? node.threshold() : Double.NEGATIVE_INFINITY,
        number && yes ? node.threshold() : Double.POSITIVE_INFINITY,
        levels,
        node.missingYes() == yes);
  }

  /** What is inside both. */
  Region and(Bound bound) {
    List<Bound> both = new ArrayList<>(bounds);
    for (int i = 0; i < both.size(); i++) {
      if (both.get(i).feature() == bound.feature()) {
        both.set(i, both.get(i).and(bound));
        return new Region(both);
      }
    }
    both.add(bound);
    return new Region(both);
  }

  Region without(int index) {
    List<Bound> rest = new ArrayList<>(bounds);
    rest.remove(index);
    return new Region(rest);
  }

  boolean holds(double[] values, int from) {
    for (Bound bound : bounds) {
      if (!bound.holds(values[from + bound.feature()])) {
        return false;
      }
    }
    return true;
  }

  /**
   * The leaves of a tree, from the left.
   *
   * @param leaf index of the leaf in the tree's nodes
   */
  public record Leaf(int leaf, Region region) {}

  /** The leaves of a tree, from the left. */
  public static List<Leaf> leaves(RegressionTree tree) {
    List<Leaf> found = new ArrayList<>();
    leaves(tree, 0, ALL, found);
    return found;
  }

  private static void leaves(RegressionTree tree, int at, Region region, List<Leaf> found) {
    RegressionTree.Node node = tree.nodes().get(at);
    if (node.leaf()) {
      found.add(new Leaf(at, region));
      return;
    }
    leaves(tree, node.yes(), region.and(side(node, true)), found);
    leaves(tree, node.no(), region.and(side(node, false)), found);
  }
}
