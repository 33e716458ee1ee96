package io.attest.explain.shap;

import io.attest.model.Link;
import io.attest.model.OutputSpace;
import io.attest.model.Task;

/**
 * What becomes of raw outputs: a response, or what the response costs against what happened.
 *
 * @param figures how many figures come out of one row
 * @param inputs raw outputs that go in
 */
record Outcome(Kind kind, Link link, Task task, int inputs, int figures) {

  enum Kind {
    /** The model's responses. */
    RESPONSE,
    /** Log loss for a class, squared error for a number. */
    LOSS
  }

  static Outcome response(Link link, Task task, int outputs) {
    return new Outcome(Kind.RESPONSE, link, task, outputs, outputs);
  }

  static Outcome loss(Link link, Task task, int outputs) {
    return new Outcome(Kind.LOSS, link, task, outputs, 1);
  }

  /**
   * @param raw outputs of one row
   * @param label of the explained row; ignored for a response
   * @param out figures, written
   */
  void of(double[] raw, double label, double[] out) {
    if (kind == Kind.RESPONSE) {
      System.arraycopy(raw, 0, out, 0, inputs);
      link.toResponse(out, inputs);
      return;
    }
    switch (link) {
      // Written so that a certain prediction has a finite loss.
      case LOGIT -> out[0] = softplus(raw[0]) - label * raw[0];
      case SOFTMAX -> {
        double max = Double.NEGATIVE_INFINITY;
        for (double r : raw) {
          max = Math.max(max, r);
        }
        double sum = 0;
        for (double r : raw) {
          sum += Math.exp(r - max);
        }
        out[0] = max + Math.log(sum) - raw[(int) label];
      }
      case IDENTITY, LOG -> {
        double response = link == Link.LOG ? Math.exp(raw[0]) : raw[0];
        if (task == Task.REGRESSION) {
          out[0] = (response - label) * (response - label);
        } else {
          // A forest's vote is the probability itself.
          double p = inputs == 1 ? (label == 1 ? response : 1 - response) : raw[(int) label];
          out[0] = -Math.log(Math.max(Math.ulp(1.0), p));
        }
      }
    }
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  /** Where the figures are measured, for the provenance. */
  OutputSpace space() {
    return OutputSpace.RESPONSE;
  }
}
