package io.attest.model.network;

/**
 * A function of each column by itself.
 *
 * @param width columns
 * @param slope of {@link Function#LEAKY_RELU} below 0; 0 for the others
 */
public record Activation(Function function, int width, double slope) implements Layer {

  /** Which function. */
  public enum Function {
    RELU,
    LEAKY_RELU,
    TANH,
    SIGMOID
  }

  /** True unless it is made of two straight parts. */
  boolean curved() {
    return function == Function.TANH || function == Function.SIGMOID;
  }

  @Override
  public int inputs() {
    return width;
  }

  @Override
  public int outputs() {
    return width;
  }

  @Override
  public void forward(int rows, double[] in, double[] out) {
    int n = rows * width;
    switch (function) {
      case RELU, LEAKY_RELU -> {
        for (int i = 0; i < n; i++) {
          out[i] = in[i] > 0 ? in[i] : slope * in[i];
        }
      }
      case TANH -> {
        for (int i = 0; i < n; i++) {
          out[i] = Math.tanh(in[i]);
        }
      }
      case SIGMOID -> {
        for (int i = 0; i < n; i++) {
          out[i] = 1 / (1 + Math.exp(-in[i]));
        }
      }
    }
  }

  @Override
  public void backward(int rows, double[] in, double[] out, double[] byOut, double[] byIn) {
    int n = rows * width;
    switch (function) {
      case RELU, LEAKY_RELU -> {
        for (int i = 0; i < n; i++) {
          byIn[i] = in[i] > 0 ? byOut[i] : slope * byOut[i];
        }
      }
      case TANH -> {
        for (int i = 0; i < n; i++) {
          byIn[i] = byOut[i] * (1 - out[i] * out[i]);
        }
      }
      case SIGMOID -> {
        for (int i = 0; i < n; i++) {
          byIn[i] = byOut[i] * (out[i] * (1 - out[i]));
        }
      }
    }
  }

  @Override
  public void tangent(int rows, double[] in, double[] out, double[] change, double[] changeOut) {
    backward(rows, in, out, change, changeOut);
  }
}
