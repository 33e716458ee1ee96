package io.attest.explain.tree;

import java.util.Optional;

/**
 * Which engine a tree gets: the one that is estimated cheapest for the number of rows, within the
 * memory allowed. {@code docs/benchmarks.md} says where the constants come from.
 *
 * <p>All times are nanoseconds on one core; only their ratios matter.
 */
final class Cost {
  private Cost() {}

  /** Longest keys that are tried: tables of more entries leave the second-level cache. */
  private static final int[] KEY_BITS = {12, 11, 10, 9, 8, 6};

  static final double ENTRY_BUILT = 4;
  static final double COLUMN_IN_CACHE = 0.35;
  static final double COLUMN_OUT_OF_CACHE = 0.9;
  static final double SPLIT_DECIDED = 0.1;
  static final double NODE_INTEGRATED = 0.5;
  static final double NODE_PREPARED = 12;
  static final double NODE_WALKED = 3;
  static final double ENTRY_COUNTED = 1;
  static final double SET_VISITED = 40;
  static final double SET_WORD = 3;

  /** Tables of this many bytes stay in a second-level cache of 1 MiB, beside a tile of rows. */
  static final long CACHED = 1 << 19;

  /** Bytes that the tables of one tree may take; the work on them takes twice as much again. */
  static long treeBytes(long memory) {
    return memory / 64;
  }

  record Choice(TreeEngine engine, String name) {}

  static Choice choose(
      TreeValues.Order order, Paths paths, Splits splits, Optional<Background> background) {
    int players = order.players().count();
    Value value = order.value();
    double rows = Math.max(1, order.rows());
    double builds = Math.ceil(rows / TreeValues.typicalUnit(order));
    SubtreeTables best = null;
    double least = Double.POSITIVE_INFINITY;
    LeafGame shape = new CoalitionGame(value, Worth.cover(), players);
    long most = treeBytes(order.memory());
    for (int bits : KEY_BITS) {
      Optional<SubtreeTables> tables = SubtreeTables.of(paths, shape, splits, bits);
      if (tables.isEmpty() || tables.get().bytes() > most) {
        continue;
      }
      double cost = tables(tables.get(), paths, rows, builds);
      if (cost < least) {
        least = cost;
        best = tables.get();
      }
    }
    if (background.isPresent()) {
      if (best == null) {
        return new Choice(
            new BackgroundSets(paths, splits, value, players, background.get()),
            "sets of background rows");
      }
      double sets =
          rows * paths.order.length * (SET_VISITED + SET_WORD * background.get().size() / 64);
      double counted =
          SPLIT_DECIDED * paths.splits[0] * background.get().size()
              + ENTRY_COUNTED * best.bytes() / 8
              + least;
      return sets < counted && paths.longest() <= Long.SIZE
          ? new Choice(
              new BackgroundSets(paths, splits, value, players, background.get()),
              "sets of background rows")
          : new Choice(
              new BackgroundTables(paths, best, background.get(), value, players), "tables");
    }
    int order2 = (paths.longest() + 1) / 2;
    double passes = value == Value.INTERACTION ? 2.0 * paths.longest() + 1 : 1;
    double nodes = paths.order.length * (double) Math.max(1, order2) * passes;
    double integral =
        nodes * (NODE_PREPARED + NODE_INTEGRATED * Math.max(rows, PathIntegral.BLOCK));
    double walk = value.pairs() ? Double.POSITIVE_INFINITY : nodes * NODE_WALKED * rows;
    if (best != null && least <= integral && least <= walk) {
      return new Choice(
          value == Value.SHAPLEY || value == Value.BANZHAF
              ? best.with(
                  value == Value.BANZHAF ? PathDependent.banzhaf() : PathDependent.shapley())
              : best,
          "tables");
    }
    return walk < integral
        ? new Choice(new RowWalk(paths, splits, value == Value.BANZHAF), "walk of single rows")
        : new Choice(new PathIntegral(paths, splits, value, players), "path integral");
  }

  private static double tables(SubtreeTables tables, Paths paths, double rows, double builds) {
    boolean cached = tables.bytes() <= CACHED;
    return builds * ENTRY_BUILT * tables.bytes() / 8
        + rows
            * (tables.columns() * (cached ? COLUMN_IN_CACHE : COLUMN_OUT_OF_CACHE)
                + SPLIT_DECIDED * paths.splits[0]);
  }
}
