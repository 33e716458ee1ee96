package io.attest.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.measure.Performance.Metric;
import io.attest.model.ModelSpec.Decision;
import io.attest.model.Task;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PerformancesTest {
  private static final double[] LABELS = {0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1};
  private static final double[] SCORES = {.1, .4, .35, .8, .4, .7, .2, .4, .9, .05, .6, .55};
  private static final Optional<Decision> NONE = Optional.empty();

  @Test
  void aBinaryModelHasTheFiguresOfTheReference() {
    // NumPy: AUC and DeLong's standard error by the definition over all pairs.
    Performance p = binary(SCORES, LABELS, NONE);
    Metric auc = metric(p, "performance.auc");
    assertThat(auc.value()).isCloseTo(0.8333333333333334, within(1e-15));
    assertThat(auc.low()).isCloseTo(0.598531187070588, within(1e-12));
    assertThat(auc.high()).isEqualTo(1);
    assertThat(metric(p, "performance.log_loss").value())
        .isCloseTo(0.4639056840670787, within(1e-14));
    assertThat(metric(p, "performance.brier").value()).isCloseTo(0.1547916666666667, within(1e-14));
    assertThat(metric(p, "performance.accuracy").value()).isCloseTo(9 / 12.0, within(1e-15));
    assertThat(p.metrics())
        .extracting(Metric::name)
        .containsExactly(
            "performance.auc",
            "performance.log_loss",
            "performance.brier",
            "performance.accuracy",
            "performance.calibration_error");
    assertThat(p.confusion()).isEmpty();
    assertThat(p.notes())
        .containsExactly("Accuracy is at the threshold 0.5: the model declares no decision.");
  }

  @Test
  void theThresholdDecidesAccuracyAndConfusion() {
    Performance p = binary(SCORES, LABELS, Optional.of(new Decision(0.4, "below")));
    assertThat(p.confusion())
        .containsExactly(
            new Performance.Count("true positives", 5),
            new Performance.Count("false positives", 3),
            new Performance.Count("false negatives", 1),
            new Performance.Count("true negatives", 3));
    assertThat(metric(p, "performance.accuracy").value()).isCloseTo(8 / 12.0, within(1e-15));
    assertThat(p.notes()).isEmpty();
  }

  @Test
  void oneClassHasNoAreaButANote() {
    Performance p = binary(new double[] {.2, .8}, new double[] {0, 0}, NONE);
    assertThat(metric(p, "performance.auc").value()).isNaN();
    assertThat(metric(p, "performance.brier").value()).isCloseTo(0.34, within(1e-15));
    assertThat(p.notes()).anyMatch(n -> n.contains("All 2 labels are negative"));
  }

  @Test
  void perfectOrderHasNoInterval() {
    Performance p = binary(new double[] {.1, .2, .8, .9}, new double[] {0, 0, 1, 1}, NONE);
    assertThat(metric(p, "performance.auc").value()).isEqualTo(1);
    assertThat(metric(p, "performance.auc").low()).isNaN();
    assertThat(p.notes()).anyMatch(n -> n.contains("interval of performance.auc"));
    assertThat(metric(p, "performance.accuracy").high()).isEqualTo(1);
    // Wilson: 4 of 4 is 0.51 to 1, not 1 to 1.
    assertThat(metric(p, "performance.accuracy").low()).isCloseTo(0.5101, within(1e-4));
  }

  @Test
  void theCalibrationTableHasTenBinsAndNeverPartsEqualScores() {
    double[] scores = IntStream.range(0, 100).mapToDouble(i -> i / 100.0).toArray();
    double[] labels = IntStream.range(0, 100).mapToDouble(i -> i % 2).toArray();
    Performance p = binary(scores, labels, NONE);
    assertThat(p.calibration()).hasSize(10).allMatch(b -> b.rows() == 10 && b.observed() == 0.5);
    assertThat(p.calibration().get(3).from()).isEqualTo(0.3);
    assertThat(p.calibration().get(3).to()).isEqualTo(0.39);
    assertThat(metric(p, "performance.calibration_error").value()).isCloseTo(0.25, within(1e-12));
    double[] tied = Arrays.stream(scores).map(s -> s < 0.55 ? 0.3 : s).toArray();
    Performance t = binary(tied, labels, NONE);
    assertThat(t.calibration().stream().mapToInt(Performance.Bin::rows).sum()).isEqualTo(100);
    assertThat(t.calibration().get(0).rows()).isEqualTo(55);
    assertThat(t.calibration().get(0).to()).isEqualTo(0.3);
  }

  @Test
  void certaintyThatWasWrongIsSaid() {
    Performance p = binary(new double[] {0, 0.5}, new double[] {1, 0}, NONE);
    assertThat(metric(p, "performance.log_loss").value())
        .isCloseTo((52 * Math.log(2) + Math.log(2)) / 2, within(1e-12));
    assertThat(p.notes()).anyMatch(n -> n.contains("1 rows the probability 0"));
  }

  @Test
  void rowsWithoutLabelAreLeftOutAndSaid() {
    Performance p =
        binary(new double[] {.2, Double.NaN, .8}, new double[] {0, Double.NaN, 1}, NONE);
    assertThat(p.rows()).isEqualTo(2);
    assertThat(p.notes()).contains("1 of 3 rows have no label and were left out.");
    Performance none = binary(new double[] {.2}, new double[] {Double.NaN}, NONE);
    assertThat(none.metrics()).isEmpty();
    assertThat(none.notes()).anyMatch(n -> n.contains("not measured"));
  }

  @Test
  void whatCannotBeIsRefusedByRow() {
    assertThatThrownBy(() -> binary(new double[] {.5, .5}, new double[] {0, 2}, NONE))
        .hasMessageContaining("label of row 2 is 2.0");
    assertThatThrownBy(() -> binary(new double[] {.5, Double.NaN}, new double[] {0, 1}, NONE))
        .hasMessageContaining("response for row 2 is NaN");
    assertThatThrownBy(
            () -> Performances.of(Task.MULTICLASS, 3, new double[3], new double[] {3}, NONE))
        .hasMessageContaining("label of row 1 is 3.0");
  }

  @Test
  void aMultiClassModelIsMeasuredOverItsClasses() {
    double[] responses = {
      .7, .2, .1, //
      .5, .3, .2, //
      .1, .8, .1, //
      .4, .3, .3, //
      .2, .2, .6
    };
    double[] labels = {0, 0, 1, 1, 2};
    Performance p = Performances.of(Task.MULTICLASS, 3, responses, labels, NONE);
    assertThat(metric(p, "performance.accuracy").value()).isCloseTo(0.8, within(1e-15));
    assertThat(metric(p, "performance.log_loss").value())
        .isCloseTo(-(Math.log(.7 * .5 * .8 * .3 * .6)) / 5, within(1e-14));
    // Class 0: 6 of 6 pairs; class 1: .8 and .3 against .2 .3 .2: 5.5 of 6; class 2: 4 of 4.
    assertThat(metric(p, "performance.auc").value())
        .isCloseTo((1 + 5.5 / 6 + 1) / 3, within(1e-15));
    Performance two =
        Performances.of(Task.MULTICLASS, 3, responses, new double[] {0, 0, 1, 1, 1}, NONE);
    assertThat(two.notes()).anyMatch(n -> n.contains("[2]"));
  }

  @Test
  void aRegressionHasItsErrorsAndR2() {
    double[] labels = {1, 2, 3, 4};
    double[] responses = {1.5, 2, 2.5, 5};
    Performance p = Performances.of(Task.REGRESSION, 1, responses, labels, NONE);
    assertThat(metric(p, "performance.rmse").value()).isCloseTo(Math.sqrt(1.5 / 4), within(1e-15));
    assertThat(metric(p, "performance.mae").value()).isCloseTo(0.5, within(1e-15));
    assertThat(metric(p, "performance.r2").value()).isCloseTo(1 - 1.5 / 5, within(1e-15));
    Performance constant =
        Performances.of(Task.REGRESSION, 1, responses, new double[] {2, 2, 2, 2}, NONE);
    assertThat(metric(constant, "performance.r2").value()).isNaN();
    assertThat(constant.notes()).anyMatch(n -> n.contains("R2 does not exist"));
  }

  @Test
  void intervalsHoldTheTruthAboutNinetyFiveTimesInAHundred() {
    Random random = new Random(5);
    int[] held = new int[4];
    for (int t = 0; t < 400; t++) {
      double[] labels = new double[250];
      double[] responses = new double[250];
      double[] classes = new double[250 * 2];
      double[] sides = new double[250];
      for (int i = 0; i < labels.length; i++) {
        double x = random.nextGaussian();
        responses[i] = x;
        labels[i] = x + random.nextGaussian();
        sides[i] = labels[i] > 0 ? 1 : 0;
        classes[2 * i + 1] = 1 / (1 + Math.exp(-x));
        classes[2 * i] = 1 - classes[2 * i + 1];
      }
      Performance r = Performances.of(Task.REGRESSION, 1, responses, labels, NONE);
      held[0] += holds(metric(r, "performance.rmse"), 1);
      held[1] += holds(metric(r, "performance.r2"), 0.5);
      held[2] += holds(metric(r, "performance.mae"), Math.sqrt(2 / Math.PI));
      Performance c = Performances.of(Task.MULTICLASS, 2, classes, sides, NONE);
      // By simulation of four million rows.
      held[3] += holds(metric(c, "performance.auc"), 0.8336);
    }
    for (int h : held) {
      assertThat(h / 400.0).isBetween(0.90, 0.985);
    }
  }

  @Property(tries = 100)
  void theAreaIsTheShareOfPairsInOrder(@ForAll long seed) {
    Random random = new Random(seed);
    int n = 2 + random.nextInt(40);
    double[] scores = random.ints(n, 0, 8).mapToDouble(s -> s / 8.0).toArray();
    double[] labels = random.ints(n, 0, 2).mapToDouble(l -> l).toArray();
    double pairs = 0;
    double right = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (labels[i] == 1 && labels[j] == 0) {
          pairs++;
          right += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
      }
    }
    double auc = metric(binary(scores, labels, NONE), "performance.auc").value();
    if (pairs == 0) {
      assertThat(auc).isNaN();
    } else {
      assertThat(auc).isCloseTo(right / pairs, within(1e-12));
    }
  }

  private static int holds(Metric metric, double truth) {
    return metric.low() <= truth && truth <= metric.high() ? 1 : 0;
  }

  private static Performance binary(double[] scores, double[] labels, Optional<Decision> decision) {
    return Performances.of(Task.BINARY, 1, scores, labels, decision);
  }

  private static Metric metric(Performance p, String name) {
    return p.metrics().stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
  }
}
