package io.attest.model.network;

/**
 * Each column times a factor, plus a shift: scaling of the inputs, batch normalisation as it is
 * after training.
 *
 * @param factor one a column
 * @param shift one a column
 */
public record Scale(double[] factor, double[] shift) implements Layer {

  public Scale {
    Layer.check(factor.length == shift.length, "The shifts of a layer do not fit its factors.");
  }

  @Override
  public int inputs() {
    return factor.length;
  }

  @Override
  public int outputs() {
    return factor.length;
  }

  @Override
  public void forward(int rows, double[] in, double[] out) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < factor.length; j++) {
        out[i * factor.length + j] = in[i * factor.length + j] * factor[j] + shift[j];
      }
    }
  }

  @Override
  public void backward(int rows, double[] in, double[] out, double[] byOut, double[] byIn) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < factor.length; j++) {
        byIn[i * factor.length + j] = byOut[i * factor.length + j] * factor[j];
      }
    }
  }

  @Override
  public void tangent(int rows, double[] in, double[] out, double[] change, double[] changeOut) {
    backward(rows, in, out, change, changeOut);
  }
}
