package io.attest.explain.coalition;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.hipparchus.analysis.integration.gauss.GaussIntegrator;
import org.hipparchus.analysis.integration.gauss.GaussIntegratorFactory;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.CholeskyDecomposition;
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
    int m = pairs.size() + 1;
    double rho = 1.0 / n;
    List<BitSet> asked = new ArrayList<>(pairs);
    BitSet everybody = new BitSet(n);
    everybody.set(0, n);
    asked.add(everybody);
    double[] covariance = covariance(n, rho);
    double scale = covariance[0];
    double[][] k = new double[m][m];
    for (int a = 0; a < m; a++) {
      long[] left = asked.get(a).toLongArray();
      k[a][a] = 1 + JITTER;
      for (int b = 0; b < a; b++) {
        k[a][b] = covariance[difference(left, asked.get(b).toLongArray())] / scale;
        k[b][a] = k[a][b];
      }
    }
    // A pair says as much about the opposite: only half of the distances differ in size.
    double[][] right = new double[m][2 * n];
    double[][] cross = cross(n, rho);
    for (int a = 0; a < m; a++) {
      int size = asked.get(a).cardinality();
      for (int i = 0; i < n; i++) {
        boolean in = asked.get(a).get(i);
        right[a][i] = in ? 1 : -1;
        right[a][n + i] = (in ? cross[0][size] : -cross[1][size]) / scale;
      }
    }
    CholeskyDecomposition cholesky =
        new CholeskyDecomposition(new Array2DRowRealMatrix(k, false), 1e-12, 1e-15);
    factor = lower(cholesky.getL());
    double[][] solved =
        cholesky.getSolver().solve(new Array2DRowRealMatrix(right, false)).getData();
    double[][] information = new double[n][n];
    double[][] leak = new double[n][n];
    for (int a = 0; a < m; a++) {
      for (int i = 0; i < n; i++) {
        double f = right[a][i];
        for (int j = 0; j < n; j++) {
          information[i][j] += f * solved[a][j];
          // What the trend of player j adds to the kriged part of player i.
          leak[i][j] += right[a][j] * solved[a][n + i];
        }
      }
    }
    double trace = 0;
    for (int i = 0; i < n; i++) {
      trace += information[i][i];
      for (int j = 0; j < i; j++) {
        information[i][j] = information[j][i];
      }
    }
    for (int i = 0; i < n; i++) {
      information[i][i] += JITTER * trace / n;
    }
    RealMatrix inverse =
        new CholeskyDecomposition(new Array2DRowRealMatrix(information, false), 1e-12, 1e-300)
            .getSolver()
            .getInverse();
    trend = new double[n][m];
    operator = new double[n][m];
    spread = new double[n];
    double own = own(n, rho) / scale;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double w = inverse.getEntry(i, j);
        for (int a = 0; a < m; a++) {
          trend[i][a] += w * solved[a][j];
        }
      }
    }
    for (int i = 0; i < n; i++) {
      double[] missed = new double[n];
      for (int j = 0; j < n; j++) {
        missed[j] = (i == j ? 2 : 0) - leak[i][j];
        for (int a = 0; a < m; a++) {
          operator[i][a] += missed[j] * trend[j][a];
        }
      }
      double known = 0;
      for (int a = 0; a < m; a++) {
        operator[i][a] += solved[a][n + i];
        known += solved[a][n + i] * right[a][n + i];
      }
      double free = 0;
      for (int j = 0; j < n; j++) {
        for (int l = 0; l < n; l++) {
          free += missed[j] * inverse.getEntry(j, l) * missed[l];
        }
      }
      spread[i] = Math.max(0, own - known + free);
    }
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
