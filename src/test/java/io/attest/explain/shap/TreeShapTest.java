package io.attest.explain.shap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.CaseTable;
import io.attest.Cases;
import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.ModelReader;
import io.attest.model.OutputSpace;
import io.attest.model.tree.Comparison;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import io.attest.model.tree.TreeEnsembleModel;
import io.attest.model.tree.Trees;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeShapTest extends TreeAttributionContractTest {

  @Override
  protected Explainer<Attribution> explainer(int threads) {
    return new TreeShap(threads);
  }

  @Override
  protected boolean additive() {
    return true;
  }

  /** Shapley's own formula, over all subsets of features. */
  @Property(tries = 150)
  void isExact(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 6) int features,
      @ForAll @IntRange(min = 0, max = 8) int depth,
      @ForAll @IntRange(min = 1, max = 3) int outputs) {
    SplittableRandom random = new SplittableRandom(seed);
    TreeEnsemble ensemble = Trees.ensemble(random, features, features, outputs, 3, depth);
    Model model = Trees.model(ensemble);
    Batch rows = rows(random, 5, features);
    Attribution result = explain(model, rows);
    double[] x = ensemble.comparable(rows);
    double scale = scale(ensemble);
    for (int i = 0; i < rows.rows(); i++) {
      double[] row = Arrays.copyOfRange(x, i * features, (i + 1) * features);
      double[][] exact = bruteForce(ensemble, row);
      for (int j = 0; j < features; j++) {
        for (int k = 0; k < outputs; k++) {
          assertThat(result.value(i, j, k)).isCloseTo(exact[j][k], within(1e-12 * scale));
        }
      }
    }
    for (int k = 0; k < outputs; k++) {
      double base = ensemble.base()[k];
      for (Tree tree : ensemble.trees()) {
        base += tree.output() == k ? game(tree, ensemble, 0, new double[features], 0) : 0;
      }
      assertThat(result.baseValues()[k]).isCloseTo(base, within(1e-12 * scale));
    }
    assertThat(result.relativeResidual()).isLessThan(1e-12 * scale);
  }

  @Test
  void staysExactOnAVeryDeepTree() {
    // 24 features on one path: where running products of ratios lose their digits.
    int features = 24;
    SplittableRandom random = new SplittableRandom(3);
    TreeEnsemble ensemble = chain(features, random);
    Batch rows = rows(random, 3, features);
    Attribution result = explain(Trees.model(ensemble), rows);
    for (int i = 0; i < rows.rows(); i++) {
      double[] exact = chainInDecimals(ensemble.trees().get(0), rows.row(i));
      for (int j = 0; j < features; j++) {
        assertThat(result.value(i, j, 0)).isCloseTo(exact[j], within(1e-14));
      }
    }
  }

  /** The integral of each leaf as a polynomial, in decimals of 60 digits. */
  private static double[] chainInDecimals(Tree tree, double[] x) {
    MathContext digits = new MathContext(60);
    int p = x.length;
    BigDecimal[] phi = new BigDecimal[p];
    Arrays.fill(phi, BigDecimal.ZERO);
    for (int leaf = 0; leaf <= p; leaf++) {
      // Leaf number d leaves the path at split d; the last one goes it to the end.
      int splits = Math.min(leaf + 1, p);
      BigDecimal[] known = new BigDecimal[splits];
      BigDecimal[] unknown = new BigDecimal[splits];
      for (int d = 0; d < splits; d++) {
        boolean stays = d < leaf;
        int child = stays ? tree.no()[2 * d] : tree.yes()[2 * d];
        boolean satisfied = tree.follows(2 * d, x[d], Comparison.LESS) != stays;
        known[d] = satisfied ? BigDecimal.ONE : BigDecimal.ZERO;
        unknown[d] = new BigDecimal(tree.coverRatio(2 * d, child));
      }
      double value = tree.value()[leaf < p ? tree.yes()[2 * leaf] : tree.no()[2 * p - 2]];
      for (int i = 0; i < splits; i++) {
        BigDecimal[] poly = new BigDecimal[splits + 1];
        Arrays.fill(poly, BigDecimal.ZERO);
        poly[0] = BigDecimal.ONE;
        for (int j = 0; j < splits; j++) {
          for (int k = splits; j != i && k >= 0; k--) {
            BigDecimal lower = k == 0 ? BigDecimal.ZERO : poly[k - 1];
            poly[k] =
                poly[k]
                    .multiply(unknown[j], digits)
                    .add(lower.multiply(known[j].subtract(unknown[j]), digits), digits);
          }
        }
        BigDecimal integral = BigDecimal.ZERO;
        for (int k = 0; k <= splits; k++) {
          integral = integral.add(poly[k].divide(BigDecimal.valueOf(k + 1), digits), digits);
        }
        phi[i] =
            phi[i].add(
                integral
                    .multiply(known[i].subtract(unknown[i]), digits)
                    .multiply(new BigDecimal(value), digits),
                digits);
      }
    }
    return Arrays.stream(phi).mapToDouble(BigDecimal::doubleValue).toArray();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t01_xgb174_binary_german_d4",
        "t03_xgb174_missing_creditdata_d6",
        "t04_xgb174_multiclass_wine",
        "t06_xgb174_deep_adult_d12",
        "t11_xgb340_binary_german_d6",
        "t12_xgb340_regression_concrete_d6",
        "t15_xgb340_categorical_adult_d6",
        "t17_xgb340_dart_attrition",
        "t18_xgb340_rf_ai4i",
        "t20_xgb340_deep_adult_d16",
        "t22_xgb340_verydeep_taiwan30",
        "t31_lgb430_binary_german",
        "t32_lgb430_categorical_adult",
        "t33_lgb430_multiclass_hpc",
        "t37_lgb430_zeroasmissing_taiwan"
      })
  void agreesWithTheIndependentComputation(String id) throws IOException {
    Path folder = Cases.folder(id);
    Path file = folder.resolve(id.contains("_lgb") ? "model.txt" : "model.ubj");
    Model model = ModelReader.read(file, Optional.empty(), Optional.empty());
    if (id.startsWith("t17")) {
      takeWeightsAsDecimals(((TreeEnsembleModel) model).trees(), folder.resolve("model.json"));
    }
    Batch rows = CaseTable.read(folder.resolve("data.csv")).batch();
    CaseTable exact = CaseTable.read(folder.resolve("exact.csv"));
    Attribution result = explain(model, rows);
    int p = rows.features();
    double scale =
        Arrays.stream(exact.rows())
            .flatMapToDouble(r -> Arrays.stream(r, 2, p + 3))
            .map(Math::abs)
            .max()
            .orElse(1);
    double tolerance = 1e-10 * scale;
    for (double[] line : exact.rows()) {
      int i = (int) line[0];
      int k = (int) line[1];
      assertThat(result.baseValues()[k]).isCloseTo(line[2], within(tolerance));
      for (int j = 0; j < p; j++) {
        assertThat(result.value(i, j, k))
            .as("row %d feature %d output %d", i, j, k)
            .isCloseTo(line[3 + j], within(tolerance));
      }
    }
    assertThat(result.relativeResidual()).isLessThan(1e-12);
  }

  /**
   * The reference of the DART case multiplies leaves by the weights' decimal text; XGBoost, and our
   * reader, by the 32-bit floats that the text stands for.
   */
  static void takeWeightsAsDecimals(TreeEnsemble trees, Path json) throws IOException {
    JsonNode weights =
        new ObjectMapper().readTree(json.toFile()).findPath("model").path("weight_drop");
    assertThat(weights.size()).isEqualTo(trees.trees().size());
    for (int t = 0; t < weights.size(); t++) {
      double w = weights.get(t).doubleValue();
      double[] value = trees.trees().get(t).value();
      for (int i = 0; i < value.length; i++) {
        value[i] *= w / (float) w;
      }
    }
  }

  @Test
  void refusesAModelWithoutTrees() {
    Model trees = model(2);
    Model other =
        new Model() {
          @Override
          public io.attest.model.ModelInfo info() {
            return trees.info();
          }

          @Override
          public void predict(Batch rows, OutputSpace space, double[] out) {
            trees.predict(rows, space, out);
          }
        };
    assertThatThrownBy(() -> explain(other, rows(new SplittableRandom(1), 2, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("linear-shap");
  }

  private static Attribution explain(Model model, Batch rows) {
    Dataset data = new Dataset(rows, Optional.empty());
    return new TreeShap(2)
        .explain(
            new Request(model, data, data, Optional.empty(), Parameters.NONE, 1), Progress.NONE);
  }

  private static Batch rows(SplittableRandom random, int rows, int features) {
    double[] values = new double[rows * features];
    for (int i = 0; i < values.length; i++) {
      boolean categorical = Trees.categorical(i % features);
      values[i] =
          random.nextInt(6) == 0
              ? Double.NaN
              : categorical ? random.nextInt(Trees.LEVELS + 1) : random.nextInt(-16, 17) / 4.0;
    }
    return new Batch(rows, features, values);
  }

  private static double scale(TreeEnsemble ensemble) {
    double scale = 1;
    for (Tree tree : ensemble.trees()) {
      scale += Arrays.stream(tree.value()).map(Math::abs).max().orElse(0);
    }
    return scale;
  }

  private static double[][] bruteForce(TreeEnsemble ensemble, double[] x) {
    int p = x.length;
    double[] weight = new double[p];
    for (int size = 0; size < p; size++) {
      weight[size] = 1.0 / p;
      for (int i = 0; i < size; i++) {
        weight[size] *= (double) (i + 1) / (p - 1 - i);
      }
    }
    double[][] phi = new double[p][ensemble.outputs()];
    for (Tree tree : ensemble.trees()) {
      double[] v = new double[1 << p];
      for (int s = 0; s < v.length; s++) {
        v[s] = game(tree, ensemble, 0, x, s);
      }
      for (int j = 0; j < p; j++) {
        for (int s = 0; s < v.length; s++) {
          if ((s >> j & 1) == 0) {
            phi[j][tree.output()] += weight[Integer.bitCount(s)] * (v[s | 1 << j] - v[s]);
          }
        }
      }
    }
    return phi;
  }

  /** The value of knowing the features in the set. */
  private static double game(Tree tree, TreeEnsemble ensemble, int node, double[] x, int known) {
    if (tree.leaf(node)) {
      return tree.value()[node];
    }
    int f = tree.feature()[node];
    int yes = tree.yes()[node];
    int no = tree.no()[node];
    if ((known >> f & 1) != 0) {
      int next = tree.follows(node, x[f], ensemble.comparison()) ? yes : no;
      return game(tree, ensemble, next, x, known);
    }
    double cover = tree.cover()[node];
    double y = cover > 0 ? tree.cover()[yes] / cover : 0.5;
    double n = cover > 0 ? tree.cover()[no] / cover : 0.5;
    return y * game(tree, ensemble, yes, x, known) + n * game(tree, ensemble, no, x, known);
  }

  /** A tree that is one long path: feature 0, then 1, then 2... */
  private static TreeEnsemble chain(int features, SplittableRandom random) {
    int n = 2 * features + 1;
    int[] feature = new int[n];
    int[] yes = new int[n];
    int[] no = new int[n];
    double[] value = new double[n];
    double[] cover = new double[n];
    Arrays.fill(feature, -1);
    cover[0] = 1000;
    for (int d = 0; d < features; d++) {
      int node = 2 * d;
      feature[node] = d;
      yes[node] = node + 1;
      no[node] = node + 2;
      cover[node + 1] = cover[node] * random.nextDouble(0.05, 0.6);
      cover[node + 2] = cover[node] - cover[node + 1];
      value[node + 1] = random.nextDouble(-2, 2);
      value[node + 2] = random.nextDouble(-2, 2);
    }
    Tree tree =
        new Tree(feature, new double[n], new long[n][], yes, no, new boolean[n], value, cover, 0);
    return new TreeEnsemble(
        java.util.List.of(tree),
        features,
        1,
        new double[1],
        Comparison.LESS,
        true,
        java.util.Collections.nCopies(features, io.attest.model.tree.Missing.NAN));
  }
}
