package io.attest.explain.coalition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Players join in random orders, each order taken forward and backward (antithetic). The standard
 * error is that of the mean over the orders; it takes two.
 *
 * <p>Strumbelj and Kononenko 2014; Mitchell et al., Sampling Permutations for Shapley Value
 * Estimation, JMLR 23 (2022).
 */
final class Orders implements Design {
  private final int players;
  private final List<int[]> orders;
  private final List<BitSet> coalitions = new ArrayList<>();

  /** Of each order and direction the coalitions on the way, from empty to full. */
  private final List<int[]> ways = new ArrayList<>();

  Orders(int players, List<int[]> orders) {
    this.players = players;
    this.orders = orders;
    Map<BitSet, Integer> index = new HashMap<>();
    for (int[] order : orders) {
      ways.add(way(order, index));
      ways.add(way(backward(order), index));
    }
  }

  private static int[] backward(int[] order) {
    int[] out = new int[order.length];
    for (int k = 0; k < out.length; k++) {
      out[k] = order[order.length - 1 - k];
    }
    return out;
  }

  private int[] way(int[] order, Map<BitSet, Integer> index) {
    int[] way = new int[players + 1];
    BitSet members = new BitSet(players);
    way[0] = Shapley.EMPTY;
    for (int k = 1; k < players; k++) {
      members.set(order[k - 1]);
      BitSet here = (BitSet) members.clone();
      way[k] =
          index.computeIfAbsent(
              here,
              m -> {
                coalitions.add(m);
                return coalitions.size() - 1;
              });
    }
    way[players] = Shapley.FULL;
    return way;
  }

  @Override
  public List<BitSet> coalitions() {
    return coalitions;
  }

  @Override
  public void solve(
      double[] worths, double empty, double full, double[] values, double[] variances) {
    int n = orders.size();
    double[][] each = new double[players][n];
    for (int o = 0; o < n; o++) {
      int[] order = orders.get(o);
      int[] forward = ways.get(2 * o);
      int[] back = ways.get(2 * o + 1);
      for (int k = 0; k < players; k++) {
        int r = players - 1 - k;
        each[order[k]][o] =
            (Shapley.worth(worths, forward[k + 1], empty, full)
                    - Shapley.worth(worths, forward[k], empty, full)
                    + Shapley.worth(worths, back[r + 1], empty, full)
                    - Shapley.worth(worths, back[r], empty, full))
                / 2;
      }
    }
    for (int i = 0; i < players; i++) {
      double mean = Arrays.stream(each[i]).sum() / n;
      double squares = Arrays.stream(each[i]).map(v -> (v - mean) * (v - mean)).sum();
      values[i] = mean;
      variances[i] = n < 2 ? Double.NaN : squares / (n - 1) / n;
    }
  }
}
