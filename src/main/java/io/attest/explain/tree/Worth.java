package io.attest.explain.tree;

/**
 * What coalitions are worth at a leaf: the chance that a row of which some players are known
 * reaches it, if those that are known satisfy their splits.
 */
interface Worth {

  /**
   * Writes, for each set m of players above a leaf, the chance that all of m satisfy their splits
   * when none of them is known.
   *
   * @param chance 2 to the number of players above the leaf, overwritten
   */
  void chances(Paths paths, int leaf, double[] chance);

  /** The path-dependent worth: products of cover ratios. */
  static Worth cover() {
    return (paths, leaf, chance) -> {
      double[] c = paths.ratios(leaf);
      chance[0] = 1;
      for (int i = 0, size = 1; i < c.length; i++, size <<= 1) {
        for (int m = 0; m < size; m++) {
          chance[m | size] = chance[m] * c[i];
        }
      }
    };
  }

  /**
   * The interventional worth: shares of background rows.
   *
   * @param counts weighted number of background rows by pattern, for each leaf of the tree
   * @param total of the weights
   */
  static Worth background(double[][] counts, double total) {
    return (paths, leaf, chance) -> {
      for (int m = 0; m < chance.length; m++) {
        chance[m] = counts[leaf][m] / total;
      }
      // From "exactly these" to "at least these".
      for (int bit = 1; bit < chance.length; bit <<= 1) {
        for (int m = 0; m < chance.length; m++) {
          if ((m & bit) == 0) {
            chance[m] += chance[m | bit];
          }
        }
      }
    };
  }
}
