package io.attest.explain.tree;

import io.attest.model.tree.Codes;
import java.util.List;

/** Answers for one tree. Thread-safe; what it works with is the caller's shelf. */
sealed interface TreeEngine permits TreeEngine.Tabled, PathIntegral, RowWalk, BackgroundSets {

  /**
   * Adds what the tree says of some tiles of rows.
   *
   * @param values for each tile targets x rows, added to
   */
  void run(List<Codes.Rows> tiles, List<double[][]> values, Shelf shelf);

  /**
   * An engine that answers from tables. The tables of several trees are best used together, tile by
   * tile: then the rows stay in the cache while the tables change.
   */
  sealed interface Tabled extends TreeEngine permits SubtreeTables, BackgroundTables {

    /** Builds the tables. */
    Tables tables(Shelf shelf);

    @Override
    default void run(List<Codes.Rows> tiles, List<double[][]> values, Shelf shelf) {
      Tables tables = tables(shelf);
      for (int t = 0; t < tiles.size(); t++) {
        tables.add(tiles.get(t), values.get(t));
      }
      tables.giveBack();
    }
  }

  /** The tables of one tree, on one thread's shelf. */
  interface Tables {
    long bytes();

    /**
     * Adds what the tables say of a tile of rows.
     *
     * @param values targets x rows, added to
     */
    void add(Codes.Rows rows, double[][] values);

    /** Puts the tables back on the shelf; they are of no use any more. */
    void giveBack();
  }
}
