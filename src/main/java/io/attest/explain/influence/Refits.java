package io.attest.explain.influence;

import io.attest.explain.Progress;
import io.attest.explain.TestInfluence;
import io.attest.explain.Units;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A linear model fitted again without single rows.
 *
 * @param full the fit to all rows; empty if it did not settle
 * @param checked rows left out to check the figures
 * @param exact rows left out because they matter most
 * @param left all rows that were left out
 * @param fits without each of {@code left}; null where the fit did not settle
 */
record Refits(Optional<double[]> full, int[] checked, int[] exact, int[] left, double[][] fits) {

  /**
   * @param units has {@code planned} units to come, at least as many as rows are left out
   */
  static Refits of(
      Fit fit,
      double[] b,
      int[] checked,
      int[] exact,
      int planned,
      Units units,
      Progress progress) {
    int[] left =
        IntStream.concat(IntStream.of(checked), IntStream.of(exact)).distinct().sorted().toArray();
    Optional<double[]> full =
        left.length == 0 ? Optional.empty() : fit.refit(b, Fit.all(), progress);
    double[][] fits = new double[left.length][];
    units.run(
        planned,
        unit -> {
          if (unit < left.length && full.isPresent()) {
            fits[unit] = fit.refit(full.get(), Fit.but(left[unit]), progress).orElse(null);
          }
        });
    return new Refits(full, checked, exact, left, fits);
  }

  /** Change of the parameters without a row; empty if its fit did not settle. */
  Optional<double[]> change(int row) {
    double[] fit = fits[java.util.Arrays.binarySearch(left, row)];
    if (fit == null) {
      return Optional.empty();
    }
    double[] change = fit.clone();
    for (int j = 0; j < change.length; j++) {
      change[j] -= full.orElseThrow()[j];
    }
    return Optional.of(change);
  }

  /**
   * Compares the changes of the parameters.
   *
   * @param dfbeta computed, rows x terms
   * @param unit standard error of each parameter
   * @return the largest difference in standard errors
   */
  Optional<Double> validate(double[] dfbeta, double[] unit, List<String> notes) {
    int failed = 0;
    double worst = 0;
    double largest = 0;
    double ss = 0;
    double sp = 0;
    double pp = 0;
    for (int row : checked) {
      Optional<double[]> change = change(row);
      if (change.isEmpty()) {
        failed++;
        continue;
      }
      for (int j = 0; j < unit.length; j++) {
        double real = change.get()[j] / unit[j];
        double said = dfbeta[row * unit.length + j] / unit[j];
        worst = Math.max(worst, Math.abs(real - said));
        largest = Math.max(largest, Math.abs(real));
        ss += real * real;
        sp += real * said;
        pp += said * said;
      }
    }
    if (failed > 0) {
      notes.add(
          failed
              + " of "
              + checked.length
              + " real refits did not settle: without the row the rows separate yes from no, or"
              + " cannot tell two terms apart.");
    }
    if (failed == checked.length || !Double.isFinite(worst)) {
      return Optional.empty();
    }
    notes.add(
        String.format(
            Locale.ROOT,
            "%d rows, from the largest to the smallest Cook's distance, were really left out and the"
                + " model fitted again. The parameters then change by up to %.2g standard errors, of"
                + " which the figures here miss at most %.2g (cosine of real and computed changes"
                + " %.4f).",
            checked.length - failed,
            largest,
            worst,
            ss * pp == 0 ? 1 : sp / Math.sqrt(ss) / Math.sqrt(pp)));
    return Optional.of(worst);
  }

  /** Compares the changes for single audit rows. */
  Optional<TestInfluence.Validation> validate(LinearTests tests) {
    Comparison comparison = new Comparison();
    for (int row : checked) {
      change(row).ifPresent(c -> comparison.add(tests.compared(row), tests.change(c).compared()));
    }
    return comparison.of("the model was fitted again", true);
  }
}
