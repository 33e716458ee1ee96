package io.attest.explain;

import io.attest.model.Batch;
import java.util.Optional;

/**
 * Rows with, where known, what really happened and how much each counts.
 *
 * @param rows as the model sees them
 * @param labels one a row: 0 or 1 (binary), class index (multi-class), the number (regression)
 * @param weights one a row, for background rows that do not count alike; absent if they do
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
        });
    labels.ifPresent(
        l -> {
          if (l.length != rows.rows()) {
            throw new IllegalArgumentException(
                "There are " + l.length + " labels for " + rows.rows() + " rows.");
          }
        });
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
