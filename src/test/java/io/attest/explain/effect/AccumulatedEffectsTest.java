package io.attest.explain.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.CaseTable;
import io.attest.Cases;
import io.attest.explain.Dataset;
import io.attest.explain.Effects;
import io.attest.explain.Explainer;
import io.attest.explain.ExplainerContractTest;
import io.attest.explain.NeutralTrees;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.Tables;
import io.attest.explain.WavyModel;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.model.tree.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AccumulatedEffectsTest extends ExplainerContractTest<Effects> {

  @Override
  protected Explainer<Effects> explainer(int threads) {
    return new AccumulatedEffects(threads);
  }

  @Override
  protected Model model(int features) {
    return WavyModel.of(Task.MULTICLASS, features);
  }

  @Override
  protected double[] figures(Effects result) {
    return result.curves().stream()
        .flatMapToDouble(
            c ->
                DoubleStream.concat(
                    DoubleStream.concat(Arrays.stream(c.mean()), Arrays.stream(c.grid())),
                    DoubleStream.concat(
                        Arrays.stream(c.error()), Arrays.stream(c.support()).asDoubleStream())))
        .toArray();
  }

  @Override
  protected Optional<double[]> figures(Effects result, int feature) {
    return Optional.of(
        result.curves().stream()
            .filter(c -> c.feature().equals("f" + feature))
            .flatMapToDouble(
                c -> DoubleStream.concat(Arrays.stream(c.mean()), Arrays.stream(c.error())))
            .toArray());
  }

  @Test
  void curvesAreThoseOfTheReferenceCase() throws IOException {
    Path folder = Cases.folder("p01_pdp_ice_ale_german_gbm");
    NeutralTrees model = NeutralTrees.read(folder.resolve("trees.json"));
    Batch rows = CaseTable.read(folder.resolve("data.csv")).batch();
    Effects effects =
        explain(model, rows, "features=duration, purpose, credit_amount, age; bins=10");
    List<String> lines = Files.readAllLines(folder.resolve("exact_ale.csv"));
    int line = 1;
    for (Effects.Curve curve : effects.curves()) {
      for (int e = 0; e < curve.grid().length; e++) {
        String[] expected = lines.get(line++).split(",");
        assertThat(curve.feature()).isEqualTo(expected[1]);
        assertThat(curve.grid()[e]).isCloseTo(Double.parseDouble(expected[3]), within(1e-11));
        assertThat(curve.mean()[e]).isCloseTo(Double.parseDouble(expected[4]), within(1e-12));
        assertThat(curve.support()[e]).isEqualTo(Integer.parseInt(expected[5]));
      }
    }
    assertThat(line).isEqualTo(lines.size());
  }

  @Test
  void noTableOfCurvesOfSingleRowsIsMadeWhereThereAreNone() {
    SplittableRandom random = new SplittableRandom(3);
    Effects effects =
        explain(Trees.model(Trees.ensemble(random, 2, 2, 2, 6, 4)), rows(random, 20, 2), "bins=5");
    assertThat(Tables.of(effects)).containsOnlyKeys("effects");
  }

  /** From the definition, every difference asked of the model alone. */
  @Property(tries = 60)
  void everyCurveIsItsDefinition(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int features,
      @ForAll @IntRange(min = 1, max = 60) int n,
      @ForAll @IntRange(min = 1, max = 12) int bins) {
    SplittableRandom random = new SplittableRandom(seed);
    Model model = Trees.model(Trees.ensemble(random, features, features, 2, 6, 4));
    Batch rows = rows(random, n, features);
    Effects effects = explain(model, rows, "space=raw; bins=" + bins);
    for (Effects.Curve curve : effects.curves()) {
      int j = model.info().featureNames().indexOf(curve.feature());
      int o = model.info().outputs().indexOf(curve.output());
      double[] edges = curve.grid();
      double[] expected = new double[edges.length];
      int[] counts = new int[edges.length];
      for (int e = 1; e < edges.length; e++) {
        double sum = 0;
        int moved = 0;
        for (int i = 0; i < n; i++) {
          double v = rows.at(i, j);
          boolean here =
              curve.categorical()
                  ? v == edges[e - 1] || v == edges[e]
                  : v <= edges[e] && (v > edges[e - 1] || (e == 1 && v == edges[0]));
          if (here) {
            sum += at(model, rows, i, j, edges[e], o) - at(model, rows, i, j, edges[e - 1], o);
            moved++;
          }
        }
        assertThat(moved).isPositive();
        expected[e] = expected[e - 1] + sum / moved;
      }
      double centre = 0;
      int known = 0;
      for (int i = 0; i < n; i++) {
        double v = rows.at(i, j);
        for (int e = 0; e < edges.length && !Double.isNaN(v); e++) {
          boolean last = e == edges.length - 1;
          boolean here =
              curve.categorical() || edges.length == 1
                  ? v == edges[e]
                  : !last && v <= edges[e + 1] && (v > edges[e] || (e == 0 && v == edges[0]));
          if (here) {
            centre +=
                curve.categorical() || edges.length == 1
                    ? expected[e]
                    : (expected[e] + expected[e + 1]) / 2;
            known++;
            counts[e]++;
          }
        }
      }
      for (int e = 0; e < edges.length; e++) {
        assertThat(curve.mean()[e]).isCloseTo(expected[e] - centre / known, within(1e-12));
      }
      assertThat(curve.support()).containsExactly(counts);
    }
  }

  private static double at(Model model, Batch rows, int i, int j, double value, int output) {
    double[] one = rows.row(i);
    one[j] = value;
    return model.predict(new Batch(1, one.length, one), OutputSpace.RAW)[output];
  }

  private static Batch rows(SplittableRandom random, int n, int features) {
    double[] values = new double[n * features];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          random.nextInt(12) == 0
              ? Double.NaN
              : Trees.categorical(i % features)
                  ? random.nextInt(Trees.LEVELS)
                  : random.nextInt(-16, 17) / 4.0;
    }
    return new Batch(n, features, values);
  }

  /** With other rows in the same bins a value varies by its error. */
  @Test
  void theErrorIsWhatAValueVariesBy() {
    Model model = WavyModel.of(Task.REGRESSION, 3);
    int draws = 300;
    double[][] values = new double[draws][];
    double[] error = new double[5];
    for (int d = 0; d < draws; d++) {
      SplittableRandom random = new SplittableRandom(d);
      double[] rows = new double[3 * 120];
      for (int i = 0; i < 120; i++) {
        // The same values of the feature, and so the same bins; all else is drawn anew.
        rows[3 * i] = random.nextGaussian();
        rows[3 * i + 1] = i / 20.0;
        rows[3 * i + 2] = 0;
      }
      Effects.Curve curve =
          explain(model, new Batch(120, 3, rows), "features=f1; bins=4").curves().get(0);
      values[d] = curve.mean();
      for (int e = 0; e < 5; e++) {
        error[e] += curve.error()[e] / draws;
      }
    }
    for (int e = 0; e < 5; e++) {
      int at = e;
      double mean = Arrays.stream(values).mapToDouble(v -> v[at]).average().orElseThrow();
      double spread =
          Math.sqrt(
              Arrays.stream(values)
                  .mapToDouble(v -> (v[at] - mean) * (v[at] - mean))
                  .average()
                  .orElseThrow());
      assertThat(error[e] / spread).isBetween(0.88, 1.12);
    }
  }

  @Test
  void levelsThatAreAlikeBecomeNeighbours() {
    // Small, large, middle, unknown to the rows: the other feature says which is which.
    Feature size = new Feature("size", List.of("small", "large", "middle", "none"));
    SplittableRandom random = new SplittableRandom(1);
    double[] values = new double[300 * 2];
    for (int i = 0; i < 300; i++) {
      values[2 * i] = i % 3;
      values[2 * i + 1] = new int[] {0, 20, 10}[i % 3] + random.nextDouble() * 12;
    }
    Batch rows = new Batch(300, 2, values);
    LevelOrder order = new LevelOrder(List.of(size, Feature.numeric("weight")));
    assertThat(order.of(rows, 0, 4)).containsExactly(0, 2, 1);
    // By another category, and with nothing to tell them apart.
    for (int i = 0; i < 300; i++) {
      values[2 * i + 1] = i % 3 == 2 ? i % 2 : i % 3;
    }
    Feature kind = new Feature("kind", List.of("a", "b"));
    assertThat(new LevelOrder(List.of(size, kind)).of(rows, 0, 4)).containsExactly(0, 2, 1);
    assertThat(new LevelOrder(List.of(size)).of(new Batch(3, 1, new double[] {2, 1, 0}), 0, 4))
        .containsExactly(0, 1, 2);
  }

  @Test
  void whatIsLeftOutIsSaid() {
    Model model = Trees.model(Trees.ensemble(new SplittableRandom(3), 3, 3, 1, 4, 3));
    double[] values = {1, 5, 0, Double.NaN, 5, 3, 2, 5, 3, 4, 5, 0};
    Effects effects = explain(model, new Batch(4, 3, values), "");
    assertThat(effects.curves().get(0).grid()).startsWith(1).endsWith(4);
    assertThat(Arrays.stream(effects.curves().get(0).support()).sum()).isEqualTo(3);
    assertThat(effects.curves().get(1).grid()).containsExactly(5);
    assertThat(effects.curves().get(1).mean()).containsExactly(0);
    assertThat(effects.curves().get(1).support()).containsExactly(4);
    assertThat(effects.curves().get(2).labels()).containsExactly("level 0", "level 3");
    assertThat(effects.provenance().notes())
        .anyMatch(n -> n.contains("left out of its curve: x0 (1)"))
        .anyMatch(n -> n.contains("Levels that no row has are left out: x2 (3)"));
  }

  /** Bins that hold no row of few would have no effect to tell. */
  @Test
  void everyBinHasARow() {
    Intervals three =
        Intervals.of(new Batch(3, 1, new double[] {0, 1, 10}), 0, Feature.numeric("x"), 10, null);
    assertThat(three.edges()).startsWith(0).endsWith(10);
    for (int s = 0; s < three.steps(); s++) {
      int step = s;
      assertThat(DoubleStream.of(0, 1, 10).filter(v -> three.first(v) == step)).isNotEmpty();
    }
    // Ties: one value holds more rows than a bin does.
    Intervals tied =
        Intervals.of(
            new Batch(8, 1, new double[] {1, 1, 1, 1, 1, 2, 3, 4}),
            0,
            Feature.numeric("x"),
            4,
            null);
    assertThat(tied.edges()).containsExactly(1, 2.25, 4);
  }

  @Test
  void aPointFarFromAllRowsIsOffTheData() {
    // Two features that are always alike.
    Model model = WavyModel.of(Task.REGRESSION, 3);
    double[] values = new double[3 * 400];
    for (int i = 0; i < 400; i++) {
      values[3 * i] = i / 100.0;
      values[3 * i + 1] = i / 100.0;
    }
    Batch rows = new Batch(400, 3, values);
    Dataset data = new Dataset(rows, Optional.empty());
    Request request =
        new Request(model, data, data, Optional.empty(), Parameters.parse("features=f0"), 1);
    Effects.Curve pdp = new PartialDependence(2).explain(request, Progress.NONE).curves().get(0);
    Effects.Curve ale = new AccumulatedEffects(2).explain(request, Progress.NONE).curves().get(0);
    assertThat(pdp.mostOffManifold()).isGreaterThan(0.9);
    assertThat(ale.mostOffManifold()).isGreaterThan(0.5).isLessThanOrEqualTo(1);
    Effects.Curve fine =
        explain(model, rows, "features=f0; bins=400; offmanifold=on").curves().get(0);
    assertThat(fine.mostOffManifold()).isLessThan(0.1);
    assertThat(explain(model, rows, "features=f0; offmanifold=off").curves().get(0).offManifold())
        .isEmpty();
    assertThatThrownBy(() -> explain(model, rows, "offmanifold=maybe"))
        .hasMessageContaining("must be on or off");
  }

  @Test
  void companionsAreTheFeaturesThatDependOnEachOther() {
    // f1 follows f0 closely, f2 loosely, f3 not at all; f4 is constant.
    SplittableRandom random = new SplittableRandom(4);
    double[] values = new double[5 * 500];
    for (int i = 0; i < 500; i++) {
      double x = random.nextGaussian();
      values[5 * i] = x;
      values[5 * i + 1] = x + 0.2 * random.nextGaussian();
      values[5 * i + 2] = x + 2 * random.nextGaussian();
      values[5 * i + 3] = random.nextGaussian();
      values[5 * i + 4] = 3;
    }
    Manifold manifold =
        Manifold.of(
                Parameters.NONE,
                new Batch(500, 5, values),
                WavyModel.of(Task.REGRESSION, 5).info().features(),
                1)
            .orElseThrow();
    assertThat(manifold.dependence(0, 0)).isCloseTo(1, within(1e-12));
    assertThat(manifold.dependence(0, 1)).isBetween(0.6, 0.9);
    assertThat(manifold.dependence(0, 2)).isBetween(0.15, 0.35);
    assertThat(manifold.dependence(0, 3)).isLessThan(0.1);
    double[] weights = manifold.weights(0);
    assertThat(weights[0]).isEqualTo(1);
    assertThat(weights[1]).isEqualTo(1);
    assertThat(weights[2]).isEqualTo(manifold.dependence(0, 2) / manifold.dependence(0, 1));
    assertThat(weights[3]).isZero();
    assertThat(weights[4]).isZero();
  }

  /** Against distances of every changed row to every other row, computed one by one. */
  @Property(tries = 20)
  void sharesOffTheDataAreTheirDefinition(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int p = 3;
    int n = random.nextInt(20, 60);
    Batch rows = rows(random, n, p);
    List<Feature> features = Trees.model(Trees.ensemble(random, p, p, 1, 1, 1)).info().features();
    Manifold manifold = Manifold.of(Parameters.NONE, rows, features, seed).orElseThrow();
    double[] range = new double[p];
    for (int j = 0; j < p; j++) {
      int feature = j;
      double[] sorted =
          IntStream.range(0, n)
              .mapToDouble(i -> rows.at(i, feature))
              .filter(v -> !Double.isNaN(v))
              .sorted()
              .toArray();
      range[j] =
          sorted[(int) Math.rint(0.95 * (sorted.length - 1))]
              - sorted[(int) Math.rint(0.05 * (sorted.length - 1))];
    }
    double[] ofOne = manifold.weights(0);
    double[] ofTwo = manifold.weights(0, 2);
    double one = threshold(rows, range, ofOne);
    double two = threshold(rows, range, ofTwo);
    double[] points = {-4, 0, 2.5};
    double[] levels = {1, 4};
    double[] single = manifold.shares(0, points);
    double[][] both = manifold.shares(0, 2, points, levels);
    for (int g = 0; g < points.length; g++) {
      int off = 0;
      int[] pair = new int[2];
      for (int i = 0; i < n; i++) {
        double[] row = rows.row(i);
        row[0] = points[g];
        off += nearest(rows, i, row, range, ofOne) > one + 1e-9 ? 1 : 0;
        for (int h = 0; h < 2; h++) {
          row[2] = levels[h];
          pair[h] += nearest(rows, i, row, range, ofTwo) > two + 1e-9 ? 1 : 0;
        }
      }
      assertThat(single[g]).isCloseTo(off / (double) n, within(1e-12));
      assertThat(both[g][0]).isCloseTo(pair[0] / (double) n, within(1e-12));
      assertThat(both[g][1]).isCloseTo(pair[1] / (double) n, within(1e-12));
    }
  }

  private static double threshold(Batch rows, double[] range, double[] weights) {
    double[] nearest =
        IntStream.range(0, rows.rows())
            .mapToDouble(i -> nearest(rows, i, rows.row(i), range, weights))
            .sorted()
            .toArray();
    return nearest[(int) Math.ceil(0.99 * (nearest.length - 1))];
  }

  private static double nearest(
      Batch rows, int self, double[] row, double[] range, double[] weights) {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < rows.rows(); i++) {
      double sum = 0;
      for (int j = 0; j < row.length; j++) {
        double a = row[j];
        double b = rows.at(i, j);
        if (Double.isNaN(a) || Double.isNaN(b)) {
          sum += Double.isNaN(a) && Double.isNaN(b) ? 0 : weights[j];
        } else {
          sum +=
              weights[j] * (Trees.categorical(j) ? (a == b ? 0 : 1) : Math.abs(a - b) / range[j]);
        }
      }
      least = i == self ? least : Math.min(least, sum);
    }
    return least;
  }

  private static Effects explain(Model model, Batch rows, String parameters) {
    Dataset data = new Dataset(rows, Optional.empty());
    return new AccumulatedEffects(2)
        .explain(
            new Request(model, data, data, Optional.empty(), Parameters.parse(parameters), 7),
            Progress.NONE);
  }
}
