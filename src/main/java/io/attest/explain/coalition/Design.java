package io.attest.explain.coalition;

import java.util.BitSet;
import java.util.List;

/**
 * Coalitions to ask for, and how their worths become values of the players. Says nothing about what
 * the players are, so that one design serves all rows and all outputs.
 */
public interface Design {

  /** Coalitions that must be asked for: neither the empty one nor that of all players. */
  List<BitSet> coalitions();

  /**
   * Values from worths. They add up to {@code full - empty}.
   *
   * @param worths one a coalition, in the order of {@link #coalitions()}; may be longer
   * @param empty worth of no player
   * @param full worth of all players
   * @param values one a player, written
   * @param variances squared standard errors, one a player, written; 0 where values are exact, NaN
   *     where the design cannot tell
   */
  void solve(double[] worths, double empty, double full, double[] values, double[] variances);
}
