package io.attest.explain.coalition;

import io.attest.model.Batch;

/** How unknown features are filled in. Thread-safe. */
public interface Completion {

  /** At most how many completed rows there are for a coalition. */
  int size();

  /** As {@link Game#parts()}. */
  int parts();

  /** As {@link Game#drawn()}. */
  boolean drawn();

  /** As {@link Game#idle}. */
  boolean idle(Batch rows, int row, int feature);

  /** As {@link Game#check}. */
  void check(Batch rows);

  /** Rows that stand for a row of which nothing is known, with the weight of each. */
  Weighted nothing();

  /** Completions for a coalition, for all rows. */
  Coalition given(boolean[] known, int part, int parts);

  /** Completions for one coalition. */
  interface Coalition {
    Completed of(Batch rows, int row);
  }

  /** Completions of one row. */
  interface Completed {

    int size();

    /** Weight of a completed row; they sum to 1. */
    double weight(int k);

    /** Writes a completed row, one value a feature. */
    void write(int k, double[] out, int at);
  }

  /**
   * Rows with weights that sum to 1. Row k belongs to part {@code k % parts}.
   *
   * @param weights one a row
   */
  record Weighted(Batch rows, double[] weights) {}
}
