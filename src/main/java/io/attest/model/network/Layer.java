package io.attest.model.network;

/**
 * One step of a network, for many rows at a time. Arrays are rows x inputs or rows x outputs,
 * row-major, and may be longer than that. What a layer writes of a row depends on that row alone.
 */
public sealed interface Layer permits Activation, Dense, Scale, Select, Softmax {

  int inputs();

  int outputs();

  /** Writes the outputs. */
  void forward(int rows, double[] in, double[] out);

  /**
   * Writes the transposed Jacobian x {@code byOut}: from gradients by the outputs to gradients by
   * the inputs.
   *
   * @param in what went in
   * @param out what came out
   */
  void backward(int rows, double[] in, double[] out, double[] byOut, double[] byIn);

  /** Writes the Jacobian x {@code change}: how the outputs move when the inputs do. */
  void tangent(int rows, double[] in, double[] out, double[] change, double[] changeOut);

  /**
   * Refuses what does not fit.
   *
   * @throws IllegalArgumentException with this message
   */
  static void check(boolean fits, String message) {
    if (!fits) {
      throw new IllegalArgumentException(message);
    }
  }
}
