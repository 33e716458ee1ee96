package io.attest.correlate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Agglomerative clustering with average linkage. Of equal distances the pair with the lower indices
 * joins first, so that the same table gives the same clusters.
 *
 * @see <a href="https://arxiv.org/abs/1109.2378">Muellner 2011, Modern hierarchical, agglomerative
 *     clustering algorithms</a>
 */
final class Clusters {
  /** Sums, not means, of the distances between members: ties then do not break by rounding. */
  private final double[][] sums;

  private final List<List<Integer>> members = new ArrayList<>();

  /** The nearest cluster with a higher index; -1 where a cluster is gone or is the last. */
  private final int[] nearest;

  private Clusters(double[][] distance) {
    this.sums = distance;
    this.nearest = new int[distance.length];
    for (int i = 0; i < distance.length; i++) {
      members.add(new ArrayList<>(List.of(i)));
    }
    for (int i = 0; i < distance.length; i++) {
      nearest[i] = nearest(i);
    }
  }

  /**
   * @param distance symmetric; changed by this method
   * @param cut distance at which joining ends: clusters that are this far apart stay apart
   * @return members of each cluster, ascending; clusters in the order of their first member
   */
  static List<List<Integer>> of(double[][] distance, double cut) {
    Clusters clusters = new Clusters(distance);
    while (clusters.joinNearest(cut)) {
      // Until none are near enough.
    }
    return clusters.members.stream()
        .filter(m -> !m.isEmpty())
        .map(m -> m.stream().sorted().toList())
        .sorted(Comparator.comparing(m -> m.get(0)))
        .toList();
  }

  private boolean joinNearest(double cut) {
    int a = -1;
    for (int i = 0; i < nearest.length; i++) {
      if (nearest[i] >= 0 && (a < 0 || mean(i, nearest[i]) < mean(a, nearest[a]))) {
        a = i;
      }
    }
    if (a < 0 || !(mean(a, nearest[a]) < cut)) {
      return false;
    }
    int b = nearest[a];
    for (int k = 0; k < sums.length; k++) {
      sums[a][k] += sums[b][k];
      sums[k][a] = sums[a][k];
    }
    members.get(a).addAll(members.get(b));
    members.get(b).clear();
    for (int i = 0; i < nearest.length; i++) {
      if (i == a || i == b || nearest[i] == a || nearest[i] == b) {
        nearest[i] = nearest(i);
      } else if (i < a && nearest[i] >= 0 && closer(i, a)) {
        nearest[i] = a;
      }
    }
    return true;
  }

  private double mean(int i, int j) {
    return sums[i][j] / ((double) members.get(i).size() * members.get(j).size());
  }

  private boolean closer(int i, int candidate) {
    double d = mean(i, candidate);
    double best = mean(i, nearest[i]);
    return d < best || (d == best && candidate < nearest[i]);
  }

  private int nearest(int i) {
    int best = -1;
    if (!members.get(i).isEmpty()) {
      for (int k = i + 1; k < sums.length; k++) {
        if (!members.get(k).isEmpty() && (best < 0 || mean(i, k) < mean(i, best))) {
          best = k;
        }
      }
    }
    return best;
  }
}
