package io.attest.explain.lime;

import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;

/**
 * Weighted ridge regression by its closed form, for several outputs at once: the coefficients that
 * make the sum of w (y - intercept - x b)^2 + alpha |b|^2 smallest. The intercept is not shrunk.
 *
 * <p>Kept as sums, so that rows can be added one after the other and parts of them put together.
 * The sums are taken from the first row on, so that large values far from 0 cost no digits. A
 * column that is the same in all rows gets the coefficient 0. Not thread-safe.
 *
 * @see <a href="https://doi.org/10.1080/00401706.1970.10488634">Hoerl and Kennard 1970, Ridge
 *     Regression</a>
 */
public final class WeightedRidge {
  private final int p;
  private final int k;
  private final double[] origin;
  private final double[] outputOrigin;
  private double weight;
  private double squaredWeight;
  private final double[] x;
  private final double[] y;

  /** Upper triangle, row by row. */
  private final double[] xx;

  private final double[] xy;
  private final double[] yy;
  private final double[] dx;
  private final double[] dy;

  /**
   * @param origin one a column: where the sums are taken from
   * @param outputOrigin one an output
   */
  public WeightedRidge(double[] origin, double[] outputOrigin) {
    p = origin.length;
    k = outputOrigin.length;
    this.origin = origin.clone();
    this.outputOrigin = outputOrigin.clone();
    x = new double[p];
    y = new double[k];
    xx = new double[p * (p + 1) / 2];
    xy = new double[p * k];
    yy = new double[k];
    dx = new double[p];
    dy = new double[k];
  }

  /**
   * Fits a whole table.
   *
   * @param design rows x columns
   * @param weights one a row
   * @param outputs rows x number of outputs
   * @param alpha how strongly coefficients are shrunk, 0 or more
   * @throws IllegalArgumentException if there is no weight, or no single solution
   */
  public static Fit fit(double[][] design, double[] weights, double[][] outputs, double alpha) {
    if (design.length == 0) {
      throw new IllegalArgumentException("There is no row to fit.");
    }
    WeightedRidge ridge = new WeightedRidge(design[0], outputs[0]);
    for (int i = 0; i < design.length; i++) {
      ridge.add(design[i], weights[i], outputs[i], 0);
    }
    return ridge.fit(alpha);
  }

  /**
   * Adds a row.
   *
   * @param outputs the row's outputs, from index {@code from} on
   */
  void add(double[] row, double w, double[] outputs, int from) {
    for (int j = 0; j < p; j++) {
      dx[j] = row[j] - origin[j];
      x[j] += w * dx[j];
    }
    for (int o = 0; o < k; o++) {
      dy[o] = outputs[from + o] - outputOrigin[o];
      y[o] += w * dy[o];
      yy[o] += w * dy[o] * dy[o];
    }
    for (int i = 0, at = 0; i < p; i++) {
      double wi = w * dx[i];
      for (int j = i; j < p; j++) {
        xx[at++] += wi * dx[j];
      }
      for (int o = 0; o < k; o++) {
        xy[i * k + o] += wi * dy[o];
      }
    }
    weight += w;
    squaredWeight += w * w;
  }

  /** Adds what another with the same origins has, {@code times} times: -1 takes it away. */
  void add(WeightedRidge other, int times) {
    weight += times * other.weight;
    squaredWeight += times * other.squaredWeight;
    add(x, other.x, times);
    add(y, other.y, times);
    add(xx, other.xx, times);
    add(xy, other.xy, times);
    add(yy, other.yy, times);
  }

  private static void add(double[] to, double[] from, int times) {
    for (int i = 0; i < to.length; i++) {
      to[i] += times * from[i];
    }
  }

  /** How many rows of equal weight would tell as much. */
  double effectiveRows() {
    return weight * weight / squaredWeight;
  }

  /** See {@link #fit(double[][], double[], double[][], double)}. */
  Fit fit(double alpha) {
    if (!(weight > 0)) {
      throw new IllegalArgumentException("All rows have the weight 0.");
    }
    double[][] a = new double[p][p];
    for (int i = 0, at = 0; i < p; i++) {
      for (int j = i; j < p; j++, at++) {
        a[i][j] = xx[at] - x[i] * x[j] / weight;
        a[j][i] = a[i][j];
      }
    }
    boolean[] constant = new boolean[p];
    for (int i = 0; i < p; i++) {
      // What is left of the square by rounding alone.
      constant[i] = a[i][i] <= 1e-14 * (a[i][i] + x[i] * x[i] / weight);
    }
    double[][] penalised = new double[p][];
    for (int i = 0; i < p; i++) {
      penalised[i] = a[i].clone();
      for (int j = 0; j < p; j++) {
        if (constant[i] || constant[j]) {
          penalised[i][j] = 0;
        }
      }
      penalised[i][i] = constant[i] ? 1 : a[i][i] + alpha;
    }
    double[][] right = new double[k][p];
    for (int o = 0; o < k; o++) {
      for (int i = 0; i < p; i++) {
        right[o][i] = constant[i] ? 0 : xy[i * k + o] - x[i] * y[o] / weight;
      }
    }
    double[][] solved = solve(penalised, right);
    double[] intercepts = new double[k];
    double[] r2 = new double[k];
    for (int o = 0; o < k; o++) {
      double[] b = solved[o];
      double intercept = outputOrigin[o] + y[o] / weight;
      double explained = 0;
      for (int i = 0; i < p; i++) {
        intercept -= b[i] * (origin[i] + x[i] / weight);
        double ab = 0;
        for (int j = 0; j < p; j++) {
          ab += a[i][j] * b[j];
        }
        explained += b[i] * (2 * right[o][i] - ab);
      }
      double all = yy[o] - y[o] * y[o] / weight;
      boolean level = all <= 1e-14 * yy[o];
      intercepts[o] = intercept;
      r2[o] = level ? Double.NaN : explained / all;
    }
    return new Fit(intercepts, solved, r2);
  }

  private static double[][] solve(double[][] a, double[][] right) {
    double[][] solved = new double[right.length][];
    if (a.length == 0) {
      return right;
    }
    try {
      RealMatrix matrix = MatrixUtils.createRealMatrix(a);
      var solver = new CholeskyDecomposition(matrix, 1e-9, 1e-12).getSolver();
      for (int o = 0; o < right.length; o++) {
        RealVector b = solver.solve(new ArrayRealVector(right[o], false));
        solved[o] = b.toArray();
      }
      return solved;
    } catch (MathRuntimeException e) {
      throw new IllegalArgumentException(
          "The columns depend on each other, so that there is no single line. Maybe alpha must be"
              + " above 0.",
          e);
    }
  }

  /**
   * A fitted line for each output.
   *
   * @param intercepts one an output
   * @param coefficients outputs x columns
   * @param r2 one an output: share of the weighted variance explained; NaN where the output does
   *     not vary
   */
  public record Fit(double[] intercepts, double[][] coefficients, double[] r2) {

    /** The line of an output at a row. */
    public double at(double[] row, int output) {
      double sum = intercepts[output];
      for (int j = 0; j < row.length; j++) {
        sum += coefficients[output][j] * row[j];
      }
      return sum;
    }
  }
}
