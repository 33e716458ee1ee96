package io.attest.explain.tree;

import io.attest.model.Batch;
import io.attest.model.tree.Codes;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Measures the constants of {@link Cost} on the machine at hand. */
public final class CostMeasure {
  private static final int ROUNDS = 5;
  private static final int SHORT_KEYS = 10;
  private static final int LONG_KEYS = 12;

  private final List<Paths> paths = new ArrayList<>();
  private final List<Splits> splits = new ArrayList<>();
  private final List<Codes.Rows> tiles = new ArrayList<>();
  private final int players;
  private final int rows;

  private CostMeasure(TreeEnsemble ensemble, Batch batch, int rows) {
    Codes codes = new Codes(ensemble);
    players = ensemble.features();
    this.rows = rows;
    int[] everyone = new int[players];
    Arrays.setAll(everyone, j -> j);
    for (Tree tree : ensemble.trees()) {
      Paths of = new Paths(tree, everyone);
      paths.add(of);
      splits.add(new Splits(of, codes));
    }
    for (int from = 0; from < rows; from += Shelf.TILE) {
      tiles.add(codes.rows(batch, from, Math.min(rows, from + Shelf.TILE)));
    }
  }

  /**
   * A constant.
   *
   * @param inUse nanoseconds in {@link Cost}
   * @param measured nanoseconds here, round by round
   */
  public record Constant(String name, double inUse, double[] measured) {}

  /** All constants: those of tables from one model, the others from one with deeper trees. */
  public static List<Constant> all(TreeEnsemble shallow, TreeEnsemble deep, Batch rows) {
    CostMeasure tables = new CostMeasure(shallow, rows, rows.rows());
    CostMeasure deepTables = new CostMeasure(deep, rows, Math.min(rows.rows(), 2 * Shelf.TILE));
    CostMeasure walks =
        new CostMeasure(deep, rows, Math.min(rows.rows(), PathIntegral.BLOCK * 4));
    double[][] small = tables.tables(SHORT_KEYS, 0, Cost.CACHED);
    double[][] large = deepTables.tables(LONG_KEYS, Cost.CACHED, Long.MAX_VALUE);
    return List.of(
        new Constant("entry of a table built", Cost.ENTRY_BUILT, small[0]),
        new Constant("split decided for a row", Cost.SPLIT_DECIDED, small[1]),
        new Constant("column added for a row, tables cached", Cost.COLUMN_IN_CACHE, small[2]),
        new Constant(
            "column added for a row, larger tables", Cost.COLUMN_OUT_OF_CACHE, large[2]),
        new Constant("node x quadrature node prepared", Cost.NODE_PREPARED, walks.prepared()),
        new Constant(
            "node x quadrature node integrated for a row",
            Cost.NODE_INTEGRATED,
            walks.integrated()),
        new Constant("node x quadrature node walked for a row", Cost.NODE_WALKED, walks.walked()));
  }

  private interface Work {
    void run();
  }

  private static double[] seconds(Work work) {
    double[] seconds = new double[ROUNDS];
    for (int r = -2; r < ROUNDS; r++) {
      long start = System.nanoTime();
      work.run();
      if (r >= 0) {
        seconds[r] = (System.nanoTime() - start) * 1e-9;
      }
    }
    return seconds;
  }

  /** Nanoseconds for each unit, after what else the work did has been taken off. */
  private static double[] each(double[] seconds, double[] without, double units) {
    double[] each = new double[ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
      each[r] = 1e9 * (seconds[r] - without[r]) / units;
    }
    return each;
  }

  private List<double[][]> values() {
    return tiles.stream().map(tile -> new double[players][tile.count()]).toList();
  }

  /** Nanoseconds for an entry, a split and a column, from the trees with tables of such a size. */
  private double[][] tables(int bits, long above, long most) {
    List<SubtreeTables> all = new ArrayList<>();
    List<Integer> used = new ArrayList<>();
    double entries = 0;
    double columns = 0;
    double decisions = 0;
    for (int t = 0; t < paths.size(); t++) {
      Optional<SubtreeTables> cut =
          SubtreeTables.of(paths.get(t), PathDependent.shapley(), splits.get(t), bits);
      if (cut.isPresent() && cut.get().bytes() > above && cut.get().bytes() <= most) {
        all.add(cut.get());
        used.add(t);
        entries += cut.get().bytes() / 8.0;
        columns += cut.get().columns() * (double) rows;
        decisions += paths.get(t).splits[0] * (double) rows;
      }
    }
    Shelf shelf = new Shelf();
    List<double[][]> values = values();
    double[] none = new double[ROUNDS];
    double[] built = seconds(() -> all.forEach(t -> t.run(List.of(), List.of(), shelf)));
    int[] decided = new int[Shelf.TILE];
    double[] split =
        seconds(
            () -> {
              for (int t : used) {
                for (int node : paths.get(t).order) {
                  if (!paths.get(t).tree.leaf(node)) {
                    for (Codes.Rows tile : tiles) {
                      splits.get(t).set(node, 0, tile, decided);
                    }
                  }
                }
              }
            });
    double[] whole = seconds(() -> all.forEach(t -> t.run(tiles, values, shelf)));
    double[] other = new double[ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
      other[r] = built[r] + split[r];
    }
    return new double[][] {
      each(built, none, entries), each(split, none, decisions), each(whole, other, columns)
    };
  }

  private double nodes() {
    double nodes = 0;
    for (Paths of : paths) {
      nodes += of.order.length * (double) ((of.longest() + 1) / 2);
    }
    return nodes;
  }

  private double[] integral(List<Codes.Rows> tiles, List<double[][]> values) {
    Shelf shelf = new Shelf();
    List<PathIntegral> all = new ArrayList<>();
    for (int t = 0; t < paths.size(); t++) {
      all.add(new PathIntegral(paths.get(t), splits.get(t), Value.SHAPLEY, players));
    }
    return seconds(() -> all.forEach(engine -> engine.run(tiles, values, shelf)));
  }

  private double[] prepared() {
    return each(integral(List.of(), List.of()), new double[ROUNDS], nodes());
  }

  private double[] integrated() {
    return each(integral(tiles, values()), integral(List.of(), List.of()), nodes() * rows);
  }

  private double[] walked() {
    List<RowWalk> all = new ArrayList<>();
    for (int t = 0; t < paths.size(); t++) {
      all.add(new RowWalk(paths.get(t), splits.get(t), false));
    }
    Shelf shelf = new Shelf();
    List<double[][]> values = values();
    return each(
        seconds(() -> all.forEach(engine -> engine.run(tiles, values, shelf))),
        new double[ROUNDS],
        nodes() * rows);
  }
}
