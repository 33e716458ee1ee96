package io.attest.explain.shap;

/**
 * Nodes and weights of the Gauss-Legendre rule on (0, 1): n nodes integrate every polynomial up to
 * degree 2n - 1 exactly.
 *
 * @param nodes ascending
 * @param weights sum to 1
 */
record GaussLegendre(double[] nodes, double[] weights) {

  static GaussLegendre of(int n) {
    double[] nodes = new double[n];
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      // Newton's method on the Legendre polynomial, from Tricomi's first guess.
      double x = Math.cos(Math.PI * (i + 0.75) / (n + 0.5));
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
    return new GaussLegendre(nodes, weights);
  }
}
