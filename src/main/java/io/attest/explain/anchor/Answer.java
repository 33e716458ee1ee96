package io.attest.explain.anchor;

import io.attest.explain.Parameters;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.util.Arrays;
import java.util.Locale;

/**
 * When two rows are answered alike: on the same side of the threshold, by the same class, or, of a
 * regression without a threshold, by numbers that are near each other.
 *
 * @param threshold on the response; NaN if there is none
 * @param within how near counts as alike; NaN but for a regression without a threshold
 */
record Answer(ModelInfo info, double threshold, double within) {

  /**
   * @param background responses of the background
   * @throws IllegalArgumentException if a parameter does not fit the task
   */
  static Answer of(ModelInfo info, Parameters given, double[] background) {
    boolean classes = info.task() == Task.MULTICLASS;
    boolean number = info.task() == Task.REGRESSION && given.text("threshold").isEmpty();
    if (info.task() == Task.REGRESSION && info.outputs().size() > 1) {
      throw new IllegalArgumentException(
          "The model predicts "
              + info.outputs().size()
              + " targets, and a rule is about one. Maybe train one model a target.");
    }
    if (classes && given.text("threshold").isPresent()) {
      throw new IllegalArgumentException(
          "The parameter threshold is for two classes or a number, but the model has "
              + info.outputs().size()
              + " classes. Leave it out: a rule is then enough for the likeliest class.");
    }
    if (!number && given.text("within").isPresent()) {
      throw new IllegalArgumentException(
          "The parameter within is for a regression without a threshold. Leave it out.");
    }
    return new Answer(
        info,
        classes || number
            ? Double.NaN
            : given.number("threshold", 0.5, -Double.MAX_VALUE, Double.MAX_VALUE),
        number
            ? given.number("within", deviation(background) / 2, 0, Double.MAX_VALUE)
            : Double.NaN);
  }

  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    return Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(0));
  }

  OutputSpace space() {
    return OutputSpace.RESPONSE;
  }

  private int outputs() {
    return info.outputs().size();
  }

  /** True if row {@code b} of some responses is answered like row {@code a} of others. */
  boolean alike(double[] one, int a, double[] other, int b) {
    if (info.task() == Task.MULTICLASS) {
      return likeliest(one, a) == likeliest(other, b);
    }
    if (!Double.isNaN(within)) {
      return Math.abs(one[a] - other[b]) <= within;
    }
    return one[a] >= threshold == other[b] >= threshold;
  }

  private int likeliest(double[] responses, int row) {
    int best = 0;
    for (int o = 1; o < outputs(); o++) {
      if (responses[row * outputs() + o] > responses[row * outputs() + best]) {
        best = o;
      }
    }
    return best;
  }

  /** The response of the output that the answer is about. */
  double response(double[] responses, int row) {
    return responses[row * outputs() + likeliest(responses, row)];
  }

  /** How far a row is from being answered otherwise; NaN where there is no such border. */
  double margin(double[] responses, int row) {
    if (!Double.isNaN(threshold)) {
      return Math.abs(responses[row] - threshold);
    }
    if (!Double.isNaN(within)) {
      return Double.NaN;
    }
    int best = likeliest(responses, row);
    double second = Double.NEGATIVE_INFINITY;
    for (int o = 0; o < outputs(); o++) {
      if (o != best) {
        second = Math.max(second, responses[row * outputs() + o]);
      }
    }
    return responses[row * outputs() + best] - second;
  }

  /** {@code bad >= 0.5}, the class, or {@code price from 9.5 to 10.5}. */
  String words(double[] responses, int row) {
    String output = info.outputs().get(likeliest(responses, row));
    if (info.task() == Task.MULTICLASS) {
      return output;
    }
    if (!Double.isNaN(within)) {
      return String.format(
          Locale.ROOT,
          "%s from %.6g to %.6g",
          output,
          responses[row] - within,
          responses[row] + within);
    }
    return output + (responses[row] >= threshold ? " >= " : " < ") + Piece.number(threshold);
  }
}
