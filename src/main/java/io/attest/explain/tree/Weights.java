package io.attest.explain.tree;

/** How much a coalition of the others weighs in a player's value. */
enum Weights {
  /** 1 / ((others + 1) (others choose size)). */
  SHAPLEY,
  /** 1 / 2 to the others: every coalition alike. */
  BANZHAF;

  private static final int MOST = 128;
  private static final double[][] SHAPLEY_WEIGHTS = new double[MOST][];

  static {
    for (int others = 0; others < MOST; others++) {
      SHAPLEY_WEIGHTS[others] = new double[others + 1];
      double choose = 1;
      for (int size = 0; size <= others; size++) {
        SHAPLEY_WEIGHTS[others][size] = 1 / ((others + 1) * choose);
        choose = choose * (others - size) / (size + 1);
      }
    }
  }

  /**
   * The weight.
   *
   * @param size of the coalition
   * @param others players that may be in it, at most 127
   */
  double of(int size, int others) {
    return this == SHAPLEY ? SHAPLEY_WEIGHTS[others][size] : Math.scalb(1.0, -others);
  }
}
