package io.attest.explain.influence;

import io.attest.explain.NotApplicable;
import io.attest.model.Link;
import io.attest.model.ModelInfo;
import io.attest.model.Task;

/**
 * What training lowers, as a function of the raw outputs f of a row, with responses p. For each
 * output k its gradient is g_k = p_k - y_k, with y_k the label or 1 for the label's class, and
 * boosters take h_k = p_k (1 - p_k), or 1, for its curvature.
 */
enum Objective {
  /** Half the squared error. Its loss is told as the squared error, as everywhere. */
  SQUARED,
  /** The log loss of yes or no. */
  LOGISTIC,
  /** The log loss of a class. */
  SOFTMAX;

  /**
   * @throws IllegalArgumentException if the link does not tell which loss the model was trained for
   */
  static Objective of(ModelInfo info, String method) {
    if (info.task() == Task.REGRESSION
        && info.link() == Link.IDENTITY
        && info.outputs().size() == 1) {
      return SQUARED;
    } else if (info.task() == Task.BINARY && info.link() == Link.LOGIT) {
      return LOGISTIC;
    } else if (info.task() == Task.MULTICLASS && info.link() == Link.SOFTMAX) {
      return SOFTMAX;
    }
    throw new NotApplicable(
        "%s explains models that were trained for the squared error or the log loss: one number, a yes or no, or classes by softmax. This model is %s with %s outputs and link %s."
            .formatted(method, info.task(), info.outputs().size(), info.link()));
  }

  /** True if {@code label} can be a label of a model of so many outputs. */
  boolean fits(double label, int outputs) {
    return switch (this) {
      case SQUARED -> Double.isFinite(label);
      case LOGISTIC -> label == 0 || label == 1;
      case SOFTMAX -> label == Math.rint(label) && label >= 0 && label < outputs;
    };
  }

  /** What output {@code k} should be for a label. */
  double target(double label, int k) {
    return this == SOFTMAX ? (label == k ? 1 : 0) : label;
  }

  /**
   * The responses of a row.
   *
   * @param raw raw outputs of many rows; those of the row start at {@code at}
   * @param p one an output, written
   */
  void response(double[] raw, int at, double[] p) {
    switch (this) {
      case SQUARED -> p[0] = raw[at];
      case LOGISTIC -> p[0] = 1 / (1 + Math.exp(-raw[at]));
      case SOFTMAX -> {
        System.arraycopy(raw, at, p, 0, p.length);
        Link.SOFTMAX.toResponse(p, p.length);
      }
    }
  }

  /** The loss of a row. */
  double loss(double[] raw, int at, int outputs, double label) {
    return switch (this) {
      case SQUARED -> (raw[at] - label) * (raw[at] - label);
      case LOGISTIC -> softplus(label == 1 ? -raw[at] : raw[at]);
      case SOFTMAX -> {
        double max = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < outputs; k++) {
          max = Math.max(max, raw[at + k]);
        }
        double sum = 0;
        for (int k = 0; k < outputs; k++) {
          sum += Math.exp(raw[at + k] - max);
        }
        yield max + Math.log(sum) - raw[at + (int) label];
      }
    };
  }

  private static double softplus(double x) {
    return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
  }

  /** The loss is this many times what training lowers. */
  double factor() {
    return this == SQUARED ? 2 : 1;
  }

  /** h_a. */
  double curvature(double[] p, int a) {
    return this == SQUARED ? 1 : p[a] * (1 - p[a]);
  }

  /** The derivative of g_a by f_b. */
  double slope(double[] p, int a, int b) {
    return this == SQUARED ? 1 : p[a] * ((a == b ? 1 : 0) - p[b]);
  }

  /** The derivative of h_a by f_b. */
  double bend(double[] p, int a, int b) {
    return this == SQUARED ? 0 : (1 - 2 * p[a]) * slope(p, a, b);
  }
}
