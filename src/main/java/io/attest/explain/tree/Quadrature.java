package io.attest.explain.tree;

/**
 * Nodes and weights of a rule of integration on (0, 1). The Gauss-Legendre rule of n nodes is exact
 * for polynomials up to degree 2n - 1.
 */
public final class Quadrature {
  /** The value at 1/2 alone. */
  public static final Quadrature HALF = new Quadrature(new double[] {0.5}, new double[] {1});

  private final double[] nodes;
  private final double[] weights;

  private Quadrature(double[] nodes, double[] weights) {
    this.nodes = nodes;
    this.weights = weights;
  }

  public int size() {
    return nodes.length;
  }

  public double node(int k) {
    return nodes[k];
  }

  public double weight(int k) {
    return weights[k];
  }

  /** The smallest Gauss-Legendre rule that is exact for polynomials of a degree. */
  public static Quadrature exactFor(int degree) {
    int n = Math.max(1, (degree + 2) / 2);
    return n < GAUSS.length ? GAUSS[n] : gauss(n);
  }

  private static final Quadrature[] GAUSS = new Quadrature[33];

  static {
    for (int n = 1; n < GAUSS.length; n++) {
      GAUSS[n] = gauss(n);
    }
  }

  private static Quadrature gauss(int n) {
    double[] nodes = new double[n];
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      // Newton's method on the Legendre polynomial, from Tricomi's first guess.
      double x = StrictMath.cos(Math.PI * (i + 0.75) / (n + 0.5));
      double slope = 0;
      for (int step = 0; step < 100; step++) {
        double p0 = 1;
        double p1 = x;
        for (int k = 2; k <= n; k++) {
          double p2 = ((2 * k - 1) * x * p1 - (k - 1) * p0) / k;
          p0 = p1;
          p1 = p2;
        }
        slope = n * (x * p1 - p0) / (x * x - 1);
        double dx = p1 / slope;
        x -= dx;
        if (Math.abs(dx) < 1e-15) {
          break;
        }
      }
      nodes[n - 1 - i] = (1 + x) / 2;
      weights[n - 1 - i] = 1 / ((1 - x * x) * slope * slope);
    }
    return new Quadrature(nodes, weights);
  }
}
