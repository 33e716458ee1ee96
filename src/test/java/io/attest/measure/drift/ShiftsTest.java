package io.attest.measure.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.NumericColumn;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.hipparchus.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;

class ShiftsTest {
  private static final double NAN = Double.NaN;

  private static Shift numbers(double[] then, double[] now) {
    return Shifts.ofNumbers("x", then, now, 1);
  }

  private static Column levels(List<String> levels, int... codes) {
    return new CategoricalColumn("c", codes, levels);
  }

  private static double[] drawn(int n, long seed, double shift) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, n)
        .mapToDouble(i -> random.nextDouble() + random.nextDouble() + shift)
        .toArray();
  }

  private static double[] shuffled(double[] values, long seed) {
    double[] out = values.clone();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = out.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      double v = out[i];
      out[i] = out[j];
      out[j] = v;
    }
    return out;
  }

  /** Small whole numbers: many equal values, some of them missing. */
  private static double[] values(List<Integer> from) {
    return from.stream().mapToDouble(i -> i == 0 ? NAN : i / 2).toArray();
  }

  private static double[] present(double[] values) {
    return Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
  }

  @Property(tries = 200)
  void theSameRowsInAnyOrderHaveNotShifted(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 0, max = 50) Integer> rows,
      @ForAll long seed) {
    double[] then = values(rows);
    Shift shift = numbers(then, shuffled(then, seed));
    assertThat(shift.psi()).isZero();
    assertThat(shift.totalVariation()).isZero();
    assertThat(shift.drifted()).isFalse();
    if (present(then).length > 0) {
      assertThat(shift.wasserstein()).isZero();
    }
    if (present(then).length > 1) {
      assertThat(shift.ks()).isZero();
      assertThat(shift.p()).isEqualTo(1);
    }
  }

  @Property(tries = 200)
  void noOrderOfRowsMatters(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 0, max = 50) Integer> a,
      @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 0, max = 50) Integer> b,
      @ForAll long seed) {
    assertThat(numbers(shuffled(values(a), seed), shuffled(values(b), seed + 1)))
        .isEqualTo(numbers(values(a), values(b)));
  }

  @Property(tries = 200)
  void ksAndWassersteinAreThoseOfTheDefinition(
      @ForAll @Size(min = 2, max = 40) List<@IntRange(min = 2, max = 30) Integer> a,
      @ForAll @Size(min = 2, max = 40) List<@IntRange(min = 2, max = 30) Integer> b) {
    double[] x = values(a);
    double[] y = values(b);
    Shift shift = numbers(x, y);
    double largest = 0;
    double area = 0;
    // All values are whole, so the distribution functions only step there.
    for (int v = 0; v <= 16; v++) {
      double distance = Math.abs(below(x, v) - below(y, v));
      largest = Math.max(largest, distance);
      area += distance;
    }
    assertThat(shift.ks()).isCloseTo(largest, within(1e-12));
    assertThat(shift.wasserstein()).isCloseTo(area, within(1e-12));
    assertThat(shift.p())
        .isCloseTo(
            new KolmogorovSmirnovTest().exactP(shift.ks(), x.length, y.length, false),
            within(1e-12));
    // Both are the same the other way round.
    Shift back = numbers(y, x);
    assertThat(back.ks()).isEqualTo(shift.ks());
    assertThat(back.wasserstein()).isCloseTo(area, within(1e-12));
  }

  private static double below(double[] values, double v) {
    return Arrays.stream(values).filter(x -> x <= v).count() / (double) values.length;
  }

  @Property(tries = 100)
  void ofAsManyRowsTheDistanceIsThatOfTheSortedValues(
      @ForAll @IntRange(min = 1, max = 200) int n, @ForAll long seed) {
    double[] x = drawn(n, seed, 0);
    double[] y = drawn(n, seed + 1, 0.3);
    double[] a = x.clone();
    double[] b = y.clone();
    Arrays.sort(a);
    Arrays.sort(b);
    double mean =
        IntStream.range(0, n).mapToDouble(i -> Math.abs(a[i] - b[i])).average().orElseThrow();
    assertThat(numbers(x, y).wasserstein()).isCloseTo(mean, within(1e-9));
  }

  @Property(tries = 100)
  void theIndexOfCategoriesIsTheSameTheOtherWayRound(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(min = -1, max = 4) Integer> a,
      @ForAll @Size(min = 1, max = 60) List<@IntRange(min = -1, max = 4) Integer> b) {
    List<String> all = List.of("a", "b", "c", "d", "e");
    // All levels on both sides: else one of them is a new level on one side only.
    int[] x = IntStream.concat(a.stream().mapToInt(i -> i), IntStream.range(0, 5)).toArray();
    int[] y = IntStream.concat(b.stream().mapToInt(i -> i), IntStream.range(0, 5)).toArray();
    Shift there = Shifts.of("c", levels(all, x), levels(all, y), 1);
    Shift back = Shifts.of("c", levels(all, y), levels(all, x), 1);
    assertThat(there.psi()).isCloseTo(back.psi(), within(1e-12)).isNotNegative();
    assertThat(there.totalVariation()).isCloseTo(back.totalVariation(), within(1e-12));
    if (!Double.isNaN(there.p())) {
      assertThat(there.p()).isCloseTo(back.p(), within(1e-9)).isBetween(0.0, 1.0);
    }
  }

  @Test
  void knownFigures() {
    // Shares 0.5, 0.5 and 0.8, 0.2.
    List<String> ab = List.of("a", "b");
    int[] then = IntStream.range(0, 100).map(i -> i % 2).toArray();
    int[] now = IntStream.range(0, 100).map(i -> i % 5 == 0 ? 1 : 0).toArray();
    Shift shift = Shifts.of("c", levels(ab, then), levels(ab, now), 1);
    assertThat(shift.psi())
        .isCloseTo(0.3 * Math.log(0.8 / 0.5) + -0.3 * Math.log(0.2 / 0.5), within(1e-12));
    assertThat(shift.totalVariation()).isCloseTo(0.3, within(1e-12));
    // Chi-square with 1 degree of freedom: 19.78, by hand from the counts 50 50 80 20.
    assertThat(shift.p()).isCloseTo(8.68e-6, within(1e-7));
    // 3.8415 is its 95 % point.
    assertThat(shift.byChance()).isCloseTo(3.8415 * 0.02, within(1e-5));
    assertThat(shift.size()).isEqualTo("large");
    assertThat(shift.most().orElseThrow().label()).isEqualTo("b");
  }

  @Test
  void whatIsMissingHasABinOfItsOwn() {
    double[] then = drawn(1000, 1, 0);
    double[] now = then.clone();
    Arrays.fill(now, 0, 300, NAN);
    Shift shift = numbers(then, now);
    assertThat(shift.missingNow()).isEqualTo(0.3);
    assertThat(shift.most().orElseThrow().label()).isEqualTo("(missing)");
    assertThat(shift.drifted()).isTrue();
    assertThat(shift.notes()).singleElement().asString().contains("1 bin is empty on one side");
  }

  @Test
  void aLevelThatTheBaselineHasNotIsItsOwnBin() {
    Shift shift =
        Shifts.of(
            "c", levels(List.of("a", "b"), 0, 1, 0, 1), levels(List.of("z", "a"), 0, 0, 1, 1), 1);
    assertThat(shift.bins()).extracting(Shift.Bin::label).containsExactly("a", "b", "(new level)");
    assertThat(shift.bins().get(2).now()).isEqualTo(0.5);
  }

  @Test
  void aConstantColumnThatMovesIsSeen() {
    double[] then = new double[200];
    double[] now = new double[200];
    Arrays.fill(then, 5);
    Arrays.fill(now, 4);
    Shift shift = numbers(then, now);
    assertThat(shift.psi()).isGreaterThan(1);
    assertThat(shift.wasserstein()).isEqualTo(1);
    assertThat(shift.scaled()).isNaN();
    assertThat(shift.notes()).anyMatch(n -> n.contains("one value only"));
    assertThat(numbers(then, then).scaled()).isZero();
    assertThat(numbers(then, then).psi()).isZero();
  }

  @Test
  void fewRowsAreToldFromChanceByTheirNumberAndThatOfTheColumns() {
    double[] then = drawn(30, 3, 0);
    double[] now = drawn(30, 4, 0);
    Shift one = Shifts.ofNumbers("x", then, now, 1);
    Shift many = Shifts.ofNumbers("x", then, now, 300);
    assertThat(one.psi()).isGreaterThan(Shift.MODERATE).isEqualTo(many.psi());
    assertThat(many.byChance()).isGreaterThan(one.byChance());
    assertThat(many.size()).isEqualTo("chance");
    assertThat(many.drifted()).isFalse();
    assertThat(numbers(drawn(5000, 3, 0), drawn(5000, 4, 0)).size()).isEqualTo("little");
  }

  /** The 95 % point that is shown holds what it promises, for numbers in tenths. */
  @Test
  void unchangedDataExceedTheirPointInOneOfTwenty() {
    int over = 0;
    for (int t = 0; t < 400; t++) {
      Shift shift = numbers(drawn(500, 2 * t, 0), drawn(400, 2 * t + 1, 0));
      over += shift.psi() > shift.byChance() ? 1 : 0;
    }
    assertThat(over).isBetween(6, 38);
  }

  @Test
  void oneRowAndNoRowAreNoFault() {
    assertThat(numbers(new double[] {1}, new double[] {2}).ks()).isNaN();
    assertThat(numbers(new double[] {1}, new double[] {2}).wasserstein()).isEqualTo(1);
    Shift none = numbers(new double[0], new double[] {2});
    assertThat(none.psi()).isNaN();
    assertThat(none.size()).isEqualTo("unknown");
    assertThat(none.notes()).contains("There are no rows to compare.");
    Shift missing = numbers(new double[] {NAN, NAN}, new double[] {NAN, NAN});
    assertThat(missing.psi()).isZero();
    assertThat(missing.meanNow()).isNaN();
  }

  @Test
  void rareLevelsShareABin() {
    List<String> all = IntStream.range(0, 500).mapToObj(i -> "l" + i).toList();
    int[] codes = IntStream.range(0, 2000).map(i -> i % 500).toArray();
    Shift shift = Shifts.of("c", levels(all, codes), levels(all, codes), 1);
    assertThat(shift.bins()).hasSize(21);
    assertThat(shift.bins().get(20).label()).isEqualTo("(480 rarer levels)");
    assertThat(shift.psi()).isZero();
  }

  @Test
  void numbersAreNotComparedWithCategories() {
    assertThatThrownBy(
            () ->
                Shifts.of(
                    "c", levels(List.of("a"), 0), new NumericColumn("c", new double[] {1}), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Maybe its type in model.yaml was changed");
  }
}
