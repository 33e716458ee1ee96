package io.attest.explain.coalition;

import io.attest.explain.Dataset;
import io.attest.model.Batch;
import java.util.Arrays;

/**
 * Unknown features come from a background row, whatever the known ones are (interventional, also
 * called marginal): true to the model.
 */
public final class Marginal implements Completion {
  private final Batch background;
  private final double[] weights;

  /** Of each feature whether all background rows have one value. */
  private final boolean[] constant;

  /**
   * @param background at least one row; rows of weight 0 are left out
   */
  public Marginal(Dataset background) {
    double[] each = background.weightOfEach();
    int[] counting =
        java.util.stream.IntStream.range(0, each.length).filter(k -> each[k] > 0).toArray();
    double total = Arrays.stream(each).sum();
    this.background = background.rows().select(counting);
    weights = Arrays.stream(counting).mapToDouble(k -> each[k] / total).toArray();
    constant = new boolean[this.background.features()];
    for (int j = 0; j < constant.length; j++) {
      constant[j] = true;
      for (int b = 1; b < weights.length && constant[j]; b++) {
        constant[j] = same(this.background.at(b, j), this.background.at(0, j));
      }
    }
  }

  /** Missing is the same as missing. */
  private static boolean same(double a, double b) {
    return a == b || (Double.isNaN(a) && Double.isNaN(b));
  }

  @Override
  public int size() {
    return weights.length;
  }

  @Override
  public int parts() {
    return weights.length;
  }

  @Override
  public boolean drawn() {
    return false;
  }

  @Override
  public boolean idle(Batch rows, int row, int feature) {
    return constant[feature] && same(rows.at(row, feature), background.at(0, feature));
  }

  /** What the model makes of a missing value is its own affair. */
  @Override
  public void check(Batch rows) {}

  @Override
  public Weighted nothing() {
    return new Weighted(background, weights);
  }

  @Override
  public Coalition given(boolean[] known, int part, int parts) {
    int p = background.features();
    int size = (weights.length - part + parts - 1) / parts;
    double share = 0;
    for (int b = part; b < weights.length; b += parts) {
      share += weights[b];
    }
    double whole = share;
    return (rows, row) ->
        new Completed() {
          @Override
          public int size() {
            return size;
          }

          @Override
          public double weight(int k) {
            return weights[part + k * parts] / whole;
          }

          @Override
          public void write(int k, double[] out, int at) {
            int from = (part + k * parts) * p;
            for (int j = 0; j < p; j++) {
              out[at + j] = known[j] ? rows.values()[row * p + j] : background.values()[from + j];
            }
          }
        };
  }
}
