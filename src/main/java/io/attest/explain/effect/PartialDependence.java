package io.attest.explain.effect;

import io.attest.explain.Draws;
import io.attest.explain.Effects;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.Units;
import io.attest.explain.tree.TreeCurves;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import io.attest.model.tree.TreeEnsembleModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Partial dependence with individual curves, by asking the model: each background row is predicted
 * with the feature set to each grid point. A curve's mean is the exact mean over the rows; its
 * individual curves are those of some of the same rows.
 *
 * <p>Parameters: {@code features} (names with commas between; all), {@code grid} (most points of a
 * numeric feature; 20), {@code ice} (rows with an individual curve; 50), {@code rows} (background
 * rows averaged over; all), {@code space} (raw or response; response), {@code offmanifold} (on or
 * off: the share of synthetic rows off the data at each point, see {@link Effects.Curve}; on).
 *
 * <p>Works on any model. Cost: background rows x grid points of all features. For trees the steps
 * of each row are read off the trees instead (see {@link TreeCurves}), at the cost of some five
 * predictions a row for all features and points, and {@code grid=all} reads the curves at every
 * threshold of the model.
 *
 * @see <a href="https://doi.org/10.1214/aos/1013203451">Friedman 2001, Greedy Function
 *     Approximation</a>
 * @see <a href="https://doi.org/10.1080/10618600.2014.907095">Goldstein et al. 2015, Peeking Inside
 *     the Black Box</a>
 */
public final class PartialDependence implements Explainer<Effects> {
  /** Values in one block of rows: 2 MB, whatever the number of features. */
  private static final int BLOCK_VALUES = 1 << 18;

  private final int threads;

  /** Works on as many threads as the machine has processors. */
  public PartialDependence() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public PartialDependence(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "pdp-ice";
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
        request
            .parameters()
            .only(List.of("features", "grid", "ice", "rows", "space", "offmanifold"));
    Model model = request.model();
    int[] features = Scope.features(parameters, model);
    Optional<TreeCurves> curves =
        model instanceof TreeEnsembleModel trees ? TreeCurves.of(trees.trees()) : Optional.empty();
    boolean every = parameters.text("grid").orElse("").equals("all");
    if (every && curves.isEmpty()) {
      throw new IllegalArgumentException(
          "grid=all reads a curve at every threshold of a model of trees, and this model is "
              + model.info().format()
              + ". Maybe give the number of points.");
    }
    int size = every ? 0 : parameters.integer("grid", 20, 2);
    List<Grid> grids = new ArrayList<>();
    for (int j : features) {
      Feature feature = model.info().features().get(j);
      Batch rows = request.background().rows();
      grids.add(
          every && !feature.categorical()
              ? Grid.of(rows, j, curves.get())
              : Grid.of(rows, j, feature, size));
    }
    return explain(request, parameters, features, grids, curves, progress);
  }

  /** The same on given grids, one for each of {@code features}. */
  Effects explain(
      Request request,
      Parameters parameters,
      int[] features,
      List<Grid> grids,
      Optional<TreeCurves> curves,
      Progress progress) {
    Batch background = request.background().rows();
    OutputSpace space = Scope.space(parameters);
    int ice = parameters.integer("ice", 50, 0);
    int[] used = Scope.rows(parameters, background, request.seed(), name());
    int[] iceOf = new Draws(request.seed(), "pdp-ice individual").sample(used.length, ice);
    Optional<Manifold> manifold =
        Manifold.of(parameters, background, request.model().info().features(), request.seed());
    boolean drawn =
        used.length < background.rows()
            || (ice > 0 && iceOf.length < used.length)
            || manifold.filter(Manifold::drawn).isPresent();
    Batch rows = used.length == background.rows() ? background : background.select(used);

    int k = request.model().info().outputs().size();
    int blockRows = Math.max(64, Math.min(4096, BLOCK_VALUES / Math.max(1, rows.features())));
    int blocks = (rows.rows() + blockRows - 1) / blockRows;
    // Sums of each block apart, so that they are added in one order whoever worked on them.
    double[][][] sums = new double[features.length][blocks][];
    double[][][] individual = new double[features.length][iceOf.length][];
    if (curves.isPresent()) {
      steps(
          curves.get(),
          request.model(),
          space,
          rows,
          blockRows,
          features,
          grids,
          iceOf,
          sums,
          individual,
          progress);
    } else {
      new Units(threads, (long) features.length * blocks, progress)
          .run(
              features.length * blocks,
              unit -> {
                int f = unit / blocks;
                int block = unit % blocks;
                sums[f][block] =
                    block(
                        request.model(),
                        space,
                        rows,
                        block * blockRows,
                        Math.min(rows.rows(), (block + 1) * blockRows),
                        features[f],
                        grids.get(f).points(),
                        iceOf,
                        individual[f]);
              });
    }
    List<Effects.Curve> drawnCurves = new ArrayList<>();
    int[] iceRows = Arrays.stream(iceOf).map(i -> used[i]).toArray();
    for (int f = 0; f < features.length; f++) {
      progress.check();
      int feature = features[f];
      double[] points = grids.get(f).points();
      int[] support = grids.get(f).support(rows, feature);
      double[] off = manifold.map(m -> m.shares(feature, points)).orElse(new double[0]);
      for (int output = 0; output < k; output++) {
        drawnCurves.add(
            curve(
                request.model(),
                feature,
                output,
                points,
                sums[f],
                rows.rows(),
                support,
                off,
                iceRows,
                individual[f]));
      }
    }
    long points = grids.stream().mapToLong(g -> g.points().length).sum();
    Map<String, String> said = new TreeMap<>();
    said.put("features", parameters.text("features").orElse("all"));
    said.put("offmanifold", Manifold.wanted(parameters) ? "on" : "off");
    said.put("grid", parameters.text("grid").orElse("20"));
    said.put("ice", Integer.toString(ice));
    said.put("rows", parameters.text("rows").orElse("all"));
    said.put("space", space == OutputSpace.RAW ? "raw" : "response");
    List<String> notes =
        notes(request.model(), features, grids, rows, background.rows(), iceOf.length);
    manifold.flatMap(Manifold::note).ifPresent(notes::add);
    Provenance provenance =
        new Provenance(
            name(),
            curves.isPresent()
                ? "steps of the trees, exact for these rows"
                : "every row predicted at every grid point, exact for these rows",
            "Friedman 2001, Annals of Statistics 29; Goldstein et al. 2015, JCGS 24",
            said,
            drawn ? Optional.of(request.seed()) : Optional.empty(),
            request.model().info().sha256(),
            request.model().info().named(space),
            rows.rows(),
            background.rows(),
            curves.isPresent() ? rows.rows() : points * rows.rows(),
            Optional.empty(),
            notes);
    return new Effects(provenance, "pdp", drawnCurves);
  }

  /** The same figures for trees, from the steps of each row instead of predictions. */
  private void steps(
      TreeCurves curves,
      Model model,
      OutputSpace space,
      Batch rows,
      int blockRows,
      int[] features,
      List<Grid> grids,
      int[] iceOf,
      double[][][] sums,
      double[][][] individual,
      Progress progress) {
    int k = model.info().outputs().size();
    boolean[] free = new boolean[rows.features()];
    int[][] at = new int[features.length][];
    int[] drawnAs = new int[rows.rows()];
    Arrays.fill(drawnAs, -1);
    for (int c = 0; c < iceOf.length; c++) {
      drawnAs[iceOf[c]] = c;
    }
    for (int f = 0; f < features.length; f++) {
      int feature = features[f];
      free[feature] = true;
      at[f] = Arrays.stream(grids.get(f).points()).mapToInt(v -> curves.step(feature, v)).toArray();
    }
    Units.overRows(
        threads,
        rows.rows(),
        blockRows,
        progress,
        (from, to) -> {
          double[][] sum = new double[features.length][];
          for (int f = 0; f < features.length; f++) {
            sum[f] = new double[at[f].length * k];
            sums[f][from / blockRows] = sum[f];
          }
          curves.explain(
              rows,
              from,
              to,
              free,
              (row, own, steps) -> {
                progress.check();
                for (int f = 0; f < features.length; f++) {
                  double[] out = new double[at[f].length * k];
                  for (int g = 0; g < at[f].length; g++) {
                    for (int o = 0; o < k; o++) {
                      out[g * k + o] = own[o] + steps[features[f]][o][at[f][g]];
                    }
                  }
                  if (space == OutputSpace.RESPONSE) {
                    model.info().link().toResponse(out, k);
                  }
                  for (int i = 0; i < out.length; i++) {
                    sum[f][i] += out[i];
                  }
                  if (drawnAs[row] >= 0) {
                    individual[f][drawnAs[row]] = out;
                  }
                }
              });
        });
  }

  /** Sums over rows {@code from} to {@code to}, grid x outputs; fills the individual curves. */
  private static double[] block(
      Model model,
      OutputSpace space,
      Batch rows,
      int from,
      int to,
      int feature,
      double[] grid,
      int[] iceOf,
      double[][] individual) {
    int p = rows.features();
    int k = model.info().outputs().size();
    double[] values = Arrays.copyOfRange(rows.values(), from * p, to * p);
    Batch batch = new Batch(to - from, p, values);
    double[] out = new double[(to - from) * k];
    double[] sums = new double[grid.length * k];
    for (int g = 0; g < grid.length; g++) {
      for (int i = 0; i < to - from; i++) {
        values[i * p + feature] = grid[g];
      }
      model.predict(batch, space, out);
      for (int i = 0; i < out.length; i++) {
        if (!Double.isFinite(out[i])) {
          throw new IllegalArgumentException(
              "The model answers "
                  + out[i]
                  + " for background row "
                  + (from + i / k + 1)
                  + " with "
                  + model.info().features().get(feature).name()
                  + " set to "
                  + grid[g]
                  + ". Maybe it cannot handle a missing value of that row.");
        }
        sums[g * k + i % k] += out[i];
      }
      for (int c = 0; c < iceOf.length; c++) {
        if (iceOf[c] >= from && iceOf[c] < to) {
          if (individual[c] == null) {
            individual[c] = new double[grid.length * k];
          }
          System.arraycopy(out, (iceOf[c] - from) * k, individual[c], g * k, k);
        }
      }
    }
    return sums;
  }

  private static Effects.Curve curve(
      Model model,
      int feature,
      int output,
      double[] grid,
      double[][] sums,
      int rows,
      int[] support,
      double[] off,
      int[] iceRows,
      double[][] individual) {
    int k = model.info().outputs().size();
    double[] mean = new double[grid.length];
    for (double[] block : sums) {
      for (int g = 0; g < grid.length; g++) {
        mean[g] += block[g * k + output];
      }
    }
    double[][] ice = new double[iceRows.length][grid.length];
    for (int g = 0; g < grid.length; g++) {
      mean[g] /= rows;
      for (int c = 0; c < ice.length; c++) {
        ice[c][g] = individual[c][g * k + output];
      }
    }
    Feature of = model.info().features().get(feature);
    return new Effects.Curve(
        of.name(),
        model.info().outputs().get(output),
        of.levels(),
        grid,
        mean,
        support,
        new double[0],
        off,
        iceRows,
        ice);
  }

  private static List<String> notes(
      Model model, int[] features, List<Grid> grids, Batch rows, int background, int ice) {
    List<String> notes = new ArrayList<>();
    if (rows.rows() < background) {
      notes.add(
          "The means are over %s of %s background rows, drawn at random."
              .formatted(rows.rows(), background));
    }
    if (ice > 0 && ice < rows.rows()) {
      notes.add(
          "Individual curves are shown for %s of %s rows, drawn at random; the means are over all."
              .formatted(ice, rows.rows()));
    }
    List<String> missing = new ArrayList<>();
    for (int f = 0; f < features.length; f++) {
      int j = features[f];
      String name = model.info().features().get(j).name();
      long gaps = IntStream.range(0, rows.rows()).filter(i -> Double.isNaN(rows.at(i, j))).count();
      if (grids.get(f).points().length == 0) {
        notes.add(name + " has no value in any row: its curve has no points.");
      } else if (gaps > 0) {
        missing.add(name + " (" + gaps + ")");
      }
    }
    if (!missing.isEmpty()) {
      notes.add(
          missing.stream()
              .collect(
                  Collectors.joining(
                      ", ",
                      "Rows without a value of their own are averaged over but support no grid"
                          + " point: ",
                      ".")));
    }
    return notes;
  }
}
