package io.attest.bench;

import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.shap.InterventionalTreeShap;
import io.attest.explain.shap.KernelShap;
import io.attest.explain.shap.PermutationShap;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/**
 * How far estimators that know nothing of the model are off the exact Shapley values, for as many
 * predictions. The model is trees, so that the exact values are known, but nobody looks into it.
 */
final class BlackBox {
  private static final int BACKGROUND = 100;
  private static final int SEEDS = 3;

  private final Path folder;
  private final int rows;

  BlackBox(Path folder, double scale) {
    this.folder = folder;
    rows = (int) Math.max(2, 10 * scale);
  }

  /** The model behind the plain interface, with a count of the rows that it predicts. */
  private record Hidden(Model model, AtomicLong predicted) implements Model {
    @Override
    public ModelInfo info() {
      return model.info();
    }

    @Override
    public void predict(Batch batch, OutputSpace space, double[] out) {
      predicted.addAndGet(batch.rows());
      model.predict(batch, space, out);
    }
  }

  void run(Sheet sheet) {
    int[] twenty = {0, 2, 4, 5, 6, 7, 8, 10, 12, 13, 14, 16, 18, 19, 20, 22, 24, 26, 28, 29};
    int[] eight = {0, 6, 12, 13, 18, 19, 22, 28};
    part(sheet, twenty, 6, new int[] {64, 128, 256, 512, 1024, 2088});
    part(sheet, eight, 6, new int[] {64, 128, 256});
  }

  private void part(Sheet sheet, int[] features, int depth, int[] budgets) {
    int p = features.length;
    CreditRows training = CreditRows.make(20_000, 1);
    Xgboost booster =
        Xgboost.train(
            new Xgboost.Shape(100, depth, p, 1, false),
            CreditRows.columns(training.values(), training.rows(), features),
            training.labels());
    Batch audit =
        CreditRows.batch(CreditRows.columns(CreditRows.make(rows, 2).values(), rows, features), p);
    Batch background =
        CreditRows.batch(
            CreditRows.columns(CreditRows.make(BACKGROUND, 3).values(), BACKGROUND, features), p);
    Model model = new Ours(booster.write(folder.resolve("hidden" + p + ".ubj")), audit).model();
    Hidden hidden = new Hidden(model, new AtomicLong());
    double[] exact =
        explain(new InterventionalTreeShap(1), model, audit, background, "", 1).values();
    double scale = 0;
    for (double v : exact) {
      scale += v * v / exact.length;
    }
    sheet.head("Any model: error at the same number of predictions, " + p + " features");
    sheet.line(
        String.format(
            Locale.ROOT,
            "100 trees x depth %d, raw output, background of %d rows, %d rows explained with %d seeds"
                + " each. Root mean square of the exact values: %s.",
            depth,
            BACKGROUND,
            rows,
            SEEDS,
            Range.figure(Math.sqrt(scale))));
    sheet.line("");
    sheet.columns(
        "coalitions",
        "estimator",
        "predictions a row",
        "root mean square error",
        "times Attest's",
        "largest error",
        "times Attest's",
        "rows/s");
    KogitoKernel kogito = new KogitoKernel(hidden);
    for (int budget : budgets) {
      Outcome ours =
          outcome(
              hidden,
              exact,
              seed ->
                  explain(
                          new KernelShap(1),
                          hidden,
                          audit,
                          background,
                          "tolerance=0; budget=" + budget,
                          seed)
                      .values());
      Outcome orders =
          outcome(
              hidden,
              exact,
              seed ->
                  explain(
                          new PermutationShap(1),
                          hidden,
                          audit,
                          background,
                          "permutations=" + Math.max(2, budget / (2 * (p - 1))),
                          seed)
                      .values());
      Outcome theirs =
          outcome(
              hidden,
              exact,
              seed -> kogito.values(audit, rows, background, OptionalInt.of(budget), seed));
      line(sheet, String.valueOf(budget), "kernel-shap", ours, ours);
      line(sheet, "", "permutation-shap", orders, ours);
      line(sheet, "", "Kogito Kernel SHAP", theirs, ours);
    }
  }

  /** Of all rows and seeds. */
  private record Outcome(double predictions, double root, double largest, double rate) {}

  private Outcome outcome(Hidden hidden, double[] exact, LongFunction<double[]> values) {
    double squares = 0;
    double largest = 0;
    hidden.predicted().set(0);
    long began = System.nanoTime();
    for (int seed = 1; seed <= SEEDS; seed++) {
      double[] found = values.apply(seed);
      for (int i = 0; i < exact.length; i++) {
        double e = Math.abs(found[i] - exact[i]);
        squares += e * e / exact.length / SEEDS;
        largest = e <= largest ? largest : e;
      }
    }
    double seconds = (System.nanoTime() - began) * 1e-9;
    return new Outcome(
        (double) hidden.predicted().get() / rows / SEEDS,
        Math.sqrt(squares),
        largest,
        rows * SEEDS / seconds);
  }

  private static void line(Sheet sheet, String budget, String name, Outcome outcome, Outcome ours) {
    boolean exact = ours.largest() < 1e-10;
    sheet.row(
        budget,
        name,
        Range.figure(outcome.predictions()),
        error(outcome.root()),
        outcome == ours || exact ? "" : Range.figure(outcome.root() / ours.root()),
        error(outcome.largest()),
        outcome == ours || exact ? "" : Range.figure(outcome.largest() / ours.largest()),
        Range.figure(outcome.rate()));
  }

  private static String error(double x) {
    return String.format(Locale.ROOT, "%.1e", x);
  }

  private static Attribution explain(
      Explainer<Attribution> explainer,
      Model model,
      Batch audit,
      Batch background,
      String parameters,
      long seed) {
    return explainer.explain(
        new Request(
            model,
            new Dataset(audit, Optional.empty()),
            new Dataset(background, Optional.empty()),
            Optional.empty(),
            Parameters.parse(parameters),
            seed),
        Progress.NONE);
  }
}
