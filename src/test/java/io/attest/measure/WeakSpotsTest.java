package io.attest.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.attest.data.CategoricalColumn;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.TextColumn;
import io.attest.explain.Draws;
import io.attest.model.ModelSpec.Costs;
import io.attest.model.ModelSpec.Decision;
import io.attest.model.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class WeakSpotsTest {
  private static final Decision COSTED = new Decision(0.3, "below", Optional.of(new Costs(1, 5)));

  @Test
  void theRegionWhereTheModelIsWrongIsFound() {
    // Nobody knows what happens to the young who rent; of all others the model is nearly sure.
    int n = 1200;
    Draws draws = new Draws(3, "weak");
    double[] age = IntStream.range(0, n).mapToDouble(i -> 20 + draws.below(40)).toArray();
    int[] home = IntStream.range(0, n).map(i -> draws.below(2)).toArray();
    double[] noise = IntStream.range(0, n).mapToDouble(i -> draws.uniform()).toArray();
    double[] scores = new double[n];
    double[] labels = new double[n];
    for (int i = 0; i < n; i++) {
      scores[i] = draws.below(2) == 0 ? 0.1 : 0.9;
      boolean hard = age[i] < 30 && home[i] == 1;
      labels[i] = draws.uniform() < (hard ? 0.5 : scores[i]) ? 1 : 0;
    }
    Frame frame =
        Frame.of(
            List.of(
                new NumericColumn("noise", noise),
                new NumericColumn("age", age),
                new CategoricalColumn("home", home, List.of("own", "rent"))));
    WeakSpots w = search(frame, List.of("noise", "age", "home"), scores, labels);
    WeakSpots.Slice worst = w.slices().get(0);
    assertThat(worst.where()).isEqualTo("age: below 30 and home: rent");
    assertThat(worst.certain()).isTrue();
    int[] rows = IntStream.range(0, n).filter(i -> age[i] < 30 && home[i] == 1).toArray();
    assertThat(worst.rows()).isEqualTo(rows.length);
    double loss =
        Arrays.stream(rows)
            .mapToDouble(i -> (scores[i] - labels[i]) * (scores[i] - labels[i]))
            .average()
            .orElseThrow();
    assertThat(worst.loss().value()).isCloseTo(loss, within(1e-12));
    assertThat(worst.difference().value()).isCloseTo(loss - worst.rest(), within(1e-12));
    assertThat(w.slices().stream().filter(WeakSpots.Slice::certain))
        .noneMatch(s -> s.where().contains("noise") && !s.where().contains("age"));
    WeakSpots.ErrorTree tree = w.tree().orElseThrow();
    assertThat(tree.explained()).isPositive();
    assertThat(tree.grownOn() + tree.measuredOn()).isEqualTo(n);
    assertThat(tree.regions().get(0).where())
        .extracting(c -> c.feature())
        .containsExactlyInAnyOrder("age", "home");
    assertThat(tree.regions().stream().mapToInt(WeakSpots.Region::rows).sum())
        .isEqualTo(tree.measuredOn());
    assertThat(tree.regions().get(0).where()).noneMatch(c -> c.missing());
    assertThat(search(frame, List.of("noise", "age", "home"), scores, labels))
        .usingRecursiveComparison()
        .isEqualTo(w);
  }

  /** Where every row is as hard as the others, hardly ever is anything called weak. */
  @Test
  void noiseIsNoWeakSpot() {
    int found = 0;
    for (int round = 0; round < 40; round++) {
      Draws draws = new Draws(round, "noise");
      int n = 400;
      double[] x = IntStream.range(0, n).mapToDouble(i -> draws.uniform()).toArray();
      int[] c = IntStream.range(0, n).map(i -> draws.below(5)).toArray();
      double[] scores = IntStream.range(0, n).mapToDouble(i -> 0.3).toArray();
      double[] labels =
          IntStream.range(0, n).mapToDouble(i -> draws.uniform() < 0.3 ? 1 : 0).toArray();
      Frame frame =
          Frame.of(
              List.of(
                  new NumericColumn("x", x),
                  new CategoricalColumn("c", c, List.of("a", "b", "c", "d", "e"))));
      WeakSpots w = search(frame, List.of("x", "c"), scores, labels);
      found += w.slices().stream().anyMatch(WeakSpots.Slice::certain) ? 1 : 0;
    }
    assertThat(found).isLessThanOrEqualTo(6);
  }

  @Property(tries = 60)
  void theCheapestThresholdIsThatOfAllTried(@ForAll long seed) {
    Draws draws = new Draws(seed, "thresholds");
    int n = 1 + draws.below(60);
    double[] scores = IntStream.range(0, n).mapToDouble(i -> draws.below(20) / 20.0).toArray();
    double[] labels = IntStream.range(0, n).mapToDouble(i -> draws.below(2)).toArray();
    Thresholds t = ThresholdSearch.of(COSTED, scores, labels, 1).orElseThrow();
    Thresholds.Cost cost = t.costs().orElseThrow();
    double lowest = Double.POSITIVE_INFINITY;
    for (int k = -1; k <= 21; k++) {
      lowest = Math.min(lowest, cost(scores, labels, k / 20.0 + 1e-6));
    }
    assertThat(cost.bestCost()).isCloseTo(lowest, within(1e-9));
    assertThat(cost.bestCost()).isCloseTo(cost(scores, labels, cost.best()), within(1e-9));
    assertThat(cost.now().value()).isCloseTo(cost(scores, labels, 0.3), within(1e-9));
    assertThat(cost.everyone()).isCloseTo(cost(scores, labels, 2), within(1e-9));
    assertThat(cost.nobody()).isCloseTo(cost(scores, labels, -1), within(1e-9));
    assertThat(t.points())
        .isSortedAccordingTo((a, b) -> Double.compare(a.threshold(), b.threshold()));
    assertThat(t.points()).filteredOn(p -> p.note().contains("declared")).hasSize(1);
    for (Thresholds.Point p : t.points()) {
      long below = Arrays.stream(scores).filter(s -> s < p.threshold()).count();
      assertThat(p.favourable()).isCloseTo((double) below / n, within(1e-12));
      assertThat(p.cost()).isCloseTo(cost(scores, labels, p.threshold()), within(1e-9));
    }
  }

  private static double cost(double[] scores, double[] labels, double threshold) {
    double cost = 0;
    for (int i = 0; i < scores.length; i++) {
      cost += scores[i] >= threshold ? (labels[i] == 1 ? 0 : 1) : labels[i] == 1 ? 5 : 0;
    }
    return 100 * cost / scores.length;
  }

  @Test
  void theCalibrationLineIsThatOfALogisticRegression() {
    // Labels drawn from half the log-odds plus 0.4: slope 0.5.
    int n = 4_000;
    Draws draws = new Draws(5, "line");
    double[] p = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      double x = 3 * draws.normal();
      p[i] = 1 / (1 + Math.exp(-x));
      y[i] = draws.uniform() < 1 / (1 + Math.exp(-0.4 - 0.5 * x)) ? 1 : 0;
    }
    CalibrationLine line = CalibrationLine.of(Task.BINARY, p, y).orElseThrow();
    // By a search on a grid of intercepts: no neighbour of the slope is likelier.
    double b = line.slope().value();
    double best = likelihood(p, y, b);
    assertThat(best).isGreaterThan(likelihood(p, y, b - 0.01));
    assertThat(best).isGreaterThan(likelihood(p, y, b + 0.01));
    // Half the chi-square of 5 % below the best is where the interval ends.
    assertThat(best - likelihood(p, y, line.slope().low())).isCloseTo(1.92, within(0.1));
    // The best intercept makes the mean prediction the mean outcome.
    double mean = 0;
    for (int i = 0; i < n; i++) {
      mean += 1 / (1 + Math.exp(-line.intercept().value()) * (1 - p[i]) / p[i]) - y[i];
    }
    assertThat(mean / n).isCloseTo(0, within(1e-9));
    double[] x = {1, 2, 3, 4};
    CalibrationLine straight =
        CalibrationLine.of(Task.REGRESSION, x, new double[] {3, 5, 7, 9.5}).orElseThrow();
    assertThat(straight.slope().value()).isCloseTo(2.15, within(1e-12));
    assertThat(straight.intercept().value()).isCloseTo(24.5 / 4 - 2.5, within(1e-12));
    CalibrationLine parted =
        CalibrationLine.of(Task.BINARY, new double[] {.1, .2, .8, .9}, new double[] {0, 0, 1, 1})
            .orElseThrow();
    assertThat(parted.slope().value()).isNaN();
  }

  /** The largest log-likelihood that a line of this slope has, over its intercepts. */
  private static double likelihood(double[] p, double[] y, double slope) {
    double best = Double.NEGATIVE_INFINITY;
    for (double a = 0.2; a < 0.6; a += 0.004) {
      double sum = 0;
      for (int i = 0; i < p.length; i++) {
        double x = a + slope * Math.log(p[i] / (1 - p[i]));
        sum += (y[i] == 1 ? 0 : -x) - Math.log1p(Math.exp(-x));
      }
      best = Math.max(best, sum);
    }
    return best;
  }

  @Test
  void whatHasTooLittleDataIsListedAndNotJudged() {
    int n = 200;
    List<String> region = new ArrayList<>(Collections.nCopies(n - 3, "north"));
    region.addAll(List.of("south", "south", ""));
    double[] scores = IntStream.range(0, n).mapToDouble(i -> i / 200.0).toArray();
    double[] labels = IntStream.range(0, n).mapToDouble(i -> i % 2).toArray();
    labels[n - 3] = Double.NaN;
    Frame frame = Frame.of(List.of(new TextColumn("region", region)));
    WeakSpots w =
        WeakSpotSearch.of(
            frame,
            List.of("region"),
            List.of("region"),
            Task.BINARY,
            1,
            scores,
            labels,
            Optional.of(COSTED),
            1);
    assertThat(w.segments().get(0).parts())
        .extracting(p -> p.name() + " " + p.rows() + " " + p.labelled() + " " + p.small())
        .containsExactly("north 197 197 false", "south 2 1 true", "missing 1 1 true");
    assertThat(w.slices()).isEmpty();
  }

  @Test
  void hostileTablesGiveEmptyFindingsWithReasons() {
    Frame none =
        Frame.of(
            List.of(
                new NumericColumn("x", new double[0]),
                new CategoricalColumn("c", new int[0], List.of())));
    WeakSpots empty = search(none, List.of("x", "c"), new double[0], new double[0]);
    assertThat(empty.rows()).isZero();
    assertThat(empty.slices()).isEmpty();
    assertThat(empty.notes()).anyMatch(m -> m.contains("No tree of the errors was grown"));
    Frame one = Frame.of(List.of(new NumericColumn("x", new double[] {Double.NaN})));
    assertThat(search(one, List.of("x"), new double[] {.5}, new double[] {1}).tree()).isEmpty();
    assertThat(search(one, List.of("x"), new double[] {.5}, new double[] {Double.NaN}).rows())
        .isZero();
    // All rows alike, all right, and a column without any value.
    int n = 200;
    double[] same = new double[n];
    double[] missing = new double[n];
    Arrays.fill(missing, Double.NaN);
    Frame flat =
        Frame.of(List.of(new NumericColumn("x", same), new NumericColumn("missing", missing)));
    WeakSpots w = search(flat, List.of("x", "missing"), same, same);
    assertThat(w.slices()).isEmpty();
    assertThat(w.tree().orElseThrow().nodes()).hasSize(1);
    assertThat(ThresholdSearch.of(COSTED, same, missing, 1)).isEmpty();
  }

  @Test
  void fiftyClassesAndNumbersAreSearchedToo() {
    int n = 400;
    int k = 50;
    Draws draws = new Draws(9, "classes");
    double[] responses = new double[n * k];
    Arrays.fill(responses, 1.0 / k);
    double[] labels = IntStream.range(0, n).mapToDouble(i -> draws.below(k)).toArray();
    int[] level = IntStream.range(0, n).map(i -> i % 300).toArray();
    List<String> levels = IntStream.range(0, 300).mapToObj(i -> "level " + i).toList();
    double[] x = IntStream.range(0, n).mapToDouble(i -> i % 7).toArray();
    Frame frame =
        Frame.of(List.of(new CategoricalColumn("c", level, levels), new NumericColumn("x", x)));
    WeakSpots w =
        WeakSpotSearch.of(
            frame,
            List.of("c", "x"),
            List.of("c"),
            Task.MULTICLASS,
            k,
            responses,
            labels,
            Optional.empty(),
            1);
    assertThat(w.line()).isEmpty();
    assertThat(w.segments().get(0).parts()).hasSize(WeakSpotSearch.MOST_PARTS);
    assertThat(w.segments().get(0).left()).isEqualTo(250);
    assertThat(w.notes()).anyMatch(m -> m.contains("c: the 50 largest of 300 values"));
    double[] y =
        IntStream.range(0, n).mapToDouble(i -> x[i] == 6 ? 10 * draws.normal() : 0.1).toArray();
    WeakSpots numbers =
        WeakSpotSearch.of(
            frame,
            List.of("x"),
            List.of("x"),
            Task.REGRESSION,
            1,
            new double[n],
            y,
            Optional.empty(),
            1);
    assertThat(numbers.loss()).isEqualTo("absolute error");
    assertThat(numbers.slices().get(0).where()).isEqualTo("x: 5 and more");
    assertThat(numbers.segments().get(0).parts().get(0).metric("mae"))
        .isCloseTo(0.1, within(1e-12));
  }

  private static WeakSpots search(
      Frame frame, List<String> columns, double[] scores, double[] labels) {
    return WeakSpotSearch.of(
        frame, columns, List.of(), Task.BINARY, 1, scores, labels, Optional.of(COSTED), 4);
  }
}
