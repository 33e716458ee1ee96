package io.attest.explain.effect;

import io.attest.explain.Explainer;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.Surfaces;
import io.attest.explain.tree.TreeCurves;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.tree.TreeEnsembleModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which pairs of features a model uses together, by Friedman's H, and the joint partial dependence
 * of the strongest.
 *
 * <p>Of trees the joint partial dependences of all pairs at all rows are read off in one pass and
 * are exact for these rows; H of the pairs is of the raw output there. Any other model is asked:
 * random changes of two features say which pairs may act together (see {@link Screening}), and H is
 * measured for the strongest of them, within a number of predictions. A surface, and the H that
 * goes with it, is of the response unless {@code space=raw}.
 *
 * <p>Parameters: {@code rows} (background rows averaged over and looked at; 300 for trees, else
 * 100), {@code top} (pairs drawn as surfaces; 3), {@code pairs} ({@code a:b, c:d}: drawn instead of
 * the strongest), {@code grid} (most points of a numeric feature; 12), {@code space} (raw or
 * response; response), {@code memory} (megabytes, for trees; 512), {@code budget} (most rows to
 * predict, for other models, before surfaces are drawn; 500000), {@code offmanifold} (on or off;
 * on).
 *
 * @see <a href="https://doi.org/10.1214/07-AOAS148">Friedman and Popescu 2008, Predictive Learning
 *     via Rule Ensembles</a>
 */
public final class PairDependence implements Explainer<Surfaces> {
  private final int threads;

  /** Works on as many threads as the machine has processors. */
  public PairDependence() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public PairDependence(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "pdp-2d";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if there is no background row, a parameter does not fit, or
   *     the model's answer is not a number
   */
  @Override
  public Surfaces explain(Request request, Progress progress) {
    Parameters parameters =
        request
            .parameters()
            .only(
                List.of(
                    "rows", "top", "pairs", "grid", "space", "memory", "budget", "offmanifold"));
    Model model = request.model();
    ModelInfo info = model.info();
    Optional<TreeEnsembleModel> trees =
        model instanceof TreeEnsembleModel t ? Optional.of(t) : Optional.empty();
    int wanted = parameters.integer("rows", trees.isPresent() ? 300 : 100, 2);
    long memory = (long) parameters.integer("memory", 512, 16) << 20;
    int budget = parameters.integer("budget", 500_000, 1000);
    int top = parameters.integer("top", 3, 0);
    int grid = parameters.integer("grid", 12, 2);
    OutputSpace space = Scope.space(parameters);
    Optional<List<Candidate>> named = Candidate.named(parameters, info);
    Batch background = request.background().rows();
    int[] used =
        Scope.sample(
            trees.map(t -> TreePairs.most(t, wanted, memory)).orElse(wanted),
            background,
            request.seed(),
            name());
    Batch rows = used.length == background.rows() ? background : background.select(used);
    progress.check();
    List<String> notes = new ArrayList<>();
    if (used.length < background.rows()) {
      notes.add(
          "Means and H are over %s of %s background rows, drawn at random."
              .formatted(used.length, background.rows()));
    }
    Optional<Manifold> manifold =
        Manifold.of(parameters, background, info.features(), request.seed());
    manifold.flatMap(Manifold::note).ifPresent(notes::add);

    Asked asked = new Asked(model, space);
    Means means =
        trees
            .flatMap(t -> TreeCurves.of(t.trees()))
            .<Means>map(curves -> new Means.ByTrees(curves, info, rows, space))
            .orElse(new Means.ByAsking(asked, rows, info.outputs().size()));
    JointOf jointOf = (a, b) -> new Joint(means, info, rows, a, b, threads);
    Strengths strengths = new Strengths(jointOf);
    boolean screened = trees.isEmpty() && named.isEmpty() && rows.features() > 1;
    List<Candidate> pairs;
    if (trees.isPresent()) {
      pairs = new TreePairs(trees.get(), rows, memory, threads).pairs(new Part(progress, 0, 600));
    } else if (screened) {
      Screening screening =
          new Screening(model, rows, asked, threads, budget / 4, request.seed(), name());
      List<Candidate> found = screening.pairs(new Part(progress, 0, 200));
      long before = asked.rows();
      pairs = strengths.within(budget - before, found, new Part(progress, 200, 600));
      notes.add(screening.note() + " " + strengths.note(found, "H is", budget));
    } else {
      pairs = strengths.within(Long.MAX_VALUE, named.orElse(List.of()), new Part(progress, 0, 600));
    }
    if (pairs.isEmpty() && named.isEmpty()) {
      notes.add("No two features act together in these rows, so there is no pair to show.");
    }
    List<Candidate> drawn = named.orElse(pairs.subList(0, Math.min(pairs.size(), top)));
    List<Surfaces.Surface> surfaces = new ArrayList<>();
    for (int d = 0; d < drawn.size(); d++) {
      Candidate pair = drawn.get(d);
      Part part =
          new Part(progress, 600 + 400 * d / drawn.size(), 600 + 400 * (d + 1) / drawn.size());
      double h2 = strengths.of(pair, part).h2();
      surfaces.add(
          jointOf
              .joint(pair.first(), pair.second())
              .surface(pair.output(), h2, grid, manifold, part));
    }
    progress.report(Part.WHOLE, Part.WHOLE);
    Map<String, String> said = new TreeMap<>(parameters.values());
    said.put("rows", Integer.toString(wanted));
    said.put("grid", Integer.toString(grid));
    said.put("top", Integer.toString(top));
    said.put("space", Scope.word(space));
    said.put("offmanifold", Manifold.wanted(parameters) ? "on" : "off");
    if (trees.isEmpty()) {
      said.put("budget", Integer.toString(budget));
    }
    boolean chance =
        screened || used.length < background.rows() || manifold.filter(Manifold::drawn).isPresent();
    return new Surfaces(
        new Provenance(
            name(),
            trees.isPresent()
                ? "joint partial dependence of all pairs read off the trees, exact for these rows"
                : "joint partial dependence by prediction, exact for these rows",
            "Friedman and Popescu 2008, Annals of Applied Statistics 2",
            said,
            chance ? Optional.of(request.seed()) : Optional.empty(),
            info.sha256(),
            info.named(space),
            rows.rows(),
            background.rows(),
            asked.rows() + (trees.isPresent() ? rows.rows() : 0),
            Optional.empty(),
            notes),
        pairs.stream().map(c -> c.pair(info)).toList(),
        surfaces);
  }

  private interface JointOf extends Strengths.Measure {
    Joint joint(int first, int second);

    @Override
    default long cost(int first, int second) {
      return joint(first, second).cost();
    }

    @Override
    default Candidate[] of(int first, int second, Progress progress) {
      return joint(first, second).strengths(progress);
    }
  }
}
