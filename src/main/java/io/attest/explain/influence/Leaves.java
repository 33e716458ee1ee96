package io.attest.explain.influence;

import io.attest.explain.influence.Replay.Boosted;
import java.util.ArrayList;
import java.util.List;

/**
 * The sums that each leaf's value came from, over all training rows that reach it.
 *
 * @param trees in the order of the rounds
 */
record Leaves(Replay replay, List<Sums> trees) {

  /**
   * Of one tree, one entry a leaf.
   *
   * @param g sum of weighted g
   * @param h sum of weighted h
   * @param weight sum of weights
   * @param gg sum of squares of weighted g
   * @param gh sum of products of weighted g and h
   * @param hh sum of squares of weighted h
   * @param count number of rows
   */
  record Sums(
      Boosted tree,
      double[] g,
      double[] h,
      double[] weight,
      double[] gg,
      double[] gh,
      double[] hh,
      int[] count) {

    private static Sums of(Boosted tree) {
      int n = tree.leaves();
      return new Sums(
          tree,
          new double[n],
          new double[n],
          new double[n],
          new double[n],
          new double[n],
          new double[n],
          new int[n]);
    }
  }

  static Leaves of(Replay replay) {
    int outputs = replay.outputs();
    double[] raw = replay.start();
    double[] p = new double[outputs];
    List<Sums> all = new ArrayList<>();
    for (List<Boosted> round : replay.rounds()) {
      List<Sums> sums = round.stream().map(Sums::of).toList();
      for (int i = 0; i < replay.rows(); i++) {
        replay.objective().response(raw, i * outputs, p);
        double w = replay.weights()[i];
        for (Sums s : sums) {
          int k = s.tree().output();
          int l = s.tree().at(i);
          double g = w * (p[k] - replay.objective().target(replay.labels()[i], k));
          double h = w * replay.objective().curvature(p, k);
          s.g()[l] += g;
          s.h()[l] += h;
          s.weight()[l] += w;
          s.gg()[l] += g * g;
          s.gh()[l] += g * h;
          s.hh()[l] += h * h;
          s.count()[l]++;
        }
      }
      all.addAll(sums);
      replay.add(round, 1, raw);
    }
    return new Leaves(replay, all);
  }

  /** Largest absolute value of a leaf: what differences are measured by. */
  double scale() {
    double largest = 0;
    for (Sums s : trees) {
      for (double v : s.tree().value()) {
        largest = Math.max(largest, Math.abs(v));
      }
    }
    return largest;
  }

  /** Rate and lambda that make the values best, by least squares over all leaves. */
  Shrinkage fitted() {
    // value H + lambda value = -rate G, divided by H so that all are in units of the value.
    double aa = 0;
    double ab = 0;
    double bb = 0;
    double ay = 0;
    double by = 0;
    for (Sums s : trees) {
      for (int l = 0; l < s.g().length; l++) {
        if (s.h()[l] > 0) {
          double a = -s.g()[l] / s.h()[l];
          double b = -s.tree().value()[l] / s.h()[l];
          double y = s.tree().value()[l];
          aa += a * a;
          ab += a * b;
          bb += b * b;
          ay += a * y;
          by += b * y;
        }
      }
    }
    return Shrinkage.solve(aa, ab, bb, ay, by);
  }

  /** The value that a leaf should have. */
  static double value(Sums s, int leaf, Shrinkage shrinkage) {
    double den = s.h()[leaf] + shrinkage.lambda();
    return den > 0 ? -shrinkage.rate() * s.g()[leaf] / den : 0;
  }

  /**
   * The leaf that differs most from what it should be.
   *
   * @param error absolute difference
   */
  record Worst(Sums tree, int leaf, double error) {}

  Worst worst(Shrinkage shrinkage) {
    Worst worst = new Worst(trees.get(0), 0, -1);
    for (Sums s : trees) {
      for (int l = 0; l < s.g().length; l++) {
        double error = Math.abs(s.tree().value()[l] - value(s, l, shrinkage));
        if (!(error <= worst.error())) {
          worst = new Worst(s, l, error);
        }
      }
    }
    return worst;
  }

  /** Largest difference relative to the largest leaf, with the best rate and lambda. */
  double misfit() {
    double scale = scale();
    return scale == 0 ? 0 : worst(fitted()).error() / scale;
  }
}
