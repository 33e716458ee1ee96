package io.attest.model.network;

import java.util.Arrays;

/**
 * Each output is a weighted sum of all inputs, and perhaps a bias.
 *
 * @param weights inputs x outputs, row-major
 * @param bias one an output; empty if there is none
 * @param trained true if training has chosen the weights; false for arithmetic of the exporter
 */
public record Dense(int inputs, int outputs, double[] weights, double[] bias, boolean trained)
    implements Layer {

  public Dense {
    Layer.check(
        weights.length == inputs * outputs && (bias.length == 0 || bias.length == outputs),
        "The weights of a layer do not fit its width.");
  }

  /** Of two columns, the second less the first. */
  public static Dense difference() {
    return new Dense(2, 1, new double[] {-1, 1}, new double[0], false);
  }

  /** How many of its numbers training has chosen. */
  int parameters() {
    return trained ? weights.length + bias.length : 0;
  }

  @Override
  public void forward(int rows, double[] in, double[] out) {
    for (int i = 0; i < rows; i++) {
      if (bias.length == 0) {
        Arrays.fill(out, i * outputs, (i + 1) * outputs, 0);
      } else {
        System.arraycopy(bias, 0, out, i * outputs, outputs);
      }
    }
    add(rows, in, inputs, weights, 0, out, outputs);
  }

  /**
   * Adds table x matrix to a sum; row after row of the matrix, so that the machine adds vectors.
   *
   * @param from columns of the table
   * @param at where the matrix begins
   * @param to columns of the matrix
   */
  private static void add(
      int rows, double[] table, int from, double[] matrix, int at, double[] sum, int to) {
    for (int i = 0; i < rows; i++) {
      int o = i * to;
      for (int k = 0; k < from; k++) {
        double x = table[i * from + k];
        if (x != 0) {
          int w = at + k * to;
          for (int j = 0; j < to; j++) {
            sum[o + j] += x * matrix[w + j];
          }
        }
      }
    }
  }

  @Override
  public void backward(int rows, double[] in, double[] out, double[] byOut, double[] byIn) {
    double[] turned = new double[weights.length];
    for (int k = 0; k < inputs; k++) {
      for (int j = 0; j < outputs; j++) {
        turned[j * inputs + k] = weights[k * outputs + j];
      }
    }
    Arrays.fill(byIn, 0, rows * inputs, 0);
    add(rows, byOut, outputs, turned, 0, byIn, inputs);
  }

  @Override
  public void tangent(int rows, double[] in, double[] out, double[] change, double[] changeOut) {
    Arrays.fill(changeOut, 0, rows * outputs, 0);
    add(rows, change, inputs, weights, 0, changeOut, outputs);
  }

  /** Adds what moving the parameters along a direction, which begins at a place, does. */
  void addTangent(int rows, double[] in, double[] direction, int at, double[] changeOut) {
    add(rows, in, inputs, direction, at, changeOut, outputs);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < bias.length; j++) {
        changeOut[i * outputs + j] += direction[at + weights.length + j];
      }
    }
  }

  /** Adds the gradient of one row by the parameters, weights first, from a place on. */
  void addByParameters(int row, double[] in, double[] byOut, double[] sum, int at) {
    int o = row * outputs;
    for (int k = 0; k < inputs; k++) {
      double x = in[row * inputs + k];
      if (x != 0) {
        int w = at + k * outputs;
        for (int j = 0; j < outputs; j++) {
          sum[w + j] += x * byOut[o + j];
        }
      }
    }
    for (int j = 0; j < bias.length; j++) {
      sum[at + weights.length + j] += byOut[o + j];
    }
  }

  /** The same layer with other parameters, which begin at a place. */
  Dense with(double[] parameters, int at) {
    int end = at + weights.length;
    return new Dense(
        inputs,
        outputs,
        Arrays.copyOfRange(parameters, at, end),
        Arrays.copyOfRange(parameters, end, end + bias.length),
        true);
  }
}
