package io.attest.explain.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.model.Batch;
import io.attest.model.Feature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RegressionTreeTest {

  /** Random rows with ties, missing values, categories, weights (some 0) and targets. */
  private record Sample(
      Batch rows, List<Feature> features, double[] targets, int outputs, double[] weights) {

    static Sample of(long seed, int outputs) {
      SplittableRandom random = new SplittableRandom(seed);
      int n = 2 + random.nextInt(25);
      int p = 1 + random.nextInt(3);
      List<Feature> features = new ArrayList<>();
      for (int j = 0; j < p; j++) {
        int levels = random.nextInt(3) == 0 ? 2 + random.nextInt(4) : 0;
        features.add(
            new Feature("f" + j, IntStream.range(0, levels).mapToObj(c -> "l" + c).toList()));
      }
      boolean holes = random.nextBoolean();
      double[] values = new double[n * p];
      for (int i = 0; i < values.length; i++) {
        Feature f = features.get(i % p);
        values[i] =
            holes && random.nextInt(5) == 0
                ? Double.NaN
                : f.categorical() ? random.nextInt(f.levels().size()) : random.nextInt(-4, 5) / 4.0;
      }
      double[] targets = random.doubles(n * outputs, -1, 1).toArray();
      double[] weights = new double[n];
      for (int i = 0; i < n; i++) {
        weights[i] = random.nextInt(4) == 0 ? 0 : 0.5 + random.nextInt(3);
      }
      weights[0] = 1;
      return new Sample(new Batch(n, p, values), features, targets, outputs, weights);
    }

    RegressionTree tree(int depth, double minLeaf, double minGain) {
      return RegressionTree.fit(
          SortedColumns.of(rows, features),
          targets,
          outputs,
          weights,
          new RegressionTree.Limits(depth, minLeaf, minGain));
    }

    /** By how much dividing the rows of weight so lowers the sum of squared differences. */
    double gain(IntPredicate inside) {
      return squares(i -> true) - squares(inside) - squares(i -> !inside.test(i));
    }

    double squares(IntPredicate inside) {
      double sum = 0;
      for (int o = 0; o < outputs; o++) {
        double mean = mean(inside, o);
        for (int i = 0; i < rows.rows(); i++) {
          if (inside.test(i) && weights[i] > 0) {
            sum += weights[i] * Math.pow(targets[i * outputs + o] - mean, 2);
          }
        }
      }
      return sum;
    }

    double weight(IntPredicate inside) {
      return IntStream.range(0, rows.rows()).filter(inside).mapToDouble(i -> weights[i]).sum();
    }

    double mean(IntPredicate inside, int output) {
      double sum = 0;
      for (int i = 0; i < rows.rows(); i++) {
        sum += inside.test(i) ? weights[i] * targets[i * outputs + output] : 0;
      }
      return sum / weight(inside);
    }

    /** The best gain of all thresholds and all sets of levels, missing on either side. */
    double bestGain(double minLeaf) {
      double best = 0;
      for (int feature = 0; feature < features.size(); feature++) {
        int j = feature;
        List<IntPredicate> splits = new ArrayList<>();
        for (boolean missing : new boolean[] {true, false}) {
          if (features.get(j).categorical()) {
            for (int set = 0; set < 1 << features.get(j).levels().size(); set++) {
              int chosen = set;
              splits.add(
                  i ->
                      Double.isNaN(rows.at(i, j))
                          ? missing
                          : (chosen >> (int) rows.at(i, j) & 1) == 1);
            }
          } else {
            for (int at = 0; at < rows.rows(); at++) {
              double threshold = rows.at(at, j);
              splits.add(i -> Double.isNaN(rows.at(i, j)) ? missing : rows.at(i, j) < threshold);
            }
            splits.add(i -> !Double.isNaN(rows.at(i, j)));
          }
        }
        for (IntPredicate split : splits) {
          double in = weight(split);
          double out = weight(split.negate());
          if (in > 0 && out > 0 && in >= minLeaf && out >= minLeaf) {
            best = Math.max(best, gain(split));
          }
        }
      }
      return best;
    }
  }

  @Property(tries = 400)
  void theFirstSplitIsTheBestOfAll(@ForAll long seed) {
    Sample sample = Sample.of(seed, 1);
    // With a smallest leaf the best set of levels need not be one in the order of their means, and
    // only those are tried: what is promised then is of numbers.
    boolean numbers = sample.features().stream().noneMatch(Feature::categorical);
    double minLeaf = numbers && seed % 3 == 0 ? 3 : 0;
    RegressionTree.Node root = sample.tree(1, minLeaf, 0).nodes().get(0);
    double best = sample.bestGain(minLeaf);
    if (root.leaf()) {
      assertThat(best).isLessThan(1e-9);
      return;
    }
    assertThat(root.gain()).isCloseTo(best, within(1e-9));
    IntPredicate yes = i -> root.meets(sample.rows().at(i, root.feature()));
    assertThat(sample.gain(yes)).isCloseTo(best, within(1e-9));
    assertThat(sample.weight(yes)).isGreaterThanOrEqualTo(minLeaf);
  }

  @Property(tries = 200)
  void numbersAreSplitBestForSeveralTargetsToo(@ForAll long seed) {
    Sample sample = Sample.of(seed, 3);
    if (sample.features().stream().anyMatch(Feature::categorical)) {
      return;
    }
    RegressionTree.Node root = sample.tree(1, 0, 0).nodes().get(0);
    assertThat(root.leaf() ? 0 : root.gain()).isCloseTo(sample.bestGain(0), within(1e-9));
  }

  @Property(tries = 200)
  void everyNodeHasTheMeanOfItsRowsAndItsGainIsReal(@ForAll long seed) {
    Sample sample = Sample.of(seed, 1 + (int) Math.abs(seed % 2));
    RegressionTree tree = sample.tree(4, 0, 0);
    int n = sample.rows().rows();
    boolean[][] inside = new boolean[tree.nodes().size()][n];
    for (int i = 0; i < n; i++) {
      int at = 0;
      inside[0][i] = true;
      while (!tree.nodes().get(at).leaf()) {
        RegressionTree.Node node = tree.nodes().get(at);
        at = node.meets(sample.rows().at(i, node.feature())) ? node.yes() : node.no();
        inside[at][i] = true;
      }
      assertThat(tree.leaf(sample.rows().row(i), 0)).isEqualTo(at);
    }
    double explained = 0;
    for (int id = 0; id < inside.length; id++) {
      RegressionTree.Node node = tree.nodes().get(id);
      boolean[] own = inside[id];
      assertThat(node.weight()).isCloseTo(sample.weight(i -> own[i]), within(1e-9));
      assertThat(node.rows())
          .isEqualTo(
              (int) IntStream.range(0, n).filter(i -> own[i] && sample.weights()[i] > 0).count());
      for (int o = 0; o < sample.outputs(); o++) {
        assertThat(node.value()[o]).isCloseTo(sample.mean(i -> own[i], o), within(1e-9));
      }
      explained += node.gain();
    }
    double[] out = new double[n * sample.outputs()];
    tree.predict(sample.rows(), out);
    double left = 0;
    for (int i = 0; i < out.length; i++) {
      left += sample.weights()[i / sample.outputs()] * Math.pow(out[i] - sample.targets()[i], 2);
    }
    assertThat(explained).isCloseTo(sample.squares(i -> true) - left, within(1e-8));
  }

  @Property(tries = 100)
  void aWeightIsAsManyRows(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Sample sample = Sample.of(seed, 1);
    int n = sample.rows().rows();
    int[] times = new int[n];
    for (int i = 0; i < n; i++) {
      times[i] = random.nextInt(4);
    }
    times[0] = 2;
    int[] chosen =
        IntStream.range(0, n).flatMap(i -> IntStream.generate(() -> i).limit(times[i])).toArray();
    RegressionTree weighted =
        RegressionTree.fit(
            SortedColumns.of(sample.rows(), sample.features()),
            sample.targets(),
            1,
            Arrays.stream(times).asDoubleStream().toArray(),
            new RegressionTree.Limits(3, 2, 0));
    double[] ones = new double[chosen.length];
    Arrays.fill(ones, 1);
    RegressionTree repeated =
        RegressionTree.fit(
            SortedColumns.of(sample.rows().select(chosen), sample.features()),
            Arrays.stream(chosen).mapToDouble(i -> sample.targets()[i]).toArray(),
            1,
            ones,
            new RegressionTree.Limits(3, 2, 0));
    double[] a = new double[n];
    double[] b = new double[n];
    weighted.predict(sample.rows(), a);
    repeated.predict(sample.rows(), b);
    for (int i = 0; i < n; i++) {
      if (times[i] > 0) {
        assertThat(a[i]).isCloseTo(b[i], within(1e-9));
      }
    }
  }

  @Property(tries = 300)
  void aThresholdHasFewDigitsAndDividesTheSame(@ForAll double a, @ForAll double b) {
    double low = Math.min(a, b) + 0.0;
    double high = Math.max(a, b) + 0.0;
    if (low < high) {
      double t = RegressionTree.between(low, high);
      assertThat(low < t && t <= high).isTrue();
    }
  }

  @Test
  void thresholdsAreRound() {
    assertThat(RegressionTree.between(15, 16)).isEqualTo(16);
    assertThat(RegressionTree.between(0, 1)).isEqualTo(0.5);
    assertThat(RegressionTree.between(1234.5, 1789.3)).isEqualTo(1500);
    assertThat(RegressionTree.between(-0.013, 0.021)).isEqualTo(0.004);
    assertThat(RegressionTree.between(1, Math.nextUp(1.0))).isEqualTo(Math.nextUp(1.0));
    assertThat(RegressionTree.between(Double.NEGATIVE_INFINITY, 3)).isEqualTo(3);
    assertThat(RegressionTree.between(3, Double.POSITIVE_INFINITY)).isEqualTo(Math.nextUp(3.0));
  }

  @Test
  void aMissingNumberMayStandAlone() {
    Batch rows = new Batch(4, 1, new double[] {1, Double.NaN, 2, Double.NaN});
    RegressionTree tree =
        RegressionTree.fit(
            SortedColumns.of(rows, List.of(Feature.numeric("a"))),
            new double[] {0, 5, 0, 5},
            1,
            new double[] {1, 1, 1, 1},
            new RegressionTree.Limits(3, 0, 0));
    assertThat(tree.nodes()).hasSize(3);
    assertThat(tree.nodes().get(0).threshold()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(tree.nodes().get(0).meets(Double.POSITIVE_INFINITY)).isTrue();
    assertThat(tree.nodes().get(tree.leaf(new double[] {Double.NaN}, 0)).value())
        .containsExactly(5);
    assertThat(tree.nodes().get(tree.leaf(new double[] {1e9}, 0)).value()).containsExactly(0);
  }

  @Test
  void whatTheRowsDidNotShowGoesWithTheHeavierSide() {
    Feature colour = new Feature("colour", List.of("red", "green", "blue"));
    Batch rows = new Batch(5, 1, new double[] {0, 0, 0, 2, 2});
    RegressionTree tree =
        RegressionTree.fit(
            SortedColumns.of(rows, List.of(colour)),
            new double[] {1, 1, 1, 0, 0},
            1,
            new double[] {1, 1, 1, 1, 1},
            new RegressionTree.Limits(1, 0, 0));
    for (double unseen : new double[] {1, Double.NaN}) {
      assertThat(tree.nodes().get(tree.leaf(new double[] {unseen}, 0)).value()).containsExactly(1);
    }
  }

  @Test
  void targetsThatAreAlikeOrFarFromZeroMakeNoSplitsOfRounding() {
    SplittableRandom random = new SplittableRandom(3);
    Batch rows = new Batch(100, 2, random.doubles(200).toArray());
    double[] alike = new double[100];
    Arrays.fill(alike, 1e9 / 3);
    SortedColumns columns =
        SortedColumns.of(rows, List.of(Feature.numeric("a"), Feature.numeric("b")));
    double[] ones = new double[100];
    Arrays.fill(ones, 1);
    RegressionTree.Limits limits = new RegressionTree.Limits(5, 0, 0);
    assertThat(RegressionTree.fit(columns, alike, 1, ones, limits).nodes()).hasSize(1);
    double[] far =
        IntStream.range(0, 100).mapToDouble(i -> 1e9 + (rows.at(i, 1) < 0.4 ? 1 : 2)).toArray();
    RegressionTree tree = RegressionTree.fit(columns, far, 1, ones, limits);
    assertThat(tree.nodes()).hasSize(3);
    assertThat(tree.nodes().get(0).feature()).isEqualTo(1);
  }

  @Test
  void noWeightAndStrangeLevelsAreRefused() {
    Feature colour = new Feature("colour", List.of("red"));
    Batch rows = new Batch(1, 1, new double[] {0});
    assertThatThrownBy(
            () ->
                RegressionTree.fit(
                    SortedColumns.of(rows, List.of(colour)),
                    new double[] {1},
                    1,
                    new double[] {0},
                    new RegressionTree.Limits(1, 0, 0)))
        .hasMessageContaining("no row with a weight");
    assertThatThrownBy(() -> SortedColumns.of(new Batch(1, 1, new double[] {1}), List.of(colour)))
        .hasMessageContaining("Row 1 has the code 1.0 of colour");
  }
}
