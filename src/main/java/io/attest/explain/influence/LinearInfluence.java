package io.attest.explain.influence;

import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.Influence;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.TestInfluence;
import io.attest.explain.Units;
import io.attest.model.Batch;
import io.attest.model.LinearModel;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Influence of each training row on a linear or logistic model: leverage, Cook's distance, and what
 * leaving the row out would do to the parameters and to the loss on the audit rows.
 *
 * <p>With A the curvature of the objective (X'WX + l2), x a row, e its residual, h = w x'A^-1 x its
 * leverage: the parameters change by -A^-1 x e / (1 - h). For least squares, with or without l2,
 * this is exact; for a logistic model it is one Newton step from the full fit. It is measured
 * against real refits: of the rows ordered by Cook's distance the first, the last, and some at
 * equal steps between are really left out. For the rows with the largest distance the refits then
 * take the place of the step.
 *
 * <p>Parameters: {@code refits} (rows really left out, to check; 20), {@code exact} (rows whose
 * changes are those of a refit; 10), {@code tests} (audit rows to tell of; 40), {@code group}
 * (training rows to leave out together, by index from 0, separated by blanks; none).
 *
 * @see <a href="https://doi.org/10.1002/0471725153">Belsley, Kuh and Welsch 1980, Regression
 *     Diagnostics</a>
 * @see <a href="https://doi.org/10.1214/aos/1176345513">Pregibon 1981, Logistic Regression
 *     Diagnostics</a>
 */
public final class LinearInfluence implements Explainer<Influence> {
  /** A fit this many standard errors from the given coefficients is told about. */
  private static final double NOTED_DISTANCE = 0.01;

  /** A fit this many standard errors away is another model. */
  private static final double REFUSED_DISTANCE = 1;

  /** A row of this leverage alone decides a parameter: without it there is none. */
  private static final double FULL_LEVERAGE = 1 - 1e-10;

  private static final int BLOCK = 256;

  private final int threads;

  /** Works on as many threads as the machine has processors. */
  public LinearInfluence() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public LinearInfluence(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "influence";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the model is not linear with identity or logit link, there
   *     are no labelled training rows, a value is missing, the training rows cannot tell the terms
   *     apart, or the coefficients are not those of a fit to these rows
   */
  @Override
  public Influence explain(Request request, Progress progress) {
    Parameters parameters =
        request.parameters().only(List.of("refits", "exact", "tests", "group", "l2"));
    int planned = parameters.integer("refits", 20, 0);
    int replaced = parameters.integer("exact", 10, 0);
    if (!(request.model() instanceof LinearModel model)) {
      throw new IllegalArgumentException(
          "influence explains linear models, but this model is "
              + request.model().info().format()
              + ".");
    }
    Family family = Family.of(model.info().link());
    double l2 = parameters.number("l2", model.l2(), 0, Double.MAX_VALUE);
    progress.check();
    Objective objective = family == Family.LOGISTIC ? Objective.LOGISTIC : Objective.SQUARED;
    Dataset training = Labelled.training(request, name(), objective, 1);
    Fit fit =
        Fit.of(
            model,
            family,
            l2,
            design(model, training.rows(), "training"),
            training.labels().orElseThrow());
    int n = fit.rows();
    int q = fit.size();
    int[] group = Group.of(parameters.text("group").orElse(""), n);
    int blocks = (n + BLOCK - 1) / BLOCK;
    int most = Math.min(n, planned + replaced);
    Units units = new Units(threads, (long) blocks + most, progress);

    List<String> notes = new ArrayList<>();
    double[] b = model.coefficients();
    Fit.Slope slope = fit.slope(b, Fit.all(), progress);
    double[] descent = slope.descent();
    double[][] inverse = Curvature.inverse(slope.curvature(), fit.terms());
    Spread spread = Spread.of(fit, b, inverse);
    checkOptimum(fit, b, descent, inverse, spread, notes);
    AuditLoss audit = AuditLoss.of(model, family, request.audit(), notes);
    Tests tests = Tests.of(request.audit(), objective, 1, n, parameters, notes);
    LinearTests onTests =
        new LinearTests(objective, tests, design(model, tests.rows(), "audit"), b, n);

    Rows out = new Rows(n, q, audit != null);
    units.run(
        blocks,
        block -> {
          for (int i = block * BLOCK; i < Math.min(n, (block + 1) * BLOCK); i++) {
            row(fit, b, inverse, spread, i, out);
            change(fit, audit, onTests, i, out);
          }
        });
    noteFullLeverage(out, notes);
    List<Integer> ranking = ranking(out.cook);
    Refits refits =
        Refits.of(
            fit,
            b,
            Comparison.spaced(ranking, planned),
            family == Family.LEAST_SQUARES
                ? new int[0]
                : ranking.stream().limit(replaced).mapToInt(i -> i).toArray(),
            most,
            units,
            progress);
    double[] unit = new double[q];
    for (int j = 0; j < q; j++) {
      unit[j] = Math.sqrt(spread.variance() * inverse[j][j]);
    }
    Optional<Double> error = refits.validate(out.dfbeta, unit, notes);
    Optional<TestInfluence.Validation> validation = refits.validate(onTests);
    validation.map(Comparison::sentence).ifPresent(notes::add);
    int exact = 0;
    for (int i : refits.exact()) {
      Optional<double[]> change = refits.change(i);
      if (change.isPresent()) {
        exact++;
        for (int j = 0; j < q; j++) {
          double before = out.dfbeta[i * q + j];
          out.dfbeta[i * q + j] = change.get()[j];
          out.dfbetas[i * q + j] = before == 0 ? 0 : change.get()[j] / unit[j];
        }
        change(fit, audit, onTests, i, out);
      }
    }
    if (exact > 0) {
      notes.add(
          "The changes of the "
              + exact
              + " rows with the largest Cook's distance are those of real refits.");
    }
    Optional<Influence.Removal> removal =
        group.length == 0
            ? Optional.empty()
            : Optional.of(remove(fit, b, group, onTests, progress));
    if (group.length > 0) {
      notes.add(group.length + " training rows were left out together, by a real refit.");
    }
    Map<String, String> said = new TreeMap<>();
    said.put("refits", Integer.toString(planned));
    said.put("exact", Integer.toString(replaced));
    said.put("tests", Integer.toString(parameters.integer("tests", Tests.DEFAULT, 1)));
    said.put("l2", Double.toString(l2));
    if (group.length > 0) {
      said.put("group", Group.text(group));
    }
    Provenance provenance =
        new Provenance(
            name(),
            family == Family.LEAST_SQUARES
                ? "closed form, exact; error is the largest difference to real refits in standard"
                    + " errors of the parameter"
                : "one Newton step from the full fit; error is the largest difference to real"
                    + " refits in standard errors of the parameter",
            family == Family.LEAST_SQUARES
                ? "Belsley, Kuh and Welsch 1980, Regression Diagnostics"
                : "Pregibon 1981, Annals of Statistics 9",
            said,
            Optional.empty(),
            model.info().sha256(),
            OutputSpace.RESPONSE,
            n,
            0,
            (long) n + (audit == null ? 0 : request.audit().size()),
            error,
            notes);
    return new Influence(
        provenance,
        fit.terms(),
        n,
        out.leverage,
        out.residual,
        out.studentized,
        out.cook,
        out.dfbeta,
        out.dfbetas,
        out.dffits,
        out.looLoss,
        out.self,
        onTests.told(validation),
        removal);
  }

  private static Influence.Removal remove(
      Fit fit, double[] b, int[] group, LinearTests tests, Progress progress) {
    BitSet without = new BitSet();
    Arrays.stream(group).forEach(without::set);
    double[] full = fit.refit(b, Fit.all(), progress).orElse(b);
    double[] change =
        fit.refit(full, without, progress)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Without the group of "
                            + group.length
                            + " training rows there is no single best fit: the others separate yes"
                            + " from no, or cannot tell two terms apart. Maybe leave out fewer."));
    for (int j = 0; j < change.length; j++) {
      change[j] -= full[j];
    }
    LinearTests.Change onTests = tests.change(change);
    return new Influence.Removal(group, change, onTests.loss(), onTests.raw());
  }

  private static List<Integer> ranking(double[] cook) {
    return IntStream.range(0, cook.length)
        .filter(i -> !Double.isNaN(cook[i]))
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -cook[i]).thenComparing(i -> i))
        .toList();
  }

  private static double[] design(LinearModel model, Batch rows, String which) {
    int q = model.coefficients().length;
    if ((long) rows.rows() * q > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "The %s rows are too many for influence: %s rows x %s terms do not fit into memory."
              .formatted(which, rows.rows(), q));
    }
    double[] design = new double[rows.rows() * q];
    model.design(rows, design);
    for (int i = 0; i < design.length; i++) {
      if (!Double.isFinite(design[i])) {
        throw new IllegalArgumentException(
            "In %s row %s the term %s is missing or not a number; influence cannot leave it out."
                .formatted(which, i / q + 1, model.termNames().get(i % q)));
      }
    }
    return design;
  }

  /**
   * Variance of the residuals, where the family has one to estimate.
   *
   * @param variance s^2; 1 for a logistic model
   * @param squares sum of squared residuals
   * @param freedom rows minus effective number of parameters
   */
  private record Spread(Family family, double variance, double squares, double freedom) {
    static Spread of(Fit fit, double[] b, double[][] inverse) {
      if (fit.family() == Family.LOGISTIC) {
        return new Spread(fit.family(), 1, Double.NaN, Double.NaN);
      }
      double squares = 0;
      double effective = 0;
      for (int i = 0; i < fit.rows(); i++) {
        double residual = fit.labels()[i] - fit.raw(i, b);
        squares += residual * residual;
        effective += leverage(fit, inverse, i, 1);
      }
      double freedom = fit.rows() - effective;
      if (freedom < 1e-6) {
        throw new IllegalArgumentException(
            "There are "
                + fit.rows()
                + " training rows for "
                + fit.size()
                + " terms: too few to tell influence from noise.");
      }
      return new Spread(fit.family(), squares / freedom, squares, freedom);
    }

    /** The variance that a fit without the row would see. */
    double without(double residual, double leverage) {
      return family == Family.LOGISTIC
          ? 1
          : Math.max(0, squares - residual * residual / (1 - leverage)) / (freedom - 1);
    }
  }

  private static double leverage(Fit fit, double[][] inverse, int row, double weight) {
    int q = fit.size();
    double sum = 0;
    for (int j = 0; j < q; j++) {
      double part = 0;
      for (int k = 0; k < q; k++) {
        part += inverse[j][k] * fit.design()[row * q + k];
      }
      sum += fit.design()[row * q + j] * part;
    }
    return weight * sum;
  }

  private static void checkOptimum(
      Fit fit,
      double[] b,
      double[] descent,
      double[][] inverse,
      Spread spread,
      List<String> notes) {
    double[] move = Curvature.times(inverse, descent);
    double distance = Math.sqrt(Math.max(0, Curvature.dot(descent, move)) / spread.variance());
    double gradient = Math.sqrt(Curvature.dot(descent, descent));
    if (spread.variance() == 0 || Double.isNaN(distance)) {
      return;
    }
    int worst = 0;
    double[] steps = new double[move.length];
    for (int j = 0; j < steps.length; j++) {
      steps[j] = Math.abs(move[j]) / Math.sqrt(inverse[j][j]);
      worst = steps[j] > steps[worst] ? j : worst;
    }
    String what =
        String.format(
            Locale.ROOT,
            "the best fit to these training rows lies %.3g standard errors from the given"
                + " coefficients (gradient %.3g), most in %s: %.6g, best about %.6g",
            distance,
            gradient,
            fit.terms().get(worst),
            b[worst],
            b[worst] + move[worst]);
    if (distance > REFUSED_DISTANCE) {
      throw new IllegalArgumentException(
          "The coefficients were not fitted to these training rows: "
              + what
              + ". Maybe training in model.yaml names other rows than those of the fit, or the fit"
              + " had another penalty (l2).");
    }
    if (distance > NOTED_DISTANCE) {
      notes.add("The figures are a little off: " + what + ".");
    }
  }

  /** The columns of the result, filled row by row. */
  private static final class Rows {
    final double[] leverage;
    final double[] residual;
    final double[] studentized;
    final double[] cook;
    final double[] dfbeta;
    final double[] dfbetas;
    final double[] dffits;
    final double[] looLoss;
    final double[] self;

    Rows(int n, int q, boolean audited) {
      leverage = new double[n];
      residual = new double[n];
      studentized = new double[n];
      cook = new double[n];
      dfbeta = new double[n * q];
      dfbetas = new double[n * q];
      dffits = new double[n];
      looLoss = new double[audited ? n : 0];
      self = new double[n];
    }
  }

  private static void row(Fit fit, double[] b, double[][] inverse, Spread spread, int i, Rows out) {
    int q = fit.size();
    double response = fit.family().response(fit.raw(i, b));
    double weight = fit.family().weight(response);
    double e = fit.labels()[i] - response;
    double h = leverage(fit, inverse, i, weight);
    out.leverage[i] = h;
    out.residual[i] = e;
    out.self[i] = weight == 0 ? 0 : e * e * h / weight;
    if (h > FULL_LEVERAGE) {
      out.studentized[i] = Double.NaN;
      out.cook[i] = Double.NaN;
      out.dffits[i] = Double.NaN;
      Arrays.fill(out.dfbeta, i * q, (i + 1) * q, Double.NaN);
      Arrays.fill(out.dfbetas, i * q, (i + 1) * q, Double.NaN);
      return;
    }
    double without = spread.without(e, h);
    // A residual of 0 is 0 standard errors, also where its own weight has become 0.
    double pearson = e == 0 ? 0 : e / Math.sqrt(weight);
    out.studentized[i] = e == 0 ? 0 : pearson / Math.sqrt(without * (1 - h));
    out.cook[i] = e == 0 ? 0 : pearson * pearson * h / (q * spread.variance() * (1 - h) * (1 - h));
    out.dffits[i] = -out.studentized[i] * Math.sqrt(h / (1 - h));
    for (int j = 0; j < q; j++) {
      double part = 0;
      for (int k = 0; k < q; k++) {
        part += inverse[j][k] * fit.design()[i * q + k];
      }
      double change = -part * e / (1 - h);
      out.dfbeta[i * q + j] = change;
      out.dfbetas[i * q + j] = change == 0 ? 0 : change / Math.sqrt(without * inverse[j][j]);
    }
  }

  /** What the change of the parameters does to the audit rows. */
  private static void change(Fit fit, AuditLoss audit, LinearTests tests, int i, Rows out) {
    int q = fit.size();
    double[] change = Arrays.copyOfRange(out.dfbeta, i * q, (i + 1) * q);
    if (audit != null) {
      out.looLoss[i] = audit.change(change);
    }
    tests.put(i, change);
  }

  private static void noteFullLeverage(Rows out, List<String> notes) {
    int[] alone =
        IntStream.range(0, out.leverage.length)
            .filter(i -> out.leverage[i] > FULL_LEVERAGE)
            .toArray();
    if (alone.length > 0) {
      notes.add(
          alone.length
              + " training rows (first: "
              + (alone[0] + 1)
              + ") each decide a parameter alone: without them it does not exist, and their other"
              + " figures are empty.");
    }
  }
}
