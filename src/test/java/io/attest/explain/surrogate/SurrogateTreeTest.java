package io.attest.explain.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.data.Frame;
import io.attest.explain.Dataset;
import io.attest.explain.Draws;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.Surrogate;
import io.attest.explain.Tables;
import io.attest.explain.WavyModel;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SurrogateTreeTest extends SurrogateContract {

  @Override
  protected Explainer<Surrogate> explainer(int threads) {
    return new SurrogateTree(threads);
  }

  static Request request(Model model, Dataset data, String parameters, long seed) {
    return new Request(model, data, data, Optional.empty(), Parameters.parse(parameters), seed);
  }

  /** A model of given features that answers with a function of the row. */
  static Model model(List<Feature> features, ToDoubleFunction<double[]> f) {
    ModelInfo info =
        new ModelInfo(
            "test", "", Task.BINARY, features, List.of("bad"), Link.IDENTITY, "0".repeat(64));
    return new Model() {
      @Override
      public ModelInfo info() {
        return info;
      }

      @Override
      public void predict(Batch rows, OutputSpace space, double[] out) {
        for (int i = 0; i < rows.rows(); i++) {
          out[i] = f.applyAsDouble(rows.row(i));
        }
      }
    };
  }

  static final List<Feature> MIXED =
      List.of(
          Feature.numeric("duration"),
          new Feature("housing", List.of("own", "rent", "free")),
          Feature.numeric("age"));

  /** A small tree itself: 0.1 for short credits, else by housing. */
  static double steps(double[] row) {
    return row[0] < 1 ? 0.1 : row[1] == 1 ? 0.9 : 0.4;
  }

  @Test
  void aModelThatIsASmallTreeIsFoundExactly() {
    Model model = model(MIXED, SurrogateTreeTest::steps);
    Surrogate tree =
        new SurrogateTree(2).explain(request(model, dataset(model, 500, 1), "", 1), Progress.NONE);
    assertThat(tree.nodes()).hasSize(5);
    assertThat(tree.nodes().get(0).split().orElseThrow().words("months"))
        .isEqualTo("duration < 1 months");
    assertThat(tree.nodes().get(tree.nodes().get(0).no()).split().orElseThrow().words(""))
        .isIn("housing is rent", "housing is own or free");
    assertThat(tree.overall().inSample()).isCloseTo(1, within(1e-12));
    assertThat(tree.overall().outOfSample()).isCloseTo(1, within(1e-12));
    assertThat(tree.overall().agreementOutOfSample()).isEqualTo(1);
    assertThat(tree.passes(0.9)).isTrue();
    assertThat(tree.provenance().notes()).isEmpty();
    assertThat(tree.stability()).allSatisfy(s -> assertThat(s.share()).isEqualTo(1));
    assertThat(tree.rules()).hasSize(3);
    assertThat(tree.rules().get(0).value()[0]).isCloseTo(0.1, within(1e-12));
    assertThat(tree.rules().get(0).spread()).isCloseTo(0, within(1e-12));
    assertThat(tree.nodes().stream().mapToDouble(Surrogate.Node::gain).sum())
        .isCloseTo(1, within(1e-12));
  }

  @Test
  void aTreeThatIsNotCloseEnoughSaysThatItMustNotBeReadSo() {
    Model model = WavyModel.of(Task.BINARY, 5);
    Surrogate tree =
        new SurrogateTree(2)
            .explain(request(model, dataset(model, 600, 1), "depth=1", 1), Progress.NONE);
    assertThat(tree.passes(0.9)).isFalse();
    assertThat(tree.provenance().notes())
        .anySatisfy(note -> assertThat(note).contains("must not be read as what the model does"));
    Surrogate allowed =
        new SurrogateTree(2)
            .explain(request(model, dataset(model, 600, 1), "depth=1;gate=0", 1), Progress.NONE);
    assertThat(allowed.provenance().notes()).noneSatisfy(n -> assertThat(n).contains("must not"));
  }

  /** The definition, computed again: folds from the seed, a tree without each, R squared of all. */
  @Property(tries = 15)
  void fidelityIsThatOfTreesThatDidNotSeeTheRows(@ForAll long seed) {
    Task task = Task.values()[Math.floorMod(seed, 3)];
    Model model = WavyModel.of(task, 3);
    Dataset data = dataset(model, 60, seed);
    Surrogate tree =
        new SurrogateTree(1)
            .explain(
                request(model, data, "folds=4;bootstraps=0;min-leaf=0.05", seed), Progress.NONE);
    int k = model.info().outputs().size();
    double[] f = model.predict(data.rows(), OutputSpace.RESPONSE);
    int[] order = new Draws(seed, "surrogate folds").permutation(60);
    double[] kept = new double[f.length];
    double total = 0;
    for (int o = 0; o < k; o++) {
      int output = o;
      double mean =
          java.util.stream.IntStream.range(0, 60)
              .mapToDouble(i -> f[i * k + output])
              .average()
              .orElseThrow();
      total +=
          java.util.stream.IntStream.range(0, 60)
              .mapToDouble(i -> Math.pow(f[i * k + output] - mean, 2))
              .sum();
    }
    SortedColumns columns = SortedColumns.of(data.rows(), model.info().features());
    for (int fold = 0; fold < 4; fold++) {
      double[] weights = new double[60];
      for (int i = 0; i < 60; i++) {
        weights[order[i]] = i % 4 == fold ? 0 : 1;
      }
      RegressionTree grown =
          RegressionTree.fit(
              columns, f, k, weights, new RegressionTree.Limits(3, 3, 0.002 * total));
      double[] out = new double[f.length];
      grown.predict(data.rows(), out);
      for (int i = 0; i < f.length; i++) {
        kept[i] = weights[i / k] == 0 ? out[i] : kept[i];
      }
    }
    double errors = 0;
    int alike = 0;
    for (int i = 0; i < f.length; i++) {
      errors += Math.pow(f[i] - kept[i], 2);
      alike += f[i] >= 0.5 == kept[i] >= 0.5 ? 1 : 0;
    }
    assertThat(tree.overall().outOfSample()).isCloseTo(1 - errors / total, within(1e-9));
    assertThat(tree.overall().rmse()).isCloseTo(Math.sqrt(errors / f.length), within(1e-12));
    assertThat(tree.provenance().error()).contains(tree.overall().rmse());
    if (task == Task.BINARY) {
      assertThat(tree.overall().agreementOutOfSample()).isCloseTo(alike / 60.0, within(1e-12));
    }
    if (task == Task.REGRESSION) {
      assertThat(tree.overall().agreementOutOfSample()).isNaN();
    }
    assertThat(tree.fidelity()).hasSize(k == 1 ? 1 : k + 1);
  }

  @Test
  void nodesAndRulesAreTheSameTreeAndEveryRowIsUnderOneRule() {
    Model model = WavyModel.of(Task.MULTICLASS, 4);
    Dataset data = dataset(model, 400, 5);
    Surrogate tree = new SurrogateTree(1).explain(request(model, data, "", 5), Progress.NONE);
    List<Surrogate.Node> leaves =
        tree.nodes().stream().filter(node -> node.split().isEmpty()).toList();
    assertThat(tree.rules()).hasSameSizeAs(leaves);
    assertThat(tree.rules().stream().mapToLong(Surrogate.Rule::rows).sum()).isEqualTo(400);
    for (int i = 0; i < 400; i++) {
      double[] row = data.rows().row(i);
      assertThat(
              tree.rules().stream()
                  .filter(r -> r.conditions().stream().allMatch(c -> holds(c, model, row)))
                  .count())
          .isEqualTo(1);
    }
    for (int r = 0; r < leaves.size(); r++) {
      assertThat(tree.rules().get(r).value()).isEqualTo(leaves.get(r).value());
      assertThat(tree.rules().get(r).rows()).isEqualTo(leaves.get(r).rows());
    }
  }

  static boolean holds(Surrogate.Condition c, Model model, double[] row) {
    int j = model.info().featureNames().indexOf(c.feature());
    if (Double.isNaN(row[j])) {
      return c.missing();
    }
    return c.levels().isEmpty()
        ? row[j] >= c.from() && row[j] < c.below()
        : c.levels().contains(model.info().features().get(j).levels().get((int) row[j]));
  }

  @Test
  void aSampleOfTheRowsIsSaid() {
    Model model = WavyModel.of(Task.REGRESSION, 2);
    Surrogate tree =
        new SurrogateTree(1)
            .explain(request(model, dataset(model, 90, 1), "rows=40", 1), Progress.NONE);
    assertThat(tree.provenance().rows()).isEqualTo(40);
    assertThat(tree.provenance().modelRows()).isEqualTo(40);
    assertThat(tree.provenance().notes()).anySatisfy(n -> assertThat(n).contains("40 of 90 rows"));
  }

  @Test
  void tooFewRowsHaveNoFidelityOutOfSample() {
    Model model = WavyModel.of(Task.BINARY, 2);
    Surrogate tree =
        new SurrogateTree(1).explain(request(model, dataset(model, 9, 1), "", 1), Progress.NONE);
    assertThat(tree.overall().outOfSample()).isNaN();
    assertThat(tree.passes(0)).isFalse();
    assertThat(tree.provenance().notes()).anySatisfy(n -> assertThat(n).contains("too few rows"));
  }

  @Test
  void aConstantModelIsALeaf() {
    Model model = model(MIXED, row -> 0.3);
    Surrogate tree =
        new SurrogateTree(1).explain(request(model, dataset(model, 50, 1), "", 1), Progress.NONE);
    assertThat(tree.nodes()).hasSize(1);
    assertThat(tree.overall().outOfSample()).isEqualTo(1);
    assertThat(tree.stability()).isEmpty();
  }

  @Test
  void anUnstableSplitIsSaid() {
    // Two features that stand in for each other but for noise: the choice is chance.
    Model model =
        model(
            List.of(Feature.numeric("a"), Feature.numeric("b")),
            row -> (row[0] + row[1]) / 4 + 0.5);
    Surrogate tree =
        new SurrogateTree(1)
            .explain(
                request(model, dataset(model, 200, 3), "depth=1;bootstraps=40", 1), Progress.NONE);
    assertThat(tree.stability()).hasSize(1);
    Surrogate.Stability first = tree.stability().get(0);
    assertThat(first.place()).isEqualTo("first split");
    assertThat(first.share()).isBetween(0.05, 0.999);
    assertThat(first.low()).isLessThanOrEqualTo(first.high());
    assertThat(tree.provenance().notes().stream().anyMatch(n -> n.contains("bootstrap samples")))
        .isEqualTo(first.share() < 0.5);
  }

  @Test
  void manyClassesAndFeaturesWork() {
    int classes = 50;
    List<Feature> features =
        java.util.stream.IntStream.range(0, 300).mapToObj(j -> Feature.numeric("f" + j)).toList();
    ModelInfo info =
        new ModelInfo(
            "test",
            "",
            Task.MULTICLASS,
            features,
            java.util.stream.IntStream.range(0, classes).mapToObj(c -> "c" + c).toList(),
            Link.IDENTITY,
            "0".repeat(64));
    Model model =
        new Model() {
          @Override
          public ModelInfo info() {
            return info;
          }

          @Override
          public void predict(Batch rows, OutputSpace space, double[] out) {
            for (int i = 0; i < rows.rows(); i++) {
              out[i * classes + (rows.at(i, 7) < 0 ? 3 : rows.at(i, 9) < 1 ? 4 : 49)] = 1;
            }
          }
        };
    Surrogate tree =
        new SurrogateTree(2).explain(request(model, dataset(model, 300, 1), "", 1), Progress.NONE);
    assertThat(tree.nodes()).hasSize(5);
    assertThat(tree.overall().inSample()).isCloseTo(1, within(1e-12));
    assertThat(tree.overall().agreementInSample()).isEqualTo(1);
    assertThat(tree.fidelity()).hasSize(51);
  }

  @Test
  void parametersThatDoNotFitAreRefused() {
    Model model = WavyModel.of(Task.BINARY, 2);
    Dataset data = dataset(model, 30, 1);
    for (Map.Entry<String, String> wrong :
        Map.of(
                "depth=11", "deeper than 10",
                "gate=1.5", "from 0.0 to 1.0",
                "min-leaf=x", "'x'",
                "rules=3", "no parameter rules")
            .entrySet()) {
      assertThatThrownBy(
              () ->
                  new SurrogateTree(1)
                      .explain(request(model, data, wrong.getKey(), 1), Progress.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(wrong.getValue());
    }
  }

  @Test
  void conditionsReadAsSentences() {
    double no = Double.NEGATIVE_INFINITY;
    double end = Double.POSITIVE_INFINITY;
    assertThat(new Surrogate.Condition("age", no, 16, List.of(), true).words("years"))
        .isEqualTo("age < 16 years or missing");
    assertThat(new Surrogate.Condition("age", 16, end, List.of(), false).words(""))
        .isEqualTo("age ≥ 16");
    assertThat(new Surrogate.Condition("age", 0.5, 30, List.of(), false).words("years"))
        .isEqualTo("age from 0.5 to below 30 years");
    assertThat(new Surrogate.Condition("age", no, end, List.of(), false).words(""))
        .isEqualTo("age is known");
    assertThat(new Surrogate.Condition("age", end, end, List.of(), true).words(""))
        .isEqualTo("age is missing");
    assertThat(new Surrogate.Condition("h", no, end, List.of("own", "rent"), true).words(""))
        .isEqualTo("h is own or rent or missing");
  }

  @Test
  void theTablesHoldTheWholeSurrogate() {
    Model model = model(MIXED, SurrogateTreeTest::steps);
    Surrogate tree =
        new SurrogateTree(2).explain(request(model, dataset(model, 500, 1), "", 1), Progress.NONE);
    Map<String, Frame> tables = Tables.of(tree);
    assertThat(tables.keySet()).containsExactly("nodes", "rules", "fidelity", "stability");
    Frame nodes = tables.get("nodes");
    assertThat(nodes.rows()).isEqualTo(5);
    assertThat(nodes.column("condition").text(0)).isEqualTo("duration < 1");
    assertThat(nodes.column("threshold").text(0)).isEqualTo("1");
    assertThat(nodes.column("condition").text(1)).isEmpty();
    assertThat(tables.get("rules").rows()).isEqualTo(3);
    assertThat(tables.get("fidelity").rows()).isEqualTo(1);
  }

  @Test
  void theResponseIsAskedForOnceARow() {
    double[] asked = new double[1];
    Model model =
        model(
            MIXED,
            row -> {
              asked[0]++;
              return steps(row);
            });
    Dataset data = dataset(model, 100, 1);
    asked[0] = 0;
    Surrogate tree = new SurrogateTree(1).explain(request(model, data, "", 1), Progress.NONE);
    assertThat(asked[0]).isEqualTo(100).isEqualTo(tree.provenance().modelRows());
    assertThat(DoubleStream.of(tree.nodes().get(0).value()).sum())
        .isCloseTo(
            Arrays.stream(model.predict(data.rows(), OutputSpace.RESPONSE)).average().orElseThrow(),
            within(1e-12));
  }
}
