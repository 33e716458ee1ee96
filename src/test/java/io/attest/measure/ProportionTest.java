package io.attest.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ProportionTest {

  @Test
  void wilsonIsThatOfNewcombesExamples() {
    // Newcombe 1998, Two-sided confidence intervals for the single proportion, table I, method 3.
    interval(new Proportion(81, 263).estimate(), 0.2553, 0.3662);
    interval(new Proportion(15, 148).estimate(), 0.0624, 0.1605);
    interval(new Proportion(0, 20).estimate(), 0, 0.1611);
    interval(new Proportion(1, 29).estimate(), 0.0061, 0.1718);
  }

  @Test
  void differencesAreThoseOfNewcombesExamples() {
    // Newcombe 1998, Interval estimation for the difference, table II, method 10.
    interval(new Proportion(56, 70).minus(new Proportion(48, 80)), 0.0524, 0.3339);
    interval(new Proportion(9, 10).minus(new Proportion(3, 10)), 0.1705, 0.8090);
    interval(new Proportion(6, 7).minus(new Proportion(2, 7)), 0.0582, 0.8062);
    interval(new Proportion(5, 56).minus(new Proportion(0, 29)), -0.0381, 0.1926);
    interval(new Proportion(10, 10).minus(new Proportion(0, 10)), 0.6075, 1.0000);
  }

  @Test
  void ratiosAreThoseOfKatz() {
    // 7 of 34 against 1 of 34 (Perondi et al. 2004), by the formula: exp(ln 7 -+ 1.96 x 1.0412).
    Estimate ratio = new Proportion(7, 34).over(new Proportion(1, 34));
    assertThat(ratio.value()).isCloseTo(7, within(1e-12));
    assertThat(ratio.low()).isCloseTo(0.9096, within(1e-3));
    assertThat(ratio.high()).isCloseTo(53.87, within(1e-2));
  }

  @Test
  void nobodyAndEverybodyHaveARatioWithAnInterval() {
    Estimate none = new Proportion(0, 40).over(new Proportion(20, 40));
    assertThat(none.value()).isZero();
    assertThat(none.low()).isZero();
    assertThat(none.high()).isBetween(0.05, 0.5);
    Estimate both = new Proportion(40, 40).over(new Proportion(40, 40));
    assertThat(both.low()).isBetween(0.8, 0.95);
    assertThat(both.high()).isBetween(1.05, 1.2);
    assertThat(new Proportion(3, 4).over(new Proportion(0, 4)).value()).isNaN();
    assertThat(new Proportion(0, 0).estimate().value()).isNaN();
    assertThat(new Proportion(0, 0).minus(new Proportion(1, 2)).value()).isNaN();
    assertThatThrownBy(() -> new Proportion(3, 2)).hasMessageContaining("3 of 2 is no share");
  }

  @Property(tries = 300)
  void intervalsHoldTheirFigureAndTurnRoundWithIt(
      @ForAll @IntRange(min = 1, max = 500) int n,
      @ForAll @IntRange(min = 1, max = 500) int m,
      @ForAll @IntRange(max = 500) int x,
      @ForAll @IntRange(max = 500) int y) {
    Assume.that(x <= n && y <= m);
    Proportion a = new Proportion(x, n);
    Proportion b = new Proportion(y, m);
    Estimate share = a.estimate();
    assertThat(share.low()).isBetween(0.0, share.value() + 1e-15);
    assertThat(share.high()).isBetween(share.value() - 1e-15, 1.0);
    Estimate there = a.minus(b);
    Estimate back = b.minus(a);
    assertThat(there.low()).isCloseTo(-back.high(), within(1e-12));
    assertThat(there.low()).isBetween(-1 - 1e-12, there.value());
    assertThat(there.high()).isBetween(there.value(), 1 + 1e-12);
    Estimate ratio = a.over(b);
    if (y > 0) {
      assertThat(ratio.low()).isBetween(0.0, ratio.value() + 1e-12);
      assertThat(ratio.high()).isGreaterThanOrEqualTo(ratio.value());
      if (x > 0) {
        assertThat(ratio.low()).isCloseTo(1 / b.over(a).high(), within(1e-9));
      }
    }
  }

  private static void interval(Estimate of, double low, double high) {
    assertThat(of.low()).isCloseTo(low, within(5.1e-5));
    assertThat(of.high()).isCloseTo(high, within(5.1e-5));
  }
}
