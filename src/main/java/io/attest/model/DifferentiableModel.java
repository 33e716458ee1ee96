package io.attest.model;

import java.util.Optional;

/**
 * A model whose outputs have gradients: by its inputs, which say where a prediction is steep, and
 * by its parameters, which say what the training rows did to it.
 *
 * <p>All inputs are numbers. At a kink (a rectifier at exactly 0) the gradient is the one from the
 * left. Raw outputs are those before {@link ModelInfo#link()}, so that the gradient of a loss by
 * the parameters is {@link #jacobianTransposed} times the gradient of the loss by the raw outputs.
 * As for predictions, a row's figures do not depend on the batch it comes in.
 */
public interface DifferentiableModel extends Model {

  /**
   * The gradients of the outputs by the inputs.
   *
   * @param rows rows x features of {@link ModelInfo#features()}
   * @param space of the outputs that are differentiated: before or after the link
   * @param out rows x outputs x features, row-major, written
   * @throws IllegalArgumentException if a value is missing that the model refuses
   */
  void gradients(Batch rows, OutputSpace space, double[] out);

  /** As above, into a new array. */
  default double[] gradients(Batch rows, OutputSpace space) {
    double[] out = new double[rows.rows() * info().outputs().size() * rows.features()];
    gradients(rows, space, out);
    return out;
  }

  /**
   * Where the raw outputs bend on the straight line from one row to another, if between the bends
   * they go straight, as those of networks of rectifiers do; absent if they curve.
   *
   * @param from as many numbers as there are features
   * @param to as many
   * @return shares of the way, ascending, above 0 and below 1; an output may go straight on at some
   */
  default Optional<double[]> bends(double[] from, double[] to) {
    return Optional.empty();
  }

  /** How many parameters training has chosen. */
  int parameterCount();

  /** The parameters that training has chosen, in an order of the model's own; a copy. */
  double[] parameters();

  /**
   * For each parameter, true if it is a bias: a constant that is added, which most penalties leave
   * out; false for a weight.
   */
  boolean[] biases();

  /**
   * The same model with other parameters; this one stays as it is. It has this one's {@link
   * #info()}, file hash included, so it must not leave the method that made it.
   *
   * @param parameters in the order of {@link #parameters()}
   * @throws IllegalArgumentException if there are more or fewer
   */
  DifferentiableModel withParameters(double[] parameters);

  /**
   * The Jacobian of the raw outputs by the parameters. It is large: for many rows, ask for products
   * with it instead.
   *
   * @param out rows x outputs x parameters, row-major, written
   */
  void jacobian(Batch rows, double[] out);

  /**
   * Jacobian x direction: how fast each raw output changes when the parameters move in a direction.
   * Needs no memory for the Jacobian.
   *
   * @param direction one number a parameter
   * @param out rows x outputs, row-major, written
   */
  void jacobianTimes(Batch rows, double[] direction, double[] out);

  /**
   * Transposed Jacobian x weights, summed over rows and outputs in the order of the rows. With the
   * gradient of each row's loss by its raw outputs as weights it is the gradient of the sum of
   * losses. Needs no memory for the Jacobian.
   *
   * @param weights rows x outputs, row-major
   * @param out one number a parameter, written
   */
  void jacobianTransposed(Batch rows, double[] weights, double[] out);
}
