package io.attest.explain.effect;

import io.attest.model.Batch;
import io.attest.model.ModelInfo;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What two features add together beyond what each adds alone, accumulated over cells: for each row
 * and each cell that it takes part in, f(high, high) - f(low, high) - f(high, low) + f(low, low).
 */
final class Cells {
  private final int first;
  private final int second;

  /** The rows that have both values. */
  private final Batch rows;

  private final Intervals a;
  private final Intervals b;
  private final int outputs;

  /** One a move: row, step of the first feature, step of the second. */
  private final int[][] moves;

  private int empty;

  /** Outputs x first edges x second edges. */
  private double[][][] joint;

  /** Outputs x rows: the accumulated effects of each feature alone, for each row. */
  private double[][] alone;

  Cells(Batch all, ModelInfo info, int first, int second, int bins, LevelOrder order) {
    this.first = first;
    this.second = second;
    this.outputs = info.outputs().size();
    rows =
        all.select(
            IntStream.range(0, all.rows())
                .filter(i -> !Double.isNaN(all.at(i, first)) && !Double.isNaN(all.at(i, second)))
                .toArray());
    a = Intervals.of(rows, first, info.features().get(first), bins, order);
    b = Intervals.of(rows, second, info.features().get(second), bins, order);
    moves =
        IntStream.range(0, rows.rows())
            .boxed()
            .flatMap(
                i ->
                    IntStream.rangeClosed(a.first(x(i)), a.last(x(i)))
                        .boxed()
                        .flatMap(
                            s ->
                                IntStream.rangeClosed(b.first(y(i)), b.last(y(i)))
                                    .mapToObj(t -> new int[] {i, s, t})))
            .toArray(int[][]::new);
  }

  private double x(int i) {
    return rows.at(i, first);
  }

  private double y(int i) {
    return rows.at(i, second);
  }

  Intervals first() {
    return a;
  }

  Intervals second() {
    return b;
  }

  int cells() {
    return a.steps() * b.steps();
  }

  /** Cells without a row, which took the effect of the nearest that has some. */
  int empty() {
    return empty;
  }

  /** An upper bound of the rows to predict. */
  long cost() {
    return 4L * moves.length + 9L * rows.rows();
  }

  /** Asks for everything. */
  void ask(Asked asked) {
    int p = rows.features();
    // The corners of a move: low low, low high, high low, high high.
    double[] answers =
        asked.predict(
            4 * moves.length,
            (q, to, at) -> {
              int[] move = moves[q / 4];
              System.arraycopy(rows.values(), move[0] * p, to, at, p);
              to[at + first] = a.edges()[move[1] + q / 2 % 2];
              to[at + second] = b.edges()[move[2] + q % 2];
            });
    double[] own =
        asked.predict(
            rows.rows(), (i, to, at) -> System.arraycopy(rows.values(), i * p, to, at, p));
    Steps alongFirst = new Steps(rows, first, a);
    Steps alongSecond = new Steps(rows, second, b);
    alongFirst.ask(asked, own, outputs);
    alongSecond.ask(asked, own, outputs);
    int[][] count = new int[a.steps()][b.steps()];
    for (int[] move : moves) {
      count[move[1]][move[2]]++;
    }
    joint = new double[outputs][][];
    alone = new double[outputs][rows.rows()];
    for (int o = 0; o < outputs; o++) {
      double[][] local = new double[a.steps()][b.steps()];
      for (int m = 0; m < moves.length; m++) {
        int at = 4 * m * outputs + o;
        local[moves[m][1]][moves[m][2]] +=
            answers[at]
                - answers[at + outputs]
                - answers[at + 2 * outputs]
                + answers[at + 3 * outputs];
      }
      joint[o] = beyond(accumulated(filled(local, count)));
      double[] curveA = alongFirst.centred(o);
      double[] curveB = alongSecond.centred(o);
      for (int i = 0; i < rows.rows(); i++) {
        alone[o][i] = a.at(curveA, a.counted(x(i))) + b.at(curveB, b.counted(y(i)));
      }
    }
  }

  /** Means of the cells; an empty one has that of the nearest, or the mean of equally near ones. */
  private double[][] filled(double[][] sums, int[][] count) {
    double[][] means = new double[sums.length][b.steps()];
    empty = 0;
    for (int s = 0; s < sums.length; s++) {
      for (int t = 0; t < sums[s].length; t++) {
        if (count[s][t] > 0) {
          means[s][t] = sums[s][t] / count[s][t];
        } else {
          means[s][t] = nearest(sums, count, s, t);
          empty++;
        }
      }
    }
    return means;
  }

  private static double nearest(double[][] sums, int[][] count, int s, int t) {
    long least = Long.MAX_VALUE;
    double sum = 0;
    int found = 0;
    for (int u = 0; u < sums.length; u++) {
      for (int v = 0; v < sums[u].length; v++) {
        long distance = (long) (u - s) * (u - s) + (long) (v - t) * (v - t);
        if (count[u][v] > 0 && distance <= least) {
          if (distance < least) {
            least = distance;
            sum = 0;
            found = 0;
          }
          sum += sums[u][v] / count[u][v];
          found++;
        }
      }
    }
    return sum / found;
  }

  private double[][] accumulated(double[][] local) {
    double[][] h = new double[a.edges().length][b.edges().length];
    for (int e = 1; e < h.length; e++) {
      for (int f = 1; f < h[e].length; f++) {
        h[e][f] = h[e - 1][f] + h[e][f - 1] - h[e - 1][f - 1] + local[e - 1][f - 1];
      }
    }
    return h;
  }

  /** Takes off what each feature does alone, and the mean over the rows. */
  private double[][] beyond(double[][] h) {
    double[][] turned = new double[b.edges().length][a.edges().length];
    for (int e = 0; e < h.length; e++) {
      for (int f = 0; f < h[e].length; f++) {
        turned[f][e] = h[e][f];
      }
    }
    double[] ofFirst = main(h, a, first, b, second);
    double[] ofSecond = main(turned, b, second, a, first);
    for (int e = 0; e < h.length; e++) {
      for (int f = 0; f < h[e].length; f++) {
        h[e][f] -= ofFirst[e] + ofSecond[f];
      }
    }
    double mean = Arrays.stream(atRows(h)).average().orElse(0);
    for (double[] line : h) {
      for (int f = 0; f < line.length; f++) {
        line[f] -= mean;
      }
    }
    return h;
  }

  /** The accumulated effect of one feature alone in a function of both. */
  private double[] main(double[][] h, Intervals along, int feature, Intervals across, int other) {
    double[] sum = new double[along.steps()];
    int[] moved = new int[along.steps()];
    for (int i = 0; i < rows.rows(); i++) {
      double value = rows.at(i, feature);
      int at = across.counted(rows.at(i, other));
      for (int s = along.first(value); s <= along.last(value); s++) {
        sum[s] += across.at(h[s + 1], at) - across.at(h[s], at);
        moved[s]++;
      }
    }
    double[] main = new double[h.length];
    for (int e = 1; e < main.length; e++) {
      main[e] = main[e - 1] + sum[e - 1] / moved[e - 1];
    }
    return main;
  }

  private double[] atRows(double[][] h) {
    double[] at = new double[rows.rows()];
    for (int i = 0; i < at.length; i++) {
      int column = b.counted(y(i));
      double[] line = new double[h.length];
      for (int e = 0; e < line.length; e++) {
        line[e] = b.at(h[e], column);
      }
      at[i] = a.at(line, a.counted(x(i)));
    }
    return at;
  }

  /** First edges x second edges. */
  double[][] values(int output) {
    return joint[output];
  }

  /** Size, and share of the variance of all that the two features do. */
  Candidate strength(int output) {
    double[] beyond = atRows(joint[output]);
    double part = Arrays.stream(beyond).map(v -> v * v).average().orElse(0);
    double[] both = new double[beyond.length];
    Arrays.setAll(both, i -> alone[output][i] + beyond[i]);
    double mean = Arrays.stream(both).average().orElse(0);
    double whole = Arrays.stream(both).map(v -> (v - mean) * (v - mean)).average().orElse(0);
    return new Candidate(
        first, second, output, Math.sqrt(part), whole > 0 ? part / whole : Double.NaN);
  }

  /** Rows in the cells that touch each point. */
  int[][] support() {
    int[][] support = new int[a.edges().length][b.edges().length];
    for (int i = 0; i < rows.rows(); i++) {
      for (int e = 0; e < support.length; e++) {
        if (a.touches(e, x(i))) {
          for (int f = 0; f < support[e].length; f++) {
            support[e][f] += b.touches(f, y(i)) ? 1 : 0;
          }
        }
      }
    }
    return support;
  }
}
