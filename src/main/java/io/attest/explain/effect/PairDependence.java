package io.attest.explain.effect;

import static org.hipparchus.stat.StatUtils.populationVariance;

import io.attest.explain.Dataset;
import io.attest.explain.Draws;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.Surfaces;
import io.attest.explain.Units;
import io.attest.explain.tree.Players;
import io.attest.explain.tree.TreeCurves;
import io.attest.explain.tree.TreeValues;
import io.attest.explain.tree.Value;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.tree.TreeEnsemble;
import io.attest.model.tree.TreeEnsembleModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Which pairs of features a tree ensemble uses together, by Friedman's H, and the joint partial
 * dependence of the strongest.
 *
 * <p>The joint partial dependences of all pairs at all rows are read off the trees in one pass and
 * are exact for these rows; H is of the raw output there. A surface, and the H that goes with it,
 * is of the response unless {@code space=raw}.
 *
 * <p>Parameters: {@code rows} (background rows averaged over and looked at; 300), {@code top}
 * (pairs drawn as surfaces; 3), {@code pairs} ({@code a:b, c:d}: drawn instead of the strongest),
 * {@code grid} (most points of a numeric feature; 12), {@code space} (raw or response; response),
 * {@code memory} (megabytes; 512).
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
   * @throws IllegalArgumentException if the model has no trees, there is no background row, or a
   *     parameter does not fit
   */
  @Override
  public Surfaces explain(Request request, Progress progress) {
    Parameters parameters =
        request.parameters().only(List.of("rows", "top", "pairs", "grid", "space", "memory"));
    if (!(request.model() instanceof TreeEnsembleModel model)) {
      throw new IllegalArgumentException(
          "pdp-2d reads the trees of a model, and this one is "
              + request.model().info().format()
              + ". Maybe pdp-ice fits.");
    }
    Dataset background = request.background();
    if (background.size() == 0) {
      throw new IllegalArgumentException("There is no background row to average over.");
    }
    TreeEnsemble trees = model.trees();
    int p = trees.features();
    long memory = (long) parameters.integer("memory", 512, 16) << 20;
    int wanted = parameters.integer("rows", 300, 2);
    long perRow = 8L * p * (p + 1) * trees.outputs();
    int most = (int) Math.max(20, Math.min(wanted, memory / 2 / perRow));
    int[] used =
        most >= background.size()
            ? IntStream.range(0, background.size()).toArray()
            : new Draws(request.seed(), "pdp-2d rows").sample(background.size(), most);
    Batch rows =
        used.length == background.size() ? background.rows() : background.rows().select(used);
    List<String> notes = new ArrayList<>();
    if (used.length < background.size()) {
      notes.add(
          "Means and H are over %d of %d background rows, drawn at random."
              .formatted(used.length, background.size()));
    }
    Optional<TreeCurves> curves = TreeCurves.of(trees);
    List<Candidate> pairs = pairs(model, rows, memory, progress);
    if (pairs.isEmpty()) {
      notes.add("No two features act together in these rows, so there is no pair to show.");
    }
    List<Candidate> drawn = drawn(parameters, model.info(), pairs);
    if (curves.isEmpty()) {
      notes.add("No surface is drawn: a feature is split on both as a number and as a category.");
    }
    OutputSpace space = Scope.space(parameters);
    int grid = parameters.integer("grid", 12, 2);
    List<Surfaces.Surface> surfaces = new ArrayList<>();
    if (curves.isPresent()) {
      for (Candidate pair : drawn) {
        progress.check();
        surfaces.add(new Joint(model, curves.get(), rows, pair, space).surface(grid, progress));
      }
    }
    Map<String, String> said = new TreeMap<>(parameters.values());
    said.put("rows", Integer.toString(wanted));
    said.put("grid", Integer.toString(grid));
    said.put("space", space == OutputSpace.RAW ? "raw" : "response");
    return new Surfaces(
        new Provenance(
            name(),
            "joint partial dependence of all pairs read off the trees, exact for these rows",
            "Friedman and Popescu 2008, Annals of Applied Statistics 2",
            said,
            used.length < background.size() ? Optional.of(request.seed()) : Optional.empty(),
            model.info().sha256(),
            space,
            rows.rows(),
            background.size(),
            rows.rows(),
            Optional.empty(),
            notes),
        pairs.stream().map(c -> c.pair(model.info())).toList(),
        surfaces);
  }

  /** Mean responses over rows with two features set, at the points of two grids. */
  double[][] joint(
      Model model, Batch rows, int first, int second, double[] firstGrid, double[] secondGrid) {
    TreeEnsembleModel trees = (TreeEnsembleModel) model;
    return new Joint(
            trees,
            TreeCurves.of(trees.trees()).orElseThrow(),
            rows,
            new Candidate(first, second, 0, 0, 0),
            OutputSpace.RESPONSE)
        .joint(firstGrid, secondGrid, Progress.NONE);
  }

  /** Two features and an output, with how they hang together in raw space. */
  private record Candidate(int first, int second, int output, double size, double h2) {

    Surfaces.Pair pair(ModelInfo info) {
      return new Surfaces.Pair(
          info.featureNames().get(first),
          info.featureNames().get(second),
          info.outputs().get(output),
          size,
          h2);
    }
  }

  private List<Candidate> pairs(
      TreeEnsembleModel model, Batch rows, long memory, Progress progress) {
    int p = model.trees().features();
    int k = model.trees().outputs();
    int n = rows.rows();
    TreeValues values =
        TreeValues.prepare(
            new TreeValues.Order(
                model.trees(),
                Players.features(model.info().featureNames()),
                Value.DEPENDENCE,
                Optional.of(new Dataset(rows, Optional.empty())),
                n,
                memory,
                threads),
            progress);
    double[][][] all = new double[k][p * p][];
    for (int output = 0; output < k; output++) {
      for (int i = 0; i < p; i++) {
        for (int j = i; j < p; j++) {
          all[output][i * p + j] = new double[n];
        }
      }
    }
    values.explain(
        rows,
        (from, count, tile) -> {
          for (int output = 0; output < k; output++) {
            for (int i = 0; i < p; i++) {
              for (int j = i; j < p; j++) {
                System.arraycopy(tile[output][i * p + j], 0, all[output][i * p + j], from, count);
              }
            }
          }
        },
        progress);
    List<Candidate> pairs = new ArrayList<>();
    for (int output = 0; output < k; output++) {
      for (int i = 0; i < p; i++) {
        for (int j = i + 1; j < p; j++) {
          double[] beyond = all[output][i * p + j];
          double[] joint = new double[n];
          for (int r = 0; r < n; r++) {
            joint[r] = all[output][i * p + i][r] + all[output][j * p + j][r] + beyond[r];
          }
          double interaction = populationVariance(beyond);
          if (interaction > 1e-24) {
            double whole = populationVariance(joint);
            pairs.add(
                new Candidate(
                    i,
                    j,
                    output,
                    Math.sqrt(interaction),
                    whole > 0 ? interaction / whole : Double.NaN));
          }
        }
      }
    }
    pairs.sort(
        Comparator.comparingDouble((Candidate c) -> -c.size())
            .thenComparingInt(Candidate::output)
            .thenComparingInt(Candidate::first)
            .thenComparingInt(Candidate::second));
    return pairs;
  }

  private static List<Candidate> drawn(
      Parameters parameters, ModelInfo info, List<Candidate> pairs) {
    Optional<String> asked = parameters.text("pairs");
    if (asked.isEmpty()) {
      return pairs.subList(0, Math.min(pairs.size(), parameters.integer("top", 3, 0)));
    }
    List<Candidate> drawn = new ArrayList<>();
    for (String text : asked.get().split(",")) {
      int colon = text.indexOf(':');
      if (colon < 0) {
        throw new IllegalArgumentException(
            "The parameter pairs has '"
                + text.strip()
                + "', but a pair is written with a colon, like duration:purpose.");
      }
      int first = feature(info, text.substring(0, colon).strip());
      int second = feature(info, text.substring(colon + 1).strip());
      if (first == second) {
        throw new IllegalArgumentException(
            "The parameter pairs has '" + text.strip() + "', which is one feature twice.");
      }
      for (int output = 0; output < info.outputs().size(); output++) {
        drawn.add(new Candidate(first, second, output, Double.NaN, Double.NaN));
      }
    }
    return drawn;
  }

  private static int feature(ModelInfo info, String name) {
    int at = info.featureNames().indexOf(name);
    if (at < 0) {
      throw new IllegalArgumentException(
          "The parameter pairs names '"
              + name
              + "', which is no feature of the model. The features are "
              + info.featureNames()
              + ".");
    }
    return at;
  }

  /** The joint partial dependence of one pair. */
  private final class Joint {
    private final TreeEnsembleModel model;
    private final TreeCurves curves;
    private final Batch rows;
    private final Candidate pair;
    private final OutputSpace space;

    Joint(
        TreeEnsembleModel model, TreeCurves curves, Batch rows, Candidate pair, OutputSpace space) {
      this.model = model;
      this.curves = curves;
      this.rows = rows;
      this.pair = pair;
      this.space = space;
    }

    Surfaces.Surface surface(int size, Progress progress) {
      Feature first = model.info().features().get(pair.first());
      Feature second = model.info().features().get(pair.second());
      Grid a = Grid.of(rows, pair.first(), first, size);
      Grid b = Grid.of(rows, pair.second(), second, size);
      double[][] mean = joint(a.points(), b.points(), progress);
      return new Surfaces.Surface(
          first.name(),
          second.name(),
          model.info().outputs().get(pair.output()),
          h2(progress),
          first.levels(),
          second.levels(),
          a.points(),
          b.points(),
          mean,
          support(a, b));
    }

    private int[][] support(Grid a, Grid b) {
      int[][] support = new int[a.points().length][b.points().length];
      for (int i = 0; i < rows.rows(); i++) {
        int at = a.nearest(rows.at(i, pair.first()));
        int bt = b.nearest(rows.at(i, pair.second()));
        if (at >= 0 && bt >= 0) {
          support[at][bt]++;
        }
      }
      return support;
    }

    /** Mean predictions with both features set. */
    private double[][] joint(double[] first, double[] second, Progress progress) {
      double[][] mean = new double[first.length][];
      int[] steps = steps(pair.second(), second);
      new Units(threads, first.length, Progress.NONE)
          .run(
              first.length,
              g -> {
                progress.check();
                mean[g] = means(pair.second(), steps, pair.first(), first[g]);
              });
      return mean;
    }

    private int[] steps(int feature, double[] points) {
      return Arrays.stream(points).mapToInt(v -> curves.step(feature, v)).toArray();
    }

    /** Mean predictions over all rows with a feature on some steps, and another one set. */
    private double[] means(int feature, int[] steps, int fixed, double value) {
      int p = rows.features();
      double[] changed = rows.values().clone();
      for (int i = fixed; fixed >= 0 && i < changed.length; i += p) {
        changed[i] = value;
      }
      boolean[] free = new boolean[p];
      free[feature] = true;
      int k = model.trees().outputs();
      double[] sum = new double[steps.length];
      double[] out = new double[k];
      curves.explain(
          new Batch(rows.rows(), p, changed),
          0,
          rows.rows(),
          free,
          (row, own, changes) -> {
            for (int g = 0; g < steps.length; g++) {
              for (int o = 0; o < k; o++) {
                out[o] = own[o] + changes[feature][o][steps[g]];
              }
              if (space == OutputSpace.RESPONSE && model.info().link() != Link.IDENTITY) {
                model.info().link().toResponse(out, k);
              }
              sum[g] += out[pair.output()];
            }
          });
      for (int g = 0; g < sum.length; g++) {
        sum[g] /= rows.rows();
      }
      return sum;
    }

    /** Friedman's H squared over the rows that have both values, in the space asked for. */
    private double h2(Progress progress) {
      int[] whole =
          IntStream.range(0, rows.rows())
              .filter(
                  i ->
                      !Double.isNaN(rows.at(i, pair.first()))
                          && !Double.isNaN(rows.at(i, pair.second())))
              .toArray();
      double[] a = Arrays.stream(whole).mapToDouble(i -> rows.at(i, pair.first())).toArray();
      double[] b = Arrays.stream(whole).mapToDouble(i -> rows.at(i, pair.second())).toArray();
      int[] stepA = steps(pair.first(), a);
      int[] stepB = steps(pair.second(), b);
      double[] alone = means(pair.first(), stepA, -1, 0);
      double[] other = means(pair.second(), stepB, -1, 0);
      // Rows on the same step of the first feature share one pass.
      int[] distinct = Arrays.stream(stepA).distinct().sorted().toArray();
      double[] together = new double[whole.length];
      new Units(threads, distinct.length, Progress.NONE)
          .run(
              distinct.length,
              d -> {
                progress.check();
                int[] on =
                    IntStream.range(0, whole.length).filter(i -> stepA[i] == distinct[d]).toArray();
                int[] steps = Arrays.stream(on).map(i -> stepB[i]).toArray();
                double[] means = means(pair.second(), steps, pair.first(), a[on[0]]);
                for (int i = 0; i < on.length; i++) {
                  together[on[i]] = means[i];
                }
              });
      double[] beyond = new double[whole.length];
      for (int i = 0; i < beyond.length; i++) {
        beyond[i] = together[i] - alone[i] - other[i];
      }
      double variance = populationVariance(together);
      return variance > 0 ? populationVariance(beyond) / variance : Double.NaN;
    }
  }
}
