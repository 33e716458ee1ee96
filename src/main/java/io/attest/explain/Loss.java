package io.attest.explain;

import io.attest.model.ModelInfo;
import io.attest.model.Task;

/** What a wrong prediction costs: log loss for a class, the squared error for a number. */
public record Loss(Task task, int outputs) {
  /** The smallest probability that is told from 0: the logarithm of 0 would be infinite. */
  private static final double SMALLEST = Math.ulp(1.0);

  /**
   * @throws IllegalArgumentException for a regression of several targets: a label says one number
   */
  public static Loss of(ModelInfo info) {
    if (info.task() == Task.REGRESSION && info.outputs().size() > 1) {
      throw new IllegalArgumentException(
          "The model predicts "
              + info.outputs().size()
              + " targets, and a row has one label. Maybe train one model a target.");
    }
    return new Loss(info.task(), info.outputs().size());
  }

  /** Of many rows, in words. */
  public String words() {
    return task == Task.REGRESSION ? "mean squared error" : "log loss";
  }

  public String measure() {
    return "increase in " + words();
  }

  /** True if {@code label} can be a label of the task. */
  public boolean fits(double label) {
    return switch (task) {
      case BINARY -> label == 0 || label == 1;
      case MULTICLASS -> label == Math.rint(label) && label >= 0 && label < outputs;
      case REGRESSION -> Double.isFinite(label);
    };
  }

  /**
   * The loss of one row.
   *
   * @param responses rows x outputs
   */
  public double at(double[] responses, int row, double label) {
    return switch (task) {
      case REGRESSION -> (responses[row] - label) * (responses[row] - label);
      case BINARY ->
          -Math.log(Math.max(SMALLEST, label == 1 ? responses[row] : 1 - responses[row]));
      case MULTICLASS -> -Math.log(Math.max(SMALLEST, responses[row * outputs + (int) label]));
    };
  }
}
