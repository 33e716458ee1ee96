package io.attest.explain.coalition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Every coalition that counts: exact Owen values, which are Shapley values where every player is a
 * group of its own.
 *
 * <p>Owen, Values of games with a priori unions, 1977: groups join as a whole, and within a group
 * its players join one by one.
 */
final class Enumeration implements Design {
  /** More players would not fit the memory. */
  private static final int MOST_PLAYERS = 16;

  private final int players;
  private final Map<BitSet, Integer> index = new HashMap<>();
  private final List<BitSet> coalitions = new ArrayList<>();

  /** Marginal contributions: whose, the coalition before and after joining, and the weight. */
  private final int[] player;

  private final int[] before;
  private final int[] after;
  private final double[] weight;

  /**
   * @param groups players by group; each player in one group
   */
  Enumeration(int players, int[][] groups) {
    this.players = players;
    int joins = 0;
    for (int[] group : groups) {
      joins += group.length << (groups.length - 1 + group.length - 1);
    }
    player = new int[joins];
    before = new int[joins];
    after = new int[joins];
    weight = new double[joins];
    int at = 0;
    for (int g = 0; g < groups.length; g++) {
      for (int others = 0; others < 1 << groups.length; others++) {
        if ((others >> g & 1) != 0) {
          continue;
        }
        double outer = Shapley.weight(Integer.bitCount(others), groups.length);
        for (int inside = 0; inside < 1 << groups[g].length; inside++) {
          double inner = Shapley.weight(Integer.bitCount(inside), groups[g].length);
          for (int i = 0; i < groups[g].length; i++) {
            if ((inside >> i & 1) == 0) {
              player[at] = groups[g][i];
              before[at] = at(groups, others, g, inside);
              after[at] = at(groups, others, g, inside | 1 << i);
              weight[at++] = outer * inner;
            }
          }
        }
      }
    }
  }

  /**
   * How many coalitions are to be asked for; {@link Long#MAX_VALUE} if there are too many to do so.
   */
  static long size(int players, int[][] groups) {
    if (players > MOST_PLAYERS) {
      return Long.MAX_VALUE;
    }
    // Unions of whole groups, and for each group those of the others with a part of it.
    long size = 1L << groups.length;
    for (int[] group : groups) {
      size += ((1L << group.length) - 2) << (groups.length - 1);
    }
    return size - 2;
  }

  private int at(int[][] groups, int others, int group, int inside) {
    BitSet members = new BitSet(players);
    for (int g = 0; g < groups.length; g++) {
      if ((others >> g & 1) != 0) {
        Arrays.stream(groups[g]).forEach(members::set);
      }
    }
    for (int i = 0; i < groups[group].length; i++) {
      if ((inside >> i & 1) != 0) {
        members.set(groups[group][i]);
      }
    }
    int size = members.cardinality();
    if (size == 0 || size == players) {
      return size == 0 ? Shapley.EMPTY : Shapley.FULL;
    }
    return index.computeIfAbsent(
        members,
        m -> {
          coalitions.add(m);
          return coalitions.size() - 1;
        });
  }

  @Override
  public List<BitSet> coalitions() {
    return coalitions;
  }

  @Override
  public void solve(
      double[] worths, double empty, double full, double[] values, double[] variances) {
    Arrays.fill(values, 0);
    Arrays.fill(variances, 0);
    for (int k = 0; k < player.length; k++) {
      values[player[k]] +=
          weight[k]
              * (Shapley.worth(worths, after[k], empty, full)
                  - Shapley.worth(worths, before[k], empty, full));
    }
  }
}
