package io.attest.explain.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.ExplainerContractTest;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.Surfaces;
import io.attest.explain.WavyModel;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.model.tree.Trees;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AccumulatedPairsTest extends ExplainerContractTest<Surfaces> {

  @Override
  protected Explainer<Surfaces> explainer(int threads) {
    return new AccumulatedPairs(threads);
  }

  @Override
  protected Model model(int features) {
    return WavyModel.of(Task.MULTICLASS, features);
  }

  @Override
  protected boolean seeded() {
    return true;
  }

  @Override
  protected Parameters parameters() {
    return Parameters.parse("rows=10; bins=3");
  }

  @Override
  protected double[] figures(Surfaces result) {
    return DoubleStream.concat(
            DoubleStream.of(result.provenance().rows()),
            DoubleStream.concat(
                result.pairs().stream().mapToDouble(Surfaces.Pair::size),
                result.surfaces().stream()
                    .flatMapToDouble(s -> Arrays.stream(s.mean()).flatMapToDouble(Arrays::stream))))
        .toArray();
  }

  @Override
  protected Optional<double[]> figures(Surfaces result, int feature) {
    return Optional.empty();
  }

  /**
   * The formulas of Apley and Zhu for two numbers, with counts of cells in place of rows: another
   * way to compute the same.
   */
  @Property(tries = 40)
  void theSurfaceIsItsDefinition(
      @ForAll long seed, @ForAll @IntRange(min = 5, max = 80) int n, @ForAll boolean raw) {
    SplittableRandom random = new SplittableRandom(seed);
    Model model = WavyModel.of(Task.BINARY, 4);
    OutputSpace space = raw ? OutputSpace.RAW : OutputSpace.RESPONSE;
    double[] values = new double[4 * n];
    for (int i = 0; i < n; i++) {
      double x = random.nextGaussian();
      values[4 * i] = x;
      // They go together, so that cells are empty.
      values[4 * i + 1] = Math.rint(4 * (x + 0.5 * random.nextGaussian())) / 4;
      values[4 * i + 2] = random.nextGaussian();
    }
    Batch rows = new Batch(n, 4, values);
    Surfaces.Surface surface =
        explain(model, rows, "pairs=f0:f1; bins=4; space=" + (raw ? "raw" : "response"))
            .surfaces()
            .get(0);
    double[] a = surface.firstGrid();
    double[] b = surface.secondGrid();
    int[][] count = new int[a.length][b.length];
    double[][] local = new double[a.length][b.length];
    for (int i = 0; i < n; i++) {
      int k = bin(a, rows.at(i, 0));
      int m = bin(b, rows.at(i, 1));
      count[k][m]++;
      local[k][m] +=
          at(model, rows, i, a[k], b[m], space)
              - at(model, rows, i, a[k - 1], b[m], space)
              - at(model, rows, i, a[k], b[m - 1], space)
              + at(model, rows, i, a[k - 1], b[m - 1], space);
    }
    double[][] h = new double[a.length][b.length];
    for (int k = 1; k < a.length; k++) {
      for (int m = 1; m < b.length; m++) {
        h[k][m] = h[k - 1][m] + h[k][m - 1] - h[k - 1][m - 1] + filled(local, count, k, m);
      }
    }
    double[] first = new double[a.length];
    for (int k = 1; k < a.length; k++) {
      double sum = 0;
      int all = 0;
      for (int m = 1; m < b.length; m++) {
        sum += count[k][m] * (h[k][m] - h[k - 1][m] + h[k][m - 1] - h[k - 1][m - 1]) / 2;
        all += count[k][m];
      }
      first[k] = first[k - 1] + sum / all;
    }
    double[] second = new double[b.length];
    for (int m = 1; m < b.length; m++) {
      double sum = 0;
      int all = 0;
      for (int k = 1; k < a.length; k++) {
        sum += count[k][m] * (h[k][m] - h[k][m - 1] + h[k - 1][m] - h[k - 1][m - 1]) / 2;
        all += count[k][m];
      }
      second[m] = second[m - 1] + sum / all;
    }
    double centre = 0;
    for (int k = 1; k < a.length; k++) {
      for (int m = 1; m < b.length; m++) {
        double corners = 0;
        for (int e = k - 1; e <= k; e++) {
          for (int f = m - 1; f <= m; f++) {
            corners += h[e][f] - first[e] - second[f];
          }
        }
        centre += count[k][m] * corners / 4 / n;
      }
    }
    for (int e = 0; e < a.length; e++) {
      for (int f = 0; f < b.length; f++) {
        assertThat(surface.mean()[e][f])
            .isCloseTo(h[e][f] - first[e] - second[f] - centre, within(1e-12));
        int touching = 0;
        for (int k = e; k <= Math.min(a.length - 1, e + 1); k++) {
          for (int m = f; m <= Math.min(b.length - 1, f + 1); m++) {
            touching += count[k][m];
          }
        }
        assertThat(surface.support()[e][f]).isEqualTo(touching);
      }
    }
  }

  private static double filled(double[][] local, int[][] count, int k, int m) {
    for (int distance = 0; ; distance++) {
      double sum = 0;
      int found = 0;
      for (int u = 1; u < local.length; u++) {
        for (int v = 1; v < local[u].length; v++) {
          if (count[u][v] > 0 && (u - k) * (u - k) + (v - m) * (v - m) == distance) {
            sum += local[u][v] / count[u][v];
            found++;
          }
        }
      }
      if (found > 0) {
        return sum / found;
      }
    }
  }

  private static int bin(double[] edges, double value) {
    int k = 1;
    while (value > edges[k]) {
      k++;
    }
    return k;
  }

  private static double at(
      Model model, Batch rows, int i, double first, double second, OutputSpace space) {
    double[] one = rows.row(i);
    one[0] = first;
    one[1] = second;
    return model.predict(new Batch(1, one.length, one), space)[0];
  }

  /** With categories, too, no feature alone is left in a surface, nor a mean. */
  @Property(tries = 40)
  void whatEachFeatureDoesAloneIsTakenOff(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int n) {
    SplittableRandom random = new SplittableRandom(seed);
    Model model = Trees.model(Trees.ensemble(random, 6, 6, 2, 6, 4));
    double[] values = new double[6 * n];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          random.nextInt(15) == 0
              ? Double.NaN
              : Trees.categorical(i % 6)
                  ? random.nextInt(Trees.LEVELS)
                  : random.nextInt(-16, 17) / 4.0;
    }
    Batch rows = new Batch(n, 6, values);
    LevelOrder order = new LevelOrder(model.info().features());
    for (int[] pair : new int[][] {{0, 2}, {2, 5}, {5, 1}}) {
      Cells cells = new Cells(rows, model.info(), pair[0], pair[1], 3, order);
      cells.ask(new Asked(model, OutputSpace.RAW));
      double[][] values2 = cells.values(1);
      double mean = 0;
      double[] steps = new double[cells.first().steps()];
      for (int i = 0; i < n; i++) {
        double x = rows.at(i, pair[0]);
        double y = rows.at(i, pair[1]);
        if (Double.isNaN(x) || Double.isNaN(y)) {
          continue;
        }
        int column = cells.second().counted(y);
        double[] line =
            Arrays.stream(values2).mapToDouble(v -> cells.second().at(v, column)).toArray();
        mean += cells.first().at(line, cells.first().counted(x));
        for (int s = cells.first().first(x); s <= cells.first().last(x); s++) {
          steps[s] += line[s + 1] - line[s];
        }
      }
      assertThat(mean).isCloseTo(0, within(1e-10));
      assertThat(steps).containsExactly(new double[steps.length], within(1e-10));
    }
  }

  @Test
  void anAdditiveModelHasNoSecondOrderEffect() {
    Model model =
        new Model() {
          private final ModelInfo info = WavyModel.of(Task.REGRESSION, 3).info();

          @Override
          public ModelInfo info() {
            return info;
          }

          @Override
          public void predict(Batch rows, OutputSpace space, double[] out) {
            for (int i = 0; i < out.length; i++) {
              out[i] = Math.exp(rows.at(i, 0)) + Math.sin(3 * rows.at(i, 1)) - rows.at(i, 2);
            }
          }
        };
    Batch rows = dataset(model, 150, 4).rows();
    Surfaces found = explain(model, rows, "");
    assertThat(found.pairs()).isEmpty();
    assertThat(found.provenance().notes()).anyMatch(n -> n.startsWith("No two features"));
    Surfaces named = explain(model, rows, "pairs=f0:f1, f1:f2");
    assertThat(named.surfaces()).hasSize(2);
    for (Surfaces.Surface surface : named.surfaces()) {
      assertThat(Arrays.stream(surface.mean()).flatMapToDouble(Arrays::stream).boxed())
          .allMatch(v -> Math.abs(v) < 1e-12);
    }
  }

  /** f = x y with independent features: the effect is the product itself, half of the variance. */
  @Test
  void aProductIsFoundAndMeasured() {
    Model model =
        new Model() {
          private final ModelInfo info = WavyModel.of(Task.REGRESSION, 5).info();

          @Override
          public ModelInfo info() {
            return info;
          }

          @Override
          public void predict(Batch rows, OutputSpace space, double[] out) {
            for (int i = 0; i < out.length; i++) {
              out[i] = rows.at(i, 1) * rows.at(i, 3) + rows.at(i, 1) / Math.sqrt(3);
            }
          }
        };
    SplittableRandom random = new SplittableRandom(2);
    double[] values = new double[5 * 2000];
    Arrays.setAll(values, i -> random.nextDouble(-1, 1));
    Surfaces found =
        explain(model, new Batch(2000, 5, values), "budget=100000; offmanifold=off; bins=20");
    assertThat(found.pairs()).hasSize(1);
    Surfaces.Pair pair = found.pairs().get(0);
    assertThat(pair.first() + pair.second()).isEqualTo("f1f3");
    assertThat(pair.size()).isCloseTo(1.0 / 3, within(0.02));
    assertThat(pair.h2()).isCloseTo(0.5, within(0.05));
    Surfaces.Surface surface = found.surfaces().get(0);
    for (int e = 0; e < surface.firstGrid().length; e++) {
      for (int f = 0; f < surface.secondGrid().length; f++) {
        assertThat(surface.mean()[e][f])
            .isCloseTo(surface.firstGrid()[e] * surface.secondGrid()[f], within(0.06));
      }
    }
    assertThat(surface.offManifold()).isEmpty();
  }

  @Test
  void whatIsFilledIsSaid() {
    Model model = WavyModel.of(Task.REGRESSION, 3);
    double[] values = new double[3 * 40];
    for (int i = 0; i < 40; i++) {
      values[3 * i] = i;
      values[3 * i + 1] = i;
    }
    Surfaces found = explain(model, new Batch(40, 3, values), "pairs=f0:f1; bins=4");
    assertThat(found.provenance().notes())
        .containsExactly(
            "f0 with f1: 12 of 16 cells have no row and take the effect of the nearest that has"
                + " some.");
    Surfaces.Surface surface = found.surfaces().get(0);
    assertThat(surface.support()[0][4]).isZero();
    assertThat(surface.support()[2][2]).isEqualTo(20);
    assertThat(surface.offManifold()[0][4]).isNaN();
    assertThat(found.provenance().seed()).isEmpty();
    assertThatThrownBy(() -> explain(model, new Batch(0, 3, new double[0]), ""))
        .hasMessageContaining("no background row");
  }

  private static Surfaces explain(Model model, Batch rows, String parameters) {
    Dataset data = new Dataset(rows, Optional.empty());
    return new AccumulatedPairs(2)
        .explain(
            new Request(model, data, data, Optional.empty(), Parameters.parse(parameters), 1),
            Progress.NONE);
  }
}
