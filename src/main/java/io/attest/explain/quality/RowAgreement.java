package io.attest.explain.quality;

import java.util.Arrays;

/**
 * How far two explanations of one row agree. "Important" are the features with the largest absolute
 * figures: five, or half if they are few, and never one with 0. Each is 1 if all agree.
 *
 * @param features share of the important features that both have
 * @param ranks share that both have at the same rank
 * @param signs share that both have, with the same sign
 * @param signedRanks share that both have at the same rank and with the same sign
 * @see <a href="https://arxiv.org/abs/2202.01602">Krishna et al. 2022, The Disagreement Problem in
 *     Explainable Machine Learning</a>
 */
public record RowAgreement(double features, double ranks, double signs, double signedRanks) {

  /**
   * Compares two explanations.
   *
   * @param one a figure a feature
   * @param other of the same features
   */
  public static RowAgreement of(double[] one, double[] other) {
    int k = Ranks.top(one.length);
    int[] a = Ranks.largest(one, k);
    int[] b = Ranks.largest(other, k);
    int longest = Math.max(a.length, b.length);
    int common = 0;
    int ranks = 0;
    int signs = 0;
    int both = 0;
    for (int r = 0; r < a.length; r++) {
      int j = a[r];
      boolean sign = Math.signum(one[j]) == Math.signum(other[j]);
      boolean rank = r < b.length && b[r] == j;
      if (Arrays.stream(b).anyMatch(i -> i == j)) {
        common++;
        signs += sign ? 1 : 0;
      }
      ranks += rank ? 1 : 0;
      both += rank && sign ? 1 : 0;
    }
    return new RowAgreement(
        share(common, longest), share(ranks, longest), share(signs, longest), share(both, longest));
  }

  private static double share(int part, int whole) {
    return whole == 0 ? 1 : (double) part / whole;
  }
}
