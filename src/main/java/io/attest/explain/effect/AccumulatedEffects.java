package io.attest.explain.effect;

import io.attest.explain.Effects;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.Units;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Accumulated local effects: how the prediction changes where a feature changes a little, for rows
 * that have such values, added up along the feature. Unlike partial dependence it does not ask
 * about a value together with rows that could not have it, so it can be read where features go
 * together.
 *
 * <p>Each row is moved to both ends of its own bin (see {@link Intervals}); the mean difference is
 * the step of the curve there. A curve is centred: its mean over the rows, each half way through
 * its bin, is 0. A category moves each row to the neighbours of its level in an order in which
 * neighbours are alike (see {@link LevelOrder}). A row without a value of the feature is left out.
 *
 * <p>The error of a value is its standard error over the rows, the bins taken as given: what a
 * value would vary by with other rows in the same bins. A bin with one row adds nothing to it.
 *
 * <p>Parameters: {@code features} (names with commas between; all), {@code bins} (most bins of a
 * number; 10), {@code rows} (background rows; all), {@code space} (raw or response; response),
 * {@code offmanifold} (on or off; on).
 *
 * <p>Works on any model. Cost: at most two predictions a row and number, and a category; whatever
 * the number of bins.
 *
 * @see <a href="https://doi.org/10.1111/rssb.12377">Apley and Zhu 2020, Visualizing the Effects of
 *     Predictor Variables in Black Box Supervised Learning Models</a>
 */
public final class AccumulatedEffects implements Explainer<Effects> {
  private final int threads;

  /** Works on as many threads as the machine has processors. */
  public AccumulatedEffects() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public AccumulatedEffects(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return Effects.ALE;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if there is no background row, a parameter is unknown or does
   *     not fit, or the model's answer is not a number
   */
  @Override
  public Effects explain(Request request, Progress progress) {
    Parameters parameters =
        request.parameters().only(List.of("features", "bins", "rows", "space", "offmanifold"));
    Model model = request.model();
    ModelInfo info = model.info();
    int[] features = Scope.features(parameters, model);
    int bins = parameters.integer("bins", 10, 1);
    OutputSpace space = Scope.space(parameters);
    Batch background = request.background().rows();
    int[] used = Scope.rows(parameters, background, request.seed(), name());
    Batch rows = used.length == background.rows() ? background : background.select(used);
    progress.check();
    Optional<Manifold> manifold =
        Manifold.of(parameters, background, info.features(), request.seed());
    Asked asked = new Asked(model, space);
    Units units = new Units(threads, 1L + features.length, progress);
    int p = rows.features();
    double[][] own = new double[1][];
    units.run(
        1,
        unit ->
            own[0] =
                asked.predict(
                    rows.rows(), (i, to, at) -> System.arraycopy(rows.values(), i * p, to, at, p)));
    LevelOrder order = new LevelOrder(info.features());
    Effects.Curve[][] curves = new Effects.Curve[features.length][];
    units.run(
        features.length,
        f -> {
          int j = features[f];
          Intervals intervals = Intervals.of(rows, j, info.features().get(j), bins, order);
          double[] off =
              manifold
                  .map(m -> m.shares(j, intervals.edges(), (g, v) -> intervals.touches(g, v)))
                  .orElse(new double[0]);
          Steps steps = new Steps(rows, j, intervals);
          steps.ask(asked, own[0], info.outputs().size());
          curves[f] = new Effects.Curve[info.outputs().size()];
          for (int o = 0; o < curves[f].length; o++) {
            curves[f][o] = curve(info, j, o, steps, off);
          }
        });
    List<Effects.Curve> all = Arrays.stream(curves).flatMap(Arrays::stream).toList();
    Map<String, String> said = new TreeMap<>();
    said.put("features", parameters.text("features").orElse("all"));
    said.put("bins", Integer.toString(bins));
    said.put("rows", parameters.text("rows").orElse("all"));
    said.put("space", Scope.word(space));
    said.put("offmanifold", Manifold.wanted(parameters) ? "on" : "off");
    boolean drawn = used.length < background.rows() || manifold.filter(Manifold::drawn).isPresent();
    List<String> notes = notes(info, features, rows, background.rows());
    manifold.flatMap(Manifold::note).ifPresent(notes::add);
    return new Effects(
        new Provenance(
            name(),
            "every row moved to both ends of its bin, exact for these rows and bins",
            "Apley and Zhu 2020, JRSS B 82",
            said,
            drawn ? Optional.of(request.seed()) : Optional.empty(),
            info.sha256(),
            info.named(space),
            rows.rows(),
            background.rows(),
            asked.rows(),
            all.stream()
                .flatMapToDouble(c -> Arrays.stream(c.error()))
                .boxed()
                .max(Double::compare),
            notes),
        Effects.ALE,
        all);
  }

  private static Effects.Curve curve(
      ModelInfo info, int feature, int output, Steps steps, double[] off) {
    Feature of = info.features().get(feature);
    double[] edges = steps.intervals().edges();
    return new Effects.Curve(
        of.name(),
        info.outputs().get(output),
        Arrays.stream(of.categorical() ? edges : new double[0])
            .mapToObj(code -> of.levels().get((int) code))
            .toList(),
        edges,
        steps.centred(output),
        steps.counts(),
        steps.error(output),
        off,
        new int[0],
        new double[0][]);
  }

  private static List<String> notes(ModelInfo info, int[] features, Batch rows, int background) {
    List<String> notes = new ArrayList<>();
    if (rows.rows() < background) {
      notes.add(
          "The curves are over %s of %s background rows, drawn at random."
              .formatted(rows.rows(), background));
    }
    List<String> missing = new ArrayList<>();
    List<String> absent = new ArrayList<>();
    List<String> unsorted = new ArrayList<>();
    for (int j : features) {
      Feature feature = info.features().get(j);
      double[] present =
          IntStream.range(0, rows.rows())
              .mapToDouble(i -> rows.at(i, j))
              .filter(v -> !Double.isNaN(v))
              .toArray();
      int gaps = rows.rows() - present.length;
      if (present.length == 0) {
        notes.add(feature.name() + " has no value in any row: its curve has no points.");
      } else if (gaps > 0) {
        missing.add(feature.name() + " (" + gaps + ")");
      }
      int levels = (int) Arrays.stream(present).distinct().count();
      if (feature.categorical() && levels < feature.levels().size()) {
        absent.add(feature.name() + " (" + (feature.levels().size() - levels) + ")");
      }
      if (feature.categorical() && levels > LevelOrder.MOST) {
        unsorted.add(feature.name());
      }
    }
    if (!missing.isEmpty()) {
      notes.add(
          "Rows without a value of a feature are left out of its curve: "
              + String.join(", ", missing)
              + ".");
    }
    if (!absent.isEmpty()) {
      notes.add("Levels that no row has are left out: " + String.join(", ", absent) + ".");
    }
    if (!unsorted.isEmpty()) {
      notes.add(
          "The levels are in the order of the model, not by likeness, since there are more than "
              + LevelOrder.MOST
              + ": "
              + String.join(", ", unsorted)
              + ".");
    }
    return notes;
  }
}
