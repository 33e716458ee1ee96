package io.attest.measure;

import java.util.List;

/**
 * How well predictions fit what happened.
 *
 * @param rows number of rows with a label
 * @param metrics name (as in the facts: {@code performance.auc}) and value, in a fixed order
 * @param calibration binary models: predicted against observed by decile of the score; else empty
 * @param confusion binary models with a threshold: true/false positives/negatives; else empty
 * @param notes what could not be measured, or on which assumption, a sentence each
 */
public record Performance(
    int rows,
    List<Metric> metrics,
    List<Bin> calibration,
    List<Count> confusion,
    List<String> notes) {

  public Performance {
    metrics = List.copyOf(metrics);
    calibration = List.copyOf(calibration);
    confusion = List.copyOf(confusion);
    notes = List.copyOf(notes);
  }

  /** A performance about which nothing needs to be said. */
  public Performance(int rows, List<Metric> metrics, List<Bin> calibration, List<Count> confusion) {
    this(rows, metrics, calibration, confusion, List.of());
  }

  /**
   * @param low lower end of the 95 % interval; NaN where none is known
   * @param high upper end
   */
  public record Metric(String name, double value, double low, double high) {}

  /** One bin of the calibration table: mean predicted probability against the observed share. */
  public record Bin(double from, double to, int rows, double predicted, double observed) {}

  /** A cell of the confusion table, by name. */
  public record Count(String name, int rows) {}
}
