package io.attest.explain.quality;

import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Draws;
import io.attest.explain.Explainer;
import io.attest.explain.Explanation;
import io.attest.explain.LocalSurrogate;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer;
import io.attest.explain.RowHash;
import io.attest.explain.Units;
import io.attest.explain.tree.Players;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Measures how far the attributions of a method can be trusted, on the rows of a request: whether
 * they add up, whether another seed says the same, whether a hardly different row is explained
 * alike, and whether the prediction changes as the contributions say when features are taken away.
 *
 * <p>Of several outputs, each row is measured on the one with the largest response. Contributions
 * of {@code lime} are coefficient x distance from the mean, see {@link
 * LocalSurrogate#contributions()}.
 *
 * @see <a href="https://arxiv.org/abs/1901.09392">Yeh et al. 2019, On the (In)fidelity and
 *     Sensitivity of Explanations</a>
 * @see <a href="https://arxiv.org/abs/2206.11104">Agarwal et al. 2022, OpenXAI</a>
 * @see <a href="https://arxiv.org/abs/2005.00631">Bhatt, Weller and Moura 2020, Evaluating and
 *     Aggregating Feature-based Model Explanations</a>
 */
public final class QualityOfAttribution {
  /** Rows that the model may predict for what is asked of it directly. */
  private static final long REMOVAL_BUDGET = 400_000;

  /** Rows that the model may predict for explaining again; more if the explainer took more. */
  private static final long REPEAT_BUDGET = 400_000;

  /** Rows near a row that are explained to see whether it is explained alike. */
  private static final int NEAR = 10;

  private static final int SEEDS = 5;

  /** How far they are away at most, in standard deviations of each number. */
  private static final double EPSILON = 0.02;

  private final int threads;

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public QualityOfAttribution(int threads) {
    this.threads = threads;
  }

  /**
   * Measures.
   *
   * @param explainer gives an {@link Attribution} or a {@link LocalSurrogate}
   * @param request whose audit rows are the sample and whose background is what features are
   *     replaced from
   * @param explained how many rows the explainer explained in all: the cost of measuring is kept
   *     small beside it
   * @throws IllegalArgumentException if there is no row or no background, or the explainer refuses
   * @throws java.util.concurrent.CancellationException if {@code progress} is cancelled
   */
  public Quality measure(
      Explainer<?> explainer, Request request, long explained, Progress progress) {
    if (request.audit().size() == 0 || request.background().size() == 0) {
      throw new IllegalArgumentException("There is no row to measure on, or no background row.");
    }
    return new Work(explainer, request, explained, progress).quality();
  }

  private final class Work {
    private final Explainer<?> explainer;
    private final Request request;
    private final long explained;
    private final Progress progress;
    private final Model model;
    private final Batch rows;
    private final List<Quality.Figure> figures = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final int[] output;
    private long modelRows;

    Work(Explainer<?> explainer, Request request, long explained, Progress progress) {
      this.explainer = explainer;
      // What is measured on fewer rows is measured on the first of them: in no order.
      int[] order = new Draws(request.seed(), "quality rows").permutation(request.audit().size());
      this.request =
          new Request(
              request.model(),
              request.audit().select(order),
              request.background(),
              request.training(),
              request.parameters(),
              request.seed());
      this.explained = explained;
      this.progress = progress;
      model = request.model();
      rows = this.request.audit().rows();
      double[] responses = model.predict(rows, OutputSpace.RESPONSE);
      modelRows = rows.rows();
      output = new int[rows.rows()];
      int k = model.info().outputs().size();
      for (int i = 0; i < output.length; i++) {
        for (int o = 1; o < k; o++) {
          if (responses[i * k + o] > responses[i * k + output[i]]) {
            output[i] = o;
          }
        }
      }
    }

    Quality quality() {
      RowExplainer.Prepared<?> prepared =
          explainer instanceof RowExplainer<?> rowExplainer
              ? rowExplainer.prepare(request, rows.rows(), progress)
              : null;
      long before = modelRows;
      Attribution first = explain(prepared, request, rows);
      long cost = Math.max(1, (modelRows - before) / rows.rows());
      if (first.outputs().size() != model.info().outputs().size()) {
        notes.add(
            "Contributions to "
                + first.outputs()
                + " are not contributions to the model's outputs: their quality was not measured.");
        return new Quality(List.of(), rows.rows(), modelRows, notes);
      }
      additivity(first);
      int repeated = repeated(first, cost);
      stability(first, repeated);
      sensitivity(prepared, first, repeated);
      removal(first);
      return new Quality(figures, rows.rows(), modelRows, notes);
    }

    private Attribution explain(RowExplainer.Prepared<?> prepared, Request of, Batch batch) {
      if (prepared == null) {
        return attribution(explainer.explain(of, quiet(progress)));
      }
      List<Attribution> parts = new ArrayList<>();
      for (int from = 0; from < batch.rows(); from += prepared.block()) {
        progress.check();
        int[] some =
            IntStream.range(from, Math.min(batch.rows(), from + prepared.block())).toArray();
        parts.add(attribution(prepared.explain(batch.select(some), quiet(progress))));
      }
      return joined(parts);
    }

    private static Attribution joined(List<Attribution> parts) {
      Attribution first = parts.get(0);
      int rows = parts.stream().mapToInt(Attribution::rows).sum();
      int outputs = first.outputs().size();
      double[] base =
          parts.stream()
              .flatMapToDouble(
                  a ->
                      IntStream.range(0, a.rows() * outputs)
                          .mapToDouble(c -> a.base(c / outputs, c % outputs)))
              .toArray();
      return new Attribution(
          first.provenance(),
          first.features(),
          first.outputs(),
          rows,
          parts.stream().flatMapToDouble(a -> Arrays.stream(a.values())).toArray(),
          base,
          parts.stream().flatMapToDouble(a -> Arrays.stream(a.predictions())).toArray());
    }

    private Attribution attribution(Explanation explanation) {
      modelRows += explanation.provenance().modelRows();
      if (explanation instanceof LocalSurrogate lines) {
        return lines.contributions();
      }
      if (explanation instanceof Attribution attribution) {
        return attribution;
      }
      throw new IllegalArgumentException(
          explainer.name() + " gives no contributions, so that their quality cannot be measured.");
    }

    private double[] contributions(Attribution a, int at, int out) {
      return IntStream.range(0, a.features().size())
          .mapToDouble(j -> a.value(at, j, out))
          .toArray();
    }

    private void additivity(Attribution first) {
      // A line near a row does not promise to add up to the model: its R2 says what it misses.
      boolean promised = first.provenance().error().isPresent() && !explainer.name().equals("lime");
      if (promised) {
        figures.add(
            new Quality.Figure(
                "additivity",
                first.relativeResidual(),
                Double.NaN,
                Double.NaN,
                rows.rows(),
                "Largest residual relative to the largest prediction; 0 is best"));
      }
    }

    /** How many rows can be explained again and again at a cost that is small beside the whole. */
    private int repeated(Attribution first, long cost) {
      int each = NEAR + (first.provenance().seed().isPresent() ? SEEDS - 1 : 0);
      long affordable = Math.max(REPEAT_BUDGET / cost, explained / 5) / each;
      int repeated = (int) Math.min(rows.rows(), affordable);
      if (repeated == 0) {
        notes.add(
            "Stability and sensitivity were not measured: explaining rows again would cost more"
                + " than a fifth of the explanation itself.");
      } else if (repeated < rows.rows()) {
        notes.add(
            "Stability and sensitivity were measured on %s of the %s rows, to keep the cost small."
                .formatted(repeated, rows.rows()));
      }
      return repeated;
    }

    private Batch first(int count) {
      return rows.select(IntStream.range(0, count).toArray());
    }

    private void stability(Attribution first, int count) {
      String overlap =
          "Overlap (Jaccard) of the most important features of two seeds, mean over "
              + SEEDS
              + " seeds; 1 is best";
      String tau = "Kendall's tau between the orders of all features of two seeds; 1 is best";
      if (first.provenance().seed().isEmpty()) {
        String why = "Nothing is drawn: every run says the same";
        figures.add(new Quality.Figure("stability", 1, 1, 1, rows.rows(), why));
        figures.add(new Quality.Figure("stability_order", 1, 1, 1, rows.rows(), why));
        return;
      }
      if (count == 0) {
        return;
      }
      Attribution[] seeds = new Attribution[SEEDS];
      seeds[0] = first;
      for (int s = 1; s < SEEDS; s++) {
        Request other =
            new Request(
                model,
                new Dataset(
                    first(count), request.audit().labels().map(l -> Arrays.copyOf(l, count))),
                request.background(),
                request.training(),
                request.parameters(),
                request.seed() + s);
        seeds[s] =
            explain(
                explainer instanceof RowExplainer<?> rowExplainer
                    ? rowExplainer.prepare(other, count, quiet(progress))
                    : null,
                other,
                other.audit().rows());
      }
      double[] overlaps = new double[count];
      double[] taus = new double[count];
      for (int i = 0; i < count; i++) {
        int pairs = 0;
        for (int s = 0; s < SEEDS; s++) {
          for (int t = s + 1; t < SEEDS; t++, pairs++) {
            double[] a = contributions(seeds[s], i, output[i]);
            double[] b = contributions(seeds[t], i, output[i]);
            overlaps[i] += Ranks.topOverlap(a, b);
            taus[i] += Ranks.kendall(a, b);
          }
        }
        overlaps[i] /= pairs;
        taus[i] /= pairs;
      }
      Figures.add(figures, "stability", overlaps, overlap);
      Figures.add(figures, "stability_order", taus, tau);
    }

    private void sensitivity(RowExplainer.Prepared<?> prepared, Attribution first, int count) {
      double[] deviations = deviations();
      if (Arrays.stream(deviations).allMatch(d -> d == 0)) {
        notes.add("Sensitivity was not measured: there is no number that varies.");
        return;
      }
      if (count == 0) {
        return;
      }
      int p = rows.features();
      boolean[] whole = whole();
      double[] values = new double[count * NEAR * p];
      double[] steps = new double[count * NEAR];
      RowHash hash = new RowHash(model.info().featureNames());
      for (int i = 0; i < count; i++) {
        Draws draws =
            new Draws(request.seed(), "sensitivity " + Long.toHexString(hash.of(rows, i)));
        for (int n = i * NEAR; n < (i + 1) * NEAR; n++) {
          for (int j = 0; j < p; j++) {
            double moved = rows.at(i, j) + EPSILON * (2 * draws.uniform() - 1) * deviations[j];
            // Months do not come in parts: steps of a model at whole numbers are no surprise.
            values[n * p + j] = whole[j] ? Math.rint(moved) : moved;
            double step = (values[n * p + j] - rows.at(i, j)) / deviations[j];
            // A missing value stays missing.
            steps[n] += deviations[j] > 0 && !Double.isNaN(step) ? step * step : 0;
          }
        }
      }
      Batch near = new Batch(count * NEAR, p, values);
      Attribution moved =
          explain(
              prepared,
              new Request(
                  model,
                  new Dataset(near, repeatedLabels(count)),
                  request.background(),
                  request.training(),
                  request.parameters(),
                  request.seed()),
              near);
      double[] worst = new double[count];
      double[] steepest = new double[count];
      for (int i = 0; i < count; i++) {
        double[] own = contributions(first, i, output[i]);
        double size = norm(own, new double[own.length]);
        for (int n = i * NEAR; n < (i + 1) * NEAR; n++) {
          double change = norm(own, contributions(moved, n, output[i]));
          worst[i] = Math.max(worst[i], change / size);
          steepest[i] =
              steps[n] == 0
                  ? steepest[i]
                  : Math.max(steepest[i], change / size / Math.sqrt(steps[n]));
        }
        int from = i * NEAR;
        if (size == 0 || IntStream.range(from, from + NEAR).allMatch(n -> steps[n] == 0)) {
          worst[i] = Double.NaN;
          steepest[i] = Double.NaN;
        }
      }
      Figures.add(
          figures,
          "sensitivity",
          worst,
          "Largest change of the contributions, relative to their size, when every number moves by"
              + " up to 0.02 standard deviations; 0 is best");
      Figures.add(
          figures,
          "lipschitz",
          steepest,
          "The same per standard deviation of the move: how steep the contributions are");
      if (figures.stream().noneMatch(f -> f.name().equals("sensitivity"))) {
        notes.add("Sensitivity was not measured: no number can move by so little.");
      }
    }

    /** Features that are whole numbers in the whole background. */
    private boolean[] whole() {
      Batch background = request.background().rows();
      boolean[] whole = new boolean[background.features()];
      for (int j = 0; j < whole.length; j++) {
        int at = j;
        whole[j] =
            IntStream.range(0, background.rows())
                .mapToDouble(b -> background.at(b, at))
                .allMatch(v -> Double.isNaN(v) || v == Math.rint(v));
      }
      return whole;
    }

    private Optional<double[]> repeatedLabels(int count) {
      return request
          .audit()
          .labels()
          .map(
              l -> {
                double[] all = new double[count * NEAR];
                Arrays.setAll(all, n -> l[n / NEAR]);
                return all;
              });
    }

    private double[] deviations() {
      Batch background = request.background().rows();
      double[] deviations = new double[background.features()];
      for (int j = 0; j < deviations.length; j++) {
        Feature feature = model.info().features().get(j);
        int at = j;
        double[] known =
            IntStream.range(0, background.rows())
                .mapToDouble(b -> background.at(b, at))
                .filter(v -> !Double.isNaN(v))
                .toArray();
        double mean = Arrays.stream(known).average().orElse(0);
        deviations[j] =
            feature.categorical()
                ? 0
                : Math.sqrt(
                    Arrays.stream(known).map(v -> (v - mean) * (v - mean)).average().orElse(0));
      }
      return deviations;
    }

    private static double norm(double[] a, double[] b) {
      double sum = 0;
      for (int j = 0; j < a.length; j++) {
        sum += (a[j] - b[j]) * (a[j] - b[j]);
      }
      return Math.sqrt(sum);
    }

    private void removal(Attribution first) {
      List<String> names = model.info().featureNames();
      String groups = first.provenance().parameters().getOrDefault("groups", "");
      Players players = groups.isBlank() ? Players.features(names) : Players.parse(groups, names);
      if (!players.names().equals(first.features()) || players.count() < 3) {
        notes.add(
            players.count() < 3
                ? "Fidelity was not measured: fewer than three features can be taken away."
                : "Fidelity was not measured: the contributions are not of the model's features.");
        return;
      }
      Dataset background = request.background();
      int most = (int) (REMOVAL_BUDGET / 5 / Removal.cost(players.count(), 1));
      if (background.size() > most) {
        background =
            background.select(
                new Draws(request.seed(), "quality background")
                    .sample(background.size(), Math.max(1, most)));
        notes.add(
            "Fidelity was measured with %s of the %s background rows, to keep the cost small."
                .formatted(background.size(), request.background().size()));
      }
      int count =
          (int)
              Math.min(
                  rows.rows(),
                  Math.max(1, REMOVAL_BUDGET / Removal.cost(players.count(), background.size())));
      if (count < rows.rows()) {
        notes.add(
            "Fidelity was measured on %s of the %s rows, to keep the cost small."
                .formatted(count, rows.rows()));
      }
      OutputSpace space = first.provenance().space();
      Removal removal = new Removal(model, space, background, players.of(), players.count());
      RowHash hash = new RowHash(names);
      Removal.OfRow[] of = new Removal.OfRow[count];
      Units.overRows(
          threads,
          count,
          1,
          quiet(progress),
          (i, end) ->
              of[i] =
                  removal.of(
                      rows.row(i),
                      first.prediction(i, output[i]),
                      contributions(first, i, output[i]),
                      output[i],
                      new Draws(request.seed(), "removal " + Long.toHexString(hash.of(rows, i)))));
      modelRows += background.size() + count * Removal.cost(players.count(), background.size());
      int top = Ranks.top(players.count());
      add(
          "infidelity",
          of,
          Removal.OfRow::infidelity,
          "Share of the change of the prediction that the contributions, at their best scale, do"
              + " not tell when random features are taken away; 0 is best");
      add(
          "faithfulness",
          of,
          Removal.OfRow::faithfulness,
          "Correlation of the contributions of random sets of features with the change of the"
              + " prediction when these are taken away; 1 is best");
      add(
          "insertion",
          of,
          Removal.OfRow::insertion,
          "By how much more the prediction rises, in standard deviations, when features come in the"
              + " order of their contributions than in random order; above 0 is good");
      add(
          "deletion",
          of,
          Removal.OfRow::deletion,
          "By how much more it falls when they go in that order; above 0 is good");
      add(
          "gap_important",
          of,
          Removal.OfRow::important,
          String.format(
              Locale.ROOT,
              "Change of the prediction, in standard deviations, when the %d most important"
                  + " features are taken away; the larger the better",
              top));
      add(
          "gap_unimportant",
          of,
          Removal.OfRow::unimportant,
          String.format(
              Locale.ROOT,
              "The same for the %d least important ones; the smaller the better",
              top));
      if (figures.stream().noneMatch(f -> f.name().equals("infidelity"))) {
        notes.add(
            "Fidelity was not measured: no prediction changed when features were taken away.");
      }
    }

    private void add(
        String name,
        Removal.OfRow[] of,
        java.util.function.ToDoubleFunction<Removal.OfRow> figure,
        String note) {
      Figures.add(figures, name, Arrays.stream(of).mapToDouble(figure).toArray(), note);
    }
  }

  /** Passes on that the work is not wanted any more, and no progress: it is not of this work. */
  private static Progress quiet(Progress progress) {
    return new Progress() {
      @Override
      public void report(long done, long total) {}

      @Override
      public boolean cancelled() {
        return progress.cancelled();
      }
    };
  }
}
