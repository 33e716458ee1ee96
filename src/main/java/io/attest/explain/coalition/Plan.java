package io.attest.explain.coalition;

import io.attest.explain.Draws;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.IntStream;

/**
 * Which designs to put to which parts of a game, for a number of players, in levels of growing
 * cost. A design of a level begins with the coalitions of the level before. Values are the mean of
 * those of the designs, each weighted by the share of its part.
 */
public final class Plan {
  /** Fewest coalitions of the first level, where more levels may follow. */
  private static final int FIRST = 256;

  /** A regression on more coalitions takes long: more designs then share the budget. */
  private static final int MOST_OF_A_DESIGN = 4096;

  /** As many parts as possible, while their regressions take a few seconds and fit the memory. */
  private static final int MOST_PARTS = 100;

  private static final double REGRESSIONS = 9e9;
  private static final double FIGURES = 1 << 23;

  /** Orders need no regression; their errors are told from few of them in each part. */
  private static final int ORDERS_PARTS = 25;

  private interface Maker {
    Design make(int design, int level);
  }

  private final boolean exact;
  private final int parts;
  private final int designs;
  private final int[] coalitions;
  private final Maker maker;
  private final ConcurrentMap<List<Integer>, Design> made = new ConcurrentHashMap<>();

  private Plan(boolean exact, int parts, int designs, int[] coalitions, Maker maker) {
    this.exact = exact;
    this.parts = parts;
    this.designs = designs;
    this.coalitions = coalitions;
    this.maker = maker;
  }

  /**
   * How many coalitions {@link #exact} asks for; {@link Long#MAX_VALUE} if there are too many
   * players for that.
   */
  public static long coalitions(int players, int[][] groups) {
    return Enumeration.size(players, groups);
  }

  /** Every coalition, put to each of the parts. */
  public static Plan exact(int players, int[][] groups, int parts) {
    Design every = new Enumeration(players, groups);
    return new Plan(
        true, parts, parts, new int[] {every.coalitions().size()}, (design, level) -> every);
  }

  /**
   * Pairs of complements.
   *
   * @param budget most coalitions; 2 x players + 2 or more, and less than all there are
   * @param growing true for levels that double up to the budget, false for the budget at once
   * @param least parts to make at any cost: those whose difference is the error
   * @param most parts that the game has
   */
  public static Plan pairs(
      int players, int budget, boolean growing, int least, int most, long seed) {
    int cap = Math.max(MOST_OF_A_DESIGN, 4 * players);
    int repeats = (budget + cap - 1) / cap;
    int[] levels =
        levels(budget / repeats / 2 * 2, growing ? Math.max(FIRST, 4 * players) : budget);
    double pairs = levels[levels.length - 1] / 2.0;
    double affordable =
        Math.min(
            REGRESSIONS / (pairs * pairs * pairs),
            FIGURES / (pairs * (pairs / 2 + 2 * players)) / repeats);
    int parts = (int) Math.min(most, Math.max(least, Math.min(MOST_PARTS, affordable)));
    Pairs[] drawn = new Pairs[parts * repeats];
    for (int d = 0; d < drawn.length; d++) {
      drawn[d] = new Pairs(players, seed, "pairs of " + players + " players, design " + d);
    }
    return new Plan(
        false,
        parts,
        drawn.length,
        levels,
        (design, level) -> {
          synchronized (drawn[design]) {
            // The pairs depend on the steps in which they were asked for.
            for (int before = 0; before < level; before++) {
              drawn[design].first(levels[before] / 2);
            }
            return new Kriging(players, drawn[design].first(levels[level] / 2));
          }
        });
  }

  /**
   * Random orders of groups, and of the players in each.
   *
   * @param orders most of them, forward and backward each; those of a design
   * @param growing true for levels that double up to that
   */
  public static Plan orders(
      int players, int[][] groups, int orders, boolean growing, int most, long seed) {
    int[] levels = levels(orders, growing ? 8 : orders);
    int[] coalitions = IntStream.of(levels).map(n -> 2 * n * Math.max(0, players - 1)).toArray();
    int parts = Math.min(most, ORDERS_PARTS);
    return new Plan(
        false,
        parts,
        parts,
        coalitions,
        (design, level) ->
            new Orders(
                players,
                IntStream.range(0, levels[level])
                    .mapToObj(k -> order(groups, seed, "order " + k + ", design " + design))
                    .toList()));
  }

  private static int[] order(int[][] groups, long seed, String purpose) {
    Draws draws = new Draws(seed, purpose);
    return IntStream.of(draws.permutation(groups.length))
        .flatMap(g -> IntStream.of(draws.permutation(groups[g].length)).map(i -> groups[g][i]))
        .toArray();
  }

  /** The players in their own order, forward and backward. */
  public static Plan identity(int players) {
    Design one = new Orders(players, List.of(IntStream.range(0, players).toArray()));
    return new Plan(false, 1, 1, new int[] {one.coalitions().size()}, (design, level) -> one);
  }

  private static int[] levels(int last, int first) {
    List<Integer> levels = new ArrayList<>();
    for (int at = first; at * 1.5 < last; at *= 2) {
      levels.add(at);
    }
    levels.add(last);
    return levels.stream().mapToInt(i -> i).toArray();
  }

  /** True if the values are exact for the game as it is asked. */
  public boolean exact() {
    return exact;
  }

  public int parts() {
    return parts;
  }

  public int designs() {
    return designs;
  }

  public int part(int design) {
    return design % parts;
  }

  /** The weight of a design, given the share of its part. */
  public double weight(double share) {
    return share * parts / designs;
  }

  public int levels() {
    return coalitions.length;
  }

  /** Coalitions of a design at a level, at most. */
  public int coalitions(int level) {
    return coalitions[level];
  }

  /** The design at a level; made when it is first asked for. */
  public Design design(int design, int level) {
    return made.computeIfAbsent(List.of(design, level), key -> maker.make(design, level));
  }
}
