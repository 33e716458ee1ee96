package io.attest.explain.coalition;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * A game as a sum of unanimity games: a coefficient counts once all of its players are in. Its
 * Shapley values are known: each coefficient is shared alike among its players.
 */
record RandomGame(int players, BitSet[] sets, double[] coefficients) {

  static RandomGame of(int players, int terms, int largest, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    BitSet[] sets = new BitSet[terms];
    double[] coefficients = new double[terms];
    for (int t = 0; t < terms; t++) {
      sets[t] = new BitSet();
      int size = 1 + random.nextInt(Math.min(players, largest));
      while (sets[t].cardinality() < size) {
        sets[t].set(random.nextInt(players));
      }
      coefficients[t] = random.nextDouble(-1, 1);
    }
    return new RandomGame(players, sets, coefficients);
  }

  double worth(BitSet members) {
    double sum = 0.3;
    for (int t = 0; t < sets.length; t++) {
      BitSet absent = (BitSet) sets[t].clone();
      absent.andNot(members);
      sum += absent.isEmpty() ? coefficients[t] : 0;
    }
    return sum;
  }

  double[] shapley() {
    double[] out = new double[players];
    for (int t = 0; t < sets.length; t++) {
      double share = coefficients[t] / sets[t].cardinality();
      sets[t].stream().forEach(i -> out[i] += share);
    }
    return out;
  }

  double empty() {
    return worth(new BitSet());
  }

  double full() {
    BitSet all = new BitSet();
    all.set(0, players);
    return worth(all);
  }

  /** Values, and after them the standard errors. */
  double[][] solve(Design design) {
    double[] worths = design.coalitions().stream().mapToDouble(this::worth).toArray();
    double[] values = new double[players];
    double[] variances = new double[players];
    design.solve(worths, empty(), full(), values, variances);
    return new double[][] {values, Arrays.stream(variances).map(Math::sqrt).toArray()};
  }

  /** Root of the mean squared error. */
  double error(Design design) {
    double[] values = solve(design)[0];
    double[] exact = shapley();
    double sum = 0;
    for (int i = 0; i < players; i++) {
      sum += (values[i] - exact[i]) * (values[i] - exact[i]);
    }
    return Math.sqrt(sum / players);
  }
}
