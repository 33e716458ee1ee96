package io.attest.explain.tree;

import io.attest.model.tree.Codes;
import java.util.List;

/** Answers for one tree. Thread-safe; what it works with is the caller's shelf. */
sealed interface TreeEngine
    permits SubtreeTables, BackgroundTables, PathIntegral, RowWalk, BackgroundSets {

  /**
   * Adds what the tree says of some tiles of rows.
   *
   * @param values for each tile targets x rows, added to
   */
  void run(List<Codes.Rows> tiles, List<double[][]> values, Shelf shelf);
}
