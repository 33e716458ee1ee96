package io.attest.measure;

import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.NumericColumn;
import io.attest.explain.Surrogate;
import io.attest.explain.surrogate.Region;
import io.attest.explain.surrogate.RegressionTree;
import io.attest.explain.surrogate.SortedColumns;
import io.attest.model.Batch;
import io.attest.model.Feature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Grows a shallow tree of the loss on one half of the rows and measures its leaves on the other:
 * regions are found where the model happened to be wrong, so that the half they were found on would
 * overstate them.
 *
 * @see <a href="https://doi.org/10.1073/pnas.1510489113">Athey and Imbens 2016, honest trees</a>
 */
final class ErrorTrees {
  static final int DEPTH = 3;

  /** Fewer rows in a half, and there is no tree. */
  static final int FEWEST = 60;

  /** Smallest share of the half that a leaf has, and fewest rows. */
  private static final double LEAF_SHARE = 0.05;

  private static final int LEAF_ROWS = 20;

  /**
   * By how many variances of the loss a split must lower the sum of squares: the best of some
   * hundred splits of mere noise lowers it by about so much (twice the logarithm of their number).
   */
  private static final double LEAST_GAIN = 12;

  private ErrorTrees() {}

  static Optional<WeakSpots.ErrorTree> of(Losses losses, List<Column> columns, long seed) {
    Halves halves = Halves.of(losses.rows(), seed, "error tree");
    if (halves.first().length < FEWEST || columns.isEmpty()) {
      return Optional.empty();
    }
    List<Feature> features = columns.stream().map(Cut::feature).toList();
    Batch rows = batch(columns);
    double[] loss = Arrays.stream(halves.first()).mapToDouble(i -> losses.loss()[i]).toArray();
    double[] weights = new double[loss.length];
    Arrays.fill(weights, 1);
    RegressionTree tree =
        RegressionTree.fit(
            SortedColumns.of(rows.select(halves.first()), features),
            loss,
            1,
            weights,
            new RegressionTree.Limits(
                DEPTH,
                Math.max(LEAF_ROWS, LEAF_SHARE * loss.length),
                LEAST_GAIN * Moments.of(losses.loss(), halves.first()).variance()));
    boolean[] holes = new boolean[columns.size()];
    for (int j = 0; j < holes.length; j++) {
      holes[j] = columns.get(j).missing() > 0;
    }
    return Optional.of(measured(tree, rows, features, holes, losses, halves));
  }

  private static WeakSpots.ErrorTree measured(
      RegressionTree tree,
      Batch rows,
      List<Feature> features,
      boolean[] holes,
      Losses losses,
      Halves halves) {
    List<RegressionTree.Node> nodes = tree.nodes();
    int[] leaf =
        Arrays.stream(halves.second())
            .map(i -> tree.leaf(rows.values(), i * rows.features()))
            .toArray();
    int[] parent = new int[nodes.size()];
    Arrays.fill(parent, -1);
    for (int n = 0; n < nodes.size(); n++) {
      if (!nodes.get(n).leaf()) {
        parent[nodes.get(n).yes()] = n;
        parent[nodes.get(n).no()] = n;
      }
    }
    List<List<Integer>> met = new ArrayList<>();
    nodes.forEach(n -> met.add(new ArrayList<>()));
    double left = 0;
    for (int k = 0; k < leaf.length; k++) {
      int row = halves.second()[k];
      double d = losses.loss()[row] - nodes.get(leaf[k]).value()[0];
      left += d * d;
      for (int n = leaf[k]; n >= 0; n = parent[n]) {
        met.get(n).add(row);
      }
    }
    double squares = Moments.of(losses.loss(), halves.second()).squares();
    int n = halves.second().length;
    List<Surrogate.Node> shown = new ArrayList<>();
    for (int id = 0; id < nodes.size(); id++) {
      RegressionTree.Node node = nodes.get(id);
      int[] here = rows(met.get(id));
      shown.add(
          new Surrogate.Node(
              id,
              parent[id],
              node.yes(),
              node.no(),
              node.leaf()
                  ? Optional.empty()
                  : Optional.of(
                      Region.side(node, true)
                          .condition(features.get(node.feature()), holes[node.feature()])),
              new double[] {losses.mean(here).value()},
              here.length,
              (double) here.length / n,
              0));
    }
    List<WeakSpots.Region> regions =
        Region.leaves(tree).stream()
            .map(l -> region(l, rows(met.get(l.leaf())), features, holes, losses, n))
            .sorted(
                Comparator.comparingDouble(
                    r -> Double.isNaN(r.loss().value()) ? 1 : -r.loss().value()))
            .toList();
    return new WeakSpots.ErrorTree(
        shown, regions, halves.first().length, n, squares > 0 ? 1 - left / squares : Double.NaN);
  }

  private static int[] rows(List<Integer> of) {
    return of.stream().mapToInt(Integer::intValue).toArray();
  }

  private static WeakSpots.Region region(
      Region.Leaf leaf,
      int[] rows,
      List<Feature> features,
      boolean[] holes,
      Losses losses,
      int all) {
    return new WeakSpots.Region(
        leaf.region().bounds().stream()
            .map(b -> b.condition(features.get(b.feature()), holes[b.feature()]))
            .toList(),
        rows.length,
        (double) rows.length / all,
        rows.length == 0 ? Estimate.NONE : losses.mean(rows),
        losses.predicted(rows),
        losses.observed(rows));
  }

  private static Batch batch(List<Column> columns) {
    int n = columns.get(0).size();
    int p = columns.size();
    double[] values = new double[n * p];
    for (int j = 0; j < p; j++) {
      Column column = Proxies.levelled(columns.get(j));
      for (int i = 0; i < n; i++) {
        values[i * p + j] =
            column instanceof NumericColumn numbers
                ? numbers.values()[i]
                : column.isMissing(i) ? Double.NaN : ((CategoricalColumn) column).codes()[i];
      }
    }
    return new Batch(n, p, values);
  }
}
