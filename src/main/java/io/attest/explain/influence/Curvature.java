package io.attest.explain.influence;

import java.util.ArrayList;
import java.util.List;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;

/**
 * The inverse of a symmetric positive matrix of terms x terms, and the terms to blame where there
 * is none. Works on the matrix scaled to a diagonal of ones, so that the units of the terms do not
 * matter.
 */
final class Curvature {
  private static final double SINGULAR = 1e-13;

  private Curvature() {}

  /**
   * @param matrix changed by this method
   * @param terms names for the message
   * @throws IllegalArgumentException naming the terms that the rows cannot tell apart
   */
  static double[][] inverse(double[][] matrix, List<String> terms) {
    int q = matrix.length;
    double[] scale = new double[q];
    List<String> absent = new ArrayList<>();
    for (int j = 0; j < q; j++) {
      if (!(matrix[j][j] > 0)) {
        absent.add(terms.get(j));
      }
      scale[j] = 1 / Math.sqrt(matrix[j][j]);
    }
    if (!absent.isEmpty()) {
      throw new IllegalArgumentException(
          "No training row tells anything about "
              + absent
              + ": each is 0 in every row. Maybe the training rows are not those of the fit, or the"
              + " fit had a penalty (l2) that the model file does not state.");
    }
    for (int j = 0; j < q; j++) {
      for (int k = 0; k < q; k++) {
        matrix[j][k] *= scale[j] * scale[k];
      }
    }
    RealMatrix scaled = MatrixUtils.createRealMatrix(matrix);
    EigenDecompositionSymmetric eigen = new EigenDecompositionSymmetric(scaled);
    if (eigen.getEigenvalue(q - 1) < SINGULAR * q) {
      throw new IllegalArgumentException(
          "The training rows cannot tell apart "
              + together(eigen.getEigenvector(q - 1).toArray(), terms)
              + ": one follows exactly from the others. Leave one level of each category out of the"
              + " model, or state the penalty (l2) that the fit used.");
    }
    double[][] inverse =
        new CholeskyDecomposition(scaled, 1e-9, 0).getSolver().getInverse().getData();
    for (int j = 0; j < q; j++) {
      for (int k = 0; k < q; k++) {
        inverse[j][k] *= scale[j] * scale[k];
      }
    }
    return inverse;
  }

  private static List<String> together(double[] vector, List<String> terms) {
    double largest = 0;
    for (double v : vector) {
      largest = Math.max(largest, Math.abs(v));
    }
    List<String> out = new ArrayList<>();
    for (int j = 0; j < vector.length; j++) {
      if (Math.abs(vector[j]) > 1e-3 * largest) {
        out.add(terms.get(j));
      }
    }
    return out;
  }

  static double[] times(double[][] matrix, double[] vector) {
    double[] out = new double[vector.length];
    for (int j = 0; j < out.length; j++) {
      out[j] = dot(matrix[j], vector);
    }
    return out;
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < b.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }
}
