package io.attest.explain;

import java.util.Arrays;

/**
 * Random choices that depend on the seed and on what they are for, and on nothing else: not on the
 * order in which they are asked for, nor on the thread, nor on the Java version.
 *
 * @see <a href="https://doi.org/10.1145/2714064.2660195">Steele, Lea and Flood 2014, SplitMix64</a>
 */
public final class Draws {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  /**
   * @param purpose names the choice: two purposes are independent of each other
   */
  public Draws(long seed, String purpose) {
    long hash = mix(seed + GAMMA);
    for (int i = 0; i < purpose.length(); i++) {
      hash = mix(hash ^ purpose.charAt(i));
    }
    this.state = hash;
  }

  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private long next() {
    state += GAMMA;
    return mix(state);
  }

  /** A whole number from 0 to {@code bound} - 1, each equally likely. */
  public int below(int bound) {
    // The highest, incomplete round of numbers would favour the low ones: draw again.
    long bits;
    long value;
    do {
      bits = next() >>> 1;
      value = bits % bound;
    } while (bits - value + (bound - 1) < 0);
    return (int) value;
  }

  /** A number between 0 and 1, neither of them itself. */
  public double uniform() {
    return ((next() >>> 11) + 0.5) * 0x1p-53;
  }

  /** A standard normal number (Marsaglia's polar method). */
  public double normal() {
    double u;
    double square;
    do {
      u = 2 * uniform() - 1;
      double v = 2 * uniform() - 1;
      square = u * u + v * v;
    } while (square >= 1);
    return u * Math.sqrt(-2 * StrictMath.log(square) / square);
  }

  /** The numbers 0 to {@code n} - 1 in random order (Fisher and Yates). */
  public int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = below(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /**
   * {@code k} different numbers from 0 to {@code n} - 1, ascending; all of them if k is n or more.
   */
  public int[] sample(int n, int k) {
    int[] chosen = Arrays.copyOf(permutation(n), Math.min(n, k));
    Arrays.sort(chosen);
    return chosen;
  }
}
