package io.attest.measure;

import io.attest.model.Task;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How wrong the model is on each row: the squared error of probabilities (Brier), which is bounded,
 * or the absolute error of a regression, which one outlier does not rule.
 *
 * @param rows with a label, ascending
 * @param loss one for each row of the table; NaN without a label
 * @param predicted what is held against {@code observed}: the response, or, of several classes, the
 *     probability of the most likely one
 * @param observed the label, or whether the most likely class was right
 * @param name what the loss is, in words
 */
record Losses(int[] rows, double[] loss, double[] predicted, double[] observed, String name) {

  static Losses of(Task task, int outputs, double[] responses, double[] labels) {
    int n = labels.length;
    double[] loss = new double[n];
    double[] predicted = new double[n];
    double[] observed = new double[n];
    int[] rows = IntStream.range(0, n).filter(i -> !Double.isNaN(labels[i])).toArray();
    Arrays.fill(loss, Double.NaN);
    for (int i : rows) {
      if (task == Task.MULTICLASS) {
        int likeliest = 0;
        loss[i] = 0;
        for (int o = 0; o < outputs; o++) {
          double p = responses[i * outputs + o];
          double d = p - (labels[i] == o ? 1 : 0);
          loss[i] += d * d;
          likeliest = p > responses[i * outputs + likeliest] ? o : likeliest;
        }
        predicted[i] = responses[i * outputs + likeliest];
        observed[i] = labels[i] == likeliest ? 1 : 0;
      } else {
        double d = responses[i] - labels[i];
        loss[i] = task == Task.BINARY ? d * d : Math.abs(d);
        predicted[i] = responses[i];
        observed[i] = labels[i];
      }
    }
    return new Losses(
        rows,
        loss,
        predicted,
        observed,
        task == Task.REGRESSION
            ? "absolute error"
            : "squared error of the " + (task == Task.BINARY ? "probability" : "probabilities"));
  }

  /** Mean loss with the normal interval. */
  Estimate mean(int[] of) {
    Moments moments = Moments.of(loss, of);
    return Estimate.normal(moments.mean(), Math.sqrt(moments.variance() / moments.count()));
  }

  double predicted(int[] of) {
    return Arrays.stream(of).mapToDouble(i -> predicted[i]).average().orElse(Double.NaN);
  }

  double observed(int[] of) {
    return Arrays.stream(of).mapToDouble(i -> observed[i]).average().orElse(Double.NaN);
  }
}
