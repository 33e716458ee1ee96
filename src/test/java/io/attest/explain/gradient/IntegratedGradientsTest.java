package io.attest.explain.gradient;

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
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.model.network.Activation.Function;
import io.attest.model.network.Dense;
import io.attest.model.network.Network;
import io.attest.model.network.RandomNetwork;
import io.attest.model.scorecard.Scorecard;
import io.attest.model.tree.Trees;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntegratedGradientsTest extends GradientContractTest {

  @Override
  protected Explainer<Attribution> explainer(int threads) {
    return new IntegratedGradients(threads);
  }

  @Override
  protected Parameters parameters() {
    return new Parameters(Map.of("tolerance", "1e-11"));
  }

  /**
   * Against sums of differences of predictions: no gradient, no rule. A step that a bend falls into
   * errs by about its length, so there are many.
   */
  @Property(tries = 15)
  void isTheIntegralAlongTheLine(
      @ForAll long seed, @ForAll Link link, @ForAll boolean response, @ForAll boolean rectified) {
    SplittableRandom random = new SplittableRandom(seed);
    int outputs = link == Link.SOFTMAX || link == Link.SHARE ? 3 : 1;
    Function function = rectified ? Function.RELU : Function.TANH;
    Link chosen = link == Link.SHARE ? Link.SOFTMAX : link;
    Network network = RandomNetwork.of(random, 3, function, chosen, outputs, 5, 4);
    OutputSpace space = response ? OutputSpace.RESPONSE : OutputSpace.RAW;
    double[] from = RandomNetwork.rows(random, 1, 3).values();
    double[] to = RandomNetwork.rows(random, 1, 3).values();
    Attribution found =
        explain(
            network,
            new Batch(1, 3, to),
            new Batch(1, 3, from),
            Map.of("output", response ? "response" : "raw"));
    double[] expected = byDifferences(network, from, to, space);
    double[] base = network.predict(new Batch(1, 3, from), space);
    for (int o = 0; o < outputs; o++) {
      assertThat(found.base(0, o)).isEqualTo(base[o]);
      double scale = Math.max(1, Math.abs(found.prediction(0, o)));
      assertThat(found.residual(0, o)).isCloseTo(0, within(1e-6 * scale));
      for (int j = 0; j < 3; j++) {
        assertThat(found.value(0, j, o)).isCloseTo(expected[j * outputs + o], within(3e-4 * scale));
      }
    }
  }

  /** Features x outputs: at each of many small steps, what moving one feature alone would add. */
  private static double[] byDifferences(
      Network network, double[] from, double[] to, OutputSpace space) {
    int steps = 40_000;
    int p = from.length;
    double[] rows = new double[steps * p * 2 * p];
    for (int s = 0; s < steps; s++) {
      for (int j = 0; j < p; j++) {
        for (int side = 0; side < 2; side++) {
          for (int i = 0; i < p; i++) {
            double share = (s + (i == j ? side : 0.5)) / steps;
            rows[((s * p + j) * 2 + side) * p + i] = from[i] + share * (to[i] - from[i]);
          }
        }
      }
    }
    double[] found = network.predict(new Batch(steps * p * 2, p, rows), space);
    int k = network.info().outputs().size();
    double[] out = new double[p * k];
    for (int s = 0; s < steps; s++) {
      for (int j = 0; j < p; j++) {
        for (int o = 0; o < k; o++) {
          int at = ((s * p + j) * 2) * k + o;
          out[j * k + o] += found[at + k] - found[at];
        }
      }
    }
    return out;
  }

  @Test
  void ofOneLayerItIsTheWeightTimesTheDistance() {
    double[] weights = {2, -3, 0.5};
    Network network =
        new Network(
            info(3, Link.LOGIT), List.of(new Dense(3, 1, weights, new double[] {0.25}, true)));
    Batch rows = new Batch(2, 3, new double[] {1, 2, 3, -4, 5, 6});
    Batch background = new Batch(2, 3, new double[] {0, 1, 2, 2, 1, 0});
    Attribution found = explain(network, rows, background, Map.of());
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 3; j++) {
        assertThat(found.value(i, j, 0)).isEqualTo(weights[j] * (rows.at(i, j) - 1));
      }
    }
    assertThat(found.baseValues()).containsExactly(2 - 3 + 0.5 + 0.25);
    assertThat(found.provenance().error()).contains(0.0);
  }

  /** Between its bends a network of rectifiers is straight, and the sum exact. */
  @Property(tries = 30)
  void rectifiersAreIntegratedExactly(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Network network = RandomNetwork.of(random, 4, Function.RELU, Link.LOGIT, 1, 20, 10);
    Batch rows = RandomNetwork.rows(random, 20, 4);
    Attribution found = explain(network, rows, rows, Map.of());
    assertThat(found.relativeResidual()).isLessThan(1e-12);
    assertThat(found.provenance().notes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"zero, 0, 0", "mean, 1, 2.5", "2, 3, 5"})
  void theBaselineIsChosen(String baseline, double first, double second) {
    Network network =
        new Network(
            info(2, Link.IDENTITY),
            List.of(new Dense(2, 1, new double[] {1, 10}, new double[0], true)));
    Dataset background =
        new Dataset(
            new Batch(3, 2, new double[] {-1, 0, 3, 5, 9, 9}),
            Optional.empty(),
            Optional.of(new double[] {2, 2, 0}));
    Dataset rows = new Dataset(new Batch(1, 2, new double[] {7, 7}), Optional.empty());
    Attribution found =
        new IntegratedGradients()
            .explain(
                new Request(
                    network,
                    rows,
                    background,
                    Optional.empty(),
                    new Parameters(Map.of("baseline", baseline)),
                    1),
                Progress.NONE);
    assertThat(found.values()).containsExactly(7 - first, 10 * (7 - second));
    assertThat(found.baseValues()).containsExactly(first + 10 * second);
    assertThat(found.provenance().parameters()).containsEntry("baseline", baseline);
  }

  @Test
  void aLineThatWouldTakeTooManyPointsIsLeftAndSaidSo() {
    Network network =
        RandomNetwork.of(new SplittableRandom(3), 4, Function.TANH, Link.LOGIT, 1, 60, 30);
    Batch rows = RandomNetwork.rows(new SplittableRandom(4), 8, 4);
    Attribution rough = explain(network, rows, rows, Map.of("points", "24", "tolerance", "1e-10"));
    assertThat(rough.provenance().notes()).hasSize(1);
    assertThat(rough.provenance().notes().get(0)).contains("points=24");
    double largest = 0;
    for (int i = 0; i < rows.rows(); i++) {
      largest = Math.max(largest, Math.abs(rough.residual(i, 0)));
    }
    assertThat(rough.provenance().error().orElseThrow()).isCloseTo(largest, within(1e-13));
    Attribution fine =
        explain(network, rows, rows, Map.of("points", "100000", "tolerance", "1e-10"));
    assertThat(fine.provenance().notes()).isEmpty();
    assertThat(fine.provenance().error().orElseThrow()).isLessThan(1e-9);
  }

  @Test
  void refusesModelsWithoutGradientsAndSaysWhatFits() {
    Model trees = Trees.model(Trees.ensemble(new SplittableRandom(1), 2, 2, 1, 1, 2));
    refused(trees, Map.of(), "trees go in steps", "tree-shap-interventional");
    Model linear =
        new Scorecard(
            info(1, Link.LOGIT), 0, List.of(new Scorecard.Weights(1, new double[0], 0)), 0, false);
    refused(linear, Map.of(), "linear-shap");
    refused(WavyModel.of(Task.BINARY, 2), Map.of(), "permutation-importance");
    Model network = model(2);
    refused(network, Map.of("output", "odds"), "output=odds");
    refused(network, Map.of("baseline", "nobody"), "mean, zero, or the number");
    refused(network, Map.of("baseline", "9"), "rows 1 to 1");
    refused(network, Map.of("tolerance", "0"), "1e-12 to 0.1");
    refused(network, Map.of("points", "23"), "at least 24");
  }

  private static void refused(Model model, Map<String, String> parameters, String... parts) {
    Batch rows =
        new Batch(1, model.info().features().size(), new double[model.info().features().size()]);
    assertThatThrownBy(() -> explain(model, rows, rows, parameters))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(parts);
  }

  private static Attribution explain(
      Model model, Batch rows, Batch background, Map<String, String> parameters) {
    return new IntegratedGradients()
        .explain(
            new Request(
                model,
                new Dataset(rows, Optional.empty()),
                new Dataset(background, Optional.empty()),
                Optional.empty(),
                new Parameters(parameters),
                1),
            Progress.NONE);
  }

  private static ModelInfo info(int features, Link link) {
    return new ModelInfo(
        "network",
        "",
        link == Link.LOGIT ? Task.BINARY : Task.REGRESSION,
        IntStream.range(0, features).mapToObj(j -> Feature.numeric("f" + j)).toList(),
        List.of("y"),
        link,
        "0".repeat(64));
  }
}
