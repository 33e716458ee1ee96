package io.attest.explain.quality;

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
import io.attest.explain.effect.PartialDependence;
import io.attest.explain.lime.Lime;
import io.attest.explain.shap.LinearShap;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.Task;
import io.attest.model.scorecard.Scorecard;
import io.attest.model.scorecard.Scorecard.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class QualityOfAttributionTest {

  /** Linear SHAP with its contributions changed. */
  private record Changed(UnaryOperator<double[]> change, boolean drawn)
      implements Explainer<Attribution> {
    @Override
    public String name() {
      return "changed";
    }

    @Override
    public Attribution explain(Request request, Progress progress) {
      Attribution a = new LinearShap().explain(request, progress);
      int p = a.features().size();
      double[] values = new double[a.values().length];
      for (int i = 0; i < a.rows(); i++) {
        double[] row = change.apply(Arrays.copyOfRange(a.values(), i * p, (i + 1) * p));
        System.arraycopy(row, 0, values, i * p, p);
      }
      if (drawn) {
        SplittableRandom random = new SplittableRandom(request.seed());
        for (int v = 0; v < values.length; v++) {
          values[v] += random.nextGaussian();
        }
      }
      io.attest.explain.Provenance was = a.provenance();
      return new Attribution(
          new io.attest.explain.Provenance(
              name(),
              was.engine(),
              was.reference(),
              was.parameters(),
              drawn ? Optional.of(request.seed()) : Optional.empty(),
              was.modelSha256(),
              was.space(),
              was.rows(),
              was.backgroundRows(),
              was.modelRows(),
              was.error(),
              was.notes()),
          a.features(),
          a.outputs(),
          a.rows(),
          values,
          a.baseValues(),
          a.predictions());
    }
  }

  private static Request linear(SplittableRandom random, int p) {
    List<Feature> features = new ArrayList<>();
    List<Weights> weights = new ArrayList<>();
    for (int j = 0; j < p; j++) {
      features.add(Feature.numeric("x" + j));
      weights.add(new Weights(random.nextGaussian() * (j + 1), new double[0], Double.NaN));
    }
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
            weights,
            0,
            false);
    return new Request(
        model,
        normal(random, 20, p),
        normal(random, 60, p),
        Optional.empty(),
        Parameters.NONE,
        random.nextInt(100));
  }

  private static Dataset normal(SplittableRandom random, int rows, int p) {
    double[] values = new double[rows * p];
    Arrays.setAll(values, i -> random.nextGaussian());
    return new Dataset(new Batch(rows, p, values), Optional.empty());
  }

  private static Quality measure(Explainer<?> explainer, Request request) {
    return new QualityOfAttribution(2).measure(explainer, request, 1000, Progress.NONE);
  }

  private static double value(Quality quality, String name) {
    return quality.figure(name).orElseThrow().value();
  }

  @Property(tries = 20)
  void exactContributionsToALinearModelArePerfect(
      @ForAll long seed, @ForAll @IntRange(min = 3, max = 9) int p) {
    Request request = linear(new SplittableRandom(seed), p);
    Quality quality = measure(new LinearShap(), request);
    assertThat(value(quality, "additivity")).isLessThan(1e-12);
    assertThat(value(quality, "stability")).isEqualTo(1);
    assertThat(value(quality, "infidelity")).isLessThan(1e-20);
    assertThat(value(quality, "faithfulness")).isCloseTo(1, within(1e-9));
    assertThat(value(quality, "insertion")).isPositive();
    assertThat(value(quality, "deletion")).isPositive();
    assertThat(value(quality, "gap_important")).isGreaterThan(value(quality, "gap_unimportant"));
    // Contributions move by weight x step at most: 0.02 standard deviations of each number.
    Attribution own = new LinearShap().explain(request, Progress.NONE);
    double[] weights = ((io.attest.model.LinearModel) request.model()).coefficients();
    int[] features = ((io.attest.model.LinearModel) request.model()).termFeatures();
    double most = 0;
    for (int m = 0; m < weights.length; m++) {
      if (features[m] >= 0) {
        most += Math.pow(weights[m] * 0.02 * deviation(request.background(), features[m]), 2);
      }
    }
    double bound = 0;
    for (int i = 0; i < 20; i++) {
      double size = 0;
      for (int j = 0; j < p; j++) {
        size += Math.pow(own.value(i, j, 0), 2);
      }
      bound += Math.sqrt(most / size) / 20;
    }
    assertThat(value(quality, "sensitivity")).isPositive().isLessThanOrEqualTo(bound);
    assertThat(quality.rows()).isEqualTo(20);
    assertThat(quality.figure("infidelity").orElseThrow().rows()).isEqualTo(20);
    assertThat(quality.notes()).isEmpty();
  }

  private static double deviation(Dataset rows, int feature) {
    double[] x = new double[rows.size()];
    Arrays.setAll(x, i -> rows.rows().at(i, feature));
    double mean = Arrays.stream(x).average().orElseThrow();
    return Math.sqrt(Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
  }

  /** Of one model a shuffle may be better by chance in one figure; of thirty it is in few. */
  @Test
  void shuffledContributionsAreWorse() {
    List<String> figures = List.of("insertion", "deletion", "gap_important");
    Map<String, Integer> worse = new TreeMap<>();
    for (int seed = 0; seed < 30; seed++) {
      Request request = linear(new SplittableRandom(seed), 6);
      Quality exact = measure(new LinearShap(), request);
      Quality shuffled =
          measure(
              new Changed(v -> new double[] {v[5], v[0], v[1], v[2], v[3], v[4]}, false), request);
      worse.merge("infidelity", value(shuffled, "infidelity") > 0.05 ? 1 : 0, Integer::sum);
      worse.merge("faithfulness", value(shuffled, "faithfulness") < 0.9 ? 1 : 0, Integer::sum);
      for (String figure : figures) {
        worse.merge(figure, value(shuffled, figure) < value(exact, figure) ? 1 : 0, Integer::sum);
      }
    }
    assertThat(worse).hasSize(5).allSatisfy((figure, n) -> assertThat(n).isGreaterThan(27));
  }

  /** The scale is not held against a method; the direction is. */
  @Test
  void theScaleDoesNotMatterButTheSignDoes() {
    Request request = linear(new SplittableRandom(1), 5);
    Quality twice =
        measure(new Changed(v -> Arrays.stream(v).map(x -> 2 * x).toArray(), false), request);
    assertThat(value(twice, "infidelity")).isLessThan(1e-20);
    assertThat(value(twice, "additivity")).isGreaterThan(0.1);
    Quality turned =
        measure(new Changed(v -> Arrays.stream(v).map(x -> -x).toArray(), false), request);
    assertThat(value(turned, "faithfulness")).isCloseTo(-1, within(1e-9));
    assertThat(value(turned, "deletion")).isNegative();
  }

  @Test
  void contributionsThatAreDrawnAreMeasuredWithOtherSeeds() {
    Request request = linear(new SplittableRandom(1), 8);
    Quality drawn = measure(new Changed(v -> v, true), request);
    assertThat(value(drawn, "stability")).isBetween(0.2, 0.95);
    assertThat(value(drawn, "stability_order")).isBetween(0.2, 0.95);
    assertThat(drawn.figure("stability").orElseThrow().low()).isLessThan(value(drawn, "stability"));
  }

  /** A line is not the model: it is measured, but not held to add up. */
  @Test
  void limeIsMeasuredOnItsContributions() {
    Model model = WavyModel.of(Task.BINARY, 6);
    SplittableRandom random = new SplittableRandom(3);
    Request request =
        new Request(
            model,
            normal(random, 12, 6),
            normal(random, 50, 6),
            Optional.empty(),
            Parameters.parse("samples=400"),
            1);
    Quality quality = measure(new Lime(2), request);
    assertThat(quality.figure("additivity")).isEmpty();
    assertThat(value(quality, "stability")).isBetween(0.7, 1.0);
    assertThat(value(quality, "infidelity")).isBetween(0.0, 0.6);
    assertThat(value(quality, "faithfulness")).isBetween(0.5, 1.0);
    assertThat(quality.modelRows()).isGreaterThan(12 * 401 * 15);
    assertThat(measure(new Lime(1), request)).isEqualTo(quality);
  }

  @Test
  void whatIsTooDearIsLeftOutWithAWord() {
    Model model = WavyModel.of(Task.BINARY, 6);
    SplittableRandom random = new SplittableRandom(3);
    Request request =
        new Request(
            model,
            normal(random, 3, 6),
            normal(random, 20_000, 6),
            Optional.empty(),
            Parameters.parse("samples=100000"),
            1);
    Quality quality = new QualityOfAttribution(2).measure(new Lime(2), request, 10, Progress.NONE);
    assertThat(quality.figure("stability")).isEmpty();
    assertThat(quality.figure("sensitivity")).isEmpty();
    assertThat(quality.figure("infidelity")).isPresent();
    assertThat(quality.notes())
        .anyMatch(n -> n.startsWith("Stability and sensitivity were not measured"))
        .anyMatch(n -> n.contains("of the 20000 background rows"));
  }

  @Test
  void fewFeaturesAndConstantModels() {
    Request one = linear(new SplittableRandom(1), 1);
    Quality quality = measure(new LinearShap(), one);
    assertThat(quality.notes()).anyMatch(n -> n.contains("fewer than three"));
    assertThat(value(quality, "additivity")).isLessThan(1e-12);
    Request still = linear(new SplittableRandom(1), 4);
    Dataset same = still.background().select(new int[] {0, 0});
    Quality constant =
        measure(
            new LinearShap(),
            new Request(still.model(), same, same, Optional.empty(), Parameters.NONE, 1));
    assertThat(constant.figure("infidelity")).isEmpty();
    assertThat(constant.notes()).anyMatch(n -> n.contains("no prediction changed"));
  }

  @Test
  void whatHasNoContributionsAndNoRowsIsRefused() {
    Request request = linear(new SplittableRandom(1), 3);
    assertThatThrownBy(() -> measure(new PartialDependence(1), request))
        .hasMessageContaining("no contributions");
    Dataset none = request.audit().select(new int[0]);
    assertThatThrownBy(
            () ->
                measure(
                    new LinearShap(),
                    new Request(
                        request.model(),
                        none,
                        request.background(),
                        Optional.empty(),
                        Parameters.NONE,
                        1)))
        .hasMessageContaining("no row");
    assertThatThrownBy(
            () ->
                new QualityOfAttribution(1)
                    .measure(
                        new LinearShap(),
                        request,
                        10,
                        new Progress() {
                          @Override
                          public void report(long done, long total) {}

                          @Override
                          public boolean cancelled() {
                            return true;
                          }
                        }))
        .isInstanceOf(CancellationException.class);
  }

  /** A model that steps at whole numbers is not held to rows between them. */
  @Test
  void wholeNumbersStayWhole() {
    Request request = linear(new SplittableRandom(4), 3);
    double[] values = request.background().rows().values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.rint(values[i] * (i % 3 == 0 ? 1000 : 10));
    }
    Dataset whole = new Dataset(new Batch(60, 3, values), Optional.empty());
    Request of = new Request(request.model(), whole, whole, Optional.empty(), Parameters.NONE, 1);
    List<Batch> asked = new ArrayList<>();
    Explainer<Attribution> watched =
        new Explainer<>() {
          @Override
          public String name() {
            return "watched";
          }

          @Override
          public Attribution explain(Request asks, Progress progress) {
            asked.add(asks.audit().rows());
            return new LinearShap().explain(asks, progress);
          }
        };
    assertThat(measure(watched, of).figure("sensitivity")).isPresent();
    Batch near = asked.get(asked.size() - 1);
    assertThat(near.rows()).isEqualTo(600);
    assertThat(Arrays.stream(near.values()).boxed()).allMatch(v -> v == Math.rint(v));
    // One in fifty of 10 is no whole step, one in fifty of 1000 is.
    Batch own = asked.get(0);
    for (int n = 0; n < 600; n++) {
      assertThat(near.at(n, 1)).isEqualTo(own.at(n / 10, 1));
    }
    assertThat(IntStream.range(0, 600).filter(n -> near.at(n, 0) != own.at(n / 10, 0)).count())
        .isGreaterThan(500);
  }
}
