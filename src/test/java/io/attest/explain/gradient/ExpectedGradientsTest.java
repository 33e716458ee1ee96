package io.attest.explain.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.attest.CaseTable;
import io.attest.Cases;
import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.model.Batch;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelReader;
import io.attest.model.network.Activation.Function;
import io.attest.model.network.Network;
import io.attest.model.network.RandomNetwork;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ExpectedGradientsTest extends GradientContractTest {

  @Override
  protected Explainer<Attribution> explainer(int threads) {
    return new ExpectedGradients(threads);
  }

  @Override
  protected Parameters parameters() {
    return new Parameters(Map.of("tolerance", "1e-10", "baselines", "50"));
  }

  /** Few enough that all of them are baselines. */
  @Override
  protected int manyRows() {
    return 50;
  }

  /** More background rows than baselines. */
  @Nested
  class Drawn extends GradientContractTest {
    @Override
    protected Explainer<Attribution> explainer(int threads) {
      return new ExpectedGradients(threads);
    }

    @Override
    protected Parameters parameters() {
      return new Parameters(Map.of("tolerance", "1e-10", "baselines", "2"));
    }

    @Override
    protected boolean seeded() {
      return true;
    }

    /** A unit of work is 32 rows, and one must be left when two threads have begun theirs. */
    @Override
    protected int manyRows() {
      return 120;
    }
  }

  /** The mean over the background rows of what each alone says. */
  @Test
  void isTheWeightedMeanOfIntegratedGradients() {
    SplittableRandom random = new SplittableRandom(5);
    Network network = RandomNetwork.of(random, 3, Function.TANH, Link.LOGIT, 1, 6);
    Batch rows = RandomNetwork.rows(random, 4, 3);
    Batch background = RandomNetwork.rows(random, 5, 3);
    double[] weights = {1, 0, 2, 4, 1};
    Map<String, String> exact = Map.of("tolerance", "1e-11", "output", "response");
    Attribution found =
        explain(
            new ExpectedGradients(2),
            network,
            rows,
            new Dataset(background, Optional.empty(), Optional.of(weights)),
            exact);
    double[] expected = new double[12];
    for (int b = 0; b < 5; b++) {
      Attribution one =
          explain(
              new IntegratedGradients(),
              network,
              rows,
              new Dataset(background.select(new int[] {b}), Optional.empty()),
              exact);
      for (int i = 0; i < 12; i++) {
        expected[i] += weights[b] / 8 * one.values()[i];
      }
    }
    assertThat(found.values()).containsExactly(expected, within(1e-10));
    assertThat(found.provenance().seed()).isEmpty();
    assertThat(found.provenance().backgroundRows()).isEqualTo(4);
  }

  /** The standard error says how far drawn baselines are off. */
  @Test
  void drawnBaselinesAreAsFarOffAsTheErrorSays() {
    SplittableRandom random = new SplittableRandom(6);
    Network network = RandomNetwork.of(random, 3, Function.RELU, Link.LOGIT, 1, 6);
    Batch rows = RandomNetwork.rows(random, 1, 3);
    Dataset background = new Dataset(RandomNetwork.rows(random, 400, 3), Optional.empty());
    double[] exact =
        explain(new ExpectedGradients(), network, rows, background, Map.of("baselines", "400"))
            .values();
    double squares = 0;
    double stated = 0;
    int draws = 60;
    for (int seed = 0; seed < draws; seed++) {
      Attribution drawn =
          new ExpectedGradients()
              .explain(
                  new Request(
                      network,
                      new Dataset(rows, Optional.empty()),
                      background,
                      Optional.empty(),
                      new Parameters(Map.of("baselines", "100")),
                      seed),
                  Progress.NONE);
      double worst =
          IntStream.range(0, 3)
              .mapToDouble(j -> Math.abs(drawn.values()[j] - exact[j]))
              .max()
              .orElseThrow();
      squares += worst * worst;
      stated += drawn.provenance().error().orElseThrow() / draws;
      assertThat(drawn.provenance().notes().get(0)).contains("Of 400 background rows, 100");
    }
    // The error of the worst of three is somewhat above the largest standard error.
    assertThat(Math.sqrt(squares / draws)).isBetween(0.7 * stated, 1.6 * stated);
  }

  /**
   * Exact Shapley values of the same model and background are another account of the same
   * difference: close, and not equal.
   */
  @Test
  void isNearExactShapleyValues() {
    Path folder = Cases.folder("m01_mlp_pima");
    Model model =
        ModelReader.read(folder.resolve("model.onnx"), Optional.empty(), Optional.empty());
    Batch rows = CaseTable.read(folder.resolve("data.csv")).batch();
    Dataset background =
        new Dataset(CaseTable.read(folder.resolve("background.csv")).batch(), Optional.empty());
    CaseTable exact = CaseTable.read(folder.resolve("exact.csv"));
    Batch some = rows.select(IntStream.range(0, exact.rows().length).toArray());
    Attribution found =
        explain(new ExpectedGradients(2), model, some, background, Map.of("output", "response"));
    assertThat(found.relativeResidual()).isLessThan(1e-6);
    double largest = 0;
    double squares = 0;
    double all = 0;
    for (double[] line : exact.rows()) {
      int i = (int) line[0];
      assertThat(found.baseValues()[0]).isCloseTo(line[2], within(1e-6));
      for (int j = 0; j < rows.features(); j++) {
        double off = found.value(i, j, 0) - line[3 + j];
        largest = Math.max(largest, Math.abs(off));
        squares += off * off;
        all += line[3 + j] * line[3 + j];
      }
    }
    // Measured: 0.058 of contributions up to 0.46, and 15 % of their root mean square.
    assertThat(largest).isBetween(0.01, 0.08);
    assertThat(Math.sqrt(squares / all)).isBetween(0.05, 0.2);
  }

  private static Attribution explain(
      Explainer<Attribution> explainer,
      Model model,
      Batch rows,
      Dataset background,
      Map<String, String> parameters) {
    return explainer.explain(
        new Request(
            model,
            new Dataset(rows, Optional.empty()),
            background,
            Optional.empty(),
            new Parameters(parameters),
            1),
        Progress.NONE);
  }
}
