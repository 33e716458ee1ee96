package io.attest.model.network;

import io.attest.model.Link;
import java.util.Arrays;

/**
 * Shares that sum to 1, between two layers: at the end of a network it is the link.
 *
 * @param width columns
 */
public record Softmax(int width) implements Layer {

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
    double[] shares = Arrays.copyOf(in, rows * width);
    Link.SOFTMAX.toResponse(shares, width);
    System.arraycopy(shares, 0, out, 0, shares.length);
  }

  @Override
  public void backward(int rows, double[] in, double[] out, double[] byOut, double[] byIn) {
    for (int start = 0; start < rows * width; start += width) {
      double mean = 0;
      for (int j = start; j < start + width; j++) {
        mean += out[j] * byOut[j];
      }
      for (int j = start; j < start + width; j++) {
        byIn[j] = out[j] * (byOut[j] - mean);
      }
    }
  }

  @Override
  public void tangent(int rows, double[] in, double[] out, double[] change, double[] changeOut) {
    // Its Jacobian is symmetric.
    backward(rows, in, out, change, changeOut);
  }
}
