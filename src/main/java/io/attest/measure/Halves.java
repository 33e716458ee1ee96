package io.attest.measure;

import io.attest.explain.Draws;
import java.util.Arrays;

/**
 * Two halves of some rows, drawn by the seed: what was looked for in one is measured on the other,
 * so that a search does not flatter itself.
 *
 * @param first ascending
 * @param second ascending; one more where the number is odd
 */
record Halves(int[] first, int[] second) {

  static Halves of(int[] rows, long seed, String purpose) {
    int[] order = new Draws(seed, purpose).permutation(rows.length);
    int middle = rows.length / 2;
    return new Halves(pick(rows, order, 0, middle), pick(rows, order, middle, rows.length));
  }

  private static int[] pick(int[] rows, int[] order, int from, int to) {
    int[] out = Arrays.stream(order, from, to).map(o -> rows[o]).toArray();
    Arrays.sort(out);
    return out;
  }
}
