package io.attest.report.chart;

import java.util.ArrayList;
import java.util.List;

/** Maps values onto a stretch of the drawing. */
record Scale(double low, double high, double from, double to) {

  /** A scale over all finite values; one value alone gets some room on both sides. */
  static Scale over(double[] values, double from, double to) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double v : values) {
      if (Double.isFinite(v)) {
        low = Math.min(low, v);
        high = Math.max(high, v);
      }
    }
    if (low > high) {
      return new Scale(0, 1, from, to);
    }
    if (low == high) {
      double room = low == 0 ? 1 : Math.abs(low) / 10;
      return new Scale(low - room, high + room, from, to);
    }
    return new Scale(low, high, from, to);
  }

  /** The same, widened to whole ticks. */
  Scale rounded() {
    double step = step(5);
    return new Scale(Math.floor(low / step) * step, Math.ceil(high / step) * step, from, to);
  }

  double at(double value) {
    return from + (value - low) / (high - low) * (to - from);
  }

  /** Round numbers inside the scale, about {@code n} of them. */
  List<Double> ticks(int n) {
    double step = step(n);
    List<Double> out = new ArrayList<>();
    long first = (long) Math.ceil(low / step - 1e-9);
    long last = (long) Math.floor(high / step + 1e-9);
    for (long k = first; k <= last; k++) {
      out.add(k * step);
    }
    return out;
  }

  private double step(int n) {
    double rough = (high - low) / n;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double lead = rough / power;
    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
  }
}
