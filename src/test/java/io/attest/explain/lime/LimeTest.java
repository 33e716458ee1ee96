package io.attest.explain.lime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.ExplainerContractTest;
import io.attest.explain.LocalSurrogate;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.WavyModel;
import io.attest.explain.quality.Ranks;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.Task;
import io.attest.model.scorecard.Scorecard;
import io.attest.model.scorecard.Scorecard.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimeTest extends ExplainerContractTest<LocalSurrogate> {

  @Override
  protected Explainer<LocalSurrogate> explainer(int threads) {
    return new Lime(threads);
  }

  @Override
  protected Model model(int features) {
    return WavyModel.of(Task.BINARY, features);
  }

  @Override
  protected double[] figures(LocalSurrogate result) {
    int n = result.rows();
    return IntStream.range(0, n)
        .boxed()
        .flatMapToDouble(
            i ->
                Stream.of(
                        result.coefficients(),
                        result.low(),
                        result.high(),
                        result.intercepts(),
                        result.localPredictions(),
                        result.r2(),
                        result.stability(),
                        result.widthAgreement())
                    .flatMapToDouble(
                        a -> Arrays.stream(a, i * a.length / n, (i + 1) * a.length / n)))
        // One row in the background leaves nothing to vary.
        .map(v -> Double.isNaN(v) && n == 1 ? -1 : v)
        .toArray();
  }

  @Override
  protected Optional<double[]> figures(LocalSurrogate result, int feature) {
    return Optional.empty();
  }

  @Override
  protected boolean seeded() {
    return true;
  }

  @Override
  protected Parameters parameters() {
    return Parameters.parse("samples=80");
  }

  /** A line through draws is never exactly level; but chance is all that an unused feature gets. */
  @Override
  @Test
  protected void aFeatureThatTheModelDoesNotUseGetsNothing() {
    LocalSurrogate result = explain(request(40, 5, 1), "samples=1000");
    int covered = 0;
    double unused = 0;
    double used = 0;
    for (int i = 0; i < 40; i++) {
      covered += result.low()[i * 5 + 4] <= 0 && result.high()[i * 5 + 4] >= 0 ? 1 : 0;
      unused += Math.abs(result.coefficient(i, 4, 0));
      used += Math.abs(result.coefficient(i, 0, 0));
    }
    assertThat(covered).isGreaterThanOrEqualTo(35);
    assertThat(unused).isLessThan(used / 10);
  }

  private static LocalSurrogate explain(Request request, String parameters) {
    return new Lime(2)
        .explain(
            new Request(
                request.model(),
                request.audit(),
                request.background(),
                request.training(),
                Parameters.parse(parameters),
                request.seed()),
            Progress.NONE);
  }

  /** Two numbers, a category of three levels and one of one level, into a straight line. */
  private static Request linear(double[] audit) {
    List<Feature> features =
        List.of(
            Feature.numeric("a"),
            Feature.numeric("b"),
            new Feature("c", List.of("x", "y", "z")),
            new Feature("d", List.of("only")));
    Model model =
        new Scorecard(
            new ModelInfo(
                "scorecard",
                "",
                Task.REGRESSION,
                features,
                List.of("y"),
                Link.IDENTITY,
                "0".repeat(64)),
            1,
            List.of(
                new Weights(2, new double[0], 5),
                new Weights(-0.5, new double[0], Double.NaN),
                new Weights(0, new double[] {1, 1, -2}, Double.NaN),
                new Weights(0, new double[] {7}, Double.NaN)),
            0,
            false);
    double[] background = new double[400];
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 100; i++) {
      background[i * 4] = 10 + 3 * random.nextGaussian();
      background[i * 4 + 1] = 100 * random.nextGaussian();
      background[i * 4 + 2] = random.nextInt(3);
    }
    return new Request(
        model,
        new Dataset(new Batch(audit.length / 4, 4, audit), Optional.empty()),
        new Dataset(new Batch(100, 4, background), Optional.empty()),
        Optional.empty(),
        Parameters.NONE,
        1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"glime", "classic"})
  void aStraightLineIsFound(String sampling) {
    Request request = linear(new double[] {4, 30, 2, 0});
    LocalSurrogate result = explain(request, "alpha=1e-9; sampling=" + sampling);
    Batch background = request.background().rows();
    double[] mean = new double[2];
    double[] deviation = new double[2];
    int z = 0;
    for (int i = 0; i < 100; i++) {
      mean[0] += background.at(i, 0) / 100;
      mean[1] += background.at(i, 1) / 100;
      z += background.at(i, 2) == 2 ? 1 : 0;
    }
    for (int i = 0; i < 100; i++) {
      for (int j = 0; j < 2; j++) {
        deviation[j] += Math.pow(background.at(i, j) - mean[j], 2) / 100;
      }
    }
    assertThat(result.coefficient(0, 0, 0)).isCloseTo(2 * Math.sqrt(deviation[0]), within(1e-8));
    assertThat(result.coefficient(0, 1, 0)).isCloseTo(-0.5 * Math.sqrt(deviation[1]), within(1e-8));
    // x and y count alike, so that z against them is a straight line too.
    assertThat(result.coefficient(0, 2, 0)).isCloseTo(-3, within(1e-8));
    assertThat(result.coefficient(0, 3, 0)).isZero();
    assertThat(result.r2()[0]).isCloseTo(1, within(1e-10));
    assertThat(result.localPredictions()[0]).isCloseTo(result.predictions()[0], within(1e-8));
    assertThat(result.stability()[0]).isEqualTo(1);
    assertThat(result.widthAgreement()[0]).isCloseTo(1, within(1e-9));
    assertThat(result.provenance().notes()).anyMatch(n -> n.contains("only of d:"));
    // The way from the mean to the row, as linear-shap would say.
    Attribution contributions = result.contributions();
    assertThat(contributions.value(0, 0, 0)).isCloseTo(2 * (4 - mean[0]), within(1e-8));
    assertThat(contributions.value(0, 2, 0)).isCloseTo(-3 * (1 - z / 100.0), within(1e-8));
    assertThat(contributions.relativeResidual()).isLessThan(1e-8);
  }

  @Test
  void aMissingNumberIsACategory() {
    Request request = linear(new double[] {Double.NaN, 30, 2, 0});
    LocalSurrogate result = explain(request, "alpha=1e-9; samples=4000");
    // Missing counts 5, and present 2 x about 10.
    assertThat(result.coefficient(0, 0, 0)).isBetween(-16.0, -14.0);
    assertThat(result.r2()[0]).isBetween(0.9, 1.0);
    assertThat(result.provenance().notes()).anyMatch(n -> n.contains("missing value"));
  }

  @Test
  void whatIsSaidOfARowDependsOnThatRowAlone() {
    Request request = request(6, 5, 1);
    LocalSurrogate six = explain(request, "samples=100");
    Batch rows = request.audit().rows();
    LocalSurrogate other = explain(audit(request, rows.select(new int[] {5, 3, 3})), "samples=100");
    for (int j = 0; j < 5; j++) {
      assertThat(other.coefficient(0, j, 0)).isEqualTo(six.coefficient(5, j, 0));
      assertThat(other.coefficient(1, j, 0)).isEqualTo(six.coefficient(3, j, 0));
      assertThat(other.coefficient(2, j, 0)).isEqualTo(six.coefficient(3, j, 0));
    }
  }

  private static Request audit(Request request, Batch rows) {
    return new Request(
        request.model(),
        new Dataset(rows, Optional.empty()),
        request.background(),
        request.training(),
        request.parameters(),
        request.seed());
  }

  /** Both ways to draw estimate the same line; what they waste differs. */
  @Test
  void glimeAndClassicEstimateTheSame() {
    Request request = request(5, 4, 1);
    LocalSurrogate glime = explain(request, "samples=10000; width=1");
    LocalSurrogate classic = explain(request, "samples=10000; width=1; sampling=classic");
    int apart = 0;
    for (int c = 0; c < glime.coefficients().length; c++) {
      double error = (glime.high()[c] - glime.low()[c] + classic.high()[c] - classic.low()[c]) / 4;
      assertThat(glime.coefficients()[c]).isCloseTo(classic.coefficients()[c], within(3 * error));
      apart += glime.high()[c] < classic.low()[c] || classic.high()[c] < glime.low()[c] ? 1 : 0;
    }
    assertThat(apart).isLessThanOrEqualTo(1);
  }

  /** What another seed would have said. */
  @Test
  void seedsAgreeAndBetterThanWithClassicSampling() {
    double glime = cosine("samples=300; width=0.5");
    double classic = cosine("samples=300; width=0.5; sampling=classic");
    assertThat(glime).isGreaterThan(0.97);
    assertThat(classic).isLessThan(0.8);
  }

  private double cosine(String parameters) {
    LocalSurrogate one = explain(request(40, 8, 1), parameters);
    LocalSurrogate two = explain(request(40, 8, 2), parameters);
    double sum = 0;
    for (int i = 0; i < 40; i++) {
      double[] a = Arrays.copyOfRange(one.coefficients(), i * 8, (i + 1) * 8);
      double[] b = Arrays.copyOfRange(two.coefficients(), i * 8, (i + 1) * 8);
      sum += Ranks.cosine(a, b) / 40;
    }
    return sum;
  }

  /** The interval must hold what very many draws give, about as often as it says. */
  @Test
  void intervalsHoldWhatManyDrawsGive() {
    Request request = request(30, 5, 1);
    LocalSurrogate truth = explain(request(30, 5, 9), "samples=8000");
    for (String sampling : List.of("glime", "classic")) {
      LocalSurrogate result = explain(request, "samples=400; sampling=" + sampling);
      int held = 0;
      for (int c = 0; c < truth.coefficients().length; c++) {
        double t = truth.coefficients()[c];
        held += result.low()[c] <= t && t <= result.high()[c] ? 1 : 0;
      }
      assertThat(held / 150.0).isBetween(0.9, 0.99);
    }
  }

  @Test
  void manyClassesAndManyFeatures() {
    Model wide = WavyModel.of(Task.MULTICLASS, 300);
    Dataset rows = dataset(wide, 3, 4);
    LocalSurrogate result =
        explain(
            new Request(wide, rows, dataset(wide, 50, 5), Optional.empty(), Parameters.NONE, 1),
            "samples=700");
    assertThat(result.coefficients()).hasSize(3 * 300 * 3).doesNotContain(Double.NaN);
    assertThat(result.provenance().modelRows()).isEqualTo(3 * 701);
  }

  @Test
  void aModelThatSaysTheSameEverywhereHasNoR2() {
    Request request = linear(new double[] {4, 30, 2, 0});
    Dataset one = request.audit();
    Request still =
        new Request(request.model(), one, one, Optional.empty(), request.parameters(), 1);
    LocalSurrogate result = explain(still, "samples=100");
    assertThat(result.coefficients()).containsOnly(0.0);
    assertThat(result.r2()[0]).isNaN();
    assertThat(result.stability()[0]).isEqualTo(1);
    assertThat(result.localPredictions()[0]).isCloseTo(result.predictions()[0], within(1e-12));
  }

  @Test
  void parametersThatDoNotFitAreRefused() {
    Request request = request(2, 3, 1);
    assertThatThrownBy(() -> explain(request, "sampling=random")).hasMessageContaining("glime");
    assertThatThrownBy(() -> explain(request, "samples=39")).hasMessageContaining("at least 40");
    assertThatThrownBy(() -> explain(request, "width=0")).hasMessageContaining("width");
    assertThatThrownBy(() -> explain(request, "samples=100000000")).hasMessageContaining("most");
  }
}
