package io.attest.explain.coalition;

/** What the designs share: weights of joining, and the two coalitions that nobody asks for. */
final class Shapley {
  static final int EMPTY = -1;
  static final int FULL = -2;

  private Shapley() {}

  /**
   * The chance that in a random order of {@code players} a given one comes right after a given set
   * of {@code before} others: {@code before! (players - 1 - before)! / players!}.
   */
  static double weight(int before, int players) {
    double w = 1.0 / players;
    for (int k = 1; k <= before; k++) {
      w *= (double) k / (players - k);
    }
    return w;
  }

  static double worth(double[] worths, int coalition, double empty, double full) {
    return coalition == EMPTY ? empty : coalition == FULL ? full : worths[coalition];
  }
}
