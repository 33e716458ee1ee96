package io.attest.explain.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.ExplainerContractTest;
import io.attest.explain.Importance;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.WavyModel;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SageTest extends ExplainerContractTest<Importance> {

  @Override
  protected Explainer<Importance> explainer(int threads) {
    return new Sage(threads);
  }

  @Override
  protected Model model(int features) {
    return WavyModel.of(Task.BINARY, features);
  }

  @Override
  protected int manyRows() {
    // All coalitions of 5 features, and all background rows: nothing is drawn.
    return 64;
  }

  @Override
  protected double[] figures(Importance result) {
    return DoubleStream.concat(
            DoubleStream.of(result.reference()),
            result.items().stream()
                .flatMapToDouble(i -> DoubleStream.of(i.value(), i.low(), i.high())))
        .toArray();
  }

  @Override
  protected Optional<double[]> figures(Importance result, int feature) {
    Importance.Item item = result.items().get(feature);
    return Optional.of(new double[] {item.value(), item.low(), item.high()});
  }

  /** Over all orders of features, each loss from predictions of one row at a time. */
  @Property(tries = 40)
  void everyCoalitionIsTheDefinition(
      @ForAll long seed,
      @ForAll Task task,
      @ForAll @IntRange(min = 1, max = 4) int features,
      @ForAll @IntRange(min = 1, max = 6) int n,
      @ForAll @IntRange(min = 1, max = 5) int m) {
    Model model = WavyModel.of(task, features);
    Dataset audit = dataset(model, n, seed);
    Dataset background = dataset(model, m, seed + 1);
    Importance found = explain(model, audit, background, Parameters.NONE);
    double[] expected = new double[features];
    List<int[]> orders = new ArrayList<>();
    orders(new int[0], features, orders);
    for (int i = 0; i < n; i++) {
      for (int[] order : orders) {
        boolean[] known = new boolean[features];
        double before = loss(model, audit, background, i, known);
        for (int j : order) {
          known[j] = true;
          double after = loss(model, audit, background, i, known);
          expected[j] += (before - after) / orders.size() / n;
          before = after;
        }
      }
    }
    for (int j = 0; j < features; j++) {
      assertThat(found.items().get(j).value()).isCloseTo(expected[j], within(1e-11));
    }
    assertThat(found.provenance().seed()).isEmpty();
    assertThat(found.provenance().modelRows()).isEqualTo((1L << features) * n * m + n);
  }

  private static void orders(int[] begun, int features, List<int[]> into) {
    if (begun.length == features) {
      into.add(begun);
      return;
    }
    for (int j = 0; j < features; j++) {
      int next = j;
      if (IntStream.of(begun).noneMatch(b -> b == next)) {
        orders(IntStream.concat(IntStream.of(begun), IntStream.of(next)).toArray(), features, into);
      }
    }
  }

  private static double loss(
      Model model, Dataset audit, Dataset background, int i, boolean[] known) {
    int k = model.info().outputs().size();
    double[] mean = new double[k];
    for (int b = 0; b < background.size(); b++) {
      double[] mixed = background.rows().row(b);
      for (int j = 0; j < mixed.length; j++) {
        mixed[j] = known[j] ? audit.rows().at(i, j) : mixed[j];
      }
      double[] out = model.predict(new Batch(1, mixed.length, mixed), OutputSpace.RESPONSE);
      for (int o = 0; o < k; o++) {
        mean[o] += out[o] / background.size();
      }
    }
    double label = audit.labels().orElseThrow()[i];
    return switch (model.info().task()) {
      case REGRESSION -> Math.pow(mean[0] - label, 2);
      case BINARY -> -Math.log(label == 1 ? mean[0] : 1 - mean[0]);
      case MULTICLASS -> -Math.log(mean[(int) label]);
    };
  }

  /** Orders that are drawn come as near to all coalitions as their error says, and add up. */
  @Property(tries = 15)
  void randomOrdersAgreeWithAllCoalitions(@ForAll long seed, @ForAll Task task) {
    Model model = WavyModel.of(task, 7);
    Dataset audit = dataset(model, 20, seed);
    Dataset background = dataset(model, 10, seed + 1);
    Importance exact = explain(model, audit, background, Parameters.NONE);
    Importance drawn =
        explain(model, audit, background, Parameters.parse("budget=25000; precision=0"));
    assertThat(drawn.provenance().seed()).isPresent();
    assertThat(drawn.provenance().rows()).isEqualTo(20);
    assertThat(drawn.provenance().modelRows()).isBetween(20_000L, 25_100L);
    double error = drawn.provenance().error().orElseThrow();
    double sum = 0;
    double whole = 0;
    for (int j = 0; j < 7; j++) {
      double value = drawn.items().get(j).value();
      assertThat(value).isCloseTo(exact.items().get(j).value(), within(5.5 * error + 1e-12));
      sum += value;
      whole += exact.items().get(j).value();
    }
    assertThat(sum).isCloseTo(whole, within(1e-10));
    assertThat(drawn.items().get(6).value()).isZero();
  }

  @Test
  void theStoppingRuleSavesRounds() {
    Model model = WavyModel.of(Task.REGRESSION, 20);
    Dataset audit = dataset(model, 40, 1);
    Dataset background = dataset(model, 10, 2);
    Importance rough =
        explain(model, audit, background, Parameters.parse("budget=800000; precision=20"));
    Importance fine =
        explain(model, audit, background, Parameters.parse("budget=800000; precision=1.5"));
    assertThat(rough.provenance().modelRows()).isLessThan(fine.provenance().modelRows());
    assertThat(fine.provenance().error().orElseThrow())
        .isLessThan(rough.provenance().error().orElseThrow());
    assertThat(fine.provenance().modelRows()).isLessThanOrEqualTo(800_050);
    assertThat(rough.provenance().notes()).anyMatch(n -> n.contains("within the 20 % asked for"));
  }

  @Test
  void whatIsLeftOutIsSaid() {
    Model model = WavyModel.of(Task.BINARY, 30);
    Importance found =
        explain(
            model,
            dataset(model, 50, 1),
            dataset(model, 100, 2),
            Parameters.parse("budget=10000; background=16"));
    assertThat(found.provenance().rows()).isEqualTo(10);
    assertThat(found.provenance().backgroundRows()).isEqualTo(16);
    assertThat(found.provenance().notes())
        .anyMatch(n -> n.contains("16 of 100 background rows"))
        .anyMatch(n -> n.contains("Of 50 rows with a label 10 were drawn"))
        .anyMatch(n -> n.startsWith("The values add up to"));
    assertThat(found.measure()).isEqualTo("decrease in log loss");
    assertThatThrownBy(
            () -> explain(model, dataset(model, 5, 1), dataset(model, 0, 1), Parameters.NONE))
        .hasMessageContaining("no background row");
    assertThatThrownBy(
            () ->
                explain(
                    model,
                    dataset(model, 5, 1),
                    dataset(model, 5, 1),
                    Parameters.parse("precision=fine")))
        .hasMessageContaining("percentage");
  }

  @Test
  void aGroupIsOnePlayer() {
    Model model = WavyModel.of(Task.REGRESSION, 4);
    Dataset audit = dataset(model, 30, 1);
    Importance grouped =
        explain(
            model,
            audit,
            audit,
            new Parameters(Map.of("groups", "pair = f0 + f2; rest = f1 + f3")));
    assertThat(grouped.items())
        .extracting(Importance.Item::feature)
        .containsExactly("pair", "rest");
    Importance single = explain(model, audit, audit, Parameters.NONE);
    assertThat(grouped.items().stream().mapToDouble(Importance.Item::value).sum())
        .isCloseTo(
            single.items().stream().mapToDouble(Importance.Item::value).sum(), within(1e-12));
  }

  /** The interval covers the value of many rows about as often as it says. */
  @Test
  void theIntervalIsOfOtherRows() {
    Model model = WavyModel.of(Task.REGRESSION, 3);
    Dataset background = dataset(model, 8, 5);
    double truth =
        explain(model, dataset(model, 4000, 77), background, Parameters.NONE)
            .items()
            .get(0)
            .value();
    int covered = 0;
    SplittableRandom random = new SplittableRandom(4);
    for (int t = 0; t < 100; t++) {
      Importance.Item item =
          explain(model, dataset(model, 60, random.nextLong()), background, Parameters.NONE)
              .items()
              .get(0);
      covered += item.low() <= truth && truth <= item.high() ? 1 : 0;
    }
    assertThat(covered).isBetween(86, 100);
  }

  private static Importance explain(
      Model model, Dataset audit, Dataset background, Parameters parameters) {
    return new Sage(2)
        .explain(
            new Request(model, audit, background, Optional.empty(), parameters, 7), Progress.NONE);
  }
}
