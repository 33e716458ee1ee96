package io.attest.explain.gradient;

import io.attest.explain.Attribution;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer.Prepared;
import io.attest.explain.Units;
import io.attest.model.Batch;
import io.attest.model.DifferentiableModel;
import io.attest.model.LinearModel;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import io.attest.model.tree.TreeEnsembleModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What integrated and expected gradients have in common: contributions along the lines from one
 * baseline or several to a case, averaged by the baselines' weights.
 */
final class PathGradients implements Prepared<Attribution> {
  /** Names of the parameters of both. */
  static final List<String> PARAMETERS = List.of("output", "points", "tolerance");

  private static final String TOLERANCE = "1e-6";
  private static final int POINTS = 4096;

  /** Lines that one unit of work follows together, and numbers that their pieces may begin with. */
  private static final int TOGETHER = 64;

  private static final int NUMBERS = 1 << 15;

  /** Numbers of the answer for a block. */
  private static final int BLOCK = 1 << 20;

  private final Method method;
  private final int threads;
  private final DifferentiableModel model;
  private final OutputSpace space;
  private final double tolerance;
  private final Lines lines;
  private final Baselines baselines;
  private final double[] values;
  private final Map<String, String> said;

  /** Which of the two it is, for the provenance. */
  record Method(String name, String engine, String reference) {}

  /**
   * Cases to start from.
   *
   * @param shares one a row, 1 together
   * @param backgroundRows rows that they depend on
   * @param seed if they were drawn
   * @param drawnFrom how many there are in all, if these were drawn
   */
  record Baselines(
      Batch rows,
      double[] shares,
      long backgroundRows,
      Optional<Long> seed,
      Optional<Integer> drawnFrom,
      List<String> notes) {}

  /**
   * @param said the method's own parameters, defaults written out
   */
  PathGradients(
      Method method,
      int threads,
      Request request,
      DifferentiableModel model,
      Baselines baselines,
      Map<String, String> said) {
    this.method = method;
    this.threads = threads;
    this.model = model;
    Parameters given = request.parameters();
    this.space =
        switch (given.text("output").orElse("raw")) {
          case "raw" -> OutputSpace.RAW;
          case "response" -> OutputSpace.RESPONSE;
          default ->
              throw new IllegalArgumentException(
                  method.name()
                      + " explains output=raw or output=response, not output="
                      + given.text("output").orElse("")
                      + ".");
        };
    int points = given.integer("points", POINTS, Lines.fewest());
    this.tolerance = tolerance(given);
    this.lines = new Lines(model, space, points);
    this.baselines = baselines;
    this.values = model.predict(baselines.rows(), space);
    this.said = new TreeMap<>(said);
    this.said.put("output", space == OutputSpace.RAW ? "raw" : "response");
    this.said.put("points", Integer.toString(points));
    this.said.put("tolerance", given.text("tolerance").orElse(TOLERANCE));
  }

  private static double tolerance(Parameters given) {
    String text = given.text("tolerance").orElse(TOLERANCE);
    double tolerance;
    try {
      tolerance = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "The parameter tolerance is '" + text + "', but must be a number.", e);
    }
    if (!(tolerance >= 1e-12 && tolerance <= 0.1)) {
      throw new IllegalArgumentException(
          "The parameter tolerance is " + text + ", but must be from 1e-12 to 0.1.");
    }
    return tolerance;
  }

  /**
   * The model, if it has gradients.
   *
   * @throws IllegalArgumentException saying what fits the model better
   */
  static DifferentiableModel differentiable(String method, Model model) {
    if (model instanceof DifferentiableModel differentiable) {
      return differentiable;
    }
    String fits =
        model instanceof TreeEnsembleModel
            ? "trees go in steps, whose gradient is 0 everywhere. Maybe"
                + " tree-shap-interventional fits."
            : model instanceof LinearModel
                ? "it is linear. Maybe linear-shap fits: its values are the same."
                : "this one can only be asked for predictions. Maybe permutation-importance fits.";
    throw new IllegalArgumentException(
        method
            + " explains models with gradients, as networks that were read from ONNX, but this model"
            + " is "
            + model.info().format()
            + ": "
            + fits);
  }

  /**
   * Refuses a background that no baseline can be made of.
   *
   * @throws IllegalArgumentException if it has no rows, or one has a missing value
   */
  static void check(String method, Request request) {
    Batch rows = request.background().rows();
    if (rows.rows() == 0) {
      throw new IllegalArgumentException(method + " needs background rows, and there are none.");
    }
    for (int i = 0; i < rows.values().length; i++) {
      if (Double.isNaN(rows.values()[i])) {
        throw new IllegalArgumentException(
            "Background row "
                + (i / rows.features() + 1)
                + ", feature "
                + request.model().info().features().get(i % rows.features()).name()
                + " is missing, and there is no gradient on the way from there. Maybe fill it in as"
                + " it was done in training, or drop such rows.");
      }
    }
  }

  @Override
  public int block() {
    return Math.max(1, Math.min(1024, BLOCK / (width() * outputs())));
  }

  private int width() {
    return model.info().features().size();
  }

  private int outputs() {
    return model.info().outputs().size();
  }

  /** What was found about a block of rows. */
  private final class Found {
    final double[] added;
    final double[] spread;
    final double[] gap;
    final boolean[] capped;
    final long[] asked;

    Found(int rows) {
      added = new double[rows * width() * outputs()];
      spread = new double[rows];
      gap = new double[rows];
      capped = new boolean[rows];
      asked = new long[rows];
    }
  }

  @Override
  public Attribution explain(Batch batch, Progress progress) {
    int n = batch.rows();
    if (n == 0) {
      throw new IllegalArgumentException("There is no row to explain.");
    }
    double[] predictions = model.predict(batch, space);
    Found found = new Found(n);
    int unit = Math.max(1, together() / baselines.rows().rows());
    Units.overRows(
        threads,
        n,
        unit,
        progress,
        (from, to) -> {
          if (baselines.rows().rows() == 1) {
            one(batch, predictions, from, to, found);
          } else {
            for (int i = from; i < to; i++) {
              progress.check();
              all(batch, predictions, i, found);
            }
          }
        });
    return attribution(n, predictions, found);
  }

  private int together() {
    return Math.max(1, Math.min(TOGETHER, NUMBERS / (width() * outputs())));
  }

  private Line line(Batch batch, double[] predictions, int row, int baseline) {
    int k = outputs();
    return new Line(
        baselines.rows().row(baseline),
        batch.row(row),
        Arrays.copyOfRange(values, baseline * k, (baseline + 1) * k),
        Arrays.copyOfRange(predictions, row * k, (row + 1) * k),
        tolerance);
  }

  /** Several rows from the one baseline. */
  private void one(Batch batch, double[] predictions, int from, int to, Found found) {
    List<Line> ways = new ArrayList<>();
    for (int i = from; i < to; i++) {
      ways.add(line(batch, predictions, i, 0));
    }
    found.asked[from] += lines.integrate(ways);
    for (int i = from; i < to; i++) {
      Line way = ways.get(i - from);
      double[] added = way.added();
      System.arraycopy(added, 0, found.added, i * added.length, added.length);
      found.gap[i] = way.gap();
      found.capped[i] = way.unfinished();
    }
  }

  /** One row from all baselines. */
  private void all(Batch batch, double[] predictions, int row, Found found) {
    int cells = width() * outputs();
    int count = baselines.rows().rows();
    double[] mean = new double[cells];
    double[] squares = new double[cells];
    double[] sums = new double[cells];
    double weight = 0;
    for (int b = 0; b < count; b += together()) {
      List<Line> ways = new ArrayList<>();
      for (int c = b; c < Math.min(count, b + together()); c++) {
        ways.add(line(batch, predictions, row, c));
      }
      found.asked[row] += lines.integrate(ways);
      for (int c = b; c < b + ways.size(); c++) {
        double[] added = ways.get(c - b).added();
        double share = baselines.shares()[c];
        found.capped[row] |= ways.get(c - b).unfinished();
        for (int i = 0; i < cells; i++) {
          mean[i] += share * added[i];
          sums[i] += share * share * added[i];
          squares[i] += share * share * added[i] * added[i];
        }
        weight += share * share;
      }
    }
    System.arraycopy(mean, 0, found.added, row * cells, cells);
    found.gap[row] = gap(mean, predictions, row);
    // Of a weighted mean of drawn rows; nothing is left to chance if all rows there are were taken.
    double left = baselines.drawnFrom().map(of -> 1 - (double) count / of).orElse(0.0);
    for (int i = 0; i < cells; i++) {
      double variance = squares[i] - 2 * mean[i] * sums[i] + mean[i] * mean[i] * weight;
      double error = Math.sqrt(Math.max(0, variance * left * count / (count - 1)));
      found.spread[row] = Math.max(found.spread[row], error);
    }
  }

  private double gap(double[] added, double[] predictions, int row) {
    int k = outputs();
    double[] base = base();
    double worst = 0;
    for (int o = 0; o < k; o++) {
      double sum = base[o];
      for (int i = o; i < added.length; i += k) {
        sum += added[i];
      }
      worst = Math.max(worst, Math.abs(predictions[row * k + o] - sum));
    }
    return worst;
  }

  /** Mean output of the baselines. */
  private double[] base() {
    int k = outputs();
    double[] base = new double[k];
    for (int b = 0; b < baselines.rows().rows(); b++) {
      for (int o = 0; o < k; o++) {
        base[o] += baselines.shares()[b] * values[b * k + o];
      }
    }
    return base;
  }

  private Attribution attribution(int n, double[] predictions, Found found) {
    List<String> notes = new ArrayList<>(baselines.notes());
    for (boolean capped : found.capped) {
      if (capped) {
        notes.add(
            "Some lines would take more points than points="
                + said.get("points")
                + " to be within the tolerance. They were left as they were: see the residuals.");
        break;
      }
    }
    double gap = Arrays.stream(found.gap).max().orElse(0);
    double spread = Arrays.stream(found.spread).max().orElse(0);
    Provenance provenance =
        new Provenance(
            method.name(),
            method.engine(),
            method.reference(),
            said,
            baselines.seed(),
            model.info().sha256(),
            model.info().named(space),
            n,
            baselines.backgroundRows(),
            n + baselines.rows().rows() + Arrays.stream(found.asked).sum(),
            Optional.of(Math.max(gap, spread)),
            notes);
    return new Attribution(
        provenance,
        model.info().featureNames(),
        model.info().outputs(),
        n,
        found.added,
        base(),
        predictions);
  }
}
