package io.attest.explain.coalition;

import io.attest.explain.Dataset;
import io.attest.model.Batch;
import io.attest.model.Feature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.CholeskyDecomposition;

/**
 * Unknown features come from background rows that are like the explained one in what is known: each
 * background row has the weight {@code exp(-D^2 / (2 width^2))}, and the heaviest rows that hold
 * the share {@link #KEPT} of all weight stand in.
 *
 * <p>{@code D^2} is the squared Mahalanobis distance over the known features, divided by their
 * number. A categorical feature counts 0 if it is the same and 2 if it is not, which is what two
 * numbers that are drawn apart differ by on average, and is taken to be uncorrelated.
 *
 * <p>Aas, Jullum and Loland 2021; the width is theirs, 0.1 by default.
 */
public final class Empirical implements Completion {
  private static final double KEPT = 0.95;

  private static final double DIFFERENT = 2;

  private final List<Feature> inputs;
  private final Batch background;
  private final double[] weights;
  private final double width;
  private final Optional<Moments> moments;

  /** Place of a feature among the numbers; -1 for a categorical one. */
  private final int[] number;

  /**
   * @param width of the kernel, above 0
   * @throws IllegalArgumentException if a value is missing or there are too few rows
   */
  public Empirical(List<Feature> inputs, Dataset background, double width) {
    Moments.complete(background.rows().values(), inputs, "background row");
    this.inputs = inputs;
    this.width = width;
    double[] each = background.weightOfEach();
    double total = Arrays.stream(each).sum();
    int[] counting = IntStream.range(0, each.length).filter(k -> each[k] > 0).toArray();
    this.background = background.rows().select(counting);
    weights = Arrays.stream(counting).mapToDouble(k -> each[k] / total).toArray();
    number = new int[inputs.size()];
    int numbers = 0;
    for (int j = 0; j < number.length; j++) {
      number[j] = inputs.get(j).categorical() ? -1 : numbers++;
    }
    double[] values = new double[weights.length * numbers];
    for (int i = 0; i < weights.length; i++) {
      for (int j = 0; j < number.length; j++) {
        if (number[j] >= 0) {
          values[i * numbers + number[j]] = this.background.at(i, j);
        }
      }
    }
    moments = numbers == 0 ? Optional.empty() : Optional.of(Moments.of(values, numbers, weights));
  }

  /** What the provenance should say of the covariance. */
  public List<String> notes() {
    return moments.map(m -> m.notes(weights.length)).orElse(List.of());
  }

  @Override
  public int size() {
    return weights.length;
  }

  /** A part of the background would find other rows alike. */
  @Override
  public int parts() {
    return 1;
  }

  @Override
  public boolean drawn() {
    return false;
  }

  @Override
  public boolean idle(Batch rows, int row, int feature) {
    return false;
  }

  @Override
  public void check(Batch rows) {
    Moments.complete(rows.values(), inputs, "row");
  }

  @Override
  public Weighted nothing() {
    return new Weighted(background, weights);
  }

  @Override
  public Coalition given(boolean[] known, int part, int parts) {
    int[] features = IntStream.range(0, known.length).filter(j -> known[j]).toArray();
    int[] numeric = IntStream.of(features).filter(j -> number[j] >= 0).toArray();
    double[][] factor = factor(numeric);
    return (rows, row) -> {
      double[] x = rows.row(row);
      double[] distance = new double[weights.length];
      double[] white = new double[numeric.length];
      for (int b = 0; b < distance.length; b++) {
        double sum = 0;
        for (int j : features) {
          if (number[j] < 0) {
            sum += x[j] == background.at(b, j) ? 0 : DIFFERENT;
          }
        }
        for (int a = 0; a < numeric.length; a++) {
          int j = numeric[a];
          double rest = (x[j] - background.at(b, j)) / moments.orElseThrow().deviation()[number[j]];
          for (int c = 0; c < a; c++) {
            rest -= factor[a][c] * white[c];
          }
          white[a] = rest / factor[a][a];
          sum += white[a] * white[a];
        }
        distance[b] = sum / features.length;
      }
      return kept(x, known, distance);
    };
  }

  /** Of the correlations of the known numbers. */
  private double[][] factor(int[] numeric) {
    if (numeric.length == 0) {
      return new double[0][];
    }
    double[][] correlation = new double[numeric.length][numeric.length];
    for (int a = 0; a < numeric.length; a++) {
      for (int b = 0; b < numeric.length; b++) {
        correlation[a][b] =
            moments.orElseThrow().correlation()[number[numeric[a]]][number[numeric[b]]];
      }
    }
    return new CholeskyDecomposition(new Array2DRowRealMatrix(correlation, false), 1e-12, 0)
        .getL()
        .getData();
  }

  private Completed kept(double[] x, boolean[] known, double[] distance) {
    // Relative to the nearest: far from every row all weights would otherwise be 0.
    double nearest = Arrays.stream(distance).min().orElseThrow();
    double[] w = new double[distance.length];
    for (int b = 0; b < w.length; b++) {
      w[b] = weights[b] * Math.exp((nearest - distance[b]) / (2 * width * width));
    }
    double total = Arrays.stream(w).sum();
    List<Integer> order = new ArrayList<>(IntStream.range(0, w.length).boxed().toList());
    order.sort((a, b) -> Double.compare(w[b], w[a]));
    double held = 0;
    int count = 0;
    while (count < w.length && held < KEPT * total) {
      held += w[order.get(count++)];
    }
    int size = count;
    double whole = held;
    return new Completed() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public double weight(int k) {
        return w[order.get(k)] / whole;
      }

      @Override
      public void write(int k, double[] out, int at) {
        int b = order.get(k);
        for (int j = 0; j < x.length; j++) {
          out[at + j] = known[j] ? x[j] : background.at(b, j);
        }
      }
    };
  }
}
