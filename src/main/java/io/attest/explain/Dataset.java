package io.attest.explain;

import io.attest.model.Batch;
import java.util.Optional;

/**
 * Rows with, where known, what really happened.
 *
 * @param rows as the model sees them
 * @param labels one a row: 0 or 1 (binary), class index (multi-class), the number (regression)
 */
public record Dataset(Batch rows, Optional<double[]> labels) {

  public Dataset {
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
        labels.map(
            l -> {
              double[] out = new double[chosen.length];
              for (int i = 0; i < chosen.length; i++) {
                out[i] = l[chosen[i]];
              }
              return out;
            }));
  }
}
