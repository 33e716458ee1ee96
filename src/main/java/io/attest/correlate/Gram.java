package io.attest.correlate;

import io.attest.explain.Progress;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * All sums of products of a set of columns in one pass over the rows. Rows go in blocks that fit
 * the processor's cache: with hundreds of columns, memory is the bottleneck otherwise.
 */
final class Gram {
  private static final int BLOCK = 512;

  private Gram() {}

  /**
   * @param columns gives for each column its (centred) value at a row
   * @param rows which rows to sum over
   * @return columns x columns, symmetric
   */
  static double[][] of(List<IntToDoubleFunction> columns, int[] rows, Progress progress) {
    int p = columns.size();
    double[][] sums = new double[p][p];
    double[][] block = new double[p][BLOCK];
    for (int start = 0; start < rows.length; start += BLOCK) {
      progress.check();
      int length = Math.min(BLOCK, rows.length - start);
      for (int j = 0; j < p; j++) {
        IntToDoubleFunction column = columns.get(j);
        for (int i = 0; i < length; i++) {
          block[j][i] = column.applyAsDouble(rows[start + i]);
        }
      }
      for (int j = 0; j < p; j++) {
        for (int k = j; k < p; k++) {
          sums[j][k] += dot(block[j], block[k], length);
        }
      }
    }
    for (int j = 0; j < p; j++) {
      for (int k = 0; k < j; k++) {
        sums[j][k] = sums[k][j];
      }
    }
    return sums;
  }

  /** Four sums side by side: one sum alone would wait for itself at every addition. */
  private static double dot(double[] a, double[] b, int length) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < length; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < length; i++) {
      s0 += a[i] * b[i];
    }
    return s0 + s1 + (s2 + s3);
  }
}
