package io.attest.model.catboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import io.attest.model.Link;
import io.attest.model.Task;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatboostFileTest {
  private static final double NAN = Double.NaN;

  /** One tree: age above 30 is bit 0, colour red is bit 1; 2 x leaf + 0.5. */
  private static final String MODEL =
      """
      {"features_info": {
        "float_features": [{"feature_index": 0, "flat_feature_index": 0, "feature_id": "age",
          "has_nans": true, "nan_value_treatment": "AsFalse", "borders": [30]}],
        "categorical_features": [{"feature_index": 0, "flat_feature_index": 1,
          "feature_id": "colour", "values": [-5, 7]}],
        "cat_features_hash": [{"hash": 4294967291, "value": "red"}, {"hash": 7, "value": "blue"}]},
       "model_info": {"catboost_version_info": "Git info: x CatBoost version: 1.2.7 y",
         "params": {"loss_function": {"type": "RMSE", "params": {}}}},
       "oblivious_trees": [{
         "leaf_values": [1, 2, 3, 4], "leaf_weights": [10, 20, 30, 40],
         "splits": [
           {"border": 30, "float_feature_index": 0, "split_index": 0, "split_type": "FloatFeature"},
           {"cat_feature_index": 0, "value": -5, "split_index": 1, "split_type": "OneHotFeature"}]}],
       "scale_and_bias": [2, [0.5]]}
      """;

  private static final String ASYMMETRIC =
      MODEL.substring(0, MODEL.indexOf("\"oblivious_trees\""))
          + """
          "trees": [{"split": {"border": 30, "float_feature_index": 0, "split_type": "FloatFeature"},
             "left": {"value": [1, 10], "weight": 5},
             "right": {"split":
                 {"cat_feature_index": 0, "value": -5, "split_type": "OneHotFeature"},
               "left": {"value": [2, 20], "weight": 7}, "right": {"value": [3, 30], "weight": 8}}}]}
          """;

  @Test
  void routesAsCatboostDoes() {
    TreeFile file = read(MODEL);
    assertThat(file.features().get(1).levels()).containsExactly("red", "blue");
    assertThat(raw(file, 30, 1)).as("not above the border").isEqualTo(2.5);
    assertThat(raw(file, 31, 1)).isEqualTo(4.5);
    assertThat(raw(file, 30, 0)).isEqualTo(6.5);
    assertThat(raw(file, 31, 0)).isEqualTo(8.5);
    assertThat(raw(file, 31, NAN)).as("no level").isEqualTo(4.5);
    assertThat(raw(file, NAN, 0)).as("AsFalse").isEqualTo(6.5);
    assertThat(raw(read(MODEL.replace("AsFalse", "AsTrue")), NAN, 0)).isEqualTo(8.5);
    assertThat(raw(read(MODEL.replace("AsFalse", "AsIs")), NAN, 0)).isEqualTo(6.5);
    assertThat(raw(file, Math.nextUp(30.0), 0)).as("30 in 32 bits").isEqualTo(6.5);
  }

  @Test
  void tellsWhatTheFileTells() {
    TreeFile file = read(MODEL);
    assertThat(file.format()).isEqualTo("catboost-json");
    assertThat(file.version()).isEqualTo("1.2.7");
    assertThat(file.named()).isTrue();
    assertThat(file.features().get(0)).isEqualTo(Feature.numeric("age"));
    Tree tree = file.trees().trees().get(0);
    assertThat(tree.feature()[0]).as("the last split is the root").isEqualTo(1);
    assertThat(tree.cover()[0]).isEqualTo(100);
    assertThat(tree.cover()[tree.yes()[0]]).as("red").isEqualTo(70);
    assertThat(tree.cover()[tree.no()[0]]).isEqualTo(30);
  }

  @Test
  void readsTreesThatAreNotSymmetric() {
    String several = ASYMMETRIC.replace("RMSE", "MultiRMSE");
    TreeFile file = read(several);
    assertThat(file.trees().outputs()).isEqualTo(2);
    double[] out = new double[6];
    file.trees().raw(new Batch(3, 2, new double[] {1, 0, 50, 0, 50, 1}), out);
    assertThat(out).containsExactly(1, 10, 3, 30, 2, 20);
    assertThat(file.trees().trees().get(1).cover()).containsExactly(20, 5, 15, 7, 8);
    assertThatThrownBy(() -> read(several.replace("[2, 20]", "2")))
        .hasMessageContaining("1 values where others have 2");
  }

  @ParameterizedTest
  @CsvSource({
    "Logloss, BINARY, LOGIT",
    "CrossEntropy, BINARY, LOGIT",
    "RMSE, REGRESSION, IDENTITY",
    "Quantile, REGRESSION, IDENTITY",
    "YetiRank, REGRESSION, IDENTITY",
    "Poisson, REGRESSION, LOG",
    "Tweedie, REGRESSION, LOG"
  })
  void theLossSaysWhatTheModelIsFor(String loss, Task task, Link link) {
    String own =
        MODEL.replace(
            "\"params\": {\"loss",
            "\"loss_function\": \"{\\\"type\\\":\\\"" + loss + "\\\"}\", \"params\": {\"loss");
    for (TreeFile file : List.of(read(MODEL.replace("RMSE", loss)), read(own))) {
      assertThat(file.task()).isEqualTo(task);
      assertThat(file.link()).isEqualTo(link);
    }
  }

  @Test
  void readsOtherShapes() {
    assertThat(raw(read(MODEL.replace("[2, [0.5]]", "[2, 0.5]")), 31, 0)).isEqualTo(8.5);
    assertThat(raw(read(MODEL.replace("[2, [0.5]]", "[2, []]")), 31, 0)).isEqualTo(8);
    String constant =
        MODEL.replaceAll(
            "(?s)\"leaf_values\".*\\]}\\],", "\"leaf_values\": [7], \"splits\": null}],");
    assertThat(raw(read(constant), 31, 0)).isCloseTo(14.5, within(0.0));
    String unweighted = MODEL.replace("\"leaf_weights\": [10, 20, 30, 40],", "");
    assertThat(read(unweighted).trees().trees().get(0).cover()).containsOnly(0);
  }

  @Test
  void takesLevelsInTheDeclaredOrderAndInputsThatTheFileLeavesOut() {
    List<Feature> declared =
        List.of(
            Feature.numeric("age"),
            new Feature("colour", List.of("green", "blue", "red")),
            Feature.numeric("never used"));
    TreeFile file = CatboostFile.read("m", bytes(MODEL), Optional.of(declared));
    assertThat(file.features()).isEqualTo(declared);
    double[] out = new double[1];
    file.trees().raw(new Batch(1, 3, new double[] {31, 2, 0}), out);
    assertThat(out).containsExactly(8.5);
    List<Feature> incomplete =
        List.of(Feature.numeric("age"), new Feature("colour", List.of("green", "blue")));
    assertThatThrownBy(() -> CatboostFile.read("m", bytes(MODEL), Optional.of(incomplete)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll("m asks whether colour is 'red'", "[green, blue]");
  }

  @Test
  void refusesWhatItCannotReadByName() {
    refused("\"OneHotFeature\"", "\"OnlineCtr\"", "OnlineCtr", "one_hot_max_size");
    refused("\"OneHotFeature\"", "\"EstimatedFeature\"", "EstimatedFeature");
    refused("RMSE", "MultiClassOneVsAll", "MultiClassOneVsAll", "Maybe train with MultiClass");
    refused("RMSE", "RMSEWithUncertainty", "RMSEWithUncertainty");
    refused("RMSE", "MultiClass", "leaves of 1 values");
    refused("\"RMSE\"", "null", "does not say with which loss");
    refused("\"float_features\"", "\"text_features\": [{}], \"float_features\"", "text features");
    refused(
        "\"hash\": 4294967291", "\"hash\": 1", "does not name the categories of colour", "pool");
    refused("AsFalse", "AsMean", "AsMean");
    refused("[1, 2, 3, 4]", "[1, 2, 3]", "3 leaf_values for 2 splits");
    refused("[10, 20, 30, 40]", "[10, 20, 30]", "3 leaf_weights");
    refused("[10, 20, 30, 40]", "[10, 20, 30, -1]", "leaf weight -1");
    refused("\"float_feature_index\": 0", "\"float_feature_index\": 3", "float_feature_index 3");
    refused("\"flat_feature_index\": 1", "\"flat_feature_index\": 0", "another feature");
    refused("\"flat_feature_index\": 1", "\"flat_feature_index\": 1e9", "outside 0 to");
    refused("[2, [0.5]]", "[2, [0.5, 1]]", "2 numbers for 1 outputs");
    refused("[2, [0.5]]", "[2]", "scale and a bias");
    refused("\"scale_and_bias\"", "\"scale", "JSON");
  }

  @Test
  void isToldByItsFirstName() {
    assertThat(CatboostFile.looksLike(bytes(MODEL))).isTrue();
    assertThat(CatboostFile.looksLike(bytes("{\"learner\": {\"features_info\""))).isFalse();
    assertThat(CatboostFile.looksLike(new byte[0])).isFalse();
  }

  /** Damage gives a model or a message that names the file, and nothing else. */
  @Property(tries = 2000)
  void damageIsRefusedOrHarmless(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes = bytes(random.nextBoolean() ? MODEL : ASYMMETRIC.replace("RMSE", "MultiRMSE"));
    if (random.nextInt(4) == 0) {
      bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
    } else {
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
    }
    TreeFile file;
    try {
      file = CatboostFile.read("damaged.json", bytes, Optional.empty());
    } catch (InvalidModelException e) {
      assertThat(e).hasMessageContaining("damaged.json");
      return;
    }
    int p = file.features().size();
    double[] out = new double[file.trees().outputs()];
    file.trees().raw(new Batch(1, p, new double[p]), out);
    assertThat(out).doesNotContain(NAN);
  }

  private static void refused(String from, String to, String... parts) {
    assertThat(MODEL).contains(from);
    assertThatThrownBy(() -> read(MODEL.replace(from, to)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("model.json")
        .hasMessageContainingAll(parts);
  }

  private static TreeFile read(String json) {
    return CatboostFile.read("model.json", bytes(json), Optional.empty());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static double raw(TreeFile file, double age, double colour) {
    double[] out = new double[1];
    file.trees().raw(new Batch(1, 2, new double[] {age, colour}), out);
    return out[0];
  }
}
