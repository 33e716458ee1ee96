package io.attest.explain.tree;

/**
 * What each player, or pair of players, of one leaf gets, for every pattern of a row at that leaf.
 *
 * <p>A leaf of value w is a game of its own: a coalition S of its d players is worth w times the
 * chance that a row reaches it of which S is known. All that an explanation says of a tree is the
 * sum over its leaves.
 */
interface LeafGame {

  /** Number of answers of a leaf with d players on its path. */
  int columns(int d);

  /**
   * Which answer of the whole model a column adds to.
   *
   * @param players of the leaf
   */
  int target(int[] players, int column);

  /**
   * Writes the answers of a leaf.
   *
   * @param out columns x patterns (2 to the d), overwritten
   */
  void fill(Paths paths, int leaf, double[][] out);
}
