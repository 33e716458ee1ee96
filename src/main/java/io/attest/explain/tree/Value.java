package io.attest.explain.tree;

/**
 * What is asked of a game: a weighted sum over coalitions. A cube is what two rows make of a leaf:
 * e players must come from the explained row, r from the background row, for the leaf to be
 * reached.
 */
public enum Value {
  /** The Shapley value of each player. */
  SHAPLEY,
  /** The Banzhaf value of each player. */
  BANZHAF,
  /**
   * The Shapley interaction of each pair, half of it on each side, and on the diagonal what remains
   * of each player's Shapley value.
   */
  INTERACTION,
  /**
   * On the diagonal the partial dependence of each player, off it what the partial dependence of
   * each pair has beyond those of its two players; all but for constants.
   */
  DEPENDENCE;

  boolean pairs() {
    return this == INTERACTION || this == DEPENDENCE;
  }
}
