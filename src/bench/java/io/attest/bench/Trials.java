package io.attest.bench;

import io.attest.explain.Progress;
import io.attest.explain.RowExplainer;
import io.attest.model.Batch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The comparisons, each on a model that is trained when it is first asked for. */
final class Trials {
  private static final int TRAINING = 20_000;
  private static final long SEED = 1;

  private final Path folder;
  private final double scale;
  private final Duel duel;
  private final CreditRows training;
  private final CreditRows rows;
  private final Map<Xgboost.Shape, Xgboost> trained = new HashMap<>();

  Trials(Path folder, double scale) {
    this.folder = folder;
    this.scale = scale;
    duel = new Duel(scale < 1 ? 3 : 5, 2 * scale);
    training = CreditRows.make(TRAINING, SEED);
    rows = CreditRows.make(scaled(TRAINING), SEED + 1);
  }

  private int scaled(int n) {
    return (int) Math.max(200, n * scale);
  }

  CreditRows rows() {
    return rows;
  }

  /** XGBoost on the credit rows, codes as numbers. */
  private Xgboost.Shape shape(int trees, int depth) {
    return new Xgboost.Shape(trees, depth, CreditRows.FEATURES, 1, false);
  }

  Xgboost booster(Xgboost.Shape shape) {
    return trained
        .computeIfAbsent(
            shape,
            s ->
                Xgboost.train(
                    s, training.values(), s.classes() > 1 ? training.grades(3) : training.labels()))
        .threads(1);
  }

  Path file(Xgboost.Shape shape) {
    return booster(shape)
        .write(
            folder.resolve(
                shape.trees() + "x" + shape.depth() + "x" + shape.classes() + shape.codes() + ".ubj"));
  }

  private Ours ours(Xgboost.Shape shape, int n) {
    return new Ours(file(shape), rows.first(Math.min(n, rows.rows())).batch());
  }

  Ours credit(int trees, int depth) {
    return ours(shape(trees, depth), TRAINING);
  }

  private static String described(Ours ours, RowExplainer<?> explainer, Batch background) {
    var trees = ours.model().trees().trees();
    double leaves =
        trees.stream().mapToInt(t -> (t.nodes() + 1) / 2).average().orElseThrow();
    return String.format(
        Locale.ROOT,
        "%,d trees, %.0f leaves each on average. Engine: %s.",
        trees.size(),
        leaves,
        ours.engine(explainer, background));
  }

  /** Path-dependent values beside XGBoost and H2O, one thread each. */
  void shape(Sheet sheet, int trees, int depth, int n) {
    versus(
        sheet,
        String.format(Locale.ROOT, "%d trees x depth %d x 30 features", trees, depth),
        shape(trees, depth),
        scaled(n));
  }

  private void versus(Sheet sheet, String title, Xgboost.Shape shape, int n) {
    Ours ours = ours(shape, n);
    sheet.head("SHAP values, path-dependent: " + title);
    sheet.line(described(ours, Ours.shap(1), ours.first(1)));
    sheet.line("");
    sheet.duelColumns();
    List<Contestant> all = new ArrayList<>();
    all.add(ours.whole("Attest", Ours.shap(1), ours.first(1)));
    all.add(booster(shape).contributions("XGBoost 3.4", rows.first(n).values()));
    if (shape.classes() == 1) {
      all.add(new H2oTrees(ours.model().trees()).contributions(ours.first(n)));
    }
    sheet.duel(title, duel.run(all));
  }

  void multiclass(Sheet sheet) {
    versus(
        sheet,
        "500 trees x depth 6, five classes",
        new Xgboost.Shape(500, 6, CreditRows.FEATURES, 5, false),
        scaled(20_000));
  }

  void categorical(Sheet sheet) {
    versus(
        sheet,
        "500 trees x depth 6, five categorical features of up to 50 levels",
        new Xgboost.Shape(500, 6, CreditRows.FEATURES, 1, true),
        scaled(20_000));
  }

  void threads(Sheet sheet) {
    int threads = Runtime.getRuntime().availableProcessors();
    Ours ours = credit(500, 6);
    sheet.head("SHAP values, path-dependent, " + threads + " threads");
    sheet.duelColumns();
    sheet.duel(
        "500 x depth 6",
        duel.run(
            List.of(
                ours.whole("Attest", Ours.shap(threads), ours.first(1)),
                booster(shape(500, 6))
                    .threads(threads)
                    .contributions("XGBoost 3.4", rows.values()))));
  }

  /** What all SHAP values of a row cost beside its prediction. */
  void prediction(Sheet sheet) {
    Ours ours = credit(500, 6);
    Xgboost peer = booster(shape(500, 6));
    sheet.head("SHAP values beside plain predictions: 500 trees x depth 6 x 30 features");
    sheet.columns("what", "rows/s", "all SHAP values cost so many times as much");
    List<Duel.Result> results =
        duel.run(
            List.of(
                ours.whole("Attest, all SHAP values", Ours.shap(1), ours.first(1)),
                peer.prediction("XGBoost's own prediction", rows.values()),
                peer.inPlacePrediction("XGBoost's own prediction, in place", rows.values()),
                ours.prediction("Attest's prediction")));
    for (Duel.Result result : results) {
      Range ratio = result.ratio();
      sheet.row(
          result.name(),
          result.rate().toString(),
          result == results.get(0)
              ? ""
              : new Range(1 / ratio.median(), 1 / ratio.high(), 1 / ratio.low()).toString());
    }
  }

  void interventional(Sheet sheet) {
    Ours ours = credit(500, 6);
    sheet.head("SHAP values, interventional: 500 trees x depth 6 x 30 features");
    sheet.duelColumns();
    for (int size : new int[] {100, 1_000, 100_000}) {
      Batch background = CreditRows.make(scaled(size), SEED + 2).batch();
      List<Contestant> all = new ArrayList<>();
      all.add(ours.prepared("Attest, rows only", Ours.interventional(1), background));
      all.add(ours.whole("Attest, preparation too", Ours.interventional(1), background));
      all.add(ours.prepared("Attest, path-dependent", Ours.shap(1), background));
      if (size <= 1_000) {
        all.add(new H2oTrees(ours.model().trees()).interventional(ours.first(2000), background));
      }
      List<Duel.Result> results = duel.run(all);
      // Path-dependent values are other values, so there is no difference to speak of.
      Duel.Result other = results.get(2);
      results.set(
          2, new Duel.Result(other.name(), other.rows(), other.rate(), other.ratio(), Double.NaN));
      sheet.duel(
          String.format(Locale.ROOT, "background of %,d rows", background.rows()), results);
    }
  }

  void deepInterventional(Sheet sheet) {
    Ours ours = ours(shape(200, 12), scaled(200));
    Batch background = CreditRows.make(100, SEED + 2).batch();
    sheet.head("SHAP values, interventional, deep trees: 200 trees x depth 12 x 30 features");
    sheet.line(described(ours, Ours.interventional(1), background));
    sheet.line("");
    sheet.duelColumns();
    sheet.duel(
        "background of 100 rows",
        duel.run(
            List.of(
                ours.whole("Attest", Ours.interventional(1), background),
                new H2oTrees(ours.model().trees()).interventional(ours.first(200), background))));
  }

  void interactions(Sheet sheet) {
    Ours ours = ours(shape(500, 6), scaled(5_000));
    sheet.head("Interactions, path-dependent: 500 trees x depth 6 x 30 features");
    sheet.line(described(ours, Ours.interactions(1), ours.first(1)));
    sheet.line("");
    sheet.duelColumns();
    sheet.duel(
        "500 x depth 6",
        duel.run(
            List.of(
                ours.whole("Attest", Ours.interactions(1), ours.first(1)),
                booster(shape(500, 6)).interactions("XGBoost 3.4", rows.values()))));
  }

  /** One row a request, after the model has been loaded and prepared for such. */
  void latency(Sheet sheet) {
    Ours ours = ours(shape(500, 6), 1);
    Xgboost peer = booster(shape(500, 6));
    RowExplainer.Prepared<?> ready =
        Ours.shap(1).prepare(ours.request(ours.first(1), ours.first(1)), 1, Progress.NONE);
    int requests = scaled(2_000);
    double[][] seconds = new double[3][requests];
    int p = CreditRows.FEATURES;
    for (int warm = 0; warm < 2; warm++) {
      for (int i = 0; i < requests; i++) {
        int at = i % rows.rows();
        float[] row = Arrays.copyOfRange(rows.values(), at * p, (at + 1) * p);
        Batch one = CreditRows.batch(row, p);
        long start = System.nanoTime();
        ready.explain(one, Progress.NONE);
        seconds[0][i] = (System.nanoTime() - start) * 1e-9;
        start = System.nanoTime();
        peer.explainOne(row);
        seconds[1][i] = (System.nanoTime() - start) * 1e-9;
        seconds[2][i] = peer.secondsOfOne(row);
      }
    }
    sheet.head("One row a request: 500 trees x depth 6 x 30 features");
    sheet.line(described(ours, Ours.shap(1), ours.first(1)));
    sheet.line("");
    sheet.columns("library", "median ms", "99 of 100 within ms", "Attest is faster by");
    String[] names = {
      "Attest",
      "XGBoost 3.4, with its matrix of the row",
      "XGBoost 3.4, without"
    };
    double first = quantile(seconds[0], 0.5);
    for (int c = 0; c < names.length; c++) {
      double median = quantile(seconds[c], 0.5);
      sheet.row(
          names[c],
          Range.figure(1e3 * median),
          Range.figure(1e3 * quantile(seconds[c], 0.99)),
          c == 0 ? "" : Range.figure(median / first));
    }
  }

  private static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) (share * (sorted.length - 1))];
  }

  void lightgbm(Sheet sheet) {
    Lightgbm peer = Lightgbm.train(500, 6, training);
    Ours ours = new Ours(peer.write(folder.resolve("lightgbm.txt")), rows.batch());
    sheet.head("SHAP values, path-dependent: LightGBM's own model, 500 trees x depth 6");
    sheet.line(described(ours, Ours.shap(1), ours.first(1)));
    sheet.line("");
    sheet.duelColumns();
    sheet.duel(
        "500 x depth 6",
        duel.run(
            List.of(
                ours.whole("Attest", Ours.shap(1), ours.first(1)),
                peer.contributions(rows.batch()))));
  }

  /** Eight features, few rows: for scale. */
  void kernel(Sheet sheet) {
    int[] chosen = {0, 6, 12, 13, 18, 19, 22, 28};
    Xgboost.Shape small = new Xgboost.Shape(100, 4, chosen.length, 1, false);
    float[] values =
        CreditRows.columns(training.values(), training.rows(), chosen);
    Xgboost booster = Xgboost.train(small, values, training.labels());
    Batch audit =
        CreditRows.batch(CreditRows.columns(rows.values(), 200, chosen), chosen.length);
    Batch background =
        CreditRows.batch(
            CreditRows.columns(CreditRows.make(100, SEED + 2).values(), 100, chosen),
            chosen.length);
    Ours ours = new Ours(booster.write(folder.resolve("small.ubj")), audit);
    sheet.head("A black-box method for scale: 100 trees x depth 4 x 8 features, background 100");
    sheet.duelColumns();
    sheet.duel(
        "interventional values",
        duel.run(
            List.of(
                ours.whole("Attest", Ours.interventional(1), background),
                new KogitoKernel(ours.model()).contributions(audit, background))));
  }
}
