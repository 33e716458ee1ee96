package io.attest.explain.coalition;

import io.attest.explain.Dataset;
import io.attest.model.Batch;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.NormalDistribution;

/**
 * Normal scores of numbers by the ranks of background rows, and back: straight lines between the
 * middle ranks of the values that occur, the lowest and highest value outside them.
 */
final class Margins {
  /** Per feature the values that occur, ascending. */
  private final double[][] values;

  /** Per feature and value the normal score of its middle rank. */
  private final double[][] scores;

  Margins(Dataset background) {
    Batch rows = background.rows();
    double[] weights = background.weightOfEach();
    double total = Arrays.stream(weights).sum();
    NormalDistribution normal = new NormalDistribution();
    int p = rows.features();
    values = new double[p][];
    scores = new double[p][];
    for (int j = 0; j < p; j++) {
      int feature = j;
      int[] order =
          IntStream.range(0, rows.rows())
              .boxed()
              .filter(i -> weights[i] > 0)
              .sorted((a, b) -> Double.compare(rows.at(a, feature), rows.at(b, feature)))
              .mapToInt(i -> i)
              .toArray();
      double[] value = new double[order.length];
      double[] score = new double[order.length];
      int count = 0;
      double below = 0;
      for (int from = 0; from < order.length; ) {
        double here = 0;
        double v = rows.at(order[from], j);
        int to = from;
        for (; to < order.length && rows.at(order[to], j) == v; to++) {
          here += weights[order[to]];
        }
        value[count] = v;
        score[count++] = normal.inverseCumulativeProbability((below + here / 2) / total);
        below += here;
        from = to;
      }
      values[j] = Arrays.copyOf(value, count);
      scores[j] = Arrays.copyOf(score, count);
    }
  }

  double[] scores(Batch rows) {
    double[] out = new double[rows.values().length];
    for (int i = 0; i < out.length; i++) {
      out[i] = score(i % rows.features(), rows.values()[i]);
    }
    return out;
  }

  double score(int feature, double value) {
    return between(values[feature], scores[feature], value);
  }

  double value(int feature, double score) {
    return between(scores[feature], values[feature], score);
  }

  private static double between(double[] from, double[] to, double at) {
    int found = Arrays.binarySearch(from, at);
    if (found >= 0) {
      return to[found];
    }
    int above = -found - 1;
    if (above == 0 || above == from.length) {
      return to[above == 0 ? 0 : from.length - 1];
    }
    double t = (at - from[above - 1]) / (from[above] - from[above - 1]);
    return to[above - 1] + t * (to[above] - to[above - 1]);
  }
}
