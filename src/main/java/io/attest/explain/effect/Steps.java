package io.attest.explain.effect;

import io.attest.model.Batch;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * One feature's local effects: for each row and each step that it moves along, the difference of
 * the predictions at the two ends.
 */
final class Steps {
  private final Batch rows;
  private final int feature;
  private final Intervals intervals;

  /** One a move: which row, along which step. */
  private final int[] row;

  private final int[] step;

  /** Moves x outputs. */
  private double[] difference;

  private int outputs;

  Steps(Batch rows, int feature, Intervals intervals) {
    this.rows = rows;
    this.feature = feature;
    this.intervals = intervals;
    int[][] moves =
        IntStream.range(0, rows.rows())
            .boxed()
            .flatMap(
                i ->
                    IntStream.rangeClosed(intervals.first(value(i)), intervals.last(value(i)))
                        .mapToObj(s -> new int[] {i, s}))
            .toArray(int[][]::new);
    row = Arrays.stream(moves).mapToInt(m -> m[0]).toArray();
    step = Arrays.stream(moves).mapToInt(m -> m[1]).toArray();
  }

  private double value(int i) {
    return rows.at(i, feature);
  }

  Intervals intervals() {
    return intervals;
  }

  /**
   * Asks for the predictions at both ends of each step.
   *
   * @param own predictions of the rows as they are, rows x outputs: a row that is at an end already
   *     is not asked about again
   */
  void ask(Asked asked, double[] own, int outputs) {
    this.outputs = outputs;
    int p = rows.features();
    // An end of a move is 2 * move, or + 1 for the upper one.
    int[] ends =
        IntStream.range(0, 2 * row.length).filter(e -> end(e) != value(row[e / 2])).toArray();
    double[] answers =
        asked.predict(
            ends.length,
            (i, to, at) -> {
              System.arraycopy(rows.values(), row[ends[i] / 2] * p, to, at, p);
              to[at + feature] = end(ends[i]);
            });
    difference = new double[row.length * outputs];
    for (int e = 0, a = 0; e < 2 * row.length; e++) {
      boolean moved = a < ends.length && ends[a] == e;
      for (int o = 0; o < outputs; o++) {
        double prediction = moved ? answers[a * outputs + o] : own[row[e / 2] * outputs + o];
        difference[e / 2 * outputs + o] += e % 2 == 0 ? -prediction : prediction;
      }
      a += moved ? 1 : 0;
    }
  }

  private double end(int e) {
    return intervals.edges()[step[e / 2] + e % 2];
  }

  private int[] moves() {
    int[] moves = new int[intervals.steps()];
    for (int s : step) {
      moves[s]++;
    }
    return moves;
  }

  private double[] means(int output) {
    int[] moves = moves();
    double[] means = new double[moves.length];
    for (int m = 0; m < row.length; m++) {
      means[step[m]] += difference[m * outputs + output] / moves[step[m]];
    }
    return means;
  }

  /** The accumulated effect at each edge, with a mean of 0 over the rows. */
  double[] centred(int output) {
    double[] means = means(output);
    double[] curve = new double[intervals.edges().length];
    for (int e = 1; e < curve.length; e++) {
      curve[e] = curve[e - 1] + means[e - 1];
    }
    double centre = mean(curve);
    for (int e = 0; e < curve.length; e++) {
      curve[e] -= centre;
    }
    return curve;
  }

  /** The mean over the rows of a function on the edges. */
  private double mean(double[] curve) {
    int[] counts = counts();
    int n = Arrays.stream(counts).sum();
    double mean = 0;
    for (int e = 0; e < counts.length; e++) {
      if (counts[e] > 0) {
        mean += counts[e] * intervals.at(curve, e) / n;
      }
    }
    return mean;
  }

  /** Number of rows counted at each edge. */
  int[] counts() {
    int[] counts = new int[intervals.edges().length];
    for (int i = 0; i < rows.rows(); i++) {
      int at = intervals.counted(value(i));
      if (at >= 0) {
        counts[at]++;
      }
    }
    return counts;
  }

  /**
   * Standard error of {@link #centred}. Each value is a sum of the steps' means with known weights,
   * so its error is that of a sum over the rows, each with all the steps that it moves along.
   */
  double[] error(int output) {
    int[] moves = moves();
    double[] means = means(output);
    double[] share = passed();
    double[] error = new double[intervals.edges().length];
    for (int e = 0; e < error.length; e++) {
      double[] part = new double[rows.rows()];
      for (int m = 0; m < row.length; m++) {
        int s = step[m];
        if (moves[s] > 1) {
          double weight = (s < e ? 1 : 0) - share[s];
          part[row[m]] +=
              weight
                  * (difference[m * outputs + output] - means[s])
                  / Math.sqrt((double) moves[s] * (moves[s] - 1));
        }
      }
      error[e] = Math.sqrt(Arrays.stream(part).map(v -> v * v).sum());
    }
    return error;
  }

  /** For each step the share of the rows that have passed it: what centring takes off for it. */
  private double[] passed() {
    double[] passed = new double[intervals.steps()];
    for (int s = 0; s < passed.length; s++) {
      double[] one = new double[intervals.edges().length];
      Arrays.fill(one, s + 1, one.length, 1);
      passed[s] = mean(one);
    }
    return passed;
  }
}
