package io.attest.explain.counterfactual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What a search has found for one case: of each set of changed variables the nearest. Not
 * thread-safe.
 *
 * <p>A set that holds another one is worth giving only if it is nearer: why change more to come
 * from further?
 */
final class Found {
  private static final double SAME = 1e-12;
  private static final int TIES = 16;

  /**
   * @param changed indexes into the variables of the case, ascending
   * @param values of all features
   * @param distance sum of the parts
   */
  record Candidate(List<Integer> changed, double[] values, double distance) {

    boolean holds(Candidate other) {
      return changed.size() > other.changed.size() && changed.containsAll(other.changed);
    }
  }

  private final int count;
  private final Map<List<Integer>, List<Candidate>> best = new LinkedHashMap<>();

  /**
   * @param count how many alternatives are wanted
   */
  Found(int count) {
    this.count = count;
  }

  boolean isEmpty() {
    return best.isEmpty();
  }

  void offer(Candidate candidate) {
    List<Candidate> same = best.computeIfAbsent(candidate.changed(), k -> new ArrayList<>());
    double nearest = same.isEmpty() ? Double.POSITIVE_INFINITY : same.get(0).distance();
    if (candidate.distance() < nearest - SAME) {
      same.clear();
      same.add(candidate);
    } else if (candidate.distance() <= nearest + SAME
        && same.size() < TIES
        && same.stream().noneMatch(c -> Arrays.equals(c.values(), candidate.values()))) {
      same.add(candidate);
    }
  }

  /** Distance of the nearest; infinite if there is none. */
  double nearest() {
    return best.values().stream()
        .mapToDouble(c -> c.get(0).distance())
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** The distance from which on no alternative of so many changes would be given. */
  double limit(int size) {
    int fewer = 0;
    List<Double> alike = new ArrayList<>();
    for (List<Candidate> same : best.values()) {
      if (same.get(0).changed().size() < size) {
        fewer++;
      } else if (same.get(0).changed().size() == size) {
        alike.add(same.get(0).distance());
      }
    }
    int wanted = count - fewer;
    alike.sort(Comparator.naturalOrder());
    double rank =
        wanted <= 0 ? 0 : alike.size() < wanted ? Double.POSITIVE_INFINITY : alike.get(wanted - 1);
    return Math.max(rank, nearest());
  }

  /** Distance of the nearest of a set; infinite if there is none. */
  double distance(List<Integer> changed) {
    List<Candidate> same = best.get(changed);
    return same == null ? Double.POSITIVE_INFINITY : same.get(0).distance();
  }

  /**
   * The distance from which on an alternative of this set would not be given.
   *
   * @param changed ascending
   */
  double limit(List<Integer> changed) {
    double limit = limit(changed.size());
    for (List<Candidate> same : best.values()) {
      Candidate c = same.get(0);
      if (c.changed().size() < changed.size() && changed.containsAll(c.changed())) {
        limit = Math.min(limit, c.distance());
      }
    }
    return limit;
  }

  /**
   * The alternatives to give: the nearest with each number of changes, where more changes come
   * nearer; then others with as few changes as can be.
   *
   * @param plausibility decides between those that are equally near
   */
  List<Candidate> select(ToDoubleFunction<double[]> plausibility) {
    Comparator<Candidate> order =
        Comparator.comparingInt((Candidate c) -> c.changed().size())
            .thenComparingDouble(Candidate::distance)
            .thenComparing(c -> c.changed().toString());
    List<Candidate> sets = new ArrayList<>();
    for (List<Candidate> same : best.values()) {
      Candidate chosen = same.get(0);
      double most = same.size() == 1 ? 0 : plausibility.applyAsDouble(chosen.values());
      for (int i = 1; i < same.size(); i++) {
        double p = plausibility.applyAsDouble(same.get(i).values());
        if (p > most) {
          most = p;
          chosen = same.get(i);
        }
      }
      sets.add(chosen);
    }
    sets.sort(order);
    List<Candidate> worth = new ArrayList<>();
    for (Candidate c : sets) {
      if (worth.stream().noneMatch(w -> c.holds(w) && c.distance() >= w.distance() - SAME)) {
        worth.add(c);
      }
    }
    List<Candidate> nearer = new ArrayList<>();
    for (Candidate c : worth) {
      if (nearer.isEmpty() || c.distance() < nearer.get(nearer.size() - 1).distance() - SAME) {
        nearer.add(c);
      }
    }
    List<Candidate> given = new ArrayList<>();
    if (!nearer.isEmpty()) {
      given.add(nearer.get(nearer.size() - 1));
    }
    for (List<Candidate> more : List.of(nearer, worth)) {
      for (Candidate c : more) {
        if (given.size() < count && !given.contains(c)) {
          given.add(c);
        }
      }
    }
    given.sort(order);
    return given;
  }
}
