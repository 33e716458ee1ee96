package io.attest.explain.lime;

import io.attest.explain.Dataset;
import io.attest.explain.LocalSurrogate;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer;
import io.attest.explain.Units;
import io.attest.explain.quality.Ranks;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * LIME for tables: for each row a ridge regression on what the model answers to rows drawn near it.
 *
 * <p>By default the rows are drawn from the distribution that the kernel makes of the background's,
 * and all count alike (GLIME); {@code sampling=classic} draws as the background is spread and
 * weights by the kernel, as LIME does. Both estimate the same line; the classic one wastes the
 * draws that it weights down. What is drawn for a row depends on the seed and on what the row says,
 * on nothing else.
 *
 * <p>Parameters: {@code samples} (rows drawn for each row; 2000, or ten for each feature if that is
 * more), {@code width} (of the kernel, in standard deviations; 0.75 times the root of the number of
 * features), {@code alpha} (ridge; 1), {@code sampling} ({@code glime} or {@code classic}), {@code
 * output} ({@code response} or {@code raw}). Cost: rows x samples.
 *
 * @see <a href="https://arxiv.org/abs/1602.04938">Ribeiro, Singh and Guestrin 2016, "Why Should I
 *     Trust You?"</a>
 * @see <a href="https://arxiv.org/abs/2311.15722">Tan, Tian and Li 2023, GLIME: General, Stable and
 *     Local LIME Explanation</a>
 */
public final class Lime implements RowExplainer<LocalSurrogate> {
  private static final List<String> PARAMETERS =
      List.of("alpha", "output", "samples", "sampling", "width");

  /** Parts of the draws: left out one by one for the interval, ten against ten for stability. */
  private static final int PARTS = 20;

  private static final int HALVES = 10;

  private static final double T =
      new TDistribution(PARTS - 1.0).inverseCumulativeProbability(0.975);

  /** Values of drawn rows that may be in memory for one row. */
  private static final int VALUES = 1 << 25;

  private final int threads;

  /** Works on as many threads as the machine has processors. */
  public Lime() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public Lime(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "lime";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if there is no background row or a parameter does not fit
   */
  @Override
  public Prepared<LocalSurrogate> prepare(Request request, long rows, Progress progress) {
    Parameters given = request.parameters().only(PARAMETERS);
    int p = request.model().info().features().size();
    int samples = given.integer("samples", Math.max(2000, 10 * p), 2 * PARTS);
    if ((long) samples * p > VALUES) {
      throw new IllegalArgumentException(
          "The parameter samples is "
              + samples
              + ", which is too much for "
              + p
              + " features. "
              + VALUES / p
              + " are the most.");
    }
    if (request.background().size() == 0) {
      throw new IllegalArgumentException("There is no background row.");
    }
    progress.check();
    Settings settings =
        new Settings(
            samples,
            given.number("width", 0.75 * Math.sqrt(p), 1e-3, 1e6),
            given.number("alpha", 1, 0, Double.MAX_VALUE),
            given.choice("sampling", "glime", List.of("glime", "classic")),
            given.choice("output", "response", List.of("response", "raw")).equals("raw")
                ? OutputSpace.RAW
                : OutputSpace.RESPONSE);
    return new Ready(request.model(), request.background(), request.seed(), settings);
  }

  private record Settings(
      int samples, double width, double alpha, String sampling, OutputSpace space) {

    boolean local() {
      return sampling.equals("glime");
    }

    Map<String, String> written() {
      Map<String, String> all = new TreeMap<>();
      all.put("samples", Integer.toString(samples));
      all.put("width", Double.toString(width));
      all.put("alpha", Double.toString(alpha));
      all.put("sampling", sampling);
      all.put("output", space.name().toLowerCase(Locale.ROOT));
      return all;
    }
  }

  private final class Ready implements Prepared<LocalSurrogate> {
    private final Model model;
    private final long background;
    private final long seed;
    private final Settings settings;
    private final Neighbourhood neighbourhood;

    Ready(Model model, Dataset background, long seed, Settings settings) {
      this.model = model;
      this.background = background.size();
      this.seed = seed;
      this.settings = settings;
      neighbourhood =
          new Neighbourhood(
              model.info().features(), background, seed, settings.width(), settings.local());
    }

    @Override
    public int block() {
      return 64 * threads;
    }

    @Override
    public LocalSurrogate explain(Batch rows, Progress progress) {
      if (rows.rows() == 0) {
        throw new IllegalArgumentException("There is no row to explain.");
      }
      int p = rows.features();
      int k = model.info().outputs().size();
      int cells = rows.rows() * k;
      double[] predictions = model.predict(rows, settings.space());
      double[] coefficients = new double[cells * p];
      double[] errors = new double[cells * p];
      double[] contrasts = new double[rows.rows() * p];
      double[] intercepts = new double[cells];
      double[] local = new double[cells];
      double[] r2 = new double[cells];
      double[] stability = new double[cells];
      double[] widths = new double[cells];
      AtomicBoolean missing = new AtomicBoolean();
      Units.overRows(
          threads,
          rows.rows(),
          1,
          progress,
          (i, end) -> {
            Neighbourhood.Around around = neighbourhood.around(rows, i, settings.samples());
            double[] own = new double[p];
            around.design(-1, own);
            for (int j = 0; j < p; j++) {
              contrasts[i * p + j] = around.contrast(j);
              missing.compareAndSet(false, Double.isNaN(rows.at(i, j)));
            }
            LocalFit fit = fit(around, own, Arrays.copyOfRange(predictions, i * k, (i + 1) * k), i);
            for (int o = 0; o < k; o++) {
              for (int j = 0; j < p; j++) {
                coefficients[(i * p + j) * k + o] = fit.line().coefficients()[o][j];
                errors[(i * p + j) * k + o] = fit.errors()[o][j];
              }
              intercepts[i * k + o] = fit.line().intercepts()[o];
              local[i * k + o] = fit.line().at(own, o);
              r2[i * k + o] = fit.line().r2()[o];
              stability[i * k + o] = fit.stability()[o];
              widths[i * k + o] = fit.widthAgreement()[o];
            }
          });
      double[] low = new double[errors.length];
      double[] high = new double[errors.length];
      for (int c = 0; c < errors.length; c++) {
        low[c] = coefficients[c] - T * errors[c];
        high[c] = coefficients[c] + T * errors[c];
      }
      return new LocalSurrogate(
          provenance(rows.rows(), Arrays.stream(errors).max().orElse(0), notes(missing.get())),
          model.info().featureNames(),
          model.info().outputs(),
          rows.rows(),
          coefficients,
          low,
          high,
          contrasts,
          intercepts,
          local,
          predictions,
          r2,
          stability,
          widths);
    }

    /** The line of one row, how far its coefficients may be off, and how firm it is. */
    private record LocalFit(
        WeightedRidge.Fit line, double[][] errors, double[] stability, double[] widthAgreement) {}

    private LocalFit fit(Neighbourhood.Around around, double[] own, double[] prediction, int row) {
      double[] answers = model.predict(around.rows(), settings.space());
      int k = prediction.length;
      WeightedRidge[] parts = new WeightedRidge[PARTS];
      Arrays.setAll(parts, g -> new WeightedRidge(own, prediction));
      WeightedRidge narrow = new WeightedRidge(own, prediction);
      WeightedRidge wide = new WeightedRidge(own, prediction);
      double[] design = new double[own.length];
      for (int s = 0; s < settings.samples(); s++) {
        for (int o = 0; o < k; o++) {
          if (!Double.isFinite(answers[s * k + o])) {
            throw new IllegalArgumentException(
                "The model answers "
                    + answers[s * k + o]
                    + " near row "
                    + (row + 1)
                    + ". Maybe it cannot handle a missing value of that row.");
          }
        }
        around.design(s, design);
        double distance = around.squaredDistance(s);
        // Both of a pair are in the same part: they are not independent of each other.
        parts[s / 2 % PARTS].add(
            design, neighbourhood.weight(distance, settings.width()), answers, s * k);
        narrow.add(design, neighbourhood.weight(distance, settings.width() / 2), answers, s * k);
        wide.add(design, neighbourhood.weight(distance, settings.width() * 2), answers, s * k);
      }
      WeightedRidge all = sum(own, prediction, parts, g -> true);
      WeightedRidge.Fit line = all.fit(settings.alpha());
      return new LocalFit(
          line,
          errors(all, parts, line),
          stability(own, prediction, parts),
          widthAgreement(line, narrow, wide));
    }

    private static WeightedRidge sum(
        double[] own,
        double[] prediction,
        WeightedRidge[] parts,
        java.util.function.IntPredicate which) {
      WeightedRidge sum = new WeightedRidge(own, prediction);
      for (int g = 0; g < parts.length; g++) {
        if (which.test(g)) {
          sum.add(parts[g], 1);
        }
      }
      return sum;
    }

    /** Jackknife: by how much the coefficients change when a part of the draws is left out. */
    private double[][] errors(WeightedRidge all, WeightedRidge[] parts, WeightedRidge.Fit line) {
      double[][] squares = new double[line.coefficients().length][];
      Arrays.setAll(squares, o -> new double[line.coefficients()[o].length]);
      double[][] mean = new double[squares.length][];
      Arrays.setAll(mean, o -> new double[squares[o].length]);
      for (int g = 0; g < PARTS; g++) {
        all.add(parts[g], -1);
        double[][] without = all.fit(settings.alpha()).coefficients();
        all.add(parts[g], 1);
        for (int o = 0; o < mean.length; o++) {
          for (int j = 0; j < mean[o].length; j++) {
            double before = without[o][j] - mean[o][j];
            mean[o][j] += before / (g + 1);
            squares[o][j] += before * (without[o][j] - mean[o][j]);
          }
        }
      }
      for (double[] output : squares) {
        for (int j = 0; j < output.length; j++) {
          output[j] = Math.sqrt((PARTS - 1.0) / PARTS * output[j]);
        }
      }
      return squares;
    }

    /** Halves of the draws against each other, in several ways. */
    private double[] stability(double[] own, double[] prediction, WeightedRidge[] parts) {
      double[] total = new double[prediction.length];
      for (int h = 0; h < HALVES; h++) {
        int way = h;
        // Ten neighbours on a ring of parts against the ten others.
        double[][] one =
            sum(own, prediction, parts, g -> (g + way) % PARTS < PARTS / 2)
                .fit(settings.alpha())
                .coefficients();
        double[][] other =
            sum(own, prediction, parts, g -> (g + way) % PARTS >= PARTS / 2)
                .fit(settings.alpha())
                .coefficients();
        for (int o = 0; o < total.length; o++) {
          total[o] += Ranks.topOverlap(one[o], other[o]);
        }
      }
      return Arrays.stream(total).map(sum -> sum / HALVES).toArray();
    }

    private double[] widthAgreement(
        WeightedRidge.Fit line, WeightedRidge narrow, WeightedRidge wide) {
      double[] smallest = new double[line.coefficients().length];
      Arrays.fill(smallest, Double.NaN);
      int needed = 2 * (model.info().features().size() + 1);
      if (narrow.effectiveRows() < needed || wide.effectiveRows() < needed) {
        return smallest;
      }
      double[][] near = narrow.fit(settings.alpha()).coefficients();
      double[][] far = wide.fit(settings.alpha()).coefficients();
      for (int o = 0; o < smallest.length; o++) {
        double[] here = line.coefficients()[o];
        smallest[o] = Math.min(Ranks.cosine(here, near[o]), Ranks.cosine(here, far[o]));
      }
      return smallest;
    }

    private List<String> notes(boolean missing) {
      List<String> notes = new ArrayList<>();
      List<String> constant = neighbourhood.constant();
      if (!constant.isEmpty()) {
        notes.add(
            "The background has one value only of "
                + String.join(", ", constant)
                + ": it was not varied and has the coefficient 0, unless it is missing.");
      }
      if (missing) {
        notes.add(
            "A missing value was treated as a category: its coefficient is what it does that the"
                + " value is missing, in place of a value of the background.");
      }
      return notes;
    }

    private Provenance provenance(int rows, double error, List<String> notes) {
      return new Provenance(
          name(),
          settings.local()
              ? "ridge on draws from the local distribution, in mirrored pairs, all of equal"
                  + " weight; error is the largest standard error of a coefficient"
              : "ridge on draws weighted by the kernel; error is the largest standard error of a"
                  + " coefficient",
          "Ribeiro, Singh and Guestrin 2016, KDD; Tan, Tian and Li 2023, NeurIPS (GLIME)",
          settings.written(),
          Optional.of(seed),
          model.info().sha256(),
          model.info().named(settings.space()),
          rows,
          background,
          rows * (1L + settings.samples()),
          Optional.of(error),
          notes);
    }
  }
}
