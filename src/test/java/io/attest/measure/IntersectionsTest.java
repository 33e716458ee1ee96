package io.attest.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.data.CategoricalColumn;
import io.attest.data.Field;
import io.attest.data.Frame;
import io.attest.explain.Draws;
import io.attest.model.ModelSpec;
import io.attest.model.ModelSpec.Decision;
import io.attest.model.ModelSpec.Protected;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class IntersectionsTest {
  private static final Decision BELOW = new Decision(0.5, "below");

  /** Every figure of every combination, by its definition, row by row. */
  @Property(tries = 60)
  void figuresAreThoseOfTheDefinition(@ForAll long seed) {
    Draws draws = new Draws(seed, "test");
    int n = 40 + draws.below(300);
    int[] a = ints(n, () -> draws.below(4) - 1);
    int[] b = ints(n, () -> draws.below(3) - 1);
    double[] scores = doubles(n, draws);
    double[] labels = new double[n];
    for (int i = 0; i < n; i++) {
      labels[i] = draws.below(8) == 0 ? Double.NaN : draws.uniform() < scores[i] ? 1 : 0;
    }
    Fairness f =
        GroupFairness.of(
            frame(a, 3, b, 2),
            List.of(new Protected("a", List.of()), new Protected("b", List.of())),
            BELOW,
            scores,
            Optional.of(labels));
    assertThat(f.intersections()).hasSize(1);
    Fairness.Attribute both = f.intersections().get(0);
    assertThat(both.column()).isEqualTo("a x b");
    int counted = both.unassigned();
    for (Fairness.Group group : both.groups()) {
      int[] rows =
          IntStream.range(0, n)
              .filter(i -> a[i] >= 0 && b[i] >= 0)
              .filter(i -> ("l" + a[i] + " x l" + b[i]).equals(group.name()))
              .toArray();
      counted += rows.length;
      assertThat(group.rows()).isEqualTo(rows.length).isPositive();
      same(group.favourable(), share(rows, i -> scores[i] < 0.5));
      Fairness.Detail d = group.detail().orElseThrow();
      int[] good = Arrays.stream(rows).filter(i -> labels[i] == 0).toArray();
      int[] bad = Arrays.stream(rows).filter(i -> labels[i] == 1).toArray();
      assertThat(d.deserving()).isEqualTo(good.length);
      assertThat(d.undeserving()).isEqualTo(bad.length);
      same(d.truePositive().value(), share(good, i -> scores[i] < 0.5));
      same(d.falsePositive().value(), share(bad, i -> scores[i] < 0.5));
      int[] favoured =
          Arrays.stream(rows).filter(i -> scores[i] < 0.5 && !Double.isNaN(labels[i])).toArray();
      same(d.precision().value(), share(favoured, i -> labels[i] == 0));
      assertThat(d.calibration().isPresent()).isEqualTo(good.length + bad.length > 0);
      d.calibration()
          .ifPresent(
              c -> {
                assertThat(c.rows()).isEqualTo(good.length + bad.length);
                same(c.observed(), (double) bad.length / c.rows());
                assertThat(c.bins().stream().mapToInt(Performance.Bin::rows).sum())
                    .isEqualTo(c.rows());
                assertThat(c.error())
                    .isCloseTo(
                        c.bins().stream()
                                .mapToDouble(k -> k.rows() * Math.abs(k.predicted() - k.observed()))
                                .sum()
                            / c.rows(),
                        within(1e-12));
                assertThat(Math.abs(c.gap().value())).isLessThanOrEqualTo(c.error() + 1e-12);
              });
    }
    assertThat(counted).isEqualTo(n);
    Fairness.Criterion odds = both.criterion("equalised odds").orElseThrow();
    double wider =
        Math.max(
            both.criterion("equal opportunity").orElseThrow().gap().value(),
            both.criterion("equal false favour").orElseThrow().gap().value());
    same(odds.gap().value(), wider);
  }

  /** Contributions and residual add up to the gap, whatever they are. */
  @Property(tries = 60)
  void driversAddUpToTheGap(@ForAll long seed) {
    Draws draws = new Draws(seed, "gaps");
    int n = 80 + draws.below(200);
    int p = 1 + draws.below(30);
    int[] a = ints(n, () -> draws.below(2));
    int[] b = ints(n, () -> draws.below(2));
    List<Protected> attributes =
        List.of(new Protected("a", List.of()), new Protected("b", List.of()));
    Frame frame = frame(a, 2, b, 2);
    double[] scores = doubles(n, draws);
    Fairness f = GroupFairness.of(frame, attributes, BELOW, scores, Optional.empty());
    List<String> features = IntStream.range(0, p).mapToObj(j -> "x" + j).toList();
    ScoreGaps gaps = new ScoreGaps(features, f.all(), Membership.all(frame, attributes));
    double base = 1e3 * draws.normal();
    double[][] phi = new double[n][p];
    double[] total = new double[n];
    for (int i = 0; i < n; i++) {
      total[i] = base + 1e-9 * draws.normal();
      for (int j = 0; j < p; j++) {
        phi[i][j] = draws.normal() + (j == 0 ? a[i] : 0);
        total[i] += phi[i][j];
      }
      gaps.add(i, total[i], phi[i]);
    }
    double size = Math.abs(base) + p;
    List<ScoreGap> found = gaps.gaps("tree-shap", OutputSpace.RAW, Set.of("x0"));
    for (ScoreGap gap : found) {
      assertThat(Math.abs(gap.miss())).isLessThan(1e-12 * size);
      assertThat(Math.abs(gap.residual())).isLessThan(1e-8);
      assertThat(gap.drivers()).hasSize(Math.min(p, ScoreGaps.MOST));
      assertThat(gap.drivers().size() + gap.otherFeatures()).isEqualTo(p);
      if (gap.attribute().equals("a")) {
        int g = gap.group().equals("l1") ? 1 : 0;
        double own =
            IntStream.range(0, n)
                .filter(i -> a[i] == g)
                .mapToDouble(i -> total[i])
                .average()
                .orElseThrow();
        double other =
            IntStream.range(0, n)
                .filter(i -> a[i] != g)
                .mapToDouble(i -> total[i])
                .average()
                .orElseThrow();
        assertThat(gap.gap().value()).isCloseTo(own - other, within(1e-11 * size));
      }
    }
  }

  @Test
  void scoringRatesAreThoseOfTheCityRule() {
    // The example of the rule, scaled down: 100 scores; the median is between the 50th and 51st.
    double[] scores = IntStream.range(0, 100).mapToDouble(i -> i).toArray();
    int[] sex = IntStream.range(0, 100).map(i -> i % 10 < 4 ? 0 : 1).toArray();
    sex[99] = -1;
    Decided decided =
        Decided.of(spec(Task.REGRESSION, List.of()), List.of("y"), scores, Optional.empty())
            .orElseThrow();
    List<Protected> attributes = List.of(new Protected("sex", List.of()));
    Frame frame = Frame.of(List.of(new CategoricalColumn("sex", sex, List.of("f", "m"))));
    Fairness f = GroupFairness.of(frame, attributes, Membership.all(frame, attributes), decided);
    assertThat(f.rule()).contains("scoring rate").contains("49.5");
    Fairness.Attribute attribute = f.attributes().get(0);
    assertThat(attribute.unassigned()).isEqualTo(1);
    // Of 40 women 20 score above the median, of 59 men 29.
    assertThat(attribute.groups().get(0).favourable()).isEqualTo(0.5);
    assertThat(attribute.groups().get(1).impactRatio()).isCloseTo(29 / 59.0 / 0.5, within(1e-12));
    assertThat(attribute.criterion("equal opportunity").orElseThrow().why())
        .contains("not tested: without a declared decision");
    assertThat(attribute.groups().get(0).detail().orElseThrow().calibration()).isEmpty();
  }

  @Test
  void groupsBelowTwoPercentAreCountedAndNotJudged() {
    // 3,000 rows, 50 of them (1.7 %) in a third group that nobody favours.
    int[] group = IntStream.range(0, 3000).map(i -> i < 50 ? 2 : i % 2).toArray();
    double[] scores =
        IntStream.range(0, 3000).mapToDouble(i -> i < 50 ? 0.9 : i % 4 < 2 ? 0.1 : 0.9).toArray();
    Frame frame = Frame.of(List.of(new CategoricalColumn("g", group, List.of("a", "b", "c"))));
    Fairness f =
        GroupFairness.of(
            frame, List.of(new Protected("g", List.of())), BELOW, scores, Optional.empty());
    Fairness.Group small = f.attributes().get(0).groups().get(2);
    assertThat(small.small()).isTrue();
    assertThat(small.rows()).isEqualTo(50);
    assertThat(small.favourable()).isZero();
    assertThat(f.attributes().get(0).criterion("selection rate").orElseThrow().gap().value())
        .isLessThan(0.02);
  }

  @Test
  void classesAreFavourableWhenDeclaredAndElseNotTested() {
    double[] responses = {.6, .3, .1, .1, .5, .4, .2, .3, .5};
    double[] labels = {0, 2, Double.NaN};
    List<String> classes = List.of("low", "middle", "high");
    assertThat(
            Decided.of(spec(Task.MULTICLASS, List.of()), classes, responses, Optional.of(labels)))
        .isEmpty();
    Decided d =
        Decided.of(
                spec(Task.MULTICLASS, List.of("middle", "high")),
                classes,
                responses,
                Optional.of(labels))
            .orElseThrow();
    assertThat(d.favourable()).containsExactly(false, true, true);
    assertThat(d.scores()[1]).isCloseTo(0.9, within(1e-15));
    assertThat(d.deserving()).containsExactly(0, 1, Double.NaN);
    assertThatThrownBy(
            () ->
                Decided.of(
                    spec(Task.BINARY, List.of()),
                    List.of("y"),
                    new double[] {0.5, Double.NaN},
                    Optional.empty()))
        .hasMessageContaining("response for row 2 is NaN");
  }

  @Test
  void oneGroupNoRowAndThreeHundredLevelsAreSaid() {
    Frame none = Frame.of(List.of(new CategoricalColumn("g", new int[0], List.of("a"))));
    List<Protected> g = List.of(new Protected("g", List.of()));
    Fairness empty = GroupFairness.of(none, g, BELOW, new double[0], Optional.of(new double[0]));
    assertThat(empty.attributes().get(0).groups().get(0).rows()).isZero();
    assertThat(empty.attributes().get(0).criteria()).allMatch(c -> c.why().contains("not tested"));
    int[] one = new int[100];
    Frame single = Frame.of(List.of(new CategoricalColumn("g", one, List.of("a", "empty"))));
    Fairness f = GroupFairness.of(single, g, BELOW, new double[100], Optional.of(new double[100]));
    assertThat(f.attributes().get(0).groups().get(0).impactRatio()).isEqualTo(1);
    assertThat(f.attributes().get(0).groups().get(1).favourable()).isNaN();
    int[] many = IntStream.range(0, 900).map(i -> i % 310).toArray();
    List<String> levels = IntStream.range(0, 310).mapToObj(i -> "l" + i).toList();
    Frame wide =
        Frame.of(
            List.of(
                new CategoricalColumn("g", many, levels),
                new CategoricalColumn("h", ints(900, () -> 0), List.of("h"))));
    Fairness w =
        GroupFairness.of(
            wide,
            List.of(new Protected("g", List.of()), new Protected("h", List.of())),
            BELOW,
            new double[900],
            Optional.empty());
    assertThat(w.attributes().get(0).groups()).hasSize(GroupFairness.MOST_GROUPS);
    assertThat(w.intersections().get(0).groups()).hasSize(GroupFairness.MOST_CELLS);
    assertThat(w.notes()).anyMatch(n -> n.contains("g x h: the 60 largest groups are listed"));
  }

  private static ModelSpec spec(Task task, List<String> favourable) {
    ModelSpec.Csv csv =
        new ModelSpec.Csv(
            Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty());
    return new ModelSpec(
        Path.of("."),
        "m",
        "Model",
        "1",
        "owner",
        "purpose",
        List.of(),
        "high",
        task,
        new ModelSpec.ModelFile("scorecard", Path.of("m.yaml"), Optional.empty()),
        new ModelSpec.Target("class", Optional.empty(), List.of(), favourable),
        new ModelSpec.Source("d.csv", Optional.empty(), csv),
        Optional.empty(),
        List.of(Field.numeric("x")),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Map.of(),
        Map.of(),
        Optional.empty(),
        List.of());
  }

  private static Frame frame(int[] a, int levelsOfA, int[] b, int levelsOfB) {
    return Frame.of(
        List.of(
            new CategoricalColumn("a", a, names(levelsOfA)),
            new CategoricalColumn("b", b, names(levelsOfB))));
  }

  private static List<String> names(int n) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      names.add("l" + i);
    }
    return names;
  }

  private static int[] ints(int n, java.util.function.IntSupplier next) {
    return IntStream.range(0, n).map(i -> next.getAsInt()).toArray();
  }

  private static double[] doubles(int n, Draws draws) {
    return IntStream.range(0, n).mapToDouble(i -> draws.uniform()).toArray();
  }

  private static double share(int[] rows, java.util.function.IntPredicate has) {
    return (double) Arrays.stream(rows).filter(has).count() / rows.length;
  }

  private static void same(double a, double b) {
    if (Double.isNaN(b)) {
      assertThat(a).isNaN();
    } else {
      assertThat(a).isCloseTo(b, within(1e-12));
    }
  }
}
