package io.attest.explain.coalition;

import io.attest.explain.Dataset;
import io.attest.explain.Draws;
import io.attest.model.Batch;
import io.attest.model.Feature;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hipparchus.distribution.continuous.NormalDistribution;

/**
 * Unknown features are drawn from their Gaussian distribution given the known ones, with the means
 * and covariances of the background: true to the data. As a copula, each feature is carried to
 * normal scores by the background's ranks first, and back afterwards, so that margins keep their
 * form.
 *
 * <p>The same noise serves every row and coalition. It comes in parts that are independent Latin
 * hypercubes, so that their difference is the error.
 *
 * <p>Aas, Jullum and Loland, Explaining individual predictions when features are dependent,
 * Artificial Intelligence 298 (2021).
 */
public final class Gaussian implements Completion {
  /** Independent parts. */
  public static final int PARTS = 8;

  private final int features;
  private final List<Feature> inputs;
  private final Optional<Margins> margins;
  private final Moments moments;
  private final int rows;

  /** Samples x features, standard normal; sample k belongs to part k % PARTS. */
  private final double[][] noise;

  /**
   * @param copula true to work on normal scores
   * @param samples rows that are drawn for a coalition; a multiple of {@link #PARTS}
   * @throws IllegalArgumentException if a feature is categorical, a value is missing, or there are
   *     too few rows
   */
  public Gaussian(
      List<Feature> inputs, Dataset background, boolean copula, int samples, long seed) {
    Moments.check(copula ? "copula" : "gaussian", inputs, background);
    this.inputs = inputs;
    rows = background.size();
    features = inputs.size();
    margins = copula ? Optional.of(new Margins(background)) : Optional.empty();
    double[] values =
        margins.map(m -> m.scores(background.rows())).orElse(background.rows().values());
    moments = Moments.of(values, features, background.weightOfEach());
    noise = new double[samples][features];
    NormalDistribution normal = new NormalDistribution();
    int strata = samples / PARTS;
    for (int part = 0; part < PARTS; part++) {
      for (int j = 0; j < features; j++) {
        Draws draws = new Draws(seed, "noise of " + inputs.get(j).name() + ", part " + part);
        int[] stratum = draws.permutation(strata);
        for (int k = 0; k < strata; k++) {
          double within = (draws.below(1 << 30) + 0.5) / (1 << 30);
          noise[k * PARTS + part][j] =
              normal.inverseCumulativeProbability((stratum[k] + within) / strata);
        }
      }
    }
  }

  /** What the provenance should say of the covariance. */
  public List<String> notes() {
    return moments.notes(rows);
  }

  @Override
  public int size() {
    return noise.length;
  }

  @Override
  public int parts() {
    return PARTS;
  }

  @Override
  public boolean drawn() {
    return true;
  }

  /** Even a feature that the model does not use tells of others. */
  @Override
  public boolean idle(Batch rows, int row, int feature) {
    return false;
  }

  @Override
  public void check(Batch rows) {
    Moments.complete(rows.values(), inputs, "row");
  }

  @Override
  public Weighted nothing() {
    double[] out = new double[noise.length * features];
    Completed all =
        given(new boolean[features], 0, 1).of(new Batch(1, features, moments.mean().clone()), 0);
    double[] weights = new double[noise.length];
    Arrays.fill(weights, 1.0 / noise.length);
    for (int k = 0; k < noise.length; k++) {
      all.write(k, out, k * features);
    }
    return new Weighted(new Batch(noise.length, features, out), weights);
  }

  @Override
  public Coalition given(boolean[] known, int part, int parts) {
    Moments.Conditional conditional = moments.given(known);
    int size = (noise.length - part + parts - 1) / parts;
    return (rows, row) -> {
      double[] x = rows.row(row);
      double[] expected = expected(conditional, x);
      return new Completed() {
        @Override
        public int size() {
          return size;
        }

        @Override
        public double weight(int k) {
          return 1.0 / size;
        }

        @Override
        public void write(int k, double[] out, int at) {
          System.arraycopy(x, 0, out, at, features);
          double[] e = noise[part + k * parts];
          for (int a = 0; a < expected.length; a++) {
            double z = expected[a];
            for (int b = 0; b <= a; b++) {
              z += conditional.spread[a][b] * e[conditional.unknown[b]];
            }
            out[at + conditional.unknown[a]] = value(conditional.unknown[a], z);
          }
        }
      };
    };
  }

  /** Standardised expectations of the unknown features. */
  private double[] expected(Moments.Conditional conditional, double[] x) {
    double[] z = new double[conditional.known.length];
    for (int a = 0; a < z.length; a++) {
      int j = conditional.known[a];
      double score = margins.isPresent() ? margins.get().score(j, x[j]) : x[j];
      z[a] = (score - moments.mean()[j]) / moments.deviation()[j];
    }
    double[] out = new double[conditional.unknown.length];
    for (int a = 0; a < out.length; a++) {
      for (int b = 0; b < z.length; b++) {
        out[a] += conditional.slope[a][b] * z[b];
      }
    }
    return out;
  }

  private double value(int feature, double z) {
    double score = moments.mean()[feature] + moments.deviation()[feature] * z;
    return margins.isPresent() ? margins.get().value(feature, score) : score;
  }
}
