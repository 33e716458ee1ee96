package io.attest.explain.shap;

import io.attest.explain.Loss;
import io.attest.model.Link;
import java.util.Optional;

/**
 * What becomes of raw outputs: a response, or what the response costs against what happened.
 *
 * @param inputs raw outputs that go in
 * @param loss what the response costs; empty for the response itself
 */
record Outcome(Link link, int inputs, Optional<Loss> loss) {

  /** How many figures come out of one row. */
  int figures() {
    return loss.isPresent() ? 1 : inputs;
  }

  /**
   * @param raw outputs of one row
   * @param label of the explained row; ignored for a response
   * @param out figures, written
   */
  void of(double[] raw, double label, double[] out) {
    if (loss.isEmpty()) {
      System.arraycopy(raw, 0, out, 0, inputs);
      link.toResponse(out, inputs);
    } else if (link == Link.LOGIT && inputs == 1) {
      out[0] = softplus(raw[0]) - label * raw[0];
    } else if (link == Link.SOFTMAX) {
      out[0] = logSum(raw) - raw[(int) label];
    } else {
      double[] responses = raw.clone();
      link.toResponse(responses, inputs);
      out[0] = loss.get().at(responses, 0, label);
    }
  }

  // Log loss from the raw output: a certain prediction keeps its digits, which its probability has
  // lost.

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  private static double logSum(double[] raw) {
    double max = Double.NEGATIVE_INFINITY;
    for (double r : raw) {
      max = Math.max(max, r);
    }
    double sum = 0;
    for (double r : raw) {
      sum += Math.exp(r - max);
    }
    return max + Math.log(sum);
  }
}
