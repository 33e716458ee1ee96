package io.attest.explain.coalition;

import io.attest.explain.Draws;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hipparchus.util.CombinatoricsUtils;

/**
 * Random pairs of a coalition and its complement, without replacement, as many of each size as of
 * every other (leverage sampling): sizes that have fewer coalitions than their share are taken
 * whole. Grows: what was drawn for a small number stays when more are asked for.
 *
 * <p>Musco and Witter, Provably Accurate Shapley Value Estimation via Leverage Score Sampling, ICLR
 * 2025.
 */
final class Pairs {
  /** Sizes with fewer pairs than this are listed and shuffled, others drawn one by one. */
  private static final double LISTED = 256;

  private final int players;
  private final Draws[] draws;

  /** Of each size how many pairs there are. */
  private final double[] pairs;

  /** Of each size the pairs drawn so far, by their smaller coalition. */
  private final List<List<BitSet>> drawn = new ArrayList<>();

  private final List<Set<BitSet>> seen = new ArrayList<>();
  private final int[] taken;
  private final List<BitSet> all = new ArrayList<>();

  /**
   * @param players at least 2
   * @param purpose names the draw: two purposes give independent pairs
   */
  Pairs(int players, long seed, String purpose) {
    this.players = players;
    int sizes = players / 2;
    draws = new Draws[sizes];
    taken = new int[sizes];
    pairs = new double[sizes];
    for (int k = 0; k < sizes; k++) {
      int size = k + 1;
      pairs[k] =
          CombinatoricsUtils.binomialCoefficientDouble(players, size)
              / (2 * size == players ? 2 : 1);
      draws[k] = new Draws(seed, purpose + " size " + size);
      List<BitSet> list = new ArrayList<>();
      seen.add(new HashSet<>());
      if (pairs[size - 1] <= LISTED) {
        List<BitSet> every = every(size);
        for (int at : draws[k].permutation(every.size())) {
          list.add(every.get(at));
        }
      }
      drawn.add(list);
    }
  }

  /** Where a coalition and its complement have one size, the one with player 0 stands for both. */
  private boolean stands(BitSet members, int size) {
    return 2 * size != players || members.get(0);
  }

  private List<BitSet> every(int size) {
    List<BitSet> out = new ArrayList<>();
    CombinatoricsUtils.combinationsIterator(players, size)
        .forEachRemaining(
            c -> {
              BitSet members = new BitSet(players);
              for (int i : c) {
                members.set(i);
              }
              if (stands(members, size)) {
                out.add(members);
              }
            });
    return out;
  }

  /**
   * So many pairs, each by its smaller coalition: those given before, and after them new ones.
   *
   * @param count at most half of all coalitions
   */
  List<BitSet> first(int count) {
    if (count > all.size()) {
      int[] wanted = shares(count);
      for (int k = 0; k < wanted.length; k++) {
        while (taken[k] < wanted[k]) {
          all.add(next(k));
        }
      }
    }
    return List.copyOf(all.subList(0, Math.min(count, all.size())));
  }

  private BitSet next(int k) {
    int size = k + 1;
    if (pairs[size - 1] <= LISTED) {
      return drawn.get(k).get(taken[k]++);
    }
    while (true) {
      BitSet members = new BitSet(players);
      // Floyd's way to draw a set.
      for (int j = players - size; j < players; j++) {
        int i = draws[k].below(j + 1);
        members.set(members.get(i) ? j : i);
      }
      if (!stands(members, size)) {
        members.flip(0, players);
      }
      if (seen.get(k).add(members)) {
        taken[k]++;
        return members;
      }
    }
  }

  /**
   * How many pairs of each size: even shares, but not more than there are, nor fewer than before.
   */
  private int[] shares(int count) {
    double low = 0;
    double high = count + 1.0;
    for (int step = 0; step < 100; step++) {
      double middle = (low + high) / 2;
      double sum = 0;
      for (int k = 0; k < taken.length; k++) {
        sum += share(k, middle);
      }
      if (sum < count) {
        low = middle;
      } else {
        high = middle;
      }
    }
    int[] out = new int[taken.length];
    int sum = 0;
    for (int k = 0; k < out.length; k++) {
      out[k] = Math.max(taken[k], (int) share(k, low));
      sum += out[k];
    }
    while (sum != count) {
      int step = sum < count ? 1 : -1;
      int best = -1;
      for (int k = 0; k < out.length; k++) {
        boolean free = step > 0 ? out[k] < pairs[k] : out[k] > taken[k];
        if (free && (best < 0 || step * lack(best, high, out) < step * lack(k, high, out))) {
          best = k;
        }
      }
      if (best < 0) {
        break;
      }
      out[best] += step;
      sum += step;
    }
    return out;
  }

  private double lack(int k, double level, int[] out) {
    return share(k, level) - out[k];
  }

  /** The middle size has half as many pairs as coalitions, so half a share. */
  private double share(int k, double level) {
    return Math.min(pairs[k], 2 * (k + 1) == players ? level / 2 : level);
  }
}
