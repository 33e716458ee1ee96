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
import io.attest.explain.WavyModel;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.DoubleStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PartialDependenceTest extends ExplainerContractTest<Effects> {

  @Override
  protected Explainer<Effects> explainer(int threads) {
    return new PartialDependence(threads);
  }

  @Override
  protected Model model(int features) {
    return WavyModel.of(Task.MULTICLASS, features);
  }

  @Override
  protected boolean seeded() {
    return true;
  }

  @Override
  protected Parameters parameters() {
    return Parameters.parse("ice=4; grid=6");
  }

  @Override
  protected double[] figures(Effects result) {
    return result.curves().stream()
        .flatMapToDouble(
            c ->
                DoubleStream.concat(
                    DoubleStream.concat(Arrays.stream(c.mean()), Arrays.stream(c.grid())),
                    Arrays.stream(c.ice()).flatMapToDouble(Arrays::stream)))
        .toArray();
  }

  @Override
  protected Optional<double[]> figures(Effects result, int feature) {
    return Optional.of(
        result.curves().stream()
            .filter(c -> c.feature().equals("f" + feature))
            .flatMapToDouble(
                c ->
                    DoubleStream.concat(
                        DoubleStream.of(c.range(), c.direction()),
                        Arrays.stream(c.ice()).flatMapToDouble(PartialDependenceTest::fromFirst)))
            .toArray());
  }

  private static DoubleStream fromFirst(double[] curve) {
    return Arrays.stream(curve).map(v -> v - curve[0]);
  }

  @Test
  void curvesAreThoseOfTheReferenceCase() throws IOException {
    Path folder = Cases.folder("p01_pdp_ice_ale_german_gbm");
    NeutralTrees model = NeutralTrees.read(folder.resolve("trees.json"));
    Batch rows = CaseTable.read(folder.resolve("data.csv")).batch();
    double[] expected =
        Arrays.stream(texts(folder.resolve("predictions.csv")))
            .mapToDouble(t -> Double.parseDouble(t[2]))
            .toArray();
    assertThat(model.predict(rows, OutputSpace.RESPONSE)).containsExactly(expected, within(1e-12));

    String[][] pdp = texts(folder.resolve("expected_pdp.csv"));
    int[] features = Arrays.stream(pdp).mapToInt(t -> Integer.parseInt(t[0])).distinct().toArray();
    List<Grid> grids = new ArrayList<>();
    for (int j : features) {
      grids.add(
          new Grid(
              Arrays.stream(pdp)
                  .filter(t -> Integer.parseInt(t[0]) == j)
                  .mapToDouble(t -> Double.parseDouble(t[2]))
                  .toArray()));
    }
    Request request = request(model, rows, Parameters.parse("ice=100000"));
    Effects effects =
        new PartialDependence(2)
            .explain(
                request, request.parameters(), features, grids, Optional.empty(), Progress.NONE);
    double[] means =
        effects.curves().stream().flatMapToDouble(c -> Arrays.stream(c.mean())).toArray();
    assertThat(means)
        .hasSize(70)
        .containsExactly(
            Arrays.stream(pdp).mapToDouble(t -> Double.parseDouble(t[4])).toArray(), within(1e-13));
    String[][] ice = texts(folder.resolve("expected_ice.csv"));
    int compared = 0;
    for (String[] line : ice) {
      Effects.Curve curve =
          effects.curves().stream()
              .filter(c -> c.feature().equals(line[1]))
              .findFirst()
              .orElseThrow();
      int g = Arrays.binarySearch(curve.grid(), Double.parseDouble(line[3]));
      assertThat(curve.ice()[Integer.parseInt(line[2])][g])
          .isCloseTo(Double.parseDouble(line[5]), within(1e-13));
      compared++;
    }
    assertThat(compared).isEqualTo(1400);
  }

  @Test
  void theGridHasEveryValueOfAFeatureWithFewAndQuantilesOfOneWithMany() {
    double[] values = new double[400];
    for (int i = 0; i < 200; i++) {
      values[2 * i] = i;
      values[2 * i + 1] = i % 3;
    }
    Batch rows = new Batch(200, 2, values);
    assertThat(Grid.of(rows, 1, Feature.numeric("few"), 20).points()).containsExactly(0, 1, 2);
    double[] many = Grid.of(rows, 0, Feature.numeric("many"), 20).points();
    assertThat(many).hasSize(20).isSorted();
    assertThat(Arrays.stream(many)).allMatch(v -> v == Math.rint(v));
    assertThat(many[0]).isEqualTo(10);
    assertThat(many[19]).isEqualTo(189);
    int[] support = Grid.of(rows, 0, Feature.numeric("many"), 20).support(rows, 0);
    assertThat(Arrays.stream(support).sum()).isEqualTo(200);
    // 0 to 10 lie at or below the first point, 11 to 14 nearer to it than to 19.
    assertThat(many[1]).isEqualTo(19);
    assertThat(support[0]).isEqualTo(15);
    Feature levels = new Feature("level", List.of("a", "b", "c", "d"));
    Grid all = Grid.of(rows, 1, levels, 2);
    assertThat(all.points()).containsExactly(0, 1, 2, 3);
    assertThat(all.support(rows, 1)).containsExactly(67, 67, 66, 0);
  }

  @Test
  void missingValuesAreAveragedOverAndSaid() {
    Model model = WavyModel.of(Task.REGRESSION, 2);
    double[] values = {1, 0, Double.NaN, 0, 2, Double.NaN, 3, Double.NaN};
    Effects effects =
        new PartialDependence(1)
            .explain(request(model, new Batch(4, 2, values), Parameters.NONE), Progress.NONE);
    assertThat(effects.curves().get(0).grid()).containsExactly(1, 2, 3);
    assertThat(effects.curves().get(0).support()).containsExactly(1, 1, 1);
    assertThat(effects.provenance().notes()).anyMatch(n -> n.contains("f0 (1), f1 (2)"));
    double[] empty = {1, Double.NaN, 2, Double.NaN};
    Effects none =
        new PartialDependence(1)
            .explain(request(model, new Batch(2, 2, empty), Parameters.NONE), Progress.NONE);
    assertThat(none.curves().get(1).mean()).isEmpty();
    assertThat(none.curves().get(1).range()).isZero();
    assertThat(none.provenance().notes()).anyMatch(n -> n.contains("f1 has no value"));
  }

  @Test
  void aCapOnRowsIsSaidAndNamesItsSeed() {
    Model model = WavyModel.of(Task.REGRESSION, 3);
    Batch rows = dataset(model, 100, 5).rows();
    Effects capped =
        new PartialDependence(1)
            .explain(request(model, rows, Parameters.parse("rows=30; ice=0")), Progress.NONE);
    assertThat(capped.provenance().rows()).isEqualTo(30);
    assertThat(capped.provenance().backgroundRows()).isEqualTo(100);
    assertThat(capped.provenance().seed()).contains(7L);
    assertThat(capped.provenance().notes()).anyMatch(n -> n.contains("30 of 100 background rows"));
    assertThat(Arrays.stream(capped.curves().get(0).support()).sum()).isEqualTo(30);
    Effects all =
        new PartialDependence(1)
            .explain(
                request(model, rows, Parameters.parse("ice=0; features=f2, f0")), Progress.NONE);
    assertThat(all.provenance().seed()).isEmpty();
    assertThat(all.provenance().notes()).isEmpty();
    assertThat(all.curves()).extracting(Effects.Curve::feature).containsExactly("f2", "f0");
    assertThat(all.provenance().modelRows()).isEqualTo(2 * 20 * 100);
  }

  @Test
  void parametersThatDoNotFitAreRefused() {
    Model model = WavyModel.of(Task.REGRESSION, 2);
    Batch rows = dataset(model, 5, 5).rows();
    for (String[] wrong :
        new String[][] {
          {"features=nothing", "'nothing', which is no feature"},
          {"space=logit", "must be raw or response"},
          {"grid=1", "at least 2"},
          {"rows=some", "whole number"}
        }) {
      assertThatThrownBy(
              () ->
                  new PartialDependence(1)
                      .explain(request(model, rows, Parameters.parse(wrong[0])), Progress.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(wrong[1]);
    }
  }

  @Property(tries = 30)
  void everyCurveIsItsDefinition(@ForAll long seed) {
    Random random = new Random(seed);
    Task task = Task.values()[random.nextInt(3)];
    Model model = WavyModel.of(task, 1 + random.nextInt(4));
    OutputSpace space = random.nextBoolean() ? OutputSpace.RAW : OutputSpace.RESPONSE;
    Batch rows = dataset(model, 1 + random.nextInt(200), seed).rows();
    Effects effects =
        new PartialDependence(2)
            .explain(
                request(
                    model,
                    rows,
                    Parameters.parse(
                        "grid=5; space=" + space.name().toLowerCase(java.util.Locale.ROOT))),
                Progress.NONE);
    int k = model.info().outputs().size();
    assertThat(effects.curves()).hasSize(rows.features() * k);
    for (Effects.Curve curve : effects.curves()) {
      int j = model.info().featureNames().indexOf(curve.feature());
      int o = model.info().outputs().indexOf(curve.output());
      for (int g = 0; g < curve.grid().length; g++) {
        double sum = 0;
        for (int i = 0; i < rows.rows(); i++) {
          double[] one = rows.row(i);
          one[j] = curve.grid()[g];
          double answer = model.predict(new Batch(1, one.length, one), space)[o];
          sum += answer;
          int c = Arrays.binarySearch(curve.iceRows(), i);
          if (c >= 0) {
            assertThat(curve.ice()[c][g]).isEqualTo(answer);
          }
        }
        assertThat(curve.mean()[g]).isCloseTo(sum / rows.rows(), within(1e-12));
      }
      assertThat(curve.iceRows()).hasSize(Math.min(50, rows.rows()));
    }
  }

  private static Request request(Model model, Batch rows, Parameters parameters) {
    Dataset data = new Dataset(rows, Optional.empty());
    return new Request(model, data, data, Optional.empty(), parameters, 7);
  }

  private static String[][] texts(Path file) throws IOException {
    return java.nio.file.Files.readAllLines(file).stream()
        .skip(1)
        .map(l -> l.split(","))
        .toArray(String[][]::new);
  }
}
