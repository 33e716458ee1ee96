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
    add(rows, in, weights, 0, out);
  }

  /** Adds in x matrix to out; row after row of the matrix, so that the sums are vectors. */
  private void add(int rows, double[] in, double[] matrix, int at, double[] out) {
    for (int i = 0; i < rows; i++) {
      int o = i * outputs;
      for (int k = 0; k < inputs; k++) {
        double x = in[i * inputs + k];
        if (x != 0) {
          int w = at + k * outputs;
          for (int j = 0; j < outputs; j++) {
            out[o + j] += x * matrix[w + j];
          }
        }
      }
    }
  }

  @Override
  public void backward(int rows, double[] in, double[] out, double[] byOut, double[] byIn) {
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < inputs; k++) {
        // Four sums at once, always the same four: one would wait for itself at each addition.
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int w = k * outputs;
        int o = i * outputs;
        int j = 0;
        for (; j + 3 < outputs; j += 4) {
          a += byOut[o + j] * weights[w + j];
          b += byOut[o + j + 1] * weights[w + j + 1];
          c += byOut[o + j + 2] * weights[w + j + 2];
          d += byOut[o + j + 3] * weights[w + j + 3];
        }
        for (; j < outputs; j++) {
          a += byOut[o + j] * weights[w + j];
        }
        byIn[i * inputs + k] = a + b + (c + d);
      }
    }
  }

  @Override
  public void tangent(int rows, double[] in, double[] out, double[] change, double[] changeOut) {
    Arrays.fill(changeOut, 0, rows * outputs, 0);
    add(rows, change, weights, 0, changeOut);
  }

  /** Adds what moving the parameters along a direction, which begins at a place, does. */
  void addTangent(int rows, double[] in, double[] direction, int at, double[] changeOut) {
    add(rows, in, direction, at, changeOut);
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
