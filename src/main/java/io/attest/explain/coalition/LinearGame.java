package io.attest.explain.coalition;

import io.attest.explain.Dataset;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.LinearModel;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The raw output of a linear model of numbers, expected given the known features if rows are
 * Gaussian: in closed form, because the expectation of a weighted sum is the weighted sum of the
 * expectations. What a coalition is worth is itself a weighted sum of the known features, whose
 * weights are found once for all rows.
 */
public final class LinearGame implements Game {
  private final List<Feature> inputs;
  private final Moments moments;
  private final int rows;

  /** Weight of each feature, in units of its standard deviation. */
  private final double[] slopes;

  private final double base;
  private final ConcurrentMap<BitSet, double[]> weights = new ConcurrentHashMap<>();

  /**
   * @throws IllegalArgumentException if a feature is categorical, a value is missing, or there are
   *     too few rows
   */
  public LinearGame(LinearModel model, Dataset background) {
    inputs = model.info().features();
    Moments.check("gaussian", inputs, background);
    int p = inputs.size();
    rows = background.size();
    moments = Moments.of(background.rows().values(), p, background.weightOfEach());
    // The row of zeros, and then for each feature the row that has a one there.
    double[] probe = new double[(p + 1) * p];
    for (int j = 0; j < p; j++) {
      probe[(j + 1) * p + j] = 1;
    }
    double[] coefficients = model.coefficients();
    int terms = coefficients.length;
    double[] design = new double[(p + 1) * terms];
    model.design(new Batch(p + 1, p, probe), design);
    slopes = new double[p];
    double sum = 0;
    for (int m = 0; m < terms; m++) {
      sum += coefficients[m] * design[m];
      for (int j = 0; j < p; j++) {
        double slope = coefficients[m] * (design[(j + 1) * terms + m] - design[m]);
        slopes[j] += slope * moments.deviation()[j];
        sum += slope * moments.mean()[j];
      }
    }
    base = sum;
  }

  /** What the provenance should say of the covariance. */
  public List<String> notes() {
    return moments.notes(rows);
  }

  @Override
  public int outputs() {
    return 1;
  }

  @Override
  public int parts() {
    return 1;
  }

  @Override
  public int completions() {
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
  public double share(int part, int parts) {
    return 1;
  }

  @Override
  public long prepared() {
    return 0;
  }

  @Override
  public double[] empty(int part, int parts) {
    return new double[] {base};
  }

  @Override
  public double full(double prediction, int part, int parts) {
    return prediction;
  }

  @Override
  public long worths(
      Batch rows,
      int[] chosen,
      List<boolean[]> known,
      int part,
      int parts,
      double[] out,
      Runnable check) {
    check.run();
    int p = inputs.size();
    double[][] z = new double[chosen.length][p];
    for (int r = 0; r < chosen.length; r++) {
      double[] x = rows.row(chosen[r]);
      for (int j = 0; j < p; j++) {
        z[r][j] = (x[j] - moments.mean()[j]) / moments.deviation()[j];
      }
    }
    int at = 0;
    for (boolean[] coalition : known) {
      double[] w = weights.computeIfAbsent(key(coalition), k -> weights(coalition));
      for (double[] row : z) {
        double sum = base;
        for (int j = 0; j < p; j++) {
          sum += w[j] * row[j];
        }
        out[at++] = sum;
      }
    }
    return 0;
  }

  private static BitSet key(boolean[] known) {
    BitSet out = new BitSet(known.length);
    for (int j = 0; j < known.length; j++) {
      out.set(j, known[j]);
    }
    return out;
  }

  /** Own weight of each known feature, and that of the unknown ones by what it tells of them. */
  private double[] weights(boolean[] known) {
    Moments.Conditional conditional = moments.given(known);
    double[] out = new double[slopes.length];
    for (int b = 0; b < conditional.known.length; b++) {
      int j = conditional.known[b];
      out[j] = slopes[j];
      for (int a = 0; a < conditional.unknown.length; a++) {
        out[j] += slopes[conditional.unknown[a]] * conditional.slope[a][b];
      }
    }
    return out;
  }
}
