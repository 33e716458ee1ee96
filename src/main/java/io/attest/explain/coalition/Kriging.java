package io.attest.explain.coalition;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.hipparchus.analysis.integration.gauss.GaussIntegrator;
import org.hipparchus.analysis.integration.gauss.GaussIntegratorFactory;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;

/**
 * Shapley values from pairs of complements: kernel SHAP's linear regression, and what it leaves
 * over explained as interactions of players by their covariance (universal kriging).
 *
 * <p>Shapley values depend only on the odd part of a game, {@code g(S) = (v(S) - v(N \ S)) / 2},
 * which is a sum over the sets T of 1, 3, 5... players of a coefficient times the product of their
 * signs (+1 in S, -1 outside). The coefficients of single players are free, as in kernel SHAP;
 * those of larger sets have mean 0 and variance {@code rho^|T|}, {@code rho = 1 / players}. Given
 * the worths that were asked for, the expected Shapley values are a fixed matrix times the worths,
 * computed once for all rows and outputs. The worth of all players is one of the observations, so
 * that values add up. The variance scale comes from the worths themselves, and gives the standard
 * errors.
 *
 * <p>Kernel SHAP: Lundberg and Lee, NeurIPS 2017; pairs and regression beyond first order:
 * Fumagalli et al., PolySHAP, ICLR 2026; kriging: Stein, Interpolation of Spatial Data, 1999.
 */
final class Kriging implements Design {
  /** So that rounding leaves the covariance positive definite. */
  private static final double JITTER = 1e-11;

  private static final double SYMMETRIC = 1e-12;

  private static final int NODES = 24;

  private final int players;
  private final List<BitSet> pairs;
  private final List<BitSet> coalitions = new ArrayList<>();

  /** Values are this times the observations: players x (pairs + 1). */
  private final double[][] operator;

  /** The linear part is this times the observations. */
  private final double[][] trend;

  /** Lower triangle of the Cholesky factor of the covariance, row by row. */
  private final double[][] factor;

  /** Squared standard errors for a variance scale of 1. */
  private final double[] spread;

  /**
   * @param players at least 2
   * @param pairs the one coalition of each pair; as many as there are players, or more
   */
  Kriging(int players, List<BitSet> pairs) {
    this.players = players;
    this.pairs = pairs;
    for (BitSet members : pairs) {
      coalitions.add(members);
      BitSet others = (BitSet) members.clone();
      others.flip(0, players);
      coalitions.add(others);
    }
    int n = players;
    double rho = 1.0 / n;
    List<BitSet> asked = new ArrayList<>(pairs);
    BitSet everybody = new BitSet(n);
    everybody.set(0, n);
    asked.add(everybody);
    double[] covariance = covariance(n, rho);
    // In units of the variance of an observation.
    double unit = covariance[0];
    CholeskyDecomposition cholesky =
        new CholeskyDecomposition(observations(asked, covariance, unit), SYMMETRIC, 1e-15);
    factor = lower(cholesky.getL());
    RealMatrix signs = signs(asked, n);
    RealMatrix cross = cross(asked, n, rho, unit);
    RealMatrix solvedSigns = cholesky.getSolver().solve(signs);
    RealMatrix weights = cholesky.getSolver().solve(cross).transpose();
    RealMatrix inverse = inverse(signs.transposeMultiply(solvedSigns));
    RealMatrix linear = inverse.multiplyTransposed(solvedSigns);
    // A player's value is twice its own sign's coefficient, and what is kriged of the rest.
    RealMatrix missed =
        MatrixUtils.createRealIdentityMatrix(n).scalarMultiply(2).subtract(weights.multiply(signs));
    trend = linear.getData();
    operator = missed.multiply(linear).add(weights).getData();
    spread = new double[n];
    RealMatrix free = missed.multiply(inverse);
    double own = own(n, rho) / unit;
    for (int i = 0; i < n; i++) {
      spread[i] =
          Math.max(
              0,
              own
                  - weights.getRowVector(i).dotProduct(cross.getColumnVector(i))
                  + free.getRowVector(i).dotProduct(missed.getRowVector(i)));
    }
  }

  /** Covariance of the observations. */
  private static RealMatrix observations(List<BitSet> asked, double[] covariance, double unit) {
    int m = asked.size();
    long[][] members = asked.stream().map(BitSet::toLongArray).toArray(long[][]::new);
    double[][] out = new double[m][m];
    for (int a = 0; a < m; a++) {
      out[a][a] = 1 + JITTER;
      for (int b = 0; b < a; b++) {
        out[a][b] = covariance[difference(members[a], members[b])] / unit;
        out[b][a] = out[a][b];
      }
    }
    return new Array2DRowRealMatrix(out, false);
  }

  /** +1 for members, -1 for others: observations x players. */
  private static RealMatrix signs(List<BitSet> asked, int n) {
    double[][] out = new double[asked.size()][n];
    for (int a = 0; a < out.length; a++) {
      for (int i = 0; i < n; i++) {
        out[a][i] = asked.get(a).get(i) ? 1 : -1;
      }
    }
    return new Array2DRowRealMatrix(out, false);
  }

  /** Covariance of the observations with the values: observations x players. */
  private static RealMatrix cross(List<BitSet> asked, int n, double rho, double unit) {
    double[][] bySize = cross(n, rho);
    double[][] out = new double[asked.size()][n];
    for (int a = 0; a < out.length; a++) {
      int size = asked.get(a).cardinality();
      for (int i = 0; i < n; i++) {
        out[a][i] = (asked.get(a).get(i) ? bySize[0][size] : -bySize[1][size]) / unit;
      }
    }
    return new Array2DRowRealMatrix(out, false);
  }

  /** Of the information on the linear part, which few pairs may leave singular. */
  private static RealMatrix inverse(RealMatrix information) {
    int n = information.getRowDimension();
    double ridge = JITTER * information.getTrace() / n;
    double[][] even = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        even[i][j] = (information.getEntry(i, j) + information.getEntry(j, i)) / 2;
      }
      even[i][i] += ridge;
    }
    return new CholeskyDecomposition(new Array2DRowRealMatrix(even, false), SYMMETRIC, 1e-300)
        .getSolver()
        .getInverse();
  }

  private static int difference(long[] a, long[] b) {
    int out = 0;
    for (int w = 0; w < Math.max(a.length, b.length); w++) {
      out += Long.bitCount((w < a.length ? a[w] : 0) ^ (w < b.length ? b[w] : 0));
    }
    return out;
  }

  private static double[][] lower(RealMatrix l) {
    double[][] out = new double[l.getRowDimension()][];
    for (int a = 0; a < out.length; a++) {
      out[a] = java.util.Arrays.copyOf(l.getRow(a), a + 1);
    }
    return out;
  }

  /** Covariance of the odd part, without single players, by how many players differ. */
  private static double[] covariance(int n, double rho) {
    double[] out = new double[n + 1];
    for (int h = 0; h <= n; h++) {
      double same = Math.pow(1 + rho, n - h) * Math.pow(1 - rho, h);
      double opposite = Math.pow(1 - rho, n - h) * Math.pow(1 + rho, h);
      out[h] = (same - opposite) / 2 - rho * (n - 2 * h);
    }
    return out;
  }

  /**
   * Covariance of a player's value with the worth of a coalition, by the coalition's size: [0] for
   * a member, [1] the negative of that for another player.
   */
  private static double[][] cross(int n, double rho) {
    GaussIntegrator line = new GaussIntegratorFactory().legendre(NODES, 0, 1);
    double[][] out = new double[2][n + 1];
    for (int size = 0; size <= n; size++) {
      int in = size;
      for (int side = 0; side < 2; side++) {
        int plus = side == 0 ? in - 1 : in;
        int minus = n - 1 - plus;
        out[side][size] =
            plus < 0 || minus < 0
                ? 0
                : 2 * rho * line.integrate(t -> even(t * rho, plus, minus) - 1);
      }
    }
    return out;
  }

  private static double even(double t, int plus, int minus) {
    return (Math.pow(1 + t, plus) * Math.pow(1 - t, minus)
            + Math.pow(1 - t, plus) * Math.pow(1 + t, minus))
        / 2;
  }

  /** Variance of a player's value: sum over the sets of 3, 5... that it is in of (2 / size)^2. */
  private static double own(int n, double rho) {
    double sum = 0;
    double sets = rho;
    for (int size = 1; size <= n; size++) {
      if (size >= 3 && size % 2 == 1) {
        sum += 4.0 / size / size * sets;
      }
      sets *= rho * (n - size) / size;
    }
    return sum;
  }

  @Override
  public List<BitSet> coalitions() {
    return coalitions;
  }

  @Override
  public void solve(
      double[] worths, double empty, double full, double[] values, double[] variances) {
    int m = pairs.size() + 1;
    double[] y = new double[m];
    for (int a = 0; a < m - 1; a++) {
      y[a] = (worths[2 * a] - worths[2 * a + 1]) / 2;
    }
    y[m - 1] = (full - empty) / 2;
    double[] linear = new double[players];
    double left = full - empty;
    for (int i = 0; i < players; i++) {
      values[i] = dot(operator[i], y, m);
      linear[i] = dot(trend[i], y, m);
      left -= values[i];
    }
    // Rounding, and the jitter.
    for (int i = 0; i < players; i++) {
      values[i] += left / players;
    }
    double scale = scale(y, linear);
    for (int i = 0; i < players; i++) {
      variances[i] = scale * spread[i];
    }
  }

  /** The variance scale under which what the linear part leaves over is most likely. */
  private double scale(double[] y, double[] linear) {
    int m = y.length;
    if (m <= players) {
      return Double.NaN;
    }
    double[] white = new double[m];
    double sum = 0;
    for (int a = 0; a < m; a++) {
      double rest = y[a];
      for (int i = 0; i < players; i++) {
        boolean in = a == m - 1 || pairs.get(a).get(i);
        rest -= in ? linear[i] : -linear[i];
      }
      white[a] = (rest - dot(factor[a], white, a)) / factor[a][a];
      sum += white[a] * white[a];
    }
    return sum / (m - players);
  }

  private static double dot(double[] a, double[] b, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < n; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < n; i++) {
      s0 += a[i] * b[i];
    }
    return s0 + s1 + (s2 + s3);
  }
}
