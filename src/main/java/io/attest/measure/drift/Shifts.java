package io.attest.measure.drift;

import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.NumericColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.ChiSquaredDistribution;
import org.hipparchus.stat.inference.ChiSquareTest;
import org.hipparchus.stat.inference.KolmogorovSmirnovTest;

/**
 * Measures how a column has shifted.
 *
 * <p>The PSI is over bins of the baseline ({@link Bins}); a bin that is empty on one side counts
 * there as half a row, since its logarithm would be infinite otherwise. Under no change the PSI is
 * distributed as chi-square with bins - 1 degrees of freedom, times 1/then + 1/now.
 *
 * @see <a href="https://scholarworks.wmich.edu/dissertations/3208/">Yurdakul 2018, Statistical
 *     Properties of Population Stability Index</a>
 */
public final class Shifts {
  /** Below so many pairs the p-value is exact; above the limiting distribution is good enough. */
  private static final long EXACT = 10_000;

  private static final double ONE_IN_TWENTY = 0.05;

  private Shifts() {}

  /**
   * Compares two columns of one kind.
   *
   * @param then of the baseline
   * @param now of the same kind: both numbers, or neither
   * @param columns how many columns are compared: the more, the more differ by chance
   * @throws IllegalArgumentException if one holds numbers and the other does not
   */
  public static Shift of(String name, Column then, Column now, int columns) {
    if (then instanceof NumericColumn != now instanceof NumericColumn) {
      throw new IllegalArgumentException(
          "Column "
              + name
              + " holds "
              + (then instanceof NumericColumn ? "numbers" : "categories")
              + " in the baseline and "
              + (now instanceof NumericColumn ? "numbers" : "categories")
              + " now. Maybe its type in model.yaml was changed.");
    }
    List<String> notes = new ArrayList<>();
    Bins bins = Bins.of(then);
    long[] a = bins.count(then);
    long[] b = bins.count(now);
    boolean empty = then.size() == 0 || now.size() == 0;
    if (empty) {
      notes.add("There are no rows to compare.");
    }
    List<Shift.Bin> parts = new ArrayList<>();
    int halves = 0;
    for (int k = 0; k < a.length; k++) {
      if (a[k] + b[k] > 0 && !empty) {
        parts.add(part(bins.labels().get(k), a[k], then.size(), b[k], now.size()));
        halves += a[k] == 0 || b[k] == 0 ? 1 : 0;
      }
    }
    if (halves > 0) {
      notes.add(
          halves
              + (halves == 1 ? " bin is" : " bins are")
              + " empty on one side and counted there as half a row.");
    }
    boolean categorical = !(then instanceof NumericColumn);
    double[] x = categorical ? new double[0] : present(then);
    double[] y = categorical ? new double[0] : present(now);
    double moved = wasserstein(x, y);
    double spread = spread(x);
    if (moved > 0 && spread == 0) {
      notes.add("The baseline has one value only: the distance cannot be told in its deviations.");
    }
    return new Shift(
        name,
        categorical,
        then.size(),
        now.size(),
        share(then.missing(), then.size()),
        share(now.missing(), now.size()),
        empty ? Double.NaN : parts.stream().mapToDouble(Shift.Bin::part).sum(),
        byChance(parts.size(), then.size(), now.size(), columns),
        ks(x, y),
        categorical ? chiSquare(a, b) : ksP(x, y),
        moved,
        spread > 0 ? moved / spread : moved == 0 ? 0 : Double.NaN,
        empty
            ? Double.NaN
            : parts.stream().mapToDouble(p -> Math.abs(p.then() - p.now())).sum() / 2,
        Arrays.stream(x).average().orElse(Double.NaN),
        Arrays.stream(y).average().orElse(Double.NaN),
        parts,
        notes);
  }

  /** Compares numbers that are in no table: scores, contributions. */
  public static Shift ofNumbers(String name, double[] then, double[] now, int columns) {
    return of(name, new NumericColumn(name, then), new NumericColumn(name, now), columns);
  }

  /** Compares outcomes that are class numbers; NaN is missing. */
  public static Shift ofClasses(
      String name, double[] then, double[] now, List<String> classes, int columns) {
    return of(name, coded(name, then, classes), coded(name, now, classes), columns);
  }

  private static Column coded(String name, double[] values, List<String> classes) {
    return new CategoricalColumn(
        name,
        Arrays.stream(values)
            .mapToInt(v -> Double.isNaN(v) ? CategoricalColumn.MISSING : (int) v)
            .toArray(),
        classes);
  }

  private static Shift.Bin part(String label, long then, long allThen, long now, long allNow) {
    double a = Math.max(then, 0.5) / allThen;
    double b = Math.max(now, 0.5) / allNow;
    return new Shift.Bin(
        label, share(then, allThen), share(now, allNow), (b - a) * (Math.log(b) - Math.log(a)));
  }

  private static double share(long part, long all) {
    return all == 0 ? Double.NaN : (double) part / all;
  }

  /** For all columns together one in twenty, so for each the same part of it. */
  private static double byChance(int bins, long then, long now, int columns) {
    if (then == 0 || now == 0) {
      return Double.NaN;
    }
    return bins < 2
        ? 0
        : new ChiSquaredDistribution(bins - 1)
                .inverseCumulativeProbability(1 - ONE_IN_TWENTY / Math.max(1, columns))
            * (1.0 / then + 1.0 / now);
  }

  private static double[] present(Column column) {
    return Arrays.stream(((NumericColumn) column).values())
        .filter(v -> !Double.isNaN(v))
        .map(v -> v + 0.0)
        .sorted()
        .toArray();
  }

  /** NaN with fewer than two values on a side. */
  private static double ks(double[] x, double[] y) {
    return x.length < 2 || y.length < 2
        ? Double.NaN
        : new KolmogorovSmirnovTest().kolmogorovSmirnovStatistic(x, y);
  }

  /** With equal values it is on the safe side: too large rather than too small. */
  private static double ksP(double[] x, double[] y) {
    double d = ks(x, y);
    if (Double.isNaN(d)) {
      return Double.NaN;
    }
    KolmogorovSmirnovTest test = new KolmogorovSmirnovTest();
    double p =
        (long) x.length * y.length < EXACT
            ? test.exactP(d, x.length, y.length, false)
            : test.approximateP(d, x.length, y.length);
    return Math.min(1, Math.max(0, p));
  }

  /** Of homogeneity, missing values as a level; NaN where all rows are in one bin. */
  private static double chiSquare(long[] then, long[] now) {
    int[] filled = IntStream.range(0, then.length).filter(k -> then[k] + now[k] > 0).toArray();
    if (filled.length < 2 || Arrays.stream(then).sum() == 0 || Arrays.stream(now).sum() == 0) {
      return Double.NaN;
    }
    long[][] counts = {
      Arrays.stream(filled).mapToLong(k -> then[k]).toArray(),
      Arrays.stream(filled).mapToLong(k -> now[k]).toArray()
    };
    return new ChiSquareTest().chiSquareTest(counts);
  }

  /** The area between the two distribution functions; both sorted. */
  private static double wasserstein(double[] x, double[] y) {
    if (x.length == 0 || y.length == 0) {
      return Double.NaN;
    }
    double sum = 0;
    int i = 0;
    int j = 0;
    double last = Math.min(x[0], y[0]);
    while (i < x.length || j < y.length) {
      double next = j == y.length || (i < x.length && x[i] <= y[j]) ? x[i] : y[j];
      sum += Math.abs((double) i / x.length - (double) j / y.length) * (next - last);
      last = next;
      while (i < x.length && x[i] == next) {
        i++;
      }
      while (j < y.length && y[j] == next) {
        j++;
      }
    }
    return sum;
  }

  private static double spread(double[] x) {
    double mean = Arrays.stream(x).average().orElse(0);
    double squares = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum();
    return x.length < 2 || x[0] == x[x.length - 1] ? 0 : Math.sqrt(squares / (x.length - 1));
  }
}
