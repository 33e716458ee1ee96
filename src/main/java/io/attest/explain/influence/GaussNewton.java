package io.attest.explain.influence;

import io.attest.explain.Progress;
import io.attest.model.Batch;
import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.DecompositionSolver;
import org.hipparchus.linear.MatrixUtils;

/**
 * The damped Gauss-Newton matrix of a {@link Landscape}, G = sum of J'CJ over the rows + penalty +
 * damping, with J a row's Jacobian and C the curvature of its loss by its raw outputs; as equations
 * to solve.
 *
 * @see <a href="https://arxiv.org/abs/1412.1193">Martens 2020, New Insights and Perspectives on the
 *     Natural Gradient Method</a>
 */
interface GaussNewton {

  /** The x with G x = b. */
  double[] solve(double[] b, Progress progress);

  /** What each solution may be off: the largest |b - Gx| / |b| so far. */
  double residual();

  /** By a Cholesky decomposition of the whole matrix. */
  final class Dense implements GaussNewton {
    private static final double SINGULAR = 1e-13;

    private final DecompositionSolver solver;

    /**
     * @throws IllegalArgumentException if the matrix has no inverse
     */
    private Dense(double[][] matrix) {
      double largest = 0;
      for (int j = 0; j < matrix.length; j++) {
        largest = Math.max(largest, matrix[j][j]);
      }
      try {
        solver =
            new CholeskyDecomposition(
                    MatrixUtils.createRealMatrix(matrix), 1e-6, SINGULAR * largest)
                .getSolver();
      } catch (MathRuntimeException e) {
        throw new IllegalArgumentException(
            "The training rows do not decide every parameter, so there is no single best fit. Give a"
                + " damping above 0.",
            e);
      }
    }

    @Override
    public double[] solve(double[] b, Progress progress) {
      return solver.solve(MatrixUtils.createRealVector(b)).toArray();
    }

    @Override
    public double residual() {
      return 0;
    }
  }

  /** By conjugate gradients. */
  final class Iterated implements GaussNewton {
    private static final double TOLERANCE = 1e-8;

    private final Landscape landscape;
    private final double[] raw;
    private final double damping;
    private final int steps;
    private double worst;

    private Iterated(Landscape landscape, double[] raw, double damping, int steps) {
      this.landscape = landscape;
      this.raw = raw;
      this.damping = damping;
      this.steps = steps;
    }

    @Override
    public double[] solve(double[] b, Progress progress) {
      double[] x = new double[b.length];
      double[] r = b.clone();
      double[] d = b.clone();
      double square = Curvature.dot(r, r);
      double start = Math.sqrt(square);
      for (int step = 0; step < steps && Math.sqrt(square) > TOLERANCE * start; step++) {
        double[] gd = times(d, progress);
        double length = square / Curvature.dot(d, gd);
        for (int j = 0; j < x.length; j++) {
          x[j] += length * d[j];
          r[j] -= length * gd[j];
        }
        double next = Curvature.dot(r, r);
        for (int j = 0; j < x.length; j++) {
          d[j] = r[j] + next / square * d[j];
        }
        square = next;
      }
      note(start == 0 ? 0 : Math.sqrt(square) / start);
      return x;
    }

    private synchronized void note(double residual) {
      worst = Math.max(worst, residual);
    }

    @Override
    public synchronized double residual() {
      return worst;
    }

    private double[] times(double[] direction, Progress progress) {
      int outputs = landscape.outputs();
      double[] moved = landscape.times(direction, progress);
      double[] curved = new double[moved.length];
      double[] p = new double[outputs];
      for (int i = 0; i < landscape.rows(); i++) {
        landscape.objective().response(raw, i * outputs, p);
        landscape.curved(p, moved, i * outputs, curved, i * outputs);
      }
      double[] out = landscape.transposed(landscape.model(), curved, progress);
      for (int j = 0; j < out.length; j++) {
        out[j] += (landscape.penalty()[j] + damping) * direction[j];
      }
      return out;
    }
  }

  /** By conjugate gradients in at most {@code steps} steps. */
  static GaussNewton iterated(Landscape landscape, double[] raw, double damping, int steps) {
    return new Iterated(landscape, raw, damping, steps);
  }

  /** By a Cholesky decomposition of {@link #matrix}. */
  static GaussNewton dense(double[][] matrix, double[] penalty, double damping) {
    double[][] damped = new double[matrix.length][];
    for (int j = 0; j < damped.length; j++) {
      damped[j] = matrix[j].clone();
      damped[j][j] += penalty[j] + damping;
    }
    return new Dense(damped);
  }

  /** The matrix without penalty and damping. */
  static double[][] matrix(Landscape landscape, double[] raw, Progress progress) {
    int q = landscape.penalty().length;
    int outputs = landscape.outputs();
    double[][] matrix = new double[q][q];
    double[] p = new double[outputs];
    int row = 0;
    for (Batch block : landscape.blocks()) {
      int size = Math.max(1, Math.min(block.rows(), 4_000_000 / (q * outputs)));
      for (int from = 0; from < block.rows(); from += size) {
        progress.check();
        int[] part =
            java.util.stream.IntStream.range(from, Math.min(block.rows(), from + size)).toArray();
        double[] jacobian = new double[part.length * outputs * q];
        landscape.model().jacobian(block.select(part), jacobian);
        for (int i = 0; i < part.length; i++, row++) {
          landscape.objective().response(raw, row * outputs, p);
          add(landscape.objective(), p, jacobian, i * outputs * q, matrix);
        }
      }
    }
    for (int j = 0; j < q; j++) {
      for (int k = 0; k < j; k++) {
        matrix[k][j] = matrix[j][k];
      }
    }
    return matrix;
  }

  private static void add(
      Objective objective, double[] p, double[] jacobian, int at, double[][] matrix) {
    int q = matrix.length;
    double[] curved = new double[q];
    for (int a = 0; a < p.length; a++) {
      for (int j = 0; j < q; j++) {
        curved[j] = 0;
      }
      for (int b = 0; b < p.length; b++) {
        double c = objective.slope(p, a, b);
        for (int j = 0; j < q && c != 0; j++) {
          curved[j] += c * jacobian[at + b * q + j];
        }
      }
      for (int j = 0; j < q; j++) {
        double x = jacobian[at + a * q + j];
        if (x != 0) {
          double[] row = matrix[j];
          for (int k = 0; k <= j; k++) {
            row[k] += x * curved[k];
          }
        }
      }
    }
  }
}
