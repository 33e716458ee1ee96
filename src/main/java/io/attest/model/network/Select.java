package io.attest.model.network;

import java.util.Arrays;

/**
 * Takes columns in another order, some perhaps twice and others never.
 *
 * @param inputs how many columns there are
 * @param chosen for each output its column
 */
public record Select(int inputs, int[] chosen) implements Layer {

  public Select {
    Layer.check(
        Arrays.stream(chosen).allMatch(c -> c >= 0 && c < inputs), "There is no such column.");
  }

  @Override
  public int outputs() {
    return chosen.length;
  }

  @Override
  public void forward(int rows, double[] in, double[] out) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < chosen.length; j++) {
        out[i * chosen.length + j] = in[i * inputs + chosen[j]];
      }
    }
  }

  @Override
  public void backward(int rows, double[] in, double[] out, double[] byOut, double[] byIn) {
    Arrays.fill(byIn, 0, rows * inputs, 0);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < chosen.length; j++) {
        byIn[i * inputs + chosen[j]] += byOut[i * chosen.length + j];
      }
    }
  }

  @Override
  public void tangent(int rows, double[] in, double[] out, double[] change, double[] changeOut) {
    forward(rows, change, changeOut);
  }
}
