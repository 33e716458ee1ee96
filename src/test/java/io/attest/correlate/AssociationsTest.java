package io.attest.correlate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.TextColumn;
import io.attest.explain.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.stat.correlation.PearsonsCorrelation;
import org.hipparchus.stat.correlation.SpearmansCorrelation;
import org.junit.jupiter.api.Test;

/** Figures called "reference" are from SciPy 1.17.1 and NumPy 2.4.6. */
class AssociationsTest {
  private static final double NAN = Double.NaN;

  @Test
  void spearmanAndPearsonAreTheReference() {
    Dependence.Pair pair =
        Associations.pair(
            number("x", 1, 2, 2, 3, 5, 8, 13, 21, 34, 7.5),
            number("y", 2.5, 1, 4, 4, 6, 5, 20, 18, 40, -3));
    assertThat(pair.measure()).isEqualTo("spearman");
    assertThat(pair.association()).isCloseTo(0.7530487804878049, within(1e-14));
    assertThat(pair.pearson()).isCloseTo(0.928230113544011, within(1e-14));
    assertThat(pair.statistic()).isCloseTo(3.23717005957863, within(1e-12));
    assertThat(pair.pValue()).isCloseTo(0.011928101259873918, within(1e-13));
    assertThat(pair.rows()).isEqualTo(10);
  }

  @Test
  void cramersVAndItsChiSquareAreTheReference() {
    Dependence.Pair pair = Associations.pair(table(0), table(1));
    assertThat(pair.measure()).isEqualTo("cramers-v");
    assertThat(pair.statistic()).isCloseTo(16.369047619047624, within(1e-12));
    assertThat(pair.pValue()).isCloseTo(0.0002789372227504811, within(1e-14));
    assertThat(pair.association()).isCloseTo(0.36286205540426053, within(1e-13));
    assertThat(pair.pearson()).isNaN();
  }

  @Test
  void theCorrelationRatioAndItsFAreTheReference() {
    NumericColumn number = number("n", 1, 2, 3, 4, 2, 4, 6, 9, 8, 7, 10, 11);
    CategoricalColumn group = category("g", 3, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2);
    for (Dependence.Pair pair :
        List.of(Associations.pair(number, group), Associations.pair(group, number))) {
      assertThat(pair.measure()).isEqualTo("correlation-ratio");
      assertThat(pair.association()).isCloseTo(0.9048639268963553, within(1e-13));
      assertThat(pair.statistic()).isCloseTo(20.33152173913045, within(1e-11));
      assertThat(pair.pValue()).isCloseTo(0.00045913595555263225, within(1e-14));
    }
  }

  @Test
  void tinyPValuesAreNotRoundedToNothing() {
    assertThat(Tail.t(60, 100) / 3.137614319141387e-80).isCloseTo(1, within(1e-9));
    assertThat(Tail.f(500, 3, 200) / 1.21700744277289e-92).isCloseTo(1, within(1e-9));
    assertThat(Tail.chiSquare(400, 3) / 2.2138865931011112e-86).isCloseTo(1, within(1e-9));
    assertThat(Tail.t(Double.POSITIVE_INFINITY, 5)).isZero();
  }

  @Test
  void varianceInflationIsTheReference() {
    Dependence d =
        measure(
            number("a", 1, 2, 3, 4, 5, 6, 7, 8),
            number("b", 2, 1, 5, 3, 8, 6, 9, 7),
            category("c", 2, 0, 1, 0, 1, 0, 1, 0, 1),
            number("d", 4, 3, 5, 9, 6, 14, 8.5, 20));
    assertThat(d.vif()[0]).isCloseTo(16.40106002, within(1e-7));
    assertThat(d.vif()[1]).isCloseTo(6.61039751, within(1e-7));
    assertThat(d.vif()[2]).isNaN();
    assertThat(d.vif()[3]).isCloseTo(6.41892959, within(1e-7));
  }

  @Test
  void aColumnThatFollowsFromOthersHasInfiniteInflationAndTheOthersKeepTheirs() {
    Random random = new Random(4);
    double[] a = random.doubles(50).toArray();
    double[] b = random.doubles(50).toArray();
    double[] sum = IntStream.range(0, 50).mapToDouble(i -> 1000 + 3 * a[i] - b[i]).toArray();
    double[] free = IntStream.range(0, 50).mapToDouble(i -> random.nextDouble()).toArray();
    Dependence d =
        measure(number("a", a), number("b", b), number("free", free), number("sum", sum));
    assertThat(d.vif()[0]).isInfinite();
    assertThat(d.vif()[1]).isInfinite();
    assertThat(d.vif()[3]).isInfinite();
    assertThat(d.vif()[2]).isBetween(1.0, 1.5);
    assertThat(d.notes()).anyMatch(n -> n.contains("infinite: a, b, sum"));
  }

  @Test
  void missingValuesAreLeftOutPairByPairAndSaid() {
    Dependence d =
        measure(
            number("a", 1, 2, 3, 4, 5, NAN),
            number("b", NAN, 4, 3, 2, 1, 0),
            category("c", 2, 0, 0, 1, 1, -1, 0));
    assertThat(d.pairs()).extracting(Dependence.Pair::rows).containsExactly(4, 4, 4);
    assertThat(d.pairs().get(0).association()).isCloseTo(-1, within(1e-15));
    assertThat(d.pairs().get(0).pValue()).isZero();
    assertThat(d.notes())
        .anyMatch(n -> n.contains("a (1), b (1), c (1) of 6 rows") && n.contains("both"))
        .anyMatch(n -> n.contains("4 of 6 rows where all numbers are present"));
  }

  @Test
  void constantAndEmptyColumnsAreNotMeasuredAndSaid() {
    Dependence d =
        measure(
            number("a", 1, 2, 3, 4),
            number("same", 5, 5, 5, 5),
            number("none", NAN, NAN, NAN, NAN),
            category("one", 2, 1, 1, 1, 1),
            category("nothing", 2, -1, -1, -1, -1));
    assertThat(d.pairs()).hasSize(10).allMatch(p -> Double.isNaN(p.association()));
    assertThat(d.pairs()).allMatch(p -> Double.isNaN(p.pValue()));
    assertThat(d.vif()[0]).isEqualTo(1);
    assertThat(d.vif()[1]).isNaN();
    assertThat(d.notes())
        .contains(
            "No value at all, so not measured: none, nothing.",
            "One value in every row, so not measured: same, one.");
    assertThat(d.clusters()).hasSize(5).allMatch(c -> c.size() == 1);
  }

  @Test
  void noRowsAndOneColumnAreNoCrash() {
    Dependence none = measure(number("a"), number("b"), category("c", 2), category("d", 0));
    assertThat(none.pairs()).hasSize(6).allMatch(p -> Double.isNaN(p.association()));
    assertThat(none.notes()).anyMatch(n -> n.contains("0 rows"));
    Dependence one = measure(number("a", 1, 2, 3, 4));
    assertThat(one.pairs()).isEmpty();
    assertThat(one.vif()).containsExactly(1.0);
    assertThat(one.clusters()).containsExactly(List.of("a"));
    assertThat(measure().columns()).isEmpty();
  }

  @Test
  void textIsRefusedByName() {
    Frame frame = Frame.of(List.of(new TextColumn("remark", List.of("x", "y"))));
    assertThatThrownBy(() -> Associations.of(frame, List.of("remark"), Progress.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("remark is text");
  }

  @Test
  void columnsThatBelongTogetherShareACluster() {
    Random random = new Random(1);
    double[] a = random.doubles(300).toArray();
    double[] b = random.doubles(300).toArray();
    double[] likeA = Arrays.stream(a).map(v -> -v + 0.1 * random.nextDouble()).toArray();
    int[] likeB = Arrays.stream(b).mapToInt(v -> v < 0.5 ? 0 : 1).toArray();
    Dependence d =
        measure(
            number("a", a), number("b", b), number("like-a", likeA), category("like-b", 2, likeB));
    assertThat(d.clusters()).containsExactly(List.of("a", "like-a"), List.of("b", "like-b"));
    assertThat(d.clusterCut()).isEqualTo(Associations.CLUSTER_CUT);
    Dependence all =
        Associations.of(
            Frame.of(List.of(number("a", a), number("b", b))), List.of("b", "a"), 0, Progress.NONE);
    assertThat(all.clusters()).containsExactly(List.of("b", "a"));
  }

  @Test
  void manyLevelsAreCountedWithoutATableOfAllCells() {
    Random random = new Random(2);
    int[] a = random.ints(3000, 0, 400).toArray();
    int[] b = random.ints(3000, 0, 300).toArray();
    double sum = 0;
    double[] rows = new double[400];
    double[] columns = new double[300];
    double[][] cells = new double[400][300];
    for (int i = 0; i < a.length; i++) {
      rows[a[i]]++;
      columns[b[i]]++;
      cells[a[i]][b[i]]++;
    }
    for (int i = 0; i < 400; i++) {
      for (int j = 0; j < 300; j++) {
        double e = rows[i] * columns[j] / a.length;
        sum += e == 0 ? 0 : (cells[i][j] - e) * (cells[i][j] - e) / e;
      }
    }
    Dependence.Pair pair = Associations.pair(category("a", 400, a), category("b", 300, b));
    assertThat(pair.statistic()).isCloseTo(sum, within(1e-6));
    assertThat(pair.association()).isLessThan(0.1);
  }

  @Test
  void thinTablesAreSaid() {
    Dependence d = measure(category("a", 3, 0, 1, 2, 0, 1, 2), category("b", 2, 0, 0, 1, 1, 0, 1));
    assertThat(d.notes()).anyMatch(n -> n.contains("fewer than 5") && n.contains("a and b"));
    assertThat(measure(table(0), table(1)).notes()).isEmpty();
  }

  @Test
  void workThatNobodyWantsIsNotDone() {
    Progress cancelled =
        new Progress() {
          @Override
          public void report(long done, long total) {}

          @Override
          public boolean cancelled() {
            return true;
          }
        };
    Frame frame = Frame.of(List.of(number("a", 1, 2, 3), number("b", 1, 3, 2)));
    assertThatThrownBy(() -> Associations.of(frame, List.of("a", "b"), cancelled))
        .isInstanceOf(CancellationException.class);
  }

  @Property(tries = 100)
  void numbersAgreeWithAnotherImplementation(
      @ForAll @Size(min = 8, max = 40) List<@DoubleRange(min = -5, max = 5) Double> values,
      @ForAll long seed) {
    Random random = new Random(seed);
    // Rounded, so that there are ties.
    double[] x = values.stream().mapToDouble(v -> Math.rint(v) + 0.0).toArray();
    double[] y =
        Arrays.stream(x).map(v -> Math.rint(v + 3 * random.nextGaussian()) + 0.0).toArray();
    double[] z = Arrays.stream(x).map(v -> v + random.nextGaussian()).toArray();
    if (Arrays.stream(x).distinct().count() < 2 || Arrays.stream(y).distinct().count() < 2) {
      return;
    }
    Dependence d = measure(number("x", x), number("y", y), number("z", z));
    double[][] data = {x, y, z};
    double[][] correlation = new double[3][3];
    for (int j = 0, pair = 0; j < 3; j++) {
      correlation[j][j] = 1;
      for (int k = j + 1; k < 3; k++, pair++) {
        correlation[j][k] = new PearsonsCorrelation().correlation(data[j], data[k]);
        correlation[k][j] = correlation[j][k];
        assertThat(d.pairs().get(pair).association())
            .isCloseTo(new SpearmansCorrelation().correlation(data[j], data[k]), within(1e-12));
        assertThat(d.pairs().get(pair).pearson()).isCloseTo(correlation[j][k], within(1e-10));
        Dependence.Pair alone = Associations.pair(number("j", data[j]), number("k", data[k]));
        assertThat(alone.association()).isCloseTo(d.pairs().get(pair).association(), within(1e-14));
        assertThat(alone.pearson()).isCloseTo(d.pairs().get(pair).pearson(), within(1e-12));
      }
    }
    double[][] inverse = MatrixUtils.inverse(MatrixUtils.createRealMatrix(correlation)).getData();
    for (int j = 0; j < 3; j++) {
      assertThat(d.vif()[j] / inverse[j][j]).isCloseTo(1, within(1e-6));
    }
  }

  @Property(tries = 100)
  void clustersAreThoseOfTheDefinition(@ForAll long seed) {
    Random random = new Random(seed);
    int p = 2 + random.nextInt(12);
    double[][] distance = new double[p][p];
    for (int i = 0; i < p; i++) {
      for (int j = i + 1; j < p; j++) {
        // Few distinct distances, so that ties occur.
        distance[i][j] = distance[j][i] = random.nextInt(5) / 4.0;
      }
    }
    double cut = 0.1 + 0.8 * random.nextDouble();
    double[][] copy = Arrays.stream(distance).map(double[]::clone).toArray(double[][]::new);
    assertThat(Clusters.of(copy, cut)).isEqualTo(byDefinition(distance, cut));
  }

  /** Joins the two nearest clusters, by the mean of all distances, until none are near enough. */
  private static List<List<Integer>> byDefinition(double[][] distance, double cut) {
    List<List<Integer>> clusters = new ArrayList<>();
    for (int i = 0; i < distance.length; i++) {
      clusters.add(new ArrayList<>(List.of(i)));
    }
    while (true) {
      int a = -1;
      int b = -1;
      double best = cut;
      for (int i = 0; i < clusters.size(); i++) {
        for (int j = i + 1; j < clusters.size(); j++) {
          double sum = 0;
          for (int m : clusters.get(i)) {
            for (int n : clusters.get(j)) {
              sum += distance[m][n];
            }
          }
          double mean = sum / (clusters.get(i).size() * clusters.get(j).size());
          if (mean < best) {
            best = mean;
            a = i;
            b = j;
          }
        }
      }
      if (a < 0) {
        clusters.forEach(c -> c.sort(null));
        return clusters;
      }
      clusters.get(a).addAll(clusters.remove(b));
    }
  }

  private static Dependence measure(Column... columns) {
    List<Column> list = List.of(columns);
    return Associations.of(Frame.of(list), list.stream().map(Column::name).toList(), Progress.NONE);
  }

  private static NumericColumn number(String name, double... values) {
    return new NumericColumn(name, values);
  }

  private static CategoricalColumn category(String name, int levels, int... codes) {
    return new CategoricalColumn(
        name, codes, IntStream.range(0, levels).mapToObj(l -> "level " + l).toList());
  }

  /** One side of the table 10 20 30 / 25 15 10. */
  private static CategoricalColumn table(int side) {
    int[][] counts = {{10, 20, 30}, {25, 15, 10}};
    int[] codes =
        IntStream.range(0, 6)
            .flatMap(
                c ->
                    IntStream.generate(() -> side == 0 ? c / 3 : c % 3).limit(counts[c / 3][c % 3]))
            .toArray();
    return category(side == 0 ? "a" : "b", side == 0 ? 2 : 3, codes);
  }
}
