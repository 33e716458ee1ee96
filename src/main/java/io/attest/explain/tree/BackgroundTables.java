package io.attest.explain.tree;

/**
 * Interventional values of a tree from tables: the share of background rows at each leaf, pattern
 * by pattern, is counted once and makes the {@link Worth} of the tables' game. After that a row
 * costs what it costs path-dependent, however large the background (Wettenstein, Nadel and Boker,
 * WOODELF, arXiv 2511.09376).
 */
final class BackgroundTables implements TreeEngine.Tabled {
  private final Paths paths;
  private final SubtreeTables tables;
  private final Background background;
  private final Value value;
  private final int players;

  /** Null while they are not kept: then they are counted for each unit of rows. */
  private double[][] kept;

  BackgroundTables(
      Paths paths, SubtreeTables tables, Background background, Value value, int players) {
    this.paths = paths;
    this.tables = tables;
    this.background = background;
    this.value = value;
    this.players = players;
  }

  /** Bytes that {@link #count} keeps. */
  long bytes() {
    long numbers = 0;
    for (int node : paths.order) {
      if (paths.tree.leaf(node)) {
        numbers += 1L << paths.above[node].length;
      }
    }
    return 8 * numbers;
  }

  /** Counts the background rows once for all; before the engine is used. */
  void count() {
    kept = tables.counts(background, new Shelf());
  }

  @Override
  public Tables tables(Shelf shelf) {
    double[][] counts = kept != null ? kept : tables.counts(background, shelf);
    return tables
        .with(new CoalitionGame(value, Worth.background(counts, background.total()), players))
        .tables(shelf);
  }
}
