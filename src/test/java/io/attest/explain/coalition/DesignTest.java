package io.attest.explain.coalition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;

/** The designs, on games whose Shapley values are known by definition. */
class DesignTest {

  private static int[][] alone(int players) {
    return IntStream.range(0, players).mapToObj(i -> new int[] {i}).toArray(int[][]::new);
  }

  private static int[] shuffled(int players, long seed, int k) {
    return new io.attest.explain.Draws(seed, "test " + k).permutation(players);
  }

  private static Design pairs(int players, int coalitions, long seed) {
    return new Kriging(players, new Pairs(players, seed, "test").first(coalitions / 2));
  }

  @Property(tries = 60)
  void enumerationIsExact(
      @ForAll @IntRange(min = 1, max = 9) int players, @ForAll @LongRange(min = 0) long seed) {
    RandomGame game = RandomGame.of(players, 3 * players, players, seed);
    double[][] solved = game.solve(new Enumeration(players, alone(players)));
    assertThat(solved[0]).containsExactly(game.shapley(), within(1e-12));
    assertThat(solved[1]).containsOnly(0);
  }

  /** The definition: groups in every order, and in each group its players in every order. */
  @Property(tries = 30)
  void owenValuesFollowTheirDefinition(@ForAll @LongRange(min = 0) long seed) {
    int[][] groups = {{0, 3}, {1}, {2, 4, 5}};
    RandomGame game = RandomGame.of(6, 20, 6, seed);
    double[] expected = new double[6];
    int orders = 0;
    for (int[] outer : orders(3)) {
      for (int[] first : orders(2)) {
        for (int[] last : orders(3)) {
          BitSet members = new BitSet();
          for (int g : outer) {
            for (int k = 0; k < groups[g].length; k++) {
              int i = groups[g][g == 0 ? first[k] : g == 1 ? 0 : last[k]];
              double before = game.worth(members);
              members.set(i);
              expected[i] += game.worth(members) - before;
            }
          }
          orders++;
        }
      }
    }
    for (int i = 0; i < 6; i++) {
      expected[i] /= orders;
    }
    Enumeration design = new Enumeration(6, groups);
    assertThat(game.solve(design)[0]).containsExactly(expected, within(1e-12));
    assertThat((long) design.coalitions().size()).isEqualTo(Enumeration.size(6, groups));
  }

  private static List<int[]> orders(int n) {
    return n == 2
        ? List.of(new int[] {0, 1}, new int[] {1, 0})
        : List.of(
            new int[] {0, 1, 2},
            new int[] {0, 2, 1},
            new int[] {1, 0, 2},
            new int[] {1, 2, 0},
            new int[] {2, 0, 1},
            new int[] {2, 1, 0});
  }

  @Property(tries = 30)
  void valuesAddUp(
      @ForAll @IntRange(min = 5, max = 30) int players, @ForAll @LongRange(min = 0) long seed) {
    RandomGame game = RandomGame.of(players, 60, 5, seed);
    double whole = game.full() - game.empty();
    double kriged = Arrays.stream(game.solve(pairs(players, 2 * players + 6, seed))[0]).sum();
    double ordered =
        Arrays.stream(game.solve(new Orders(players, List.of(shuffled(players, seed, 0))))[0])
            .sum();
    assertThat(kriged).isCloseTo(whole, within(1e-11));
    assertThat(ordered).isCloseTo(whole, within(1e-11));
  }

  /** Both are linear in the game, so the values of a sum are the sums of the values. */
  @Property(tries = 20)
  void valuesAreLinear(@ForAll @LongRange(min = 0) long seed) {
    RandomGame one = RandomGame.of(10, 30, 6, seed);
    RandomGame two = RandomGame.of(10, 30, 6, seed + 1);
    for (Design design : List.of(pairs(10, 60, seed), new Enumeration(10, alone(10)))) {
      double[] worths =
          design.coalitions().stream()
              .mapToDouble(s -> 2 * one.worth(s) - 3 * two.worth(s))
              .toArray();
      double[] values = new double[10];
      design.solve(
          worths,
          2 * one.empty() - 3 * two.empty(),
          2 * one.full() - 3 * two.full(),
          values,
          new double[10]);
      double[] a = one.solve(design)[0];
      double[] b = two.solve(design)[0];
      for (int i = 0; i < 10; i++) {
        assertThat(values[i]).isCloseTo(2 * a[i] - 3 * b[i], within(1e-9));
      }
    }
  }

  /**
   * Even parts cancel in pairs: games of single players and of couples are exact. Unless the draw
   * leaves players that no pair tells apart, as few pairs may; then the standard errors say so.
   */
  @Property(tries = 20)
  void pairsAreExactForCouples(
      @ForAll @IntRange(min = 6, max = 40) int players, @ForAll @LongRange(min = 0) long seed) {
    RandomGame game = RandomGame.of(players, 100, 2, seed);
    Design design = pairs(players, 3 * players, seed);
    double[][] solved = game.solve(design);
    double error = Arrays.stream(solved[1]).max().orElseThrow();
    if (tellsApart(design, players)) {
      assertThat(solved[0]).containsExactly(game.shapley(), within(1e-7));
      assertThat(error).isLessThan(1e-6);
    } else {
      assertThat(error).isGreaterThan(1e-4);
    }
  }

  /** Whether the worth of each coalition and of all players determine a sum over players. */
  private static boolean tellsApart(Design design, int players) {
    List<BitSet> coalitions = design.coalitions();
    double[][] members = new double[coalitions.size() + 1][players];
    Arrays.fill(members[coalitions.size()], 1);
    for (int c = 0; c < coalitions.size(); c++) {
      for (int i = 0; i < players; i++) {
        members[c][i] = coalitions.get(c).get(i) ? 1 : 0;
      }
    }
    return new SingularValueDecomposition(new Array2DRowRealMatrix(members)).getRank() == players;
  }

  @Test
  void anOrderGivesAPlayerThatAddsNothingExactlyNothing() {
    RandomGame game = RandomGame.of(7, 20, 4, 1);
    RandomGame larger = new RandomGame(8, game.sets(), game.coefficients());
    Design orders = new Orders(8, List.of(shuffled(8, 1, 0), shuffled(8, 1, 1)));
    assertThat(larger.solve(orders)[0][7]).isZero();
    assertThat(larger.solve(new Enumeration(8, alone(8)))[0][7]).isZero();
  }

  @Test
  void ordersAreUnbiased() {
    RandomGame game = RandomGame.of(6, 30, 6, 5);
    double[] sum = new double[6];
    for (int k = 0; k < 4000; k++) {
      double[] values = game.solve(new Orders(6, List.of(shuffled(6, 3, k))))[0];
      for (int i = 0; i < 6; i++) {
        sum[i] += values[i] / 4000;
      }
    }
    assertThat(sum).containsExactly(game.shapley(), within(0.02));
  }

  @Test
  void moreCoalitionsComeNearer() {
    for (int order : new int[] {4, 10}) {
      double before = Double.POSITIVE_INFINITY;
      for (int budget : new int[] {40, 120, 360, 1080}) {
        double error = 0;
        for (int seed = 0; seed < 8; seed++) {
          error += RandomGame.of(16, 200, order, seed).error(pairs(16, budget, seed)) / 8;
        }
        assertThat(error).isLessThan(0.75 * before);
        before = error;
      }
    }
  }

  @Test
  void askedForEverythingPairsAreExact() {
    for (int players : new int[] {4, 7, 9}) {
      RandomGame game = RandomGame.of(players, 60, players, 2);
      double[][] solved = game.solve(pairs(players, (1 << players) - 2, 1));
      assertThat(solved[0]).containsExactly(game.shapley(), within(1e-6));
    }
  }

  /** What a regression on the same pairs alone would give, is at least twice as far off. */
  @Test
  void krigingUsesWhatTheRegressionLeavesOver() {
    double kriged = 0;
    double shallow = 0;
    for (int seed = 0; seed < 6; seed++) {
      RandomGame game = RandomGame.of(12, 150, 4, seed);
      List<BitSet> drawn = new Pairs(12, seed, "test").first(300);
      kriged += game.error(new Kriging(12, drawn));
      shallow += regression(game, drawn);
    }
    assertThat(kriged).isLessThan(shallow / 2);
  }

  /** Kernel SHAP's weighted least squares on pairs, solved by its normal equations. */
  private static double regression(RandomGame game, List<BitSet> pairs) {
    int n = game.players();
    double delta = game.full() - game.empty();
    double[][] normal = new double[n][n];
    double[] right = new double[n];
    int[] perSize = new int[n];
    pairs.forEach(p -> perSize[p.cardinality()]++);
    for (BitSet members : pairs) {
      int s = members.cardinality();
      BitSet others = (BitSet) members.clone();
      others.flip(0, n);
      double w = 1.0 / (s * (n - s)) / perSize[s];
      double b = (game.worth(members) - game.worth(others)) / 2 - delta * ((double) s / n - 0.5);
      for (int i = 0; i < n; i++) {
        double zi = (members.get(i) ? 1 : 0) - (double) s / n;
        right[i] += w * zi * b;
        for (int j = 0; j < n; j++) {
          normal[i][j] += w * zi * ((members.get(j) ? 1 : 0) - (double) s / n);
        }
      }
    }
    double trace = IntStream.range(0, n).mapToDouble(i -> normal[i][i]).sum();
    for (double[] row : normal) {
      for (int j = 0; j < n; j++) {
        row[j] += trace / n / n;
      }
    }
    double[] phi =
        new CholeskyDecomposition(new Array2DRowRealMatrix(normal), 1e-9, 1e-30)
            .getSolver()
            .solve(new ArrayRealVector(right))
            .toArray();
    double[] exact = game.shapley();
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Math.pow(phi[i] + delta / n - exact[i], 2) / n;
    }
    return Math.sqrt(sum);
  }

  @Test
  void standardErrorsCoverTheTruth() {
    for (int players : new int[] {10, 20, 40}) {
      for (int coalitions : new int[] {4 * players, 16 * players}) {
        int within = 0;
        int all = 0;
        for (int seed = 0; seed < 12; seed++) {
          RandomGame game = RandomGame.of(players, 10 * players, 5, seed);
          double[][] solved = game.solve(pairs(players, coalitions, seed));
          double[] exact = game.shapley();
          for (int i = 0; i < players; i++) {
            within += Math.abs(solved[0][i] - exact[i]) <= 1.96 * solved[1][i] ? 1 : 0;
            all++;
          }
        }
        assertThat((double) within / all).isBetween(0.85, 1.0);
      }
    }
  }

  @Test
  void standardErrorsOfOrdersCoverTheTruth() {
    int within = 0;
    int all = 0;
    for (int seed = 0; seed < 30; seed++) {
      int s = seed;
      RandomGame game = RandomGame.of(12, 60, 5, seed);
      double[][] solved =
          game.solve(
              new Orders(12, IntStream.range(0, 20).mapToObj(k -> shuffled(12, s, k)).toList()));
      double[] exact = game.shapley();
      for (int i = 0; i < 12; i++) {
        within += Math.abs(solved[0][i] - exact[i]) <= 1.96 * solved[1][i] ? 1 : 0;
        all++;
      }
    }
    assertThat((double) within / all).isBetween(0.88, 0.98);
  }

  @Property(tries = 40)
  void pairsAreDifferentAndGrow(
      @ForAll @IntRange(min = 2, max = 70) int players,
      @ForAll @IntRange(min = 1, max = 120) int first,
      @ForAll @IntRange(min = 1, max = 120) int more) {
    int all = players > 12 ? Integer.MAX_VALUE : (1 << (players - 1)) - 1;
    Pairs pairs = new Pairs(players, 1, "test");
    List<BitSet> some = pairs.first(Math.min(first, all));
    List<BitSet> grown = pairs.first(Math.min(first + more, all));
    assertThat(grown).hasSize(Math.min(first + more, all));
    assertThat(grown.subList(0, some.size())).isEqualTo(some);
    HashSet<BitSet> both = new HashSet<>();
    for (BitSet members : grown) {
      BitSet others = (BitSet) members.clone();
      others.flip(0, players);
      assertThat(members.isEmpty() || others.isEmpty()).isFalse();
      both.add(members);
      both.add(others);
    }
    assertThat(both).hasSize(2 * grown.size());
  }

  @Test
  void threeHundredPlayersAreNoTrouble() {
    RandomGame game = RandomGame.of(300, 900, 3, 1);
    Design design = pairs(300, 1200, 1);
    double[] exact = game.shapley();
    double scale = Math.sqrt(Arrays.stream(exact).map(v -> v * v).sum() / 300);
    assertThat(game.error(design)).isLessThan(scale);
    assertThat(Arrays.stream(game.solve(design)[0]).sum())
        .isCloseTo(game.full() - game.empty(), within(1e-9));
  }
}
