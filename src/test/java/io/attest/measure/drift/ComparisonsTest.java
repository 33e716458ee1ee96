package io.attest.measure.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.attest.measure.Membership;
import io.attest.measure.Performance;
import io.attest.model.ModelSpec;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Ranks, performance, contributions, answers to the same rows. */
class ComparisonsTest {

  @Test
  void theOrderOfAKnownExample() {
    // Reversed order: (0.05 + 0.5 / log2 3 + 0.7 / 2) / (0.7 + 0.5 / log2 3 + 0.05 / 2).
    Map<String, Double> then = Map.of("score", 0.7, "grades", 0.5, "rank", 0.05);
    Map<String, Double> now = Map.of("score", 0.1, "grades", 0.2, "rank", 0.7);
    assertThat(Ndcg.of(then, now)).isCloseTo(0.68763, within(1e-5));
    assertThat(Ndcg.of(then, then)).isEqualTo(1);
    assertThat(Ndcg.of(Map.of("a", 0.0), Map.of("a", 1.0))).isNaN();
  }

  @Property(tries = 200)
  void theSameOrderIsWorthOneAndNoneIsWorthMore(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 0, max = 6) Integer> worth,
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 0, max = 6) Integer> other) {
    Map<String, Double> then = new HashMap<>();
    Map<String, Double> scaled = new HashMap<>();
    for (int i = 0; i < worth.size(); i++) {
      then.put("f" + i, (double) worth.get(i));
      scaled.put("f" + i, 3.0 * worth.get(i));
    }
    Map<String, Double> now = new HashMap<>();
    for (int i = 0; i < other.size(); i++) {
      now.put("f" + i, (double) other.get(i));
    }
    double same = Ndcg.of(then, scaled);
    if (worth.stream().allMatch(w -> w == 0)) {
      assertThat(same).isNaN();
    } else {
      assertThat(same).isCloseTo(1, within(1e-12));
      assertThat(Ndcg.of(then, now)).isBetween(0.0, 1 + 1e-12);
    }
  }

  private static Performance performance(double auc, double brier) {
    return new Performance(
        100,
        List.of(
            new Performance.Metric("performance.auc", auc, auc - 0.03, auc + 0.03),
            new Performance.Metric("performance.brier", brier, brier - 0.04, brier + 0.04),
            new Performance.Metric("performance.calibration_error", 0.1, Double.NaN, Double.NaN)),
        List.of(),
        List.of());
  }

  @Test
  void worseIsAboveZeroWhicheverWayAFigureRuns() {
    List<MetricChange> changes = MetricChange.of(performance(0.80, 0.15), performance(0.70, 0.25));
    assertThat(changes.get(0).worse()).isCloseTo(0.10, within(1e-12));
    assertThat(changes.get(0).low()).isCloseTo(0.10 - Math.hypot(0.03, 0.03), within(1e-12));
    assertThat(changes.get(0).surelyWorse()).isTrue();
    assertThat(changes.get(1).worse()).isCloseTo(0.10, within(1e-12));
    assertThat(changes.get(1).high()).isCloseTo(0.10 + Math.hypot(0.04, 0.04), within(1e-12));
    assertThat(changes.get(2).low()).isNaN();
    assertThat(changes.get(2).surelyWorse()).isFalse();
    assertThat(MetricChange.of(performance(0.7, 0.2), performance(0.8, 0.2)).get(0).worse())
        .isCloseTo(-0.1, within(1e-12));
  }

  @Test
  void everyFeatureIsNamedTheOneThatChangedMostFirst() {
    Map<String, double[]> then = new LinkedHashMap<>();
    then.put("a", new double[] {3, -3, 3, -3});
    then.put("b", new double[] {1, -1, 1, -1});
    Map<String, double[]> now = new LinkedHashMap<>();
    now.put("a", new double[] {1, -1});
    now.put("b", new double[] {1, -1});
    now.put("c", new double[] {2, -2});
    AttributionDrift drift = AttributionDrift.of("tree-shap", "bad", "as is", then, now);
    AttributionDrift.Feature a = drift.features().get(0);
    assertThat(a.name()).isEqualTo("a");
    assertThat(a.shareThen()).isEqualTo(0.75);
    assertThat(a.shareNow()).isEqualTo(0.25);
    assertThat(a.rankThen()).isEqualTo(1);
    assertThat(a.rankNow()).isEqualTo(2);
    assertThat(a.shift().psi()).isPositive();
    assertThat(drift.features()).extracting(AttributionDrift.Feature::name).doesNotContain("c");
    assertThat(drift.ndcg()).isBetween(0.5, 0.99);
  }

  @Test
  void flipsAreCountedByGroupAndTheLargestNamed() {
    double[] then = {0.1, 0.4, 0.6, 0.9};
    double[] now = {0.2, 0.7, 0.4, 0.9};
    Membership groups =
        new Membership(
            List.of(
                new ModelSpec.Group("x", List.of("x"), Optional.empty(), Optional.empty()),
                new ModelSpec.Group("y", List.of("y"), Optional.empty(), Optional.empty())),
            new int[] {0, 0, 1, -1});
    PredictionChange change =
        PredictionChange.of(
            then,
            now,
            1,
            new int[] {0, 0, 1, 1},
            new int[] {0, 1, 0, 1},
            Map.of("g", groups),
            row -> "case " + row);
    assertThat(change.flips()).isEqualTo(2);
    assertThat(change.share()).isEqualTo(0.5);
    assertThat(change.meanAbsolute()).isCloseTo(0.15, within(1e-12));
    assertThat(change.maxAbsolute()).isCloseTo(0.3, within(1e-12));
    assertThat(change.first())
        .extracting(PredictionChange.Row::id)
        .containsExactly("case 1", "case 2");
    assertThat(change.groups()).extracting(PredictionChange.Group::flips).containsExactly(1, 1);
    assertThat(change.groups()).allMatch(PredictionChange.Group::small);

    PredictionChange undecided =
        PredictionChange.of(then, now, 1, new int[0], new int[0], Map.of(), row -> "case " + row);
    assertThat(undecided.share()).isNaN();
    assertThat(undecided.first()).hasSize(3);
    assertThat(
            PredictionChange.of(
                    new double[0], new double[0], 1, new int[0], new int[0], Map.of(), r -> "")
                .meanAbsolute())
        .isNaN();
  }
}
