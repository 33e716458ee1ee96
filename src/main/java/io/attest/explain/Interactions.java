package io.attest.explain;

import java.util.List;

/**
 * How much pairs of features added to each prediction: prediction = base value + sum over all i and
 * j + residual.
 *
 * @param features names
 * @param outputs names of the outputs
 * @param rows number of rows explained
 * @param values rows x pairs x outputs, row-major; the pairs are (0,0), (0,1), ... (0,p-1), (1,1),
 *     ...: the matrix is symmetric, an off-diagonal value stands for both its places
 * @param baseValues what a prediction starts from, one an output
 * @param predictions what the model itself says, rows x outputs
 */
public record Interactions(
    Provenance provenance,
    List<String> features,
    List<String> outputs,
    int rows,
    double[] values,
    double[] baseValues,
    double[] predictions)
    implements Explanation, Additive {

  public Interactions {
    features = List.copyOf(features);
    outputs = List.copyOf(outputs);
    int pairs = features.size() * (features.size() + 1) / 2;
    if (values.length != rows * pairs * outputs.size()
        || predictions.length != rows * outputs.size()
        || baseValues.length != outputs.size()) {
      throw new IllegalArgumentException("The arrays of interactions do not fit their shape.");
    }
  }

  /** The value at one place of the matrix: off the diagonal half of what the pair adds. */
  public double value(int row, int i, int j, int output) {
    int p = features.size();
    int low = Math.min(i, j);
    int high = Math.max(i, j);
    int pair = low * p - low * (low - 1) / 2 + (high - low);
    return values[(row * (p * (p + 1) / 2) + pair) * outputs.size() + output];
  }

  @Override
  public double prediction(int row, int output) {
    return predictions[row * outputs.size() + output];
  }

  /** Prediction minus base value minus the sum of the matrix: zero but for rounding. */
  @Override
  public double residual(int row, int output) {
    double sum = baseValues[output];
    for (int i = 0; i < features.size(); i++) {
      for (int j = i; j < features.size(); j++) {
        sum += (i == j ? 1 : 2) * value(row, i, j, output);
      }
    }
    return prediction(row, output) - sum;
  }
}
