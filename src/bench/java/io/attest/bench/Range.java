package io.attest.bench;

import java.util.Arrays;
import java.util.Locale;

/** Median and range of what the rounds said. */
record Range(double median, double low, double high) {

  static Range of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return new Range((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[0], sorted[n - 1]);
  }

  @Override
  public String toString() {
    return figure(median) + " (" + figure(low) + " - " + figure(high) + ")";
  }

  /** Three significant digits. */
  static String figure(double x) {
    double size = Math.abs(x);
    if (size == 0) {
      return "0";
    }
    if (size >= 100) {
      double unit = Math.pow(10, Math.floor(Math.log10(size)) - 2);
      return String.format(Locale.ROOT, "%,d", Math.round(Math.rint(x / unit) * unit));
    }
    if (size < 1e-3) {
      return String.format(Locale.ROOT, "%.1e", x);
    }
    return String.format(Locale.ROOT, size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", x);
  }
}
