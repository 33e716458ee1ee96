package io.attest.report.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.explain.Effects;
import io.attest.report.reading.EffectReading.Shape;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EffectReadingTest {
  private static final Answer RISK = new Answer("The probability of bad", true);

  private static EffectReading read(double[] x, double... y) {
    int[] support = new int[x.length];
    Arrays.fill(support, 100);
    return read(x, support, y);
  }

  private static EffectReading read(double[] x, int[] support, double... y) {
    Effects.Curve curve =
        new Effects.Curve("duration", "bad", List.of(), x, y, support, new int[0], new double[0][]);
    return EffectReading.of(curve, false, RISK, "months", 0.4);
  }

  private static EffectReading levels(List<String> names, int[] support, double... y) {
    Effects.Curve curve =
        new Effects.Curve(
            "housing", "bad", names, new double[y.length], y, support, new int[0], new double[0][]);
    return EffectReading.of(curve, false, RISK, "", 0.4);
  }

  private static final double[] X = {6, 12, 18, 24, 36, 48, 60};

  @Test
  void aCurveThatRisesSaysFromWhereToWhere() {
    EffectReading r = read(X, .1, .15, .2, .25, .3, .35, .4);
    assertThat(r.shape()).isEqualTo(Shape.RISING);
    assertThat(r.sentence())
        .isEqualTo(
            "The probability of bad rises with duration: from 10 % at 6 months to 40 % at 60"
                + " months.");
  }

  @Test
  void aCurveThatStopsRisingSaysWhere() {
    EffectReading r = read(X, .18, .25, .31, .37, .44, .445, .44);
    assertThat(r.shape()).isEqualTo(Shape.THEN_FLAT);
    assertThat(r.sentence())
        .isEqualTo(
            "The probability of bad rises with duration up to 36 months (from 18 % to 44 %), then"
                + " stays about the same.");
  }

  @Test
  void aCurveThatBeginsFlatSaysWhereItFalls() {
    EffectReading r = read(X, .4, .4, .395, .4, .3, .2, .1);
    assertThat(r.shape()).isEqualTo(Shape.FLAT_THEN);
    assertThat(r.sentence())
        .isEqualTo(
            "The probability of bad stays about the same up to 24 months of duration, then falls"
                + " (from 40 % to 10 %).");
  }

  @Test
  void oneStepIsAJump() {
    EffectReading r = read(X, .1, .1, .1, .3, .3, .3, .3);
    assertThat(r.shape()).isEqualTo(Shape.JUMP);
    assertThat(r.sentence()).contains("jumps up between 18 months and 24 months");
  }

  @Test
  void flatAtBothEndsIsBetween() {
    EffectReading r = read(new double[] {0, 10, 20, 30, 40, 50}, .1, .1, .2, .3, .4, .4);
    assertThat(r.shape()).isEqualTo(Shape.BETWEEN);
    assertThat(r.sentence()).contains("between 10 months and 40 months");
  }

  @Test
  void aValleyAndAPeakTurnAtTheirPoint() {
    EffectReading valley = read(X, .4, .3, .2, .1, .2, .3, .35);
    assertThat(valley.shape()).isEqualTo(Shape.VALLEY);
    assertThat(valley.sentence()).contains("falls with duration up to 24 months", "rises again");
    assertThat(read(X, .1, .2, .3, .4, .3, .2, .1).shape()).isEqualTo(Shape.PEAK);
  }

  @Test
  void aLittleTremblingDoesNotHideWhereACurveGoes() {
    EffectReading r = read(X, .36, .34, .27, .285, .28, .275, .26);
    assertThat(r.shape()).isEqualTo(Shape.FALLING);
    assertThat(r.sentence()).contains("mostly falls");
    assertThat(read(X, .36, .35, .265, .275, .27, .26, .26).shape()).isEqualTo(Shape.THEN_FLAT);
  }

  @Test
  void whatGoesUpAndDownHasNoDirection() {
    EffectReading r = read(X, .1, .4, .1, .4, .1, .4, .1);
    assertThat(r.shape()).isEqualTo(Shape.UNSTEADY);
    assertThat(r.sentence()).contains("up and down", "between 10 % and 40 %");
  }

  @Test
  void whatIsSmallHardlyMatters() {
    EffectReading r = read(X, .2, .201, .202, .203, .204, .205, .206);
    assertThat(r.shape()).isEqualTo(Shape.FLAT);
    assertThat(r.sentence())
        .isEqualTo(
            "duration hardly matters: it moves the probability of bad by 0.6 points at most.");
    assertThat(read(X, .2, .2, .2, .2, .2, .2, .2).sentence()).contains("does not change with");
  }

  @Test
  void pointsThatNoRowIsBehindAreNotRead() {
    // The drop at the end rests on one row in a thousand.
    EffectReading r =
        read(X, new int[] {200, 200, 200, 200, 200, 200, 1}, .1, .15, .2, .25, .3, .35, 0);
    assertThat(r.shape()).isEqualTo(Shape.RISING);
    assertThat(r.sentence()).endsWith("to 35 % at 48 months.");
  }

  @Test
  void levelsNameTheHighestAndTheLowestThatOccur() {
    EffectReading r =
        levels(
            List.of("rent", "own", "free", "tent"), new int[] {300, 500, 200, 0}, .4, .2, .3, .9);
    assertThat(r.shape()).isEqualTo(Shape.LEVELS);
    assertThat(r.sentence())
        .isEqualTo(
            "The probability of bad is highest where housing is rent (40 %) and lowest where it is"
                + " own (20 %).");
    assertThat(levels(List.of("own"), new int[] {5}, .3).shape()).isEqualTo(Shape.NOTHING);
  }

  @Test
  void differencesAreNotToldAsValues() {
    Effects.Curve ale =
        new Effects.Curve(
            "duration",
            "bad",
            List.of(),
            X,
            new double[] {-.15, -.1, -.05, 0, .05, .1, .15},
            new int[] {9, 9, 9, 9, 9, 9, 0},
            new int[0],
            new double[0][]);
    assertThat(EffectReading.of(ale, true, RISK, "months", 0.3).sentence())
        .isEqualTo("The probability of bad rises with duration (by 30 points).");
  }

  @Test
  void nothingAtAllIsSaid() {
    assertThat(read(new double[0]).shape()).isEqualTo(Shape.NOTHING);
    assertThat(read(new double[] {1, 2}, Double.NaN, Double.NaN).shape()).isEqualTo(Shape.NOTHING);
  }

  @Property(tries = 300)
  void aMirroredCurveIsReadAsItsMirror(
      @ForAll @Size(7) List<@DoubleRange(min = 0, max = 1) Double> y) {
    double[] up = y.stream().mapToDouble(Double::doubleValue).toArray();
    double[] down = Arrays.stream(up).map(v -> 1 - v).toArray();
    Shape mirrored =
        switch (read(X, up).shape()) {
          case RISING -> Shape.FALLING;
          case FALLING -> Shape.RISING;
          case VALLEY -> Shape.PEAK;
          case PEAK -> Shape.VALLEY;
          default -> read(X, up).shape();
        };
    assertThat(read(X, down).shape()).isEqualTo(mirrored);
    assertThat(read(X, up).sentence()).doesNotContain("NaN").endsWith(".");
  }
}
