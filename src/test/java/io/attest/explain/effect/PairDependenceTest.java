package io.attest.explain.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.CaseTable;
import io.attest.Cases;
import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.ExplainerContractTest;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.Surfaces;
import io.attest.explain.shap.TreeCasesTest;
import io.attest.explain.tree.TreeCurves;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import io.attest.model.tree.TreeEnsemble;
import io.attest.model.tree.TreeEnsembleModel;
import io.attest.model.tree.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PairDependenceTest extends ExplainerContractTest<Surfaces> {

  @Override
  protected Explainer<Surfaces> explainer(int threads) {
    return new PairDependence(threads);
  }

  @Override
  protected Model model(int features) {
    return Trees.model(
        Trees.ensemble(new SplittableRandom(7), features, Math.max(1, features - 1), 1, 20, 4));
  }

  @Override
  protected double[] figures(Surfaces result) {
    // One feature or one row has no pair; the number of rows is there always.
    return DoubleStream.concat(
            DoubleStream.of(result.provenance().rows()),
            DoubleStream.concat(
                result.pairs().stream().mapToDouble(Surfaces.Pair::size),
                result.surfaces().stream()
                    .flatMapToDouble(s -> Arrays.stream(s.mean()).flatMapToDouble(Arrays::stream))))
        .toArray();
  }

  @Override
  protected Optional<double[]> figures(Surfaces result, int feature) {
    return Optional.empty();
  }

  /** Definitions, asked of the model row by row. */
  @Property(tries = 40)
  void pairsAndSurfacesAreThoseOfTheDefinition(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 4) int features,
      @ForAll @IntRange(min = 1, max = 6) int depth,
      @ForAll boolean raw) {
    SplittableRandom random = new SplittableRandom(seed);
    TreeEnsemble ensemble = Trees.ensemble(random, features, features, 1, 3, depth);
    Model model = Trees.model(ensemble);
    double[] values = new double[14 * features];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          Trees.categorical(i % features)
              ? random.nextInt(Trees.LEVELS)
              : random.nextInt(-16, 17) / 4.0;
    }
    Batch rows = new Batch(14, features, values);
    Surfaces found =
        explain(
            model, rows, "pairs=x0:x" + (features - 1) + "; space=" + (raw ? "raw" : "response"));
    for (Surfaces.Pair pair : found.pairs()) {
      int i = model.info().featureNames().indexOf(pair.first());
      int j = model.info().featureNames().indexOf(pair.second());
      double[] both = new double[14];
      double[] beyond = new double[14];
      h2(model, rows, i, j, OutputSpace.RAW, both, beyond);
      assertThat(pair.size()).isCloseTo(Math.sqrt(variance(beyond)), within(1e-10));
      assertThat(pair.h2()).isCloseTo(variance(beyond) / variance(both), within(1e-8));
    }
    Surfaces.Surface surface = found.surfaces().get(0);
    OutputSpace space = raw ? OutputSpace.RAW : OutputSpace.RESPONSE;
    double[] both = new double[14];
    double[] beyond = new double[14];
    h2(model, rows, 0, features - 1, space, both, beyond);
    if (variance(both) > 1e-12) {
      assertThat(surface.h2()).isCloseTo(variance(beyond) / variance(both), within(1e-8));
    }
    for (int a = 0; a < surface.firstGrid().length; a++) {
      for (int b = 0; b < surface.secondGrid().length; b++) {
        assertThat(surface.mean()[a][b])
            .isCloseTo(
                mean(
                    model,
                    rows,
                    space,
                    new int[] {0, features - 1},
                    surface.firstGrid()[a],
                    surface.secondGrid()[b]),
                within(1e-12));
      }
    }
    assertThat(Arrays.stream(surface.support()).flatMapToInt(Arrays::stream).sum()).isEqualTo(14);
  }

  private static void h2(
      Model model, Batch rows, int i, int j, OutputSpace space, double[] both, double[] beyond) {
    for (int r = 0; r < rows.rows(); r++) {
      double a = rows.at(r, i);
      double b = rows.at(r, j);
      both[r] = mean(model, rows, space, new int[] {i, j}, a, b);
      beyond[r] =
          both[r]
              - mean(model, rows, space, new int[] {i}, a)
              - mean(model, rows, space, new int[] {j}, b);
    }
  }

  private static double mean(
      Model model, Batch rows, OutputSpace space, int[] features, double... values) {
    double[] changed = rows.values().clone();
    for (int r = 0; r < rows.rows(); r++) {
      for (int f = 0; f < features.length; f++) {
        changed[r * rows.features() + features[f]] = values[f];
      }
    }
    return Arrays.stream(model.predict(new Batch(rows.rows(), rows.features(), changed), space))
        .average()
        .orElseThrow();
  }

  private static double variance(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(0);
  }

  @Test
  void agreesWithTheIndependentComputation() throws IOException {
    Path folder = Cases.folder("p01_pdp_ice_ale_german_gbm");
    Model model =
        TreeCasesTest.neutral(new ObjectMapper().readTree(folder.resolve("trees.json").toFile()));
    Batch all = CaseTable.read(folder.resolve("data.csv")).batch();
    Batch first = all.select(IntStream.range(0, 100).toArray());
    Surfaces found = explain(model, first, "pairs=duration:purpose");
    assertThat(found.surfaces().get(0).h2()).isCloseTo(0.013090102792470883, within(1e-12));
    CaseTable expected = CaseTable.read(folder.resolve("exact_pdp2d.csv"));
    double[] firstGrid = distinct(expected, 2);
    double[] secondGrid = distinct(expected, 3);
    TreeEnsembleModel trees = (TreeEnsembleModel) model;
    Means means =
        new Means.ByTrees(
            TreeCurves.of(trees.trees()).orElseThrow(), model.info(), all, OutputSpace.RESPONSE);
    double[][] mean =
        new Joint(means, model.info(), all, 1, 3, 2).mean(firstGrid, secondGrid, Progress.NONE)[0];
    for (double[] line : expected.rows()) {
      assertThat(
              mean[Arrays.binarySearch(firstGrid, line[2])][
                  Arrays.binarySearch(secondGrid, line[3])])
          .isCloseTo(line[4], within(1e-13));
    }
  }

  private static double[] distinct(CaseTable table, int column) {
    return Arrays.stream(table.rows()).mapToDouble(r -> r[column]).distinct().sorted().toArray();
  }

  @Test
  void refusesPairsThatAreNone() {
    Model model = model(3);
    Batch rows = new Batch(2, 3, new double[] {1, 2, 3, 2, 1, 0});
    assertThatThrownBy(() -> explain(model, rows, "pairs=x0")).hasMessageContaining("colon");
    assertThatThrownBy(() -> explain(model, rows, "pairs=x0:y")).hasMessageContaining("'y'");
    assertThatThrownBy(() -> explain(model, rows, "pairs=x0:x0")).hasMessageContaining("twice");
  }

  private static Surfaces explain(Model model, Batch rows, String parameters) {
    Dataset data = new Dataset(rows, Optional.empty());
    return new PairDependence(2)
        .explain(
            new Request(model, data, data, Optional.empty(), Parameters.parse(parameters), 1),
            Progress.NONE);
  }
}
