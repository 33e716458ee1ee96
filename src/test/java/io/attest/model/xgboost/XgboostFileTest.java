package io.attest.model.xgboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.model.Batch;
import io.attest.model.InvalidModelException;
import io.attest.model.Link;
import io.attest.model.Task;
import io.attest.model.tree.TreeFile;
import io.attest.model.xgboost.XgboostFile.Rounds;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XgboostFileTest {
  private static final double NAN = Double.NaN;

  @Test
  void routesAsXgboostDoes() {
    TreeFile file = read(new SmallModel());
    // A category in the set goes right (2), any other left (4), also one that cannot be.
    assertThat(raw(file, 40, 1)).isEqualTo(2.25);
    assertThat(raw(file, 40, 3)).isEqualTo(2.25);
    assertThat(raw(file, 40, 0)).isEqualTo(4.25);
    assertThat(raw(file, 40, 99)).isEqualTo(4.25);
    assertThat(raw(file, 40, -1)).isEqualTo(4.25);
    assertThat(raw(file, 40, 3.7)).as("fractions are cut off").isEqualTo(2.25);
    // default_left is 0 at the categorical split: right, to the set.
    assertThat(raw(file, 40, NAN)).isEqualTo(2.25);
    assertThat(raw(file, NAN, 0)).as("default_left").isEqualTo(1.25);
    assertThat(raw(file, 30, 0)).as("not below the threshold").isEqualTo(4.25);
    assertThat(raw(file, 29.99, 0)).isEqualTo(1.25);
    // Below in 64 bits, but 30 in 32 bits.
    assertThat(raw(file, Math.nextDown(30.0), 0)).isEqualTo(4.25);
  }

  @Test
  void tellsWhatTheFileTells() {
    TreeFile file = read(new SmallModel());
    assertThat(file.version()).isEqualTo("3.0.4");
    assertThat(file.task()).isEqualTo(Task.BINARY);
    assertThat(file.features().get(0).categorical()).isFalse();
    assertThat(file.features().get(1).levels()).containsExactly("0", "1", "2", "3");
    assertThat(file.trees().trees().get(0).cover()).containsExactly(10, 4, 6, 2, 4);
  }

  @Test
  void bothFormatsHoldTheSame() {
    TreeFile json = XgboostFile.open("m", new SmallModel().json()).trees(Rounds.ALL);
    TreeFile ubj = XgboostFile.open("m", new SmallModel().ubj()).trees(Rounds.ALL);
    assertThat(json.format()).isEqualTo("xgboost-json");
    assertThat(ubj.format()).isEqualTo("xgboost-ubj");
    assertThat(ubj.trees()).usingRecursiveComparison().isEqualTo(json.trees());
    assertThat(ubj.features()).isEqualTo(json.features());
  }

  @ParameterizedTest
  @CsvSource({
    "binary:logistic, 0.2, BINARY, LOGIT, -1.3862943611198906",
    "binary:logistic, '[2E-1]', BINARY, LOGIT, -1.3862943611198906",
    "binary:logitraw, 0.5, BINARY, LOGIT, 0.5",
    "reg:squarederror, 7.5, REGRESSION, IDENTITY, 7.5",
    "count:poisson, 2, REGRESSION, LOG, 0.6931471805599453",
    "reg:tweedie, '[2E0]', REGRESSION, LOG, 0.6931471805599453",
    "reg:logistic, 0.2, REGRESSION, LOGIT, -1.3862943611198906"
  })
  void theBaseScoreIsAResponse(String objective, String base, Task task, Link link, double raw) {
    SmallModel model = new SmallModel();
    model.objective.put("name", objective);
    model.parameters.put("base_score", base);
    TreeFile file = read(model);
    assertThat(file.task()).isEqualTo(task);
    assertThat(file.link()).isEqualTo(link);
    assertThat(file.trees().base()).hasSize(1);
    assertThat(file.trees().base()[0]).isCloseTo(raw, within(1e-15));
  }

  @Test
  void aBaseScoreMayBeANumber() {
    SmallModel model = new SmallModel();
    model.parameters.put("base_score", 0.5);
    assertThat(read(model).trees().base()).containsExactly(0);
    model.objective.put("name", "multi:softprob");
    model.parameters.put("num_class", "2");
    model.parameters.put("base_score", "[1E-1,2E-1]");
    model.model.put("tree_info", new int[] {0, 1});
    TreeFile file = read(model);
    assertThat(file.trees().base()).containsExactly(0.1, 0.2);
    assertThat(file.trees().trees().get(1).output()).isEqualTo(1);
  }

  @Test
  void dartMultipliesTheWeightsIn() {
    // XGBoost 1 and 2: a booster 'dart' around a gbtree. XGBoost 3: a gbtree with weights.
    SmallModel old = new SmallModel();
    old.booster.put("name", "dart");
    old.booster.remove("model");
    old.booster.put("gbtree", Map.of("name", "gbtree", "model", old.model));
    old.booster.put("weight_drop", new float[] {0.5f, 2});
    SmallModel recent = new SmallModel();
    recent.model.put("weight_drop", new float[] {0.5f, 2});
    for (SmallModel model : List.of(old, recent)) {
      assertThat(raw(read(model), 40, 0)).isEqualTo(0.5 * 4 + 2 * 0.25);
    }
  }

  @Test
  void asksWhichRoundsCountWhereTrainingStoppedEarly() {
    SmallModel model = new SmallModel();
    model.attributes.put("best_iteration", "0");
    assertThatThrownBy(() -> XgboostFile.open("m.json", model.json()).trees(Rounds.UNAMBIGUOUS))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll("m.json", "2 rounds", "round 1", "xgboost-best", "xgboost-all");
    assertThat(raw(XgboostFile.open("m", model.json()).trees(Rounds.ALL), 40, 0)).isEqualTo(4.25);
    assertThat(raw(XgboostFile.open("m", model.json()).trees(Rounds.BEST), 40, 0)).isEqualTo(4);
    model.attributes.put("best_iteration", "1");
    assertThat(raw(read(model), 40, 0)).isEqualTo(4.25);
  }

  @Test
  void knowsWhereARoundStarts() {
    SmallModel model = new SmallModel();
    model.attributes.put("best_iteration", "0");
    model.model.put("iteration_indptr", new int[] {0, 2});
    assertThat(raw(read(model), 40, 0)).as("both trees are one round").isEqualTo(4.25);
    model.model.remove("iteration_indptr");
    model.model.put("gbtree_model_param", Map.of("num_trees", "2"));
    model.attributes.put("best_ntree_limit", "2");
    assertThat(raw(read(model), 40, 0)).as("a forest of two").isEqualTo(4.25);
    refused(m -> damagedRounds(m, 0, 3), "iteration_indptr", "0 to 2");
    refused(m -> damagedRounds(m, 0, 2, 1, 2), "iteration_indptr", "round 1");
  }

  private static void damagedRounds(SmallModel model, int... starts) {
    model.attributes.put("best_iteration", "0");
    model.model.put("iteration_indptr", starts);
  }

  @Test
  void expandsLeavesOfSeveralValues() {
    // XGBoost 2.0 to 3.0 keep the weights of all nodes, and no covers.
    SmallModel old = vector();
    old.tree.remove("sum_hessian");
    // Later versions keep the leaves apart, in any order, and count them in place of a right child.
    SmallModel recent = vector();
    recent.tree.put("base_weights", new float[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9});
    recent.tree.put("right_children", new int[] {2, 2, 4, 0, 1});
    recent.tree.put("leaf_weights", new float[] {4, 40, 2, 20, 1, 10});
    for (SmallModel model : List.of(old, recent)) {
      TreeFile file = read(model);
      assertThat(file.task()).isEqualTo(Task.REGRESSION);
      assertThat(file.trees().outputs()).isEqualTo(2);
      assertThat(file.trees().trees()).hasSize(3);
      double[] out = new double[4];
      file.trees().raw(new Batch(2, 2, new double[] {20, 0, 40, 1}), out);
      assertThat(out).containsExactly(1 + 0.5, 10.75, 2 + 0.5, 20.75);
    }
    assertThat(read(old).trees().trees().get(1).cover()).containsOnly(0);
    assertThat(read(recent).trees().trees().get(1).cover()).containsExactly(10, 4, 6, 2, 4);
    recent.tree.put("right_children", new int[] {2, 3, 4, 0, 1});
    assertThatThrownBy(() -> read(recent)).hasMessageContaining("no weights for leaf 1");
    old.tree.put("base_weights", new float[] {1});
    assertThatThrownBy(() -> read(old)).hasMessageContaining("1 weights for 5 nodes of 2");
  }

  /** Two targets from 0.5; the leaf of the second tree adds 0.25 to the second alone. */
  private static SmallModel vector() {
    SmallModel model = new SmallModel();
    model.objective.put("name", "reg:squarederror");
    model.parameters.put("num_target", "2");
    model.tree.put("tree_param", Map.of("num_nodes", "5", "size_leaf_vector", "2"));
    model.model.put("tree_info", new int[] {0, 1});
    model.tree.put("base_weights", new float[] {9, 9, 1, 10, 9, 9, 4, 40, 2, 20});
    return model;
  }

  @Test
  void readsWhatTheFirstVersionsWrote() {
    SmallModel model = new SmallModel();
    model.root.put("version", new int[] {1, 0, 0});
    model.learner.remove("feature_names");
    model.learner.remove("feature_types");
    model.learner.remove("attributes");
    model.parameters.remove("num_target");
    for (Map<String, Object> tree : List.of(model.tree, model.stump)) {
      tree.keySet().removeIf(name -> name.startsWith("categories") || name.equals("split_type"));
      tree.put("tree_param", Map.of("num_nodes", "5", "size_leaf_vector", "0"));
    }
    model.tree.put("default_left", List.of(true, false, false, false, false));
    TreeFile file = read(model);
    assertThat(file.named()).isFalse();
    assertThat(file.features().get(1).name()).isEqualTo("f1");
    // Node 2 is now: colour < 0.
    assertThat(raw(file, 40, -1)).isEqualTo(4.25);
    assertThat(raw(file, 40, 0)).isEqualTo(2.25);
    assertThat(raw(file, NAN, 0)).isEqualTo(1.25);
  }

  @Test
  void readsALinearModel() {
    SmallModel model = linear();
    for (byte[] bytes : List.of(model.json(), model.ubj())) {
      XgboostFile file = XgboostFile.open("m", bytes);
      assertThat(file.linear()).isTrue();
      LinearFile weights = file.weights();
      assertThat(weights.link()).isEqualTo(Link.LOGIT);
      assertThat(weights.task()).isEqualTo(Task.BINARY);
      assertThat(weights.weights()).containsExactly(2, -3);
      assertThat(weights.intercept()).isCloseTo(Math.log(0.2 / 0.8) + 0.5, within(1e-15));
      assertThat(weights.features().get(1).name()).isEqualTo("colour");
      assertThatThrownBy(() -> file.trees(Rounds.ALL)).hasMessageContaining("gblinear");
    }
    assertThatThrownBy(() -> XgboostFile.open("m", new SmallModel().json()).weights())
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("holds trees");
    model.model.put("weights", new float[] {2, -3});
    refusedWeights(model, "2 numbers", "3 fit");
    model.model.put("weights", new float[] {2, Float.POSITIVE_INFINITY, 0});
    refusedWeights(model, "Infinity", "place 1");
    model.learner.put("feature_types", List.of("float", "c"));
    model.model.put("weights", new float[] {2, -3, 0});
    refusedWeights(model, "colour", "categorical");
    model.objective.put("name", "multi:softprob");
    model.parameters.put("num_class", "3");
    refusedWeights(model, "gblinear", "3 outputs");
  }

  private static void refusedWeights(SmallModel model, String... parts) {
    assertThatThrownBy(() -> XgboostFile.open("m.json", model.json()).weights())
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("m.json")
        .hasMessageContainingAll(parts);
  }

  private static SmallModel linear() {
    SmallModel model = new SmallModel();
    model.learner.remove("feature_types");
    model.booster.put("name", "gblinear");
    model.parameters.put("base_score", "2E-1");
    model.model.clear();
    model.model.put("weights", new float[] {2, -3, 0.5f});
    return model;
  }

  @Test
  void knowsTheNamesOfCategories() {
    SmallModel model = new SmallModel();
    byte[] text = "redgreenblueblack".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    model.model.put(
        "cats",
        Map.of(
            "enc",
            List.of(
                Map.of("type", 5.0, "values", new byte[0]),
                Map.of("offsets", new int[] {0, 3, 8, 12, 17}, "values", text))));
    TreeFile file = read(model);
    assertThat(file.features().get(1).levels()).containsExactly("red", "green", "blue", "black");
    assertThat(file.levelsKnown()).containsExactly(false, true);
  }

  @Test
  void refusesWhatItCannotReadByName() {
    refused(m -> m.booster.put("name", "gbforest"), "gbforest", "gblinear");
    refused(m -> m.objective.put("name", "binary:hinge"), "binary:hinge", "binary:logistic");
    refused(m -> m.objective.put("name", "my:own"), "my:own");
    refused(
        m -> m.tree.put("tree_param", Map.of("size_leaf_vector", "3")), "3 values", "1 outputs");
    refused(m -> m.learner.remove("objective"), "learner", "'objective'");
    refused(m -> m.parameters.put("base_score", "often"), "base_score", "often");
    refused(m -> m.parameters.put("base_score", "1.5"), "base_score", "LOGIT");
    refused(m -> m.tree.put("left_children", new int[] {1, 2}), "right_children");
    refused(m -> m.tree.put("left_children", new int[] {0, -1, 3, -1, -1}), "child 0", "node 0");
    refused(m -> m.tree.put("left_children", new int[] {1, -1, 1, -1, -1}), "child 1", "node 2");
    refused(m -> m.tree.put("left_children", new int[] {1, -1, 9, -1, -1}), "child 9", "node 2");
    refused(m -> m.tree.put("split_indices", new int[] {7, 0, 1, 0, 0}), "feature 7 of 2");
    refused(
        m -> m.tree.put("split_conditions", new float[] {30, Float.NaN, 0, 4, 2}), "NaN", "node 1");
    refused(m -> m.tree.put("sum_hessian", new float[] {10, -4, 6, 2, 4}), "cover -4");
    refused(m -> m.tree.put("categories_sizes", new long[] {3}), "categories");
    refused(m -> m.tree.put("categories", new int[] {1, 1 << 20}), "1048576");
    refused(m -> m.model.put("tree_info", new int[] {0, 5}), "output 5 of 1");
    refused(m -> m.learner.put("feature_names", List.of("age")), "names 1 features");
    assertThatThrownBy(() -> XgboostFile.open("m", "binf....".getBytes()).trees(Rounds.ALL))
        .hasMessageContaining("save_model");
    assertThatThrownBy(() -> XgboostFile.open("m", new byte[0]).trees(Rounds.ALL))
        .isInstanceOf(InvalidModelException.class);
  }

  /** Damage gives a model or a message that names the file, and nothing else. */
  @Property(tries = 3000)
  void damageIsRefusedOrHarmless(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SmallModel model =
        switch (random.nextInt(4)) {
          case 0 -> vector();
          case 1 -> linear();
          default -> new SmallModel();
        };
    byte[] bytes = random.nextBoolean() ? model.json() : model.ubj();
    if (random.nextInt(4) == 0) {
      bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
    } else {
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
    }
    TreeFile file;
    try {
      XgboostFile read = XgboostFile.open("damaged.model", bytes);
      if (read.linear()) {
        assertThat(read.weights().weights()).hasSize(read.weights().features().size());
        return;
      }
      file = read.trees(Rounds.UNAMBIGUOUS);
    } catch (InvalidModelException e) {
      assertThat(e).hasMessageContaining("damaged.model");
      return;
    }
    int p = file.features().size();
    double[] out = new double[file.trees().outputs()];
    file.trees().raw(new Batch(1, p, new double[p]), out);
    assertThat(out).doesNotContain(Double.NaN);
  }

  private static void refused(Consumer<SmallModel> damage, String... parts) {
    SmallModel model = new SmallModel();
    damage.accept(model);
    for (byte[] bytes : List.of(model.json(), model.ubj())) {
      assertThatThrownBy(() -> XgboostFile.open("m.json", bytes).trees(Rounds.UNAMBIGUOUS))
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining("m.json")
          .hasMessageContainingAll(parts);
    }
  }

  private static TreeFile read(SmallModel model) {
    return XgboostFile.open("model.json", model.json()).trees(Rounds.UNAMBIGUOUS);
  }

  private static double raw(TreeFile file, double age, double colour) {
    double[] out = new double[1];
    file.trees().raw(new Batch(1, 2, new double[] {age, colour}), out);
    return out[0];
  }
}
