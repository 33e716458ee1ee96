package io.attest.explain.influence;

import io.attest.explain.Dataset;
import io.attest.explain.NotApplicable;
import io.attest.explain.Progress;
import io.attest.model.Batch;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import java.util.ArrayList;
import java.util.List;

/**
 * The training of boosted trees gone through again with their structure as it is: which training
 * row was in which leaf of each tree, and from which sums its value came.
 *
 * <p>A leaf's value is -rate * G / (H + lambda), with G and H the sums of g and h (see {@link
 * Objective}) of its rows in the round's state.
 *
 * @param labels one a row
 * @param weights one a row
 * @param base raw value that each output starts from
 * @param mean true if the base was made from the labels: their mean, as a raw value
 * @param rounds trees by round, in the order of training; a round has a tree for each output
 */
record Replay(
    Objective objective,
    int outputs,
    double[] labels,
    double[] weights,
    double[] base,
    boolean mean,
    List<List<Boosted>> rounds) {

  /**
   * A tree and where the training rows are in it.
   *
   * @param leaf of each row, as a number from 0
   * @param node of each leaf, in the file
   * @param value of each leaf, the base not included
   * @param cover of each leaf, as the file says
   */
  record Boosted(
      Tree tree, int number, int output, short[] leaf, int[] node, double[] value, double[] cover) {

    int leaves() {
      return value.length;
    }

    int at(int row) {
      return leaf[row] & 0xFFFF;
    }
  }

  /** Places of rows in leaves that are kept at most: two bytes each. */
  private static final long MOST = 200_000_000;

  int rows() {
    return labels.length;
  }

  /**
   * @throws IllegalArgumentException if the trees are not rounds of one tree an output, or the rows
   *     do not fit into memory
   */
  static Replay of(TreeEnsemble trees, Objective objective, Dataset training, Progress progress) {
    int n = training.size();
    if ((long) n * trees.trees().size() > MOST) {
      throw new NotApplicable(
          "%s training rows x %s trees are too many for tree-influence, which keeps a leaf for each of up to %s."
              .formatted(n, trees.trees().size(), MOST));
    }
    List<List<Boosted>> rounds = new ArrayList<>();
    double[] x = trees.comparable(training.rows());
    for (int t = 0; t < trees.trees().size(); t++) {
      progress.check();
      Tree tree = trees.trees().get(t);
      if (t % trees.outputs() == 0) {
        rounds.add(new ArrayList<>());
      }
      if (tree.output() != t % trees.outputs()) {
        throw new NotApplicable(
            "Tree %s adds to output %s where a tree of output %s was expected: these are not rounds of one tree an output."
                .formatted(t + 1, tree.output() + 1, t % trees.outputs() + 1));
      }
      rounds.get(rounds.size() - 1).add(boosted(trees, tree, t, x, n));
    }
    double[] labels = training.labels().orElseThrow();
    double[] weights = training.weightOfEach();
    return started(trees.base(), objective, labels, weights, rounds);
  }

  private static Boosted boosted(TreeEnsemble trees, Tree tree, int number, double[] x, int rows) {
    int[] leafOf = new int[tree.nodes()];
    List<Integer> nodes = new ArrayList<>();
    for (int node = 0; node < tree.nodes(); node++) {
      if (tree.leaf(node)) {
        leafOf[node] = nodes.size();
        nodes.add(node);
      }
    }
    if (nodes.size() > 0xFFFF) {
      throw new NotApplicable(
          "Tree %s has %s leaves; tree-influence keeps at most %s."
              .formatted(number + 1, nodes.size(), 0xFFFF));
    }
    short[] leaf = new short[rows];
    for (int i = 0; i < rows; i++) {
      leaf[i] = (short) leafOf[reached(trees, tree, x, i)];
    }
    double[] value = new double[nodes.size()];
    double[] cover = new double[nodes.size()];
    int[] node = new int[nodes.size()];
    for (int l = 0; l < value.length; l++) {
      node[l] = nodes.get(l);
      value[l] = tree.value()[node[l]];
      cover[l] = tree.cover()[node[l]];
    }
    return new Boosted(tree, number, tree.output(), leaf, node, value, cover);
  }

  private static int reached(TreeEnsemble trees, Tree tree, double[] x, int row) {
    int node = 0;
    while (!tree.leaf(node)) {
      double v = x[row * trees.features() + tree.feature()[node]];
      node = tree.follows(node, v, trees.comparison()) ? tree.yes()[node] : tree.no()[node];
    }
    return node;
  }

  /** The leaf of each tree, in the order of the rounds, that other rows reach. */
  int[][] places(TreeEnsemble trees, Batch others) {
    double[] x = trees.comparable(others);
    List<int[]> out = new ArrayList<>();
    for (List<Boosted> round : rounds) {
      for (Boosted b : round) {
        int[] leaf = new int[others.rows()];
        for (int i = 0; i < leaf.length; i++) {
          leaf[i] = java.util.Arrays.binarySearch(b.node(), reached(trees, b.tree(), x, i));
        }
        out.add(leaf);
      }
    }
    return out.toArray(int[][]::new);
  }

  /**
   * Finds out what the first round started from: the file's base, or the mean label. LightGBM adds
   * what it started from to the leaves of the first trees.
   */
  private static Replay started(
      double[] written,
      Objective objective,
      double[] labels,
      double[] weights,
      List<List<Boosted>> rounds) {
    int outputs = written.length;
    double[] mean = means(objective, outputs, labels, weights);
    boolean close = true;
    boolean none = true;
    for (int k = 0; k < outputs; k++) {
      close &= Math.abs(mean[k] - written[k]) <= 1e-5 * Math.max(1, Math.abs(mean[k]));
      none &= written[k] == 0;
    }
    if (close || !none || rounds.isEmpty()) {
      return new Replay(objective, outputs, labels, weights, written.clone(), close, rounds);
    }
    Replay fixed = new Replay(objective, outputs, labels, weights, written.clone(), false, rounds);
    List<List<Boosted>> shifted = new ArrayList<>(rounds);
    shifted.set(
        0,
        rounds.get(0).stream()
            .map(
                b -> {
                  double[] value = b.value().clone();
                  for (int l = 0; l < value.length; l++) {
                    value[l] -= mean[b.output()];
                  }
                  return new Boosted(
                      b.tree(), b.number(), b.output(), b.leaf(), b.node(), value, b.cover());
                })
            .toList());
    Replay fromMean = new Replay(objective, outputs, labels, weights, mean, true, shifted);
    return Leaves.of(fixed).misfit() <= Leaves.of(fromMean).misfit() ? fixed : fromMean;
  }

  /** The mean label as a raw value, for each output. */
  static double[] means(Objective objective, int outputs, double[] labels, double[] weights) {
    double[] sums = new double[outputs];
    double all = 0;
    for (int i = 0; i < labels.length; i++) {
      all += weights[i];
      for (int k = 0; k < outputs; k++) {
        sums[k] += weights[i] * objective.target(labels[i], k);
      }
    }
    for (int k = 0; k < outputs; k++) {
      double mean = sums[k] / all;
      sums[k] =
          switch (objective) {
            case SQUARED -> mean;
            case LOGISTIC -> Math.log(mean / (1 - mean));
            case SOFTMAX -> Math.log(mean);
          };
    }
    return sums;
  }

  /** How fast the base changes when a row's weight rises by 1; 0 where it is fixed. */
  double baseSlope(int row, int k) {
    if (!mean) {
      return 0;
    }
    double all = 0;
    for (double w : weights) {
      all += w;
    }
    double target = objective.target(labels[row], k);
    return switch (objective) {
      case SQUARED -> (target - base[k]) / all;
      case LOGISTIC -> {
        double p = 1 / (1 + Math.exp(-base[k]));
        yield (target - p) / (all * p * (1 - p));
      }
      case SOFTMAX -> {
        double p = Math.exp(base[k]);
        yield (target - p) / (all * p);
      }
    };
  }

  /** Raw outputs of the training rows before the first round. */
  double[] start() {
    double[] raw = new double[rows() * outputs];
    for (int i = 0; i < rows(); i++) {
      System.arraycopy(base, 0, raw, i * outputs, outputs);
    }
    return raw;
  }

  /** Adds, or with {@code sign} -1 takes away, what a round adds to raw outputs. */
  void add(List<Boosted> round, double sign, double[] raw) {
    for (Boosted b : round) {
      for (int i = 0; i < rows(); i++) {
        raw[i * outputs + b.output()] += sign * b.value()[b.at(i)];
      }
    }
  }
}
