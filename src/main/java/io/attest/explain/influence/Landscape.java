package io.attest.explain.influence;

import io.attest.explain.Dataset;
import io.attest.explain.Progress;
import io.attest.model.Batch;
import io.attest.model.DifferentiableModel;
import io.attest.model.OutputSpace;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the training of a network lowered: the sum of the losses of its rows, plus l2 / 2 |w|^2, as
 * far as it can be told from the model.
 *
 * @param model with the parameters of the training
 * @param blocks the training rows in blocks
 * @param labels one a row
 * @param penalty one a parameter: l2, or 0 where it is not penalised
 */
record Landscape(
    DifferentiableModel model,
    Objective objective,
    int outputs,
    List<Batch> blocks,
    double[] labels,
    double[] penalty) {
  private static final int BLOCK = 1024;

  static Landscape of(DifferentiableModel model, Objective objective, Dataset training) {
    int n = training.size();
    List<Batch> blocks =
        IntStream.range(0, (n + BLOCK - 1) / BLOCK)
            .mapToObj(
                b ->
                    training
                        .rows()
                        .select(IntStream.range(b * BLOCK, Math.min(n, (b + 1) * BLOCK)).toArray()))
            .toList();
    return new Landscape(
        model,
        objective,
        model.info().outputs().size(),
        blocks,
        training.labels().orElseThrow(),
        new double[model.parameterCount()]);
  }

  Landscape with(double[] others) {
    return new Landscape(model, objective, outputs, blocks, labels, others);
  }

  int rows() {
    return labels.length;
  }

  /** Raw outputs of the training rows, rows x outputs. */
  double[] raw(DifferentiableModel of, Progress progress) {
    double[] out = new double[rows() * outputs];
    int at = 0;
    for (Batch block : blocks) {
      progress.check();
      double[] part = of.predict(block, OutputSpace.RAW);
      System.arraycopy(part, 0, out, at, part.length);
      at += part.length;
    }
    return out;
  }

  /** Each row's gradient of the loss by its raw outputs, rows x outputs. */
  double[] slopes(double[] raw) {
    double[] out = new double[raw.length];
    double[] p = new double[outputs];
    for (int i = 0; i < rows(); i++) {
      objective.response(raw, i * outputs, p);
      for (int k = 0; k < outputs; k++) {
        out[i * outputs + k] = p[k] - objective.target(labels[i], k);
      }
    }
    return out;
  }

  /** The gradient by the parameters of a weighted sum of raw outputs of the rows. */
  double[] transposed(DifferentiableModel of, double[] weights, Progress progress) {
    double[] sum = new double[penalty.length];
    double[] part = new double[penalty.length];
    int at = 0;
    for (Batch block : blocks) {
      progress.check();
      int size = block.rows() * outputs;
      of.jacobianTransposed(block, java.util.Arrays.copyOfRange(weights, at, at + size), part);
      for (int j = 0; j < sum.length; j++) {
        sum[j] += part[j];
      }
      at += size;
    }
    return sum;
  }

  /** How fast the rows' raw outputs change in a direction, rows x outputs. */
  double[] times(double[] direction, Progress progress) {
    double[] out = new double[rows() * outputs];
    int at = 0;
    for (Batch block : blocks) {
      progress.check();
      double[] part = new double[block.rows() * outputs];
      model.jacobianTimes(block, direction, part);
      System.arraycopy(part, 0, out, at, part.length);
      at += part.length;
    }
    return out;
  }

  /**
   * What is lowered, without a row.
   *
   * @param raw of the rows
   * @param without a row to leave out; -1 for none
   * @param centre from where each parameter is held
   * @param hold by how much
   */
  double value(double[] raw, int without, double[] parameters, double[] centre, double hold) {
    double sum = 0;
    for (int i = 0; i < rows(); i++) {
      if (i != without) {
        sum += objective.loss(raw, i * outputs, outputs, labels[i]) / objective.factor();
      }
    }
    for (int j = 0; j < parameters.length; j++) {
      double moved = parameters[j] - centre[j];
      sum += (penalty[j] * parameters[j] * parameters[j] + hold * moved * moved) / 2;
    }
    return sum;
  }

  /**
   * The curvature of a row's loss by its raw outputs, times a vector.
   *
   * @param p responses of the row
   */
  void curved(double[] p, double[] vector, int at, double[] out, int to) {
    for (int a = 0; a < outputs; a++) {
      double sum = 0;
      for (int b = 0; b < outputs; b++) {
        sum += objective.slope(p, a, b) * vector[at + b];
      }
      out[to + a] = sum;
    }
  }
}
