package io.attest.correlate;

import java.util.Arrays;

/** The association of two columns, over the rows where both are present. */
final class Association {
  /** Below this many rows a coefficient says nothing: two points always lie on a line. */
  static final int FEWEST_ROWS = 3;

  private Association() {}

  static Dependence.Pair of(Coded a, Coded b) {
    if (a.isNumeric() && b.isNumeric()) {
      return numeric(a, b);
    }
    if (a.isNumeric() || b.isNumeric()) {
      return mixed(a, b);
    }
    return categorical(a, b);
  }

  /**
   * Spearman's rho with average ranks and its t test; Pearson's r beside it.
   *
   * @see <a href="https://doi.org/10.2307/1412159">Spearman 1904</a>
   */
  private static Dependence.Pair numeric(Coded a, Coded b) {
    int[] countsA = a.counts(b);
    double[] rankA = Coded.ranks(countsA);
    double[] rankB = Coded.ranks(b.counts(a));
    int n = Arrays.stream(countsA).sum();
    double meanA = 0;
    double meanB = 0;
    for (int i = 0; i < a.rows(); i++) {
      if (a.codes()[i] >= 0 && b.codes()[i] >= 0) {
        meanA += a.values()[i];
        meanB += b.values()[i];
      }
    }
    meanA /= n;
    meanB /= n;
    double rab = 0;
    double raa = 0;
    double rbb = 0;
    double pab = 0;
    double paa = 0;
    double pbb = 0;
    for (int i = 0; i < a.rows(); i++) {
      int ca = a.codes()[i];
      int cb = b.codes()[i];
      if (ca < 0 || cb < 0) {
        continue;
      }
      rab += rankA[ca] * rankB[cb];
      raa += rankA[ca] * rankA[ca];
      rbb += rankB[cb] * rankB[cb];
      double da = a.values()[i] - meanA;
      double db = b.values()[i] - meanB;
      pab += da * db;
      paa += da * da;
      pbb += db * db;
    }
    return numeric(a.name(), b.name(), n, rab, raa, rbb, pab, paa, pbb);
  }

  /** The same from sums of products of centred ranks and centred values. */
  static Dependence.Pair numeric(
      String a,
      String b,
      int n,
      double rab,
      double raa,
      double rbb,
      double pab,
      double paa,
      double pbb) {
    boolean varies = n >= FEWEST_ROWS && raa > 0 && rbb > 0;
    double rho = varies ? clip(rab / Math.sqrt(raa) / Math.sqrt(rbb)) : Double.NaN;
    double r = varies ? clip(pab / Math.sqrt(paa) / Math.sqrt(pbb)) : Double.NaN;
    double t = rho * Math.sqrt((n - 2) / Math.max(0, (1 - rho) * (1 + rho)));
    return new Dependence.Pair(a, b, "spearman", rho, r, t, Tail.t(t, n - 2), n);
  }

  private static double clip(double r) {
    return Math.max(-1, Math.min(1, r));
  }

  /**
   * The correlation ratio eta: the root of the share of the number's variance that lies between the
   * categories; with the F test of a one-way analysis of variance.
   *
   * @see <a href="https://doi.org/10.1007/978-1-4612-4380-9_6">Fisher 1925, Statistical Methods for
   *     Research Workers</a>
   */
  private static Dependence.Pair mixed(Coded a, Coded b) {
    Coded number = a.isNumeric() ? a : b;
    Coded category = a.isNumeric() ? b : a;
    int[] counts = category.counts(number);
    int n = Arrays.stream(counts).sum();
    double[] sums = new double[category.levels()];
    double mean = 0;
    for (int i = 0; i < number.rows(); i++) {
      if (number.codes()[i] >= 0 && category.codes()[i] >= 0) {
        mean += number.values()[i];
      }
    }
    mean /= n;
    for (int i = 0; i < number.rows(); i++) {
      if (number.codes()[i] >= 0 && category.codes()[i] >= 0) {
        sums[category.codes()[i]] += number.values()[i] - mean;
      }
    }
    double between = 0;
    int groups = 0;
    for (int g = 0; g < counts.length; g++) {
      if (counts[g] > 0) {
        sums[g] /= counts[g];
        between += counts[g] * sums[g] * sums[g];
        groups++;
      }
    }
    double within = 0;
    int distinct = 0;
    int seen = -1;
    for (int i = 0; i < number.rows(); i++) {
      int g = category.codes()[i];
      if (g >= 0 && number.codes()[i] >= 0) {
        double d = number.values()[i] - mean - sums[g];
        within += d * d;
        if (number.codes()[i] != seen) {
          seen = number.codes()[i];
          distinct++;
        }
      }
    }
    boolean exists = n >= FEWEST_ROWS && groups > 1 && distinct > 1;
    double eta = exists ? Math.sqrt(between / (between + within)) : Double.NaN;
    double f = exists && n > groups ? between / (groups - 1) / (within / (n - groups)) : Double.NaN;
    return new Dependence.Pair(
        a.name(),
        b.name(),
        "correlation-ratio",
        eta,
        Double.NaN,
        f,
        Tail.f(f, groups - 1, n - groups),
        n);
  }

  /**
   * Cramer's V with Bergsma's correction: without it, V of two unrelated columns with many levels
   * is far from 0.
   *
   * @see <a href="https://doi.org/10.1016/j.jkss.2012.10.002">Bergsma 2013</a>
   */
  private static Dependence.Pair categorical(Coded a, Coded b) {
    Table table = Table.of(a, b);
    int n = table.rows();
    int r = table.levelsA();
    int c = table.levelsB();
    double v = Double.NaN;
    double chiSquare = Double.NaN;
    if (n >= FEWEST_ROWS && r > 1 && c > 1) {
      chiSquare = table.chiSquare();
      double phi = Math.max(0, chiSquare / n - (r - 1.0) * (c - 1.0) / (n - 1.0));
      double rows = r - (r - 1.0) * (r - 1.0) / (n - 1.0);
      double columns = c - (c - 1.0) * (c - 1.0) / (n - 1.0);
      double most = Math.min(rows, columns) - 1;
      v = most > 0 ? Math.min(1, Math.sqrt(phi / most)) : Double.NaN;
    }
    return new Dependence.Pair(
        a.name(),
        b.name(),
        "cramers-v",
        v,
        Double.NaN,
        chiSquare,
        Tail.chiSquare(chiSquare, (r - 1.0) * (c - 1.0)),
        n);
  }
}
