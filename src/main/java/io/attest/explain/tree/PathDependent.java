package io.attest.explain.tree;

/**
 * The path-dependent game, for single players: where a player is unknown a row goes both ways, as
 * the training rows did. Shapley values with the Gauss-Legendre rule of {@link #shapley}, Banzhaf
 * values with {@link #banzhaf}: the one is the mean over all t of what a player adds to a coalition
 * that each other joins with chance t, the other the same at t = 1/2.
 */
final class PathDependent implements LeafGame {
  private final boolean banzhaf;

  private PathDependent(boolean banzhaf) {
    this.banzhaf = banzhaf;
  }

  static PathDependent shapley() {
    return new PathDependent(false);
  }

  static PathDependent banzhaf() {
    return new PathDependent(true);
  }

  @Override
  public int columns(int d) {
    return d;
  }

  @Override
  public int target(int[] players, int column) {
    return players[column];
  }

  @Override
  public void fill(Paths paths, int leaf, double[][] out) {
    int d = paths.above[leaf].length;
    double[] c = paths.ratios(leaf);
    double value = paths.tree.value()[leaf];
    Quadrature rule = banzhaf ? Quadrature.HALF : Quadrature.exactFor(d - 1);
    double[] product = new double[1 << d];
    for (int k = 0; k < rule.size(); k++) {
      double t = rule.node(k);
      product[0] = rule.weight(k) * value;
      for (int i = 0, size = 1; i < d; i++, size <<= 1) {
        double cold = (1 - t) * c[i];
        double warm = t + cold;
        for (int m = 0; m < size; m++) {
          product[m | size] = product[m] * warm;
        }
        for (int m = 0; m < size; m++) {
          product[m] *= cold;
        }
      }
      for (int i = 0; i < d; i++) {
        // A player's factor is replaced by what it adds; without cover the product is 0 already.
        add(product, out[i], 1 << i, -1 / (1 - t), (1 - c[i]) / (t + (1 - t) * c[i]), k == 0);
      }
    }
  }

  private static void add(
      double[] product, double[] out, int bit, double cold, double warm, boolean first) {
    if (first) {
      for (int start = 0; start < product.length; start += 2 * bit) {
        for (int m = start; m < start + bit; m++) {
          out[m] = product[m] * cold;
          out[m + bit] = product[m + bit] * warm;
        }
      }
    } else {
      for (int start = 0; start < product.length; start += 2 * bit) {
        for (int m = start; m < start + bit; m++) {
          out[m] += product[m] * cold;
          out[m + bit] += product[m + bit] * warm;
        }
      }
    }
  }
}
