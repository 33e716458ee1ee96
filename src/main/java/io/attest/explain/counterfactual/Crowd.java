package io.attest.explain.counterfactual;

import io.attest.explain.Progress;
import io.attest.explain.Units;
import io.attest.model.Batch;
import java.util.Arrays;
import java.util.List;

/** The rows of the data as neighbours: how near the next one is, and whether that is usual. */
final class Crowd {
  /** Rows that stand for all, evenly taken. */
  static final int MOST = 2000;

  private static final int MEASURED = 500;

  private final Ruler ruler;
  private final List<int[]> units;
  private final double[][] rows;
  private final double[] usual;

  private Crowd(Ruler ruler, List<int[]> units, double[][] rows, double[] usual) {
    this.ruler = ruler;
    this.units = units;
    this.rows = rows;
    this.usual = usual;
  }

  /**
   * @param data any number of rows, one at least
   * @param units features, and groups of features, that count as one
   */
  static Crowd of(Ruler ruler, List<int[]> units, Batch data, int threads, Progress progress) {
    int[] chosen = evenly(data.rows(), MOST);
    double[][] rows = Arrays.stream(chosen).mapToObj(data::row).toArray(double[][]::new);
    int[] measured = evenly(rows.length, MEASURED);
    double[] usual = new double[measured.length];
    Crowd crowd = new Crowd(ruler, units, rows, usual);
    // Not told as progress: the cases are what people wait for.
    Progress silent =
        new Progress() {
          @Override
          public void report(long done, long total) {}

          @Override
          public boolean cancelled() {
            return progress.cancelled();
          }
        };
    new Units(threads, measured.length, silent)
        .run(measured.length, i -> usual[i] = crowd.nearest(rows[measured[i]], measured[i]));
    Arrays.sort(usual);
    return crowd;
  }

  private static int[] evenly(int rows, int most) {
    int n = Math.min(rows, most);
    int[] chosen = new int[n];
    for (int i = 0; i < n; i++) {
      chosen[i] = (int) ((long) i * rows / n);
    }
    return chosen;
  }

  double[][] rows() {
    return rows;
  }

  double distance(double[] a, double[] b, double limit) {
    double sum = 0;
    for (int[] unit : units) {
      double part = 0;
      for (int f : unit) {
        part = Math.max(part, ruler.part(f, a[f], b[f]));
      }
      // Of a group, other members are another category.
      sum += unit.length > 1 && part > 0 ? 1 : part;
      if (sum >= limit) {
        return sum;
      }
    }
    return sum;
  }

  private double nearest(double[] values, int except) {
    double nearest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < rows.length; i++) {
      if (i != except) {
        nearest = Math.min(nearest, distance(values, rows[i], nearest));
      }
    }
    return nearest;
  }

  /**
   * Share of the data at least as far from its nearest neighbour as these values are from theirs.
   */
  double plausibility(double[] values) {
    double distance = nearest(values, -1);
    int below = 0;
    while (below < usual.length && usual[below] < distance) {
      below++;
    }
    return (double) (usual.length - below) / usual.length;
  }
}
