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
    TreeFile json = XgboostFile.read("m", new SmallModel().json(), Rounds.ALL);
    TreeFile ubj = XgboostFile.read("m", new SmallModel().ubj(), Rounds.ALL);
    assertThat(json.format()).isEqualTo("xgboost-json");
    assertThat(ubj.format()).isEqualTo("xgboost-ubj");
    assertThat(ubj.trees()).usingRecursiveComparison().isEqualTo(json.trees());
    assertThat(ubj.features()).isEqualTo(json.features());
  }

  @ParameterizedTest
  @CsvSource({
    "binary:logistic, 0.2, BINARY, LOGIT, -1.3862943611198906",
    "binary:logistic, '[2E-1]', BINARY, LOGIT, -1.3862943611198906",
    "binary:logitraw, 0.5, BINARY, LOGIT, 0",
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
    assertThatThrownBy(() -> XgboostFile.read("m.json", model.json(), Rounds.UNAMBIGUOUS))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll("m.json", "2 rounds", "round 1", "xgboost-best", "xgboost-all");
    assertThat(raw(XgboostFile.read("m", model.json(), Rounds.ALL), 40, 0)).isEqualTo(4.25);
    assertThat(raw(XgboostFile.read("m", model.json(), Rounds.BEST), 40, 0)).isEqualTo(4);
    model.attributes.put("best_iteration", "1");
    assertThat(raw(read(model), 40, 0)).isEqualTo(4.25);
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
    refused(m -> m.booster.put("name", "gblinear"), "gblinear", "scorecard");
    refused(m -> m.objective.put("name", "binary:hinge"), "binary:hinge");
    refused(m -> m.parameters.put("num_target", "3"), "3 targets");
    refused(m -> m.tree.put("tree_param", Map.of("size_leaf_vector", "3")), "multi_output_tree");
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
    assertThatThrownBy(() -> XgboostFile.read("m", "binf....".getBytes(), Rounds.ALL))
        .hasMessageContaining("save_model");
    assertThatThrownBy(() -> XgboostFile.read("m", new byte[0], Rounds.ALL))
        .isInstanceOf(InvalidModelException.class);
  }

  /** Damage gives a model or a message that names the file, and nothing else. */
  @Property(tries = 3000)
  void damageIsRefusedOrHarmless(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SmallModel model = new SmallModel();
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
      file = XgboostFile.read("damaged.model", bytes, Rounds.UNAMBIGUOUS);
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
      assertThatThrownBy(() -> XgboostFile.read("m.json", bytes, Rounds.UNAMBIGUOUS))
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining("m.json")
          .hasMessageContainingAll(parts);
    }
  }

  private static TreeFile read(SmallModel model) {
    return XgboostFile.read("model.json", model.json(), Rounds.UNAMBIGUOUS);
  }

  private static double raw(TreeFile file, double age, double colour) {
    double[] out = new double[1];
    file.trees().raw(new Batch(1, 2, new double[] {age, colour}), out);
    return out[0];
  }
}
