package io.attest.model.runtime;

import io.attest.model.Batch;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;

/**
 * A model that can be asked for predictions alone. What the graph gives is the response, unless its
 * owner declared the link that is missing at its end.
 */
public final class RuntimeModel implements Model, AutoCloseable {
  /** Rounding of a probability as a 32-bit float. */
  private static final double SLACK = 1e-3;

  private final ModelInfo info;
  private final RuntimeGraph graph;

  /**
   * @param info one output where the graph gives the scores of two classes: the second's
   */
  public RuntimeModel(ModelInfo info, RuntimeGraph graph) {
    this.info = info;
    this.graph = graph;
  }

  @Override
  public ModelInfo info() {
    return info;
  }

  @Override
  public void close() {
    graph.close();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a value does not fit an input, or what should be a
   *     probability is none
   */
  @Override
  public void predict(Batch rows, OutputSpace space, double[] out) {
    int k = info.outputs().size();
    double[] raw = new double[rows.rows() * graph.outputs()];
    graph.ask(rows, raw);
    if (graph.outputs() != k) {
      raw = second(raw);
    }
    if (info.task() != Task.REGRESSION && info.link() == Link.IDENTITY) {
      check(raw, k);
    }
    if (space == OutputSpace.RESPONSE) {
      info.link().toResponse(raw, k);
    }
    System.arraycopy(raw, 0, out, 0, raw.length);
  }

  /** Of two classes the second; where the link makes a probability of a score, the difference. */
  private double[] second(double[] both) {
    double[] out = new double[both.length / 2];
    for (int i = 0; i < out.length; i++) {
      out[i] = both[2 * i + 1] - (info.link() == Link.LOGIT ? both[2 * i] : 0);
    }
    return out;
  }

  private void check(double[] probabilities, int k) {
    for (int i = 0; i < probabilities.length; i++) {
      double p = probabilities[i];
      if (!(p >= -SLACK && p <= 1 + SLACK)) {
        throw new IllegalArgumentException(
            "Row "
                + (i / k + 1)
                + ": the model gives "
                + p
                + ", which is no probability. Maybe the file gives scores before the last function:"
                + " then declare it under model: in model.yaml, link: "
                + (k == 1 ? "logit" : "softmax")
                + ".");
      }
    }
  }
}
