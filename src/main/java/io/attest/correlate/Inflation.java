package io.attest.correlate;

import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;

/**
 * Variance inflation: the diagonal of the inverse of the correlation matrix. By eigenvectors,
 * because those of eigenvalue 0 tell which columns are exact combinations of each other, and the
 * others keep a finite figure.
 *
 * @see <a href="https://doi.org/10.1002/0471725153">Belsley, Kuh and Welsch 1980, Regression
 *     Diagnostics</a>
 */
final class Inflation {
  /** An eigenvalue below this is 0: figures above 1e10 would be rounding errors. */
  private static final double NOTHING = 1e-10;

  private Inflation() {}

  /**
   * @param products sums of products of centred columns; none constant
   * @return one figure a column, infinite for exact combinations of others
   */
  static double[] of(double[][] products) {
    int p = products.length;
    double[][] correlation = new double[p][p];
    for (int j = 0; j < p; j++) {
      for (int k = 0; k < p; k++) {
        correlation[j][k] =
            j == k ? 1 : products[j][k] / Math.sqrt(products[j][j]) / Math.sqrt(products[k][k]);
      }
    }
    double[] vif = new double[p];
    if (p == 0) {
      return vif;
    }
    EigenDecompositionSymmetric eigen =
        new EigenDecompositionSymmetric(MatrixUtils.createRealMatrix(correlation));
    for (int k = 0; k < p; k++) {
      double value = eigen.getEigenvalue(k);
      for (int j = 0; j < p; j++) {
        double q = eigen.getEigenvector(k).getEntry(j);
        if (value >= NOTHING) {
          vif[j] += q * q / value;
        } else if (Math.abs(q) > 1e-5) {
          vif[j] = Double.POSITIVE_INFINITY;
        }
      }
    }
    for (int j = 0; j < p; j++) {
      vif[j] = Math.max(1, vif[j]);
    }
    return vif;
  }
}
