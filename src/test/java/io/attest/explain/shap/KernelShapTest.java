package io.attest.explain.shap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.WavyModel;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.model.tree.TreeEnsembleModel;
import io.attest.model.tree.Trees;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class KernelShapTest extends CoalitionContractTest {

  @Override
  protected Explainer<Attribution> explainer(int threads) {
    return new KernelShap(threads);
  }

  /** The definition, against trees' own exact values. */
  @Property(tries = 25)
  void isExactWhereTheBudgetAllows(
      @ForAll @IntRange(min = 1, max = 7) int features,
      @ForAll @IntRange(min = 1, max = 3) int outputs,
      @ForAll @LongRange(min = 0) long seed) {
    TreeEnsembleModel model =
        Trees.model(Trees.ensemble(new SplittableRandom(seed), features, features, outputs, 6, 4));
    Request request = request(model, 7, 9, seed, "");
    Attribution ours = explain(request);
    Attribution trees = new InterventionalTreeShap(1).explain(request, Progress.NONE);
    assertThat(ours.values()).containsExactly(trees.values(), within(1e-11));
    assertThat(ours.baseValues()).containsExactly(trees.baseValues(), within(1e-11));
    assertThat(ours.provenance().seed()).isEmpty();
  }

  @Test
  void weightsAndGroupsCount() {
    TreeEnsembleModel model = Trees.model(Trees.ensemble(new SplittableRandom(3), 6, 6, 1, 12, 4));
    Request plain = request(model, 5, 8, 3, "groups=pair = x1 + x4");
    Dataset weighted =
        new Dataset(
            plain.background().rows(),
            Optional.empty(),
            Optional.of(new double[] {1, 2, 0, 3, 1, 0.5, 4, 1}));
    Request request =
        new Request(
            model, plain.audit(), weighted, Optional.empty(), plain.parameters(), plain.seed());
    Attribution ours = explain(request);
    Attribution trees = new InterventionalTreeShap(1).explain(request, Progress.NONE);
    assertThat(ours.features()).isEqualTo(trees.features()).contains("pair");
    assertThat(ours.values()).containsExactly(trees.values(), within(1e-11));
  }

  /** Owen values share out what the group adds. */
  @Test
  void owenValuesOfAGroupSumToTheGroups() {
    Model model = WavyModel.of(Task.REGRESSION, 6);
    String groups = "groups=pair = f1 + f2 + f4";
    Attribution owen = explain(request(model, 5, 8, 1, groups + "; value=owen"));
    Attribution group = explain(request(model, 5, 8, 1, groups));
    for (int i = 0; i < 5; i++) {
      assertThat(owen.value(i, 1, 0) + owen.value(i, 2, 0) + owen.value(i, 4, 0))
          .isCloseTo(group.value(i, group.features().indexOf("pair"), 0), within(1e-12));
      assertThat(owen.value(i, 0, 0)).isCloseTo(group.value(i, 0, 0), within(1e-12));
    }
    assertThat(owen.features()).isEqualTo(model.info().featureNames());
  }

  @Test
  void owenValuesAreDrawnWhereThereAreTooManyCoalitions() {
    Model model = Trees.model(Trees.ensemble(new SplittableRandom(8), 8, 8, 1, 40, 5));
    String groups = "groups=some = x1 + x2 + x4; value=owen";
    Attribution owen = explain(request(model, 5, 8, 1, groups));
    Attribution drawn = explain(request(model, 5, 8, 1, groups + "; budget=56; tolerance=0"));
    assertThat(owen.provenance().seed()).isEmpty();
    double error = drawn.provenance().error().orElseThrow();
    assertThat(error).isPositive();
    assertThat(drawn.values()).containsExactly(owen.values(), within(5 * error));
  }

  @Test
  void budgetsBuyAccuracyAndErrorsSaySo() {
    TreeEnsembleModel model =
        Trees.model(Trees.ensemble(new SplittableRandom(5), 16, 16, 1, 60, 6));
    Request exact = request(model, 12, 20, 5, "");
    double[] truth = new InterventionalTreeShap(1).explain(exact, Progress.NONE).values();
    double before = Double.POSITIVE_INFINITY;
    for (int budget : new int[] {40, 160, 640}) {
      Request request = request(model, 12, 20, 5, "tolerance=0; budget=" + budget);
      Attribution result = explain(request);
      double[] values = result.values();
      double squares = 0;
      double most = 0;
      for (int i = 0; i < values.length; i++) {
        squares += (values[i] - truth[i]) * (values[i] - truth[i]) / values.length;
        most = Math.max(most, Math.abs(values[i] - truth[i]));
      }
      assertThat(Math.sqrt(squares)).isLessThan(before / 1.5);
      // Largest of 192 errors against 1.96 times the largest standard error.
      assertThat(most).isLessThan(3.5 * result.provenance().error().orElseThrow());
      assertThat(result.provenance().seed()).contains(5L);
      assertThat(result.provenance().modelRows()).isEqualTo(12L * (1 + 20L * budget) + 20);
      before = Math.sqrt(squares);
    }
  }

  @Test
  void askingEndsWhereErrorsAreSmall() {
    Model wavy = WavyModel.of(Task.REGRESSION, 20);
    Attribution quick = explain(request(wavy, 3, 10, 1, ""));
    // Pairs are exact for interactions of two features, so the first level is enough.
    assertThat(quick.provenance().modelRows()).isEqualTo(3L * (1 + 10 * 256) + 10);
    assertThat(quick.provenance().notes()).isEmpty();
    TreeEnsembleModel trees =
        Trees.model(Trees.ensemble(new SplittableRandom(6), 20, 20, 1, 60, 6));
    Attribution ended = explain(request(trees, 3, 10, 1, "tolerance=0.00001; budget=100"));
    assertThat(ended.provenance().notes()).hasSize(1).first().asString().contains("budget");
  }

  /** A feature in which a row is like every background row is no player, so less is asked. */
  @Test
  void whatIsTheSameEverywhereLeavesTheGame() {
    WavyModel wavy = WavyModel.of(Task.REGRESSION, 14);
    Request request = request(wavy, 4, 6, 2, "");
    double[] rows = request.audit().rows().values().clone();
    double[] background = request.background().rows().values().clone();
    for (int j = 4; j < 14; j++) {
      for (int b = 0; b < 6; b++) {
        background[b * 14 + j] = j == 5 ? Double.NaN : 1.5;
      }
      for (int i = 0; i < 3; i++) {
        rows[i * 14 + j] = j == 5 ? Double.NaN : 1.5;
      }
    }
    Attribution result =
        explain(
            new Request(
                wavy,
                new Dataset(new Batch(4, 14, rows), Optional.empty()),
                new Dataset(new Batch(6, 14, background), Optional.empty()),
                Optional.empty(),
                Parameters.parse("budget=500; tolerance=0"),
                1));
    for (int i = 0; i < 3; i++) {
      for (int j = 4; j < 14; j++) {
        assertThat(result.value(i, j, 0)).isZero();
      }
    }
    assertThat(result.value(3, 7, 0)).isNotZero();
    assertThat(result.relativeResidual()).isLessThan(1e-13);
    // Three rows with four players each, one with 13 or 14 of them.
    assertThat(result.provenance().modelRows()).isEqualTo(4 + 6 + 3 * 6 * 14 + 6 * 500);
  }

  /** For couples one order, forward and backward, is exact, and so are pairs. */
  @Test
  void threeHundredFeaturesAreNoTrouble() {
    Model wavy = WavyModel.of(Task.REGRESSION, 300);
    Attribution ours = explain(request(wavy, 2, 3, 1, "budget=640"));
    Attribution exact =
        new PermutationShap(2).explain(request(wavy, 2, 3, 1, "order=identity"), Progress.NONE);
    assertThat(ours.values()).containsExactly(exact.values(), within(1e-6));
    assertThat(ours.relativeResidual()).isLessThan(1e-12);
  }

  @Test
  void batchesAreLarge() {
    AtomicInteger calls = new AtomicInteger();
    AtomicLong predicted = new AtomicLong();
    WavyModel wavy = WavyModel.of(Task.BINARY, 8);
    Model counted =
        new Model() {
          @Override
          public io.attest.model.ModelInfo info() {
            return wavy.info();
          }

          @Override
          public void predict(Batch rows, OutputSpace space, double[] out) {
            calls.incrementAndGet();
            predicted.addAndGet(rows.rows());
            wavy.predict(rows, space, out);
          }
        };
    Request request = request(counted, 50, 10, 1, "output=response");
    calls.set(0);
    predicted.set(0);
    Attribution result = explain(request);
    assertThat(result.provenance().space()).isEqualTo(OutputSpace.RESPONSE);
    assertThat(predicted.get()).isEqualTo(result.provenance().modelRows());
    assertThat(calls.get()).isLessThan(30);
  }

  @Test
  void aSmallBudgetAndOddParametersAreRefused() {
    Model wavy = WavyModel.of(Task.REGRESSION, 20);
    refused(wavy, "budget=41", "at least 42");
    refused(wavy, "tolerance=1", "tolerance");
    refused(wavy, "output=odds", "raw or response");
    refused(wavy, "value=owen", "groups");
    refused(wavy, "value=nash", "owen");
    assertThatThrownBy(() -> explain(request(wavy, 3, 0, 1, "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("background");
  }

  private void refused(Model model, String parameters, String message) {
    assertThatThrownBy(() -> explain(request(model, 3, 5, 1, parameters)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aModelThatAnswersNoNumberIsNamed() {
    WavyModel wavy = WavyModel.of(Task.REGRESSION, 4);
    Model broken =
        new Model() {
          @Override
          public io.attest.model.ModelInfo info() {
            return wavy.info();
          }

          @Override
          public void predict(Batch rows, OutputSpace space, double[] out) {
            Arrays.fill(out, Double.NaN);
          }
        };
    assertThatThrownBy(() -> explain(request(wavy, broken, 3, 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN");
  }

  private static Request request(Model like, Model model, int rows, int background) {
    Request request = request(like, rows, background, 1, "");
    return new Request(
        model,
        request.audit(),
        request.background(),
        Optional.empty(),
        request.parameters(),
        request.seed());
  }

  private static Attribution explain(Request request) {
    return new KernelShap(2).explain(request, Progress.NONE);
  }

  private static Request request(
      Model model, int rows, int background, long seed, String parameters) {
    return new Request(
        model,
        dataset(model, rows, seed),
        dataset(model, background, seed + 1),
        Optional.empty(),
        Parameters.parse(parameters),
        seed);
  }
}
