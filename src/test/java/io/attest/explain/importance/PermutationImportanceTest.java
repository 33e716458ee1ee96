package io.attest.explain.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.CaseTable;
import io.attest.Cases;
import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.ExplainerContractTest;
import io.attest.explain.Importance;
import io.attest.explain.NeutralTrees;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.WavyModel;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PermutationImportanceTest extends ExplainerContractTest<Importance> {

  @Override
  protected Explainer<Importance> explainer(int threads) {
    return new PermutationImportance(threads);
  }

  @Override
  protected Model model(int features) {
    return WavyModel.of(Task.BINARY, features);
  }

  @Override
  protected boolean seeded() {
    return true;
  }

  @Override
  protected Parameters parameters() {
    return Parameters.parse("repeats=4");
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

  @Test
  void theIncreaseIsTheDefinitionAndTheIntervalStudents() {
    Model model = WavyModel.of(Task.REGRESSION, 2);
    Batch rows = new Batch(4, 2, new double[] {0, 0, 1, 0, 2, 0, 3, 0});
    double[] labels = {0, 1, 2, 3};
    PermutationImportance.Shuffle shuffle =
        (feature, repeat, n) -> repeat == 0 ? new int[] {1, 2, 3, 0} : new int[] {3, 0, 1, 2};
    Importance importance =
        new PermutationImportance(1)
            .explain(request(model, rows, labels, "repeats=2"), shuffle, Progress.NONE);
    double[] f = model.predict(rows, OutputSpace.RESPONSE);
    double base = mse(f, labels, new int[] {0, 1, 2, 3});
    double one = mse(f, labels, new int[] {1, 2, 3, 0}) - base;
    double two = mse(f, labels, new int[] {3, 0, 1, 2}) - base;
    Importance.Item item = importance.items().get(0);
    assertThat(importance.measure()).isEqualTo("increase in mean squared error");
    assertThat(importance.reference()).isCloseTo(base, within(1e-14));
    assertThat(item.value()).isCloseTo((one + two) / 2, within(1e-14));
    // Student's 97.5 % with one degree of freedom is 12.7062; the standard error |one - two| / 2.
    assertThat(item.high() - item.value())
        .isCloseTo(12.706204736432095 * Math.abs(one - two) / 2, within(1e-9));
    assertThat(importance.provenance().error().orElseThrow())
        .isCloseTo(Math.abs(one - two) / 2, within(1e-14));
    assertThat(importance.provenance().modelRows()).isEqualTo(4 * (1 + 2 * 2));
  }

  private static double mse(double[] f, double[] labels, int[] order) {
    return IntStream.range(0, f.length)
        .mapToDouble(i -> Math.pow(f[order[i]] - labels[i], 2))
        .average()
        .orElseThrow();
  }

  @Test
  void cyclicShiftsGiveTheReferenceCase() throws IOException {
    Path folder = Cases.folder("p01_pdp_ice_ale_german_gbm");
    Model model = NeutralTrees.read(folder.resolve("trees.json"));
    Batch rows = CaseTable.read(folder.resolve("test_data.csv")).batch();
    double[] labels = CaseTable.read(folder.resolve("test_labels.csv")).batch().values();
    Importance importance =
        new PermutationImportance(2)
            .explain(
                request(model, rows, labels, "repeats=20"),
                (feature, repeat, n) ->
                    IntStream.range(0, n).map(i -> (i + n - 1 - 10 * repeat) % n).toArray(),
                Progress.NONE);
    assertThat(importance.reference()).isCloseTo(0.5277922251628551, within(1e-12));
    List<String> lines = Files.readAllLines(folder.resolve("expected_permutation_importance.csv"));
    for (int j = 0; j < 20; j++) {
      String[] line = lines.get(j + 1).split(",");
      assertThat(importance.items().get(j).feature()).isEqualTo(line[1]);
      assertThat(importance.items().get(j).value())
          .isCloseTo(Double.parseDouble(line[4]), within(1e-12));
    }
  }

  @Test
  void theShuffleDependsOnTheNameOfAFeatureNotOnItsPlace() {
    Model model = WavyModel.of(Task.MULTICLASS, 3);
    Dataset data = dataset(model, 50, 3);
    Request request =
        new Request(model, data, data, Optional.empty(), Parameters.parse("repeats=3"), 9);
    Importance importance = new PermutationImportance(2).explain(request, Progress.NONE);
    Importance again =
        new PermutationImportance(2)
            .explain(
                request,
                (feature, repeat, n) ->
                    new io.attest.explain.Draws(
                            9, "permutation-importance " + repeat + " " + feature)
                        .permutation(n),
                Progress.NONE);
    assertThat(figures(again)).containsExactly(figures(importance));
    assertThat(importance.measure()).isEqualTo("increase in log loss");
  }

  @Test
  void rowsWithoutLabelAreLeftOutAndSaid() {
    Model model = WavyModel.of(Task.REGRESSION, 2);
    Batch rows = dataset(model, 3, 3).rows();
    double[] labels = {1, Double.NaN, 2};
    Importance importance =
        new PermutationImportance(1)
            .explain(request(model, rows, labels, "repeats=2"), Progress.NONE);
    assertThat(importance.provenance().rows()).isEqualTo(2);
    assertThat(importance.provenance().notes())
        .containsExactly("1 of 3 rows have no label and were left out.");
  }

  @Test
  void missingOrUnfitLabelsAreRefused() {
    Model model = WavyModel.of(Task.BINARY, 2);
    Batch rows = dataset(model, 2, 3).rows();
    Dataset bare = new Dataset(rows, Optional.empty());
    assertThatThrownBy(
            () ->
                new PermutationImportance(1)
                    .explain(
                        new Request(model, bare, bare, Optional.empty(), Parameters.NONE, 1),
                        Progress.NONE))
        .hasMessageContaining("what really happened");
    assertThatThrownBy(
            () ->
                new PermutationImportance(1)
                    .explain(request(model, rows, new double[] {0, 2}, ""), Progress.NONE))
        .hasMessageContaining("label 2.0");
  }

  @Property(tries = 20)
  void theIncreaseIsThatOfPredictingShuffledRows(@ForAll long seed) {
    Random random = new Random(seed);
    Task task = Task.values()[random.nextInt(3)];
    Model model = WavyModel.of(task, 1 + random.nextInt(3));
    Dataset data = dataset(model, 2 + random.nextInt(150), seed);
    int n = data.size();
    int k = model.info().outputs().size();
    PermutationImportance.Shuffle shuffle =
        (feature, repeat, rows) ->
            IntStream.range(0, rows).map(i -> (i + 1 + repeat) % rows).toArray();
    Importance importance =
        new PermutationImportance(2)
            .explain(
                new Request(
                    model, data, data, Optional.empty(), Parameters.parse("repeats=3"), seed),
                shuffle,
                Progress.NONE);
    double[] labels = data.labels().orElseThrow();
    for (int j = 0; j < data.rows().features(); j++) {
      double sum = 0;
      for (int r = 0; r < 3; r++) {
        for (int i = 0; i < n; i++) {
          double[] own = data.rows().row(i);
          double before =
              loss(
                  task,
                  model.predict(new Batch(1, own.length, own), OutputSpace.RESPONSE),
                  labels[i],
                  k);
          own[j] = data.rows().at((i + 1 + r) % n, j);
          double after =
              loss(
                  task,
                  model.predict(new Batch(1, own.length, own), OutputSpace.RESPONSE),
                  labels[i],
                  k);
          sum += (after - before) / n / 3;
        }
      }
      assertThat(importance.items().get(j).value()).isCloseTo(sum, within(1e-11));
    }
  }

  private static double loss(Task task, double[] response, double label, int k) {
    return switch (task) {
      case REGRESSION -> Math.pow(response[0] - label, 2);
      case BINARY -> -Math.log(label == 1 ? response[0] : 1 - response[0]);
      case MULTICLASS -> -Math.log(response[(int) label]);
    };
  }

  private static Request request(Model model, Batch rows, double[] labels, String parameters) {
    Dataset data = new Dataset(rows, Optional.of(labels));
    return new Request(model, data, data, Optional.empty(), Parameters.parse(parameters), 1);
  }
}
