package io.attest.explain;

import java.util.List;

/**
 * How much each feature added to each prediction: prediction = base value + sum of contributions +
 * residual.
 *
 * @param features names, one a column
 * @param outputs names of the outputs
 * @param rows number of rows explained
 * @param values contributions, rows x features x outputs, row-major, in the space of the provenance
 * @param baseValues what a prediction starts from: one an output, or rows x outputs where it
 *     depends on the row
 * @param predictions what the model itself says, rows x outputs
 */
public record Attribution(
    Provenance provenance,
    List<String> features,
    List<String> outputs,
    int rows,
    double[] values,
    double[] baseValues,
    double[] predictions)
    implements Explanation, Additive {

  public Attribution {
    features = List.copyOf(features);
    outputs = List.copyOf(outputs);
    if (values.length != rows * features.size() * outputs.size()
        || predictions.length != rows * outputs.size()
        || (baseValues.length != outputs.size() && baseValues.length != rows * outputs.size())) {
      throw new IllegalArgumentException("The arrays of an attribution do not fit its shape.");
    }
  }

  public double value(int row, int feature, int output) {
    return values[(row * features.size() + feature) * outputs.size() + output];
  }

  public double base(int row, int output) {
    int n = outputs.size();
    return baseValues[baseValues.length == n ? output : row * n + output];
  }

  @Override
  public double prediction(int row, int output) {
    return predictions[row * outputs.size() + output];
  }

  /** Prediction minus base value minus the sum of contributions: zero but for rounding. */
  @Override
  public double residual(int row, int output) {
    double sum = base(row, output);
    for (int j = 0; j < features.size(); j++) {
      sum += value(row, j, output);
    }
    return prediction(row, output) - sum;
  }

  /** Mean absolute contribution of each feature to one output: the usual global figure. */
  public double[] meanAbsolute(int output) {
    double[] mean = new double[features.size()];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < mean.length; j++) {
        mean[j] += Math.abs(value(i, j, output));
      }
    }
    for (int j = 0; j < mean.length; j++) {
      mean[j] /= Math.max(1, rows);
    }
    return mean;
  }
}
