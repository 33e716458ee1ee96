package io.attest.explain.effect;

import io.attest.explain.Explainer;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.Surfaces;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Second-order accumulated local effects: what two features do together beyond what each does
 * alone, for rows that have such values. Unlike joint partial dependence it moves rows only within
 * their cells, so it can be read where features go together.
 *
 * <p>Each row is moved to the four corners of its own cell; the mean of f(high, high) - f(low,
 * high) - f(high, low) + f(low, low) is the local effect there. They are accumulated along both
 * features; the first-order effects of the result are taken off, and its mean over the rows: an
 * additive model gives 0 everywhere. A cell without a row takes the local effect of the nearest
 * that has some, counted in steps, or the mean of equally near ones. Bins and the order of levels
 * are as in {@link AccumulatedEffects}, over the rows that have both values.
 *
 * <p>Which pairs: random changes say which may act together (see {@link Screening}), and the
 * strongest are measured within a number of predictions. Their size is the root mean square of the
 * effect over the rows; in place of H squared stands its share in the variance of all that the two
 * features do, alone and together.
 *
 * <p>Parameters: {@code rows} (background rows; all), {@code top} (pairs drawn as surfaces; 3),
 * {@code pairs} ({@code a:b, c:d}: measured and drawn instead), {@code bins} (most bins of a
 * number; 6), {@code space} (raw or response; response), {@code budget} (most rows to predict where
 * pairs are searched for; 200000), {@code offmanifold} (on or off; on).
 *
 * @see <a href="https://doi.org/10.1111/rssb.12377">Apley and Zhu 2020, Visualizing the Effects of
 *     Predictor Variables in Black Box Supervised Learning Models</a>
 */
public final class AccumulatedPairs implements Explainer<Surfaces> {
  /** The name of the method: what its surfaces show is no mean prediction. */
  public static final String NAME = "ale-2d";

  private final int threads;

  /** Works on as many threads as the machine has processors. */
  public AccumulatedPairs() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public AccumulatedPairs(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return NAME;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if there is no background row, a parameter is unknown or does
   *     not fit, or the model's answer is not a number
   */
  @Override
  public Surfaces explain(Request request, Progress progress) {
    Parameters parameters =
        request
            .parameters()
            .only(List.of("rows", "top", "pairs", "bins", "space", "budget", "offmanifold"));
    Model model = request.model();
    ModelInfo info = model.info();
    int top = parameters.integer("top", 3, 0);
    int bins = parameters.integer("bins", 6, 1);
    int budget = parameters.integer("budget", 200_000, 1000);
    OutputSpace space = Scope.space(parameters);
    Optional<List<Candidate>> named = Candidate.named(parameters, info);
    Batch background = request.background().rows();
    int[] used = Scope.rows(parameters, background, request.seed(), name());
    Batch rows = used.length == background.rows() ? background : background.select(used);
    progress.check();
    List<String> notes = new ArrayList<>();
    if (rows.rows() < background.rows()) {
      notes.add(
          "The effects are over %s of %s background rows, drawn at random."
              .formatted(rows.rows(), background.rows()));
    }
    Optional<Manifold> manifold =
        Manifold.of(parameters, background, info.features(), request.seed());
    manifold.flatMap(Manifold::note).ifPresent(notes::add);

    Asked asked = new Asked(model, space);
    Measured measured = new Measured(rows, info, bins, asked);
    Strengths strengths = new Strengths(measured);
    boolean screened = named.isEmpty() && rows.features() > 1;
    List<Candidate> pairs;
    if (screened) {
      Screening screening =
          new Screening(model, rows, asked, threads, budget / 4, request.seed(), name());
      List<Candidate> found = screening.pairs(new Part(progress, 0, 300));
      pairs = strengths.within(budget - asked.rows(), found, new Part(progress, 300, 900));
      notes.add(screening.note() + " " + strengths.note(found, "the effect is", budget));
    } else {
      pairs = strengths.within(Long.MAX_VALUE, named.orElse(List.of()), new Part(progress, 0, 900));
    }
    if (pairs.isEmpty() && named.isEmpty()) {
      notes.add("No two features act together in these rows, so there is no pair to show.");
    }
    List<Candidate> drawn = named.orElse(pairs.subList(0, Math.min(pairs.size(), top)));
    List<Surfaces.Surface> surfaces = new ArrayList<>();
    Set<String> filled = new LinkedHashSet<>();
    for (Candidate pair : drawn) {
      progress.check();
      Cells cells = measured.cells(pair.first(), pair.second());
      surfaces.add(surface(info, strengths.of(pair, progress), cells, manifold));
      if (cells.empty() > 0) {
        filled.add(
            "%s with %s: %s of %s cells have no row and take the effect of the nearest that has some."
                .formatted(
                    info.featureNames().get(pair.first()),
                    info.featureNames().get(pair.second()),
                    cells.empty(),
                    cells.cells()));
      }
    }
    notes.addAll(filled);
    progress.report(Part.WHOLE, Part.WHOLE);
    Map<String, String> said = new TreeMap<>(parameters.values());
    said.put("rows", parameters.text("rows").orElse("all"));
    said.put("top", Integer.toString(top));
    said.put("bins", Integer.toString(bins));
    said.put("budget", Integer.toString(budget));
    said.put("space", Scope.word(space));
    said.put("offmanifold", Manifold.wanted(parameters) ? "on" : "off");
    boolean chance =
        screened || used.length < background.rows() || manifold.filter(Manifold::drawn).isPresent();
    return new Surfaces(
        new Provenance(
            name(),
            "every row moved to the corners of its cell, exact for these rows and bins",
            "Apley and Zhu 2020, JRSS B 82",
            said,
            chance ? Optional.of(request.seed()) : Optional.empty(),
            info.sha256(),
            info.named(space),
            rows.rows(),
            background.rows(),
            asked.rows(),
            Optional.empty(),
            notes),
        pairs.stream().map(c -> c.pair(info)).toList(),
        surfaces);
  }

  /** The cells of each pair that was asked about. */
  private record Measured(
      Batch rows, ModelInfo info, int bins, Asked asked, Map<List<Integer>, Cells> made)
      implements Strengths.Measure {

    Measured(Batch rows, ModelInfo info, int bins, Asked asked) {
      this(rows, info, bins, asked, new ConcurrentHashMap<>());
    }

    Cells cells(int first, int second) {
      return made.computeIfAbsent(
          List.of(first, second),
          pair -> new Cells(rows, info, first, second, bins, new LevelOrder(info.features())));
    }

    @Override
    public long cost(int first, int second) {
      return cells(first, second).cost();
    }

    @Override
    public Candidate[] of(int first, int second, Progress progress) {
      Cells cells = cells(first, second);
      cells.ask(asked);
      progress.report(1, 1);
      Candidate[] strengths = new Candidate[info.outputs().size()];
      Arrays.setAll(strengths, cells::strength);
      return strengths;
    }
  }

  private static Surfaces.Surface surface(
      ModelInfo info, Candidate pair, Cells cells, Optional<Manifold> manifold) {
    Feature first = info.features().get(pair.first());
    Feature second = info.features().get(pair.second());
    double[] a = cells.first().edges();
    double[] b = cells.second().edges();
    return new Surfaces.Surface(
        first.name(),
        second.name(),
        info.outputs().get(pair.output()),
        pair.h2(),
        labels(first, a),
        labels(second, b),
        a,
        b,
        cells.values(pair.output()),
        cells.support(),
        manifold
            .map(
                m ->
                    m.shares(
                        pair.first(),
                        pair.second(),
                        a,
                        b,
                        (e, v) -> cells.first().touches(e, v),
                        (f, v) -> cells.second().touches(f, v)))
            .orElse(new double[0][]));
  }

  private static List<String> labels(Feature feature, double[] edges) {
    return feature.categorical()
        ? Arrays.stream(edges).mapToObj(code -> feature.levels().get((int) code)).toList()
        : List.of();
  }
}
