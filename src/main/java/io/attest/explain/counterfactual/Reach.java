package io.attest.explain.counterfactual;

import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import java.util.Arrays;
import java.util.List;

/**
 * How far the raw outputs of one case can move when a few variables change: a quick bound, so that
 * most sets of variables need no look into the trees.
 *
 * <p>A tree in which only one variable of a set stands moves as far as that variable alone moves
 * it. Where two or more stand, it moves at most to its smallest or largest leaf. No part is on the
 * wrong side of 0, so that it may be added for a tree that another part bounds already.
 */
final class Reach {
  private static final long MOST_PAIRS = 5_000_000;

  private final int outputs;
  private final int variables;
  private final double[] now;

  /** Alone, variables x outputs. */
  private final double[] down;

  private final double[] up;

  /**
   * Of trees that two variables share, variables x variables x outputs; null if that is too much.
   */
  private float[] sharedDown;

  private float[] sharedUp;
  private final double[] low;
  private final double[] high;

  /**
   * @param now raw outputs of the case
   */
  Reach(double[] now, int variables) {
    this.now = now;
    this.outputs = now.length;
    this.variables = variables;
    down = new double[variables * outputs];
    up = new double[variables * outputs];
    low = new double[outputs];
    high = new double[outputs];
  }

  /**
   * Takes over what a variable alone can do.
   *
   * @param lowest raw outputs, at most those of the case
   * @param highest at least those of the case
   */
  void alone(int variable, double[] lowest, double[] highest) {
    for (int k = 0; k < outputs; k++) {
      down[variable * outputs + k] = lowest[k] - now[k];
      up[variable * outputs + k] = highest[k] - now[k];
    }
  }

  /**
   * Adds up the trees that variables share.
   *
   * @param leaf the case's own leaf in each tree
   */
  void shared(TreeEnsemble trees, double[] leaf, List<Variable> of, int features) {
    int[] owner = new int[features];
    Arrays.fill(owner, -1);
    for (int v = 0; v < of.size(); v++) {
      for (int f : of.get(v).features()) {
        owner[f] = v;
      }
    }
    if ((long) variables * variables * outputs > MOST_PAIRS) {
      return;
    }
    sharedDown = new float[variables * variables * outputs];
    sharedUp = new float[variables * variables * outputs];
    long work = 0;
    boolean[] met = new boolean[variables];
    int[] here = new int[variables];
    for (int t = 0; t < leaf.length; t++) {
      Tree tree = trees.trees().get(t);
      int count = 0;
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      for (int node = 0; node < tree.nodes(); node++) {
        if (tree.leaf(node)) {
          least = Math.min(least, tree.value()[node]);
          most = Math.max(most, tree.value()[node]);
        } else if (owner[tree.feature()[node]] >= 0 && !met[owner[tree.feature()[node]]]) {
          met[owner[tree.feature()[node]]] = true;
          here[count++] = owner[tree.feature()[node]];
        }
      }
      work += (long) count * count;
      if (work > MOST_PAIRS) {
        sharedDown = null;
        return;
      }
      for (int a = 0; a < count; a++) {
        met[here[a]] = false;
        for (int b = 0; b < count; b++) {
          int at = (here[a] * variables + here[b]) * outputs + tree.output();
          // Rounded outwards, as 32 bits are enough for a bound.
          sharedDown[at] = Math.nextDown((float) (sharedDown[at] + least - leaf[t]));
          sharedUp[at] = Math.nextUp((float) (sharedUp[at] + most - leaf[t]));
        }
      }
    }
  }

  /** False if a change of these variables alone cannot reach the goal. */
  boolean possible(int[] set, Goal goal) {
    if (sharedDown == null) {
      return true;
    }
    for (int k = 0; k < outputs; k++) {
      double least = now[k];
      double most = now[k];
      for (int i = 0; i < set.length; i++) {
        least += down[set[i] * outputs + k];
        most += up[set[i] * outputs + k];
        for (int j = i + 1; j < set.length; j++) {
          int at = (set[i] * variables + set[j]) * outputs + k;
          least += sharedDown[at];
          most += sharedUp[at];
        }
      }
      low[k] = least;
      high[k] = most;
    }
    return goal.possible(low, high);
  }
}
