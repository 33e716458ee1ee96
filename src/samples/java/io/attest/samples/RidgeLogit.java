package io.attest.samples;

import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;

/**
 * Logistic regression with a ridge penalty by Newton's method (iteratively reweighted least
 * squares): minimises the sum of log losses + l2 / 2 x |b|^2, the intercept (column 0) free.
 */
final class RidgeLogit {
  private RidgeLogit() {}

  /**
   * @param design rows x terms, column 0 is 1
   * @param labels 0 or 1
   */
  static double[] fit(double[][] design, double[] labels, double l2) {
    int terms = design[0].length;
    RealVector b = new ArrayRealVector(terms);
    for (int step = 0; step < 100; step++) {
      RealVector gradient = new ArrayRealVector(terms);
      RealMatrix hessian = new Array2DRowRealMatrix(terms, terms);
      for (int m = 1; m < terms; m++) {
        gradient.setEntry(m, l2 * b.getEntry(m));
        hessian.setEntry(m, m, l2);
      }
      for (int i = 0; i < design.length; i++) {
        RealVector x = new ArrayRealVector(design[i], false);
        double p = 1 / (1 + Math.exp(-x.dotProduct(b)));
        gradient.combineToSelf(1, p - labels[i], x);
        for (int m = 0; m < terms; m++) {
          for (int n = 0; n < terms; n++) {
            hessian.addToEntry(m, n, p * (1 - p) * design[i][m] * design[i][n]);
          }
        }
      }
      RealVector newton = new CholeskyDecomposition(hessian, 1e-9, 1e-14).getSolver().solve(gradient);
      b = b.subtract(newton);
      if (newton.getLInfNorm() < 1e-13) {
        return b.toArray();
      }
    }
    throw new IllegalStateException("Newton's method did not settle.");
  }
}
