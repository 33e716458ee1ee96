package io.attest.explain;

import io.attest.model.Batch;
import java.util.Arrays;
import java.util.Optional;

/**
 * Rows with, where known, what really happened and how much each counts.
 *
 * @param rows as the model sees them
 * @param labels one a row: 0 or 1 (binary), class index (multi-class), the number (regression)
 * @param weights one a row, 0 or more and not all 0, for background rows that do not count alike;
 *     absent if they do
 */
public record Dataset(Batch rows, Optional<double[]> labels, Optional<double[]> weights) {

  /** Rows that count alike. */
  public Dataset(Batch rows, Optional<double[]> labels) {
    this(rows, labels, Optional.empty());
  }

  public Dataset {
    weights.ifPresent(
        w -> {
          if (w.length != rows.rows()) {
            throw new IllegalArgumentException(
                "There are " + w.length + " weights for " + rows.rows() + " rows.");
          }
          check(w);
        });
    labels.ifPresent(
        l -> {
          if (l.length != rows.rows()) {
            throw new IllegalArgumentException(
                "There are " + l.length + " labels for " + rows.rows() + " rows.");
          }
        });
  }

  private static void check(double[] weights) {
    double largest = 0;
    for (int i = 0; i < weights.length; i++) {
      if (!(weights[i] >= 0) || Double.isInfinite(weights[i])) {
        throw new IllegalArgumentException(
            "Row " + (i + 1) + " has the weight " + weights[i] + ". Weights are 0 or more.");
      }
      largest = Math.max(largest, weights[i]);
    }
    if (weights.length > 0 && largest == 0) {
      throw new IllegalArgumentException("All rows have the weight 0.");
    }
  }

  /** How much each row counts, 1 where they count alike. */
  public double[] weightOfEach() {
    double[] level = new double[size()];
    Arrays.fill(level, 1);
    return weights.orElse(level);
  }

  public int size() {
    return rows.rows();
  }

  /** The given rows with their labels. */
  public Dataset select(int[] chosen) {
    return new Dataset(
        rows.select(chosen),
        labels.map(l -> select(l, chosen)),
        weights.map(w -> select(w, chosen)));
  }

  private static double[] select(double[] from, int[] chosen) {
    double[] out = new double[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      out[i] = from[chosen[i]];
    }
    return out;
  }
}
