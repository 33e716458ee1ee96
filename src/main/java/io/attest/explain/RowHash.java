package io.attest.explain;

import io.attest.model.Batch;
import java.util.List;

/**
 * A number that stands for what a row says, so that chance can depend on the row and on nothing
 * else: rows that say the same are drawn for alike, wherever they stand and with whatever others.
 * Neither does the order of the columns matter.
 */
public final class RowHash {
  private final long[] names;

  /**
   * @param features names of the columns
   */
  public RowHash(List<String> features) {
    names = features.stream().mapToLong(RowHash::hash).toArray();
  }

  private static long hash(String name) {
    long hash = 0;
    for (int i = 0; i < name.length(); i++) {
      hash = Draws.mix(hash ^ (name.charAt(i) + 1));
    }
    return hash;
  }

  /** Of one row: a missing value is like any other, and -0 like 0. */
  public long of(Batch rows, int row) {
    long sum = 0;
    for (int j = 0; j < names.length; j++) {
      // Added up, so that the order of the columns does not matter.
      sum += Draws.mix(names[j] ^ Draws.mix(Double.doubleToLongBits(rows.at(row, j) + 0.0)));
    }
    return Draws.mix(sum);
  }
}
