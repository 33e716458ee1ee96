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
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.model.scorecard.Scorecard;
import io.attest.model.scorecard.Scorecard.Weights;
import io.attest.model.tree.Trees;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionalShapTest extends CoalitionContractTest {

  @Override
  protected Explainer<Attribution> explainer(int threads) {
    return new ConditionalShap(threads);
  }

  @Override
  protected Parameters parameters() {
    return Parameters.parse("samples=16");
  }

  @Override
  protected boolean seeded() {
    return true;
  }

  /** A feature that the model does not use tells of others, and gets its share for that. */
  @Override
  protected Optional<double[]> figures(Attribution result, int feature) {
    return Optional.empty();
  }

  @Override
  protected Request request(int rows, int features, long seed) {
    Request request = super.request(rows, features, seed);
    // How features go together takes more rows than features.
    return new Request(
        request.model(),
        request.audit(),
        dataset(request.model(), rows + 10, 12),
        request.training(),
        request.parameters(),
        seed);
  }

  /** A linear model hidden behind the plain interface, so that samples are drawn. */
  private static Model hidden(Model model) {
    return new Model() {
      @Override
      public ModelInfo info() {
        return model.info();
      }

      @Override
      public void predict(Batch rows, OutputSpace space, double[] out) {
        model.predict(rows, space, out);
      }
    };
  }

  private static Scorecard linear(double... slopes) {
    List<Feature> features = new ArrayList<>();
    List<Weights> weights = new ArrayList<>();
    for (int j = 0; j < slopes.length; j++) {
      features.add(Feature.numeric("x" + j));
      weights.add(new Weights(slopes[j], new double[0], 0.7));
    }
    ModelInfo info =
        new ModelInfo(
            "scorecard",
            "",
            Task.REGRESSION,
            features,
            List.of("y"),
            Link.IDENTITY,
            "0".repeat(64));
    return new Scorecard(info, 0.4, weights, 0, false);
  }

  /** Rows with features that go together. */
  private static Dataset together(int rows, int features, long seed) {
    Random random = new Random(seed);
    double[] values = new double[rows * features];
    for (int i = 0; i < rows; i++) {
      double common = random.nextGaussian();
      for (int j = 0; j < features; j++) {
        values[i * features + j] = j + 0.8 * common * (j % 2 == 0 ? 1 : -1) + random.nextGaussian();
      }
    }
    return new Dataset(new Batch(rows, features, values), Optional.empty());
  }

  private static Request request(Model model, Dataset background, String parameters) {
    return new Request(
        model,
        together(6, model.info().features().size(), 9),
        background,
        Optional.empty(),
        Parameters.parse(parameters),
        3);
  }

  private static Attribution explain(Model model, Dataset background, String parameters) {
    return new ConditionalShap(2).explain(request(model, background, parameters), Progress.NONE);
  }

  /** Two features: half of what each says alone and of what it adds to the other. */
  @Test
  void aLinearModelOfTwoFeaturesFollowsTheFormula() {
    Dataset background = together(200, 2, 1);
    Attribution result = explain(linear(2, -1), background, "");
    double[] mean = new double[2];
    double[][] s = new double[2][2];
    for (int i = 0; i < 200; i++) {
      for (int j = 0; j < 2; j++) {
        mean[j] += background.rows().at(i, j) / 200;
      }
    }
    for (int i = 0; i < 200; i++) {
      for (int j = 0; j < 2; j++) {
        for (int k = 0; k < 2; k++) {
          s[j][k] +=
              (background.rows().at(i, j) - mean[j]) * (background.rows().at(i, k) - mean[k]) / 199;
        }
      }
    }
    Batch rows = together(6, 2, 9).rows();
    for (int i = 0; i < 6; i++) {
      double x = rows.at(i, 0) - mean[0];
      double y = rows.at(i, 1) - mean[1];
      double alone0 = 2 * x - s[1][0] / s[0][0] * x;
      double alone1 = -y + 2 * s[0][1] / s[1][1] * y;
      assertThat(result.value(i, 0, 0))
          .isCloseTo((alone0 + (2 * x - y) - alone1) / 2, within(1e-12));
      assertThat(result.value(i, 1, 0))
          .isCloseTo((alone1 + (2 * x - y) - alone0) / 2, within(1e-12));
    }
    assertThat(result.baseValues()[0]).isCloseTo(0.4 + 2 * mean[0] - mean[1], within(1e-12));
    assertThat(result.provenance().seed()).isEmpty();
  }

  @Test
  void samplesAgreeWithTheClosedFormWithinTheirError() {
    Scorecard model = linear(1, 2, 0, -1.5, 0.5);
    Dataset background = together(300, 5, 2);
    Attribution exact = explain(model, background, "");
    double before = Double.POSITIVE_INFINITY;
    for (int samples : new int[] {64, 1024}) {
      Attribution drawn = explain(hidden(model), background, "samples=" + samples);
      double error = drawn.provenance().error().orElseThrow();
      assertThat(error).isBetween(1e-4, before / 2);
      assertThat(drawn.values()).containsExactly(exact.values(), within(5 * error));
      before = error;
    }
    // Unused, but it tells of the others.
    assertThat(Math.abs(exact.value(0, 2, 0))).isGreaterThan(0.01);
  }

  @Test
  void manyFeaturesAreEstimated() {
    double[] slopes = new double[15];
    Arrays.setAll(slopes, j -> Math.sin(3 * j));
    Dataset background = together(300, 15, 2);
    Attribution exact = explain(linear(slopes), background, "budget=32768");
    Attribution quick = explain(linear(slopes), background, "budget=400; tolerance=0");
    double error = quick.provenance().error().orElseThrow();
    assertThat(exact.provenance().seed()).isEmpty();
    assertThat(quick.provenance().seed()).contains(3L);
    assertThat(error).isBetween(0.001, 0.2);
    assertThat(quick.values()).containsExactly(exact.values(), within(5 * error + 1e-12));
  }

  /** Where features are Gaussian, the copula is the Gaussian but for what ranks lose. */
  @Test
  void theCopulaOfGaussianRowsIsNearTheGaussian() {
    Scorecard model = linear(1, 2, -1);
    Dataset background = together(4000, 3, 2);
    Attribution gaussian = explain(model, background, "");
    Attribution copula = explain(model, background, "distribution=copula; samples=2048");
    assertThat(copula.values()).containsExactly(gaussian.values(), within(0.12));
  }

  /** Ranks do not change when a feature is bent, so neither do values of what undoes it. */
  @Test
  void theCopulaDoesNotMindABentScale() {
    Dataset straight = together(500, 3, 2);
    Dataset bent = bent(straight);
    Model model = linear(1, 2, -1);
    Model unbending =
        new Model() {
          @Override
          public ModelInfo info() {
            return model.info();
          }

          @Override
          public void predict(Batch rows, OutputSpace space, double[] out) {
            double[] values = Arrays.stream(rows.values()).map(Math::cbrt).toArray();
            model.predict(new Batch(rows.rows(), rows.features(), values), space, out);
          }
        };
    Parameters parameters = Parameters.parse("distribution=copula; samples=64");
    // Rows of the background, so that between two ranks nothing is bent.
    Dataset some = straight.select(new int[] {1, 2, 3});
    double[] one =
        new ConditionalShap(1)
            .explain(
                new Request(model, some, straight, Optional.empty(), parameters, 1), Progress.NONE)
            .values();
    double[] two =
        new ConditionalShap(1)
            .explain(
                new Request(unbending, bent(some), bent, Optional.empty(), parameters, 1),
                Progress.NONE)
            .values();
    assertThat(two).containsExactly(one, within(0.01));
  }

  private static Dataset bent(Dataset rows) {
    double[] values = Arrays.stream(rows.rows().values()).map(v -> v * v * v).toArray();
    return new Dataset(new Batch(rows.size(), rows.rows().features(), values), Optional.empty());
  }

  /** A very wide kernel finds every row alike: the interventional values of nearly all rows. */
  @Test
  void anEndlessKernelIsInterventional() {
    Model model = WavyModel.of(Task.REGRESSION, 4);
    Dataset background = together(400, 4, 2);
    Attribution wide = explain(model, background, "distribution=empirical; width=1000000");
    Attribution marginal = new KernelShap(1).explain(request(model, background, ""), Progress.NONE);
    assertThat(wide.values()).containsExactly(marginal.values(), within(0.1));
    assertThat(wide.provenance().seed()).isEmpty();
  }

  /** Two columns that are the same: given one, a narrow kernel knows the other. */
  @Test
  void aNarrowKernelSharesBetweenTwins() {
    SplittableRandom random = new SplittableRandom(4);
    double[] values = new double[2 * 300];
    for (int i = 0; i < 300; i++) {
      values[2 * i] = random.nextInt(4);
      values[2 * i + 1] = values[2 * i];
    }
    Dataset background = new Dataset(new Batch(300, 2, values), Optional.empty());
    Model model = linear(3, 0);
    for (String parameters : new String[] {"distribution=empirical", "distribution=gaussian"}) {
      Attribution result =
          new ConditionalShap(1)
              .explain(
                  new Request(
                      model,
                      background.select(IntStream.range(0, 20).toArray()),
                      background,
                      Optional.empty(),
                      Parameters.parse(parameters),
                      1),
                  Progress.NONE);
      for (int i = 0; i < 20; i++) {
        assertThat(result.value(i, 1, 0)).isCloseTo(result.value(i, 0, 0), within(1e-5));
      }
      assertThat(result.provenance().notes()).hasSize(1).first().asString().contains("singular");
    }
  }

  @Test
  void categoriesNeedTheEmpiricalDistribution() {
    Model trees = Trees.model(Trees.ensemble(new SplittableRandom(7), 4, 4, 1, 10, 3));
    Dataset background = dataset(trees, 100, 1);
    Request request =
        new Request(
            trees,
            dataset(trees, 5, 2),
            background,
            Optional.empty(),
            Parameters.parse("distribution=copula"),
            1);
    assertThatThrownBy(() -> new ConditionalShap(1).explain(request, Progress.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("x2")
        .hasMessageContaining("empirical");
    Request empirical =
        new Request(
            trees,
            request.audit(),
            background,
            Optional.empty(),
            Parameters.parse("distribution=empirical"),
            1);
    assertThat(new ConditionalShap(1).explain(empirical, Progress.NONE).relativeResidual())
        .isLessThan(1e-12);
  }

  @Test
  void tooFewRowsAreRefusedAndFewAreNoted() {
    assertThatThrownBy(() -> explain(linear(1, 2, 3), together(3, 3, 1), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 features from 3 background rows");
    assertThat(explain(linear(1, 2, 3), together(14, 3, 1), "").provenance().notes())
        .hasSize(1)
        .first()
        .asString()
        .contains("14 background rows");
    assertThat(explain(linear(1, 2, 3), together(15, 3, 1), "").provenance().notes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "samples=20",
        "samples=8",
        "distribution=empirical; samples=64",
        "distribution=empirical; width=0",
        "distribution=empirical; width=wide",
        "distribution=normal"
      })
  void oddParametersAreRefused(String parameters) {
    assertThatThrownBy(() -> explain(linear(1, 2), together(20, 2, 1), parameters))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
