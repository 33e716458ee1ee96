package io.attest.explain;

import java.util.List;

/**
 * For each row a straight line that stands in for the model near that row.
 *
 * <p>The line knows a number in standard deviations of the background from its mean, and a category
 * as 1 where it is the row's own and 0 where it is another; a missing value is the row's own
 * "category". So a coefficient is what one standard deviation more, or the row's own category in
 * place of others, does to the output, in the space of the provenance.
 *
 * @param features names, one a column
 * @param outputs names of the outputs
 * @param rows number of rows explained
 * @param coefficients rows x features x outputs, row-major
 * @param low lower end of the 95 % interval of each coefficient: what other draws might have given
 * @param high upper end
 * @param contrasts rows x features: how far the row is from the mean of the background, on the
 *     scale of the coefficients
 * @param intercepts rows x outputs: the line with every number at its mean and every category
 *     another than the row's own
 * @param localPredictions rows x outputs: the line at the row
 * @param predictions rows x outputs: what the model itself says
 * @param r2 rows x outputs: share of the variance near the row that the line explains, 1 at best;
 *     NaN where the model says the same everywhere near the row
 * @param stability rows x outputs, 0 to 1: how much of the features with the largest coefficients
 *     two halves of the draws agree on
 * @param widthAgreement rows x outputs, -1 to 1: the smaller cosine between these coefficients and
 *     those of half and of double the kernel width; NaN where it cannot be told
 */
public record LocalSurrogate(
    Provenance provenance,
    List<String> features,
    List<String> outputs,
    int rows,
    double[] coefficients,
    double[] low,
    double[] high,
    double[] contrasts,
    double[] intercepts,
    double[] localPredictions,
    double[] predictions,
    double[] r2,
    double[] stability,
    double[] widthAgreement)
    implements Explanation {

  public LocalSurrogate {
    features = List.copyOf(features);
    outputs = List.copyOf(outputs);
    int cells = rows * outputs.size();
    int all = cells * features.size();
    if (coefficients.length != all
        || low.length != all
        || high.length != all
        || contrasts.length != rows * features.size()
        || intercepts.length != cells
        || localPredictions.length != cells
        || predictions.length != cells
        || r2.length != cells
        || stability.length != cells
        || widthAgreement.length != cells) {
      throw new IllegalArgumentException("The arrays of a local surrogate do not fit its shape.");
    }
  }

  public double coefficient(int row, int feature, int output) {
    return coefficients[(row * features.size() + feature) * outputs.size() + output];
  }

  /**
   * What each feature adds to the line on the way from the mean of the background to the row:
   * coefficient x contrast. The base value is the line at the mean; the residual is what the line
   * misses of the model's prediction.
   */
  public Attribution contributions() {
    int p = features.size();
    int k = outputs.size();
    double[] values = new double[coefficients.length];
    double[] base = localPredictions.clone();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < p; j++) {
        for (int o = 0; o < k; o++) {
          int at = (i * p + j) * k + o;
          values[at] = coefficients[at] * contrasts[i * p + j];
          base[i * k + o] -= values[at];
        }
      }
    }
    return new Attribution(provenance, features, outputs, rows, values, base, predictions);
  }
}
