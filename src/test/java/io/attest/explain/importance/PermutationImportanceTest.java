package io.attest.explain.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.CaseTable;
import io.attest.Cases;
import io.attest.explain.Dataset;
import io.attest.explain.Draws;
import io.attest.explain.Explainer;
import io.attest.explain.ExplainerContractTest;
import io.attest.explain.Importance;
import io.attest.explain.NeutralTrees;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.WavyModel;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
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
        (feature, repeat, strata) -> repeat == 0 ? new int[] {1, 2, 3, 0} : new int[] {3, 0, 1, 2};
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
                (feature, repeat, strata) -> {
                  int n = strata.get(0).length;
                  return IntStream.range(0, n).map(i -> (i + n - 1 - 10 * repeat) % n).toArray();
                },
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
                (feature, repeat, strata) ->
                    new Draws(9, "permutation-importance " + repeat + " " + feature)
                        .permutation(strata.get(0).length),
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
        (feature, repeat, strata) -> IntStream.range(0, n).map(i -> (i + 1 + repeat) % n).toArray();
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

  @Test
  void aGroupIsShuffledTogether() {
    // The response is the difference of two features that are always equal.
    Model model =
        new Model() {
          @Override
          public ModelInfo info() {
            return WavyModel.of(Task.REGRESSION, 3).info();
          }

          @Override
          public void predict(Batch rows, OutputSpace space, double[] out) {
            for (int i = 0; i < out.length; i++) {
              out[i] = rows.at(i, 0) - rows.at(i, 1);
            }
          }
        };
    double[] values = new double[3 * 60];
    for (int i = 0; i < 60; i++) {
      values[3 * i] = i;
      values[3 * i + 1] = i;
      values[3 * i + 2] = i % 7;
    }
    Dataset data = new Dataset(new Batch(60, 3, values), Optional.of(new double[60]));
    Parameters groups = new Parameters(Map.of("repeats", "3", "groups", "both = f0 + f1"));
    Importance together =
        new PermutationImportance(2)
            .explain(new Request(model, data, data, Optional.empty(), groups, 1), Progress.NONE);
    assertThat(together.items()).extracting(Importance.Item::feature).containsExactly("both", "f2");
    assertThat(together.items()).extracting(Importance.Item::value).containsExactly(0.0, 0.0);
    assertThat(together.provenance().parameters()).containsEntry("groups", "both = f0 + f1");
    assertThat(together.provenance().modelRows()).isEqualTo(60 * (1 + 2 * 3));
    Importance alone =
        new PermutationImportance(2)
            .explain(
                new Request(model, data, data, Optional.empty(), Parameters.parse("repeats=3"), 1),
                Progress.NONE);
    assertThat(alone.items().get(0).value()).isGreaterThan(100);
  }

  /** f1 is f0 with little noise; the model uses both alike. */
  @Test
  void amongAlikeRowsAFeatureThatOthersTellMattersLittle() {
    SplittableRandom random = new SplittableRandom(3);
    int n = 600;
    double[] values = new double[3 * n];
    double[] labels = new double[n];
    for (int i = 0; i < n; i++) {
      double x = random.nextGaussian();
      values[3 * i] = x;
      values[3 * i + 1] = x + 0.1 * random.nextGaussian();
      values[3 * i + 2] = random.nextGaussian();
      labels[i] = 2 * x + values[3 * i + 2];
    }
    Model three =
        new Model() {
          @Override
          public ModelInfo info() {
            return WavyModel.of(Task.REGRESSION, 3).info();
          }

          @Override
          public void predict(Batch rows, OutputSpace space, double[] out) {
            for (int i = 0; i < out.length; i++) {
              out[i] = rows.at(i, 0) + rows.at(i, 1) + rows.at(i, 2);
            }
          }
        };
    Importance marginal =
        new PermutationImportance(2)
            .explain(request(three, new Batch(n, 3, values), labels, "repeats=5"), Progress.NONE);
    Importance conditional =
        new PermutationImportance(2)
            .explain(
                request(three, new Batch(n, 3, values), labels, "repeats=5; conditional=on"),
                Progress.NONE);
    assertThat(conditional.items().get(0).value())
        .isLessThan(0.25 * marginal.items().get(0).value());
    // Nothing tells of f2: it is shuffled among all, as ever.
    assertThat(conditional.items().get(2)).isEqualTo(marginal.items().get(2));
    assertThat(conditional.provenance().notes())
        .anyMatch(note -> note.contains("the others tell too little of them: f2."));
    assertThatThrownBy(
            () ->
                new PermutationImportance(1)
                    .explain(
                        request(three, new Batch(n, 3, values), labels, "conditional=yes"),
                        Progress.NONE))
        .hasMessageContaining("must be on or off");
  }

  @Test
  void strataSplitWhereTheOthersTellMost() {
    // A category that is a number's sign, and a number that has no value for one level.
    int n = 200;
    double[] values = new double[3 * n];
    for (int i = 0; i < n; i++) {
      values[3 * i] = i < 100 ? 0 : i % 2 == 0 ? 1 : 2;
      values[3 * i + 1] = i < 100 ? -1 - i : i;
      values[3 * i + 2] = i >= 100 && i % 2 == 1 ? Double.NaN : i % 5;
    }
    Strata strata =
        new Strata(
            new Batch(n, 3, values),
            List.of(
                new Feature("level", List.of("a", "b", "c")),
                Feature.numeric("signed"),
                Feature.numeric("gaps")));
    List<int[]> ofLevel = strata.of(new int[] {0});
    assertThat(ofLevel).hasSize(3);
    for (int[] stratum : ofLevel) {
      assertThat(Arrays.stream(stratum).mapToDouble(i -> values[3 * i]).distinct().count())
          .isEqualTo(1);
    }
    int[] all = ofLevel.stream().flatMapToInt(Arrays::stream).sorted().toArray();
    assertThat(all).containsExactly(IntStream.range(0, n).toArray());
    // Of all features nothing is left to tell; too few rows are one stratum.
    assertThat(strata.of(new int[] {0, 1, 2})).hasSize(1);
    assertThat(
            new Strata(new Batch(2, 1, new double[] {1, 2}), List.of(Feature.numeric("x")))
                .of(new int[] {0}))
        .hasSize(1);
  }

  /** On columns that tell nothing of each other hardly any tree may grow. */
  @Test
  void chanceMakesNoStrata() {
    int grown = 0;
    for (int seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      double[] values = new double[400 * 10];
      Arrays.setAll(values, i -> random.nextGaussian());
      Strata strata =
          new Strata(
              new Batch(400, 10, values), WavyModel.of(Task.REGRESSION, 10).info().features());
      for (int j = 0; j < 10; j++) {
        grown += strata.of(new int[] {j}).size() > 1 ? 1 : 0;
      }
    }
    assertThat(grown).isLessThan(20);
  }

  @Test
  void theLossOnTrainingRowsIsToldBeside() {
    Model model = WavyModel.of(Task.REGRESSION, 2);
    Dataset audit = dataset(model, 30, 1);
    Dataset training = dataset(model, 50, 2);
    Importance importance =
        new PermutationImportance(1)
            .explain(
                new Request(
                    model, audit, audit, Optional.of(training), Parameters.parse("repeats=2"), 1),
                Progress.NONE);
    double[] f = model.predict(training.rows(), OutputSpace.RESPONSE);
    double loss = 0;
    for (int i = 0; i < 50; i++) {
      loss += Math.pow(f[i] - training.labels().orElseThrow()[i], 2) / 50;
    }
    assertThat(importance.provenance().notes())
        .containsExactly(
            String.format(
                Locale.ROOT,
                "The mean loss is %.4g on 50 training rows, and %.4g on these.",
                loss,
                importance.reference()));
    assertThat(importance.provenance().modelRows()).isEqualTo(30 * (1 + 2 * 2) + 50);
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
