package io.attest.model.lightgbm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelReader;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.model.tree.Missing;
import io.attest.model.tree.TreeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LightgbmFileTest {
  private static final double NAN = Double.NaN;

  @Test
  void routesAsLightgbmDoes() {
    TreeFile file = read(new SmallModel());
    assertThat(raw(file, 30, 0)).as("at the threshold").isEqualTo(1.25);
    assertThat(raw(file, Math.nextUp(30.0), 0)).as("64 bits").isEqualTo(4.25);
    assertThat(raw(file, Double.NEGATIVE_INFINITY, 0)).isEqualTo(1.25);
    // A category in the set goes left (2), any other right (4), also one that cannot be.
    assertThat(raw(file, 40, 1)).isEqualTo(2.25);
    assertThat(raw(file, 40, 33)).as("second word of the set").isEqualTo(2.25);
    assertThat(raw(file, 40, 1.9)).as("fractions are cut off").isEqualTo(2.25);
    for (double other : new double[] {0, 32, 65, 3e9, -1, NAN}) {
      assertThat(raw(file, 40, other)).as("category %s", other).isEqualTo(4.25);
    }
  }

  @Test
  void tellsWhatTheFileTells() {
    TreeFile file = read(new SmallModel());
    assertThat(file.format()).isEqualTo("lightgbm-v4");
    assertThat(file.task()).isEqualTo(Task.BINARY);
    assertThat(file.link()).isEqualTo(Link.LOGIT);
    assertThat(file.named()).isTrue();
    assertThat(file.features().get(0)).isEqualTo(Feature.numeric("age"));
    assertThat(file.features().get(1).levels()).hasSize(34).startsWith("0", "1").endsWith("33");
    assertThat(file.levelsKnown()).containsExactly(false, false);
    assertThat(file.trees().base()).containsExactly(0);
    // Two splits, then three leaves.
    assertThat(file.trees().trees().get(0).cover()).containsExactly(10, 6, 4, 2, 4);
    assertThat(file.trees().trees().get(1).nodes()).isEqualTo(1);
  }

  /** The third and fourth bit of the decision type: nothing, zero or NaN is missing. */
  @ParameterizedTest
  @CsvSource({
    // type, threshold, rule, raw of: NaN, 0, 1e-35, 1e-34, -50
    "0,  30, NONE, 1.25, 1.25, 1.25, 1.25, 1.25",
    "2,  30, NONE, 1.25, 1.25, 1.25, 1.25, 1.25",
    "0, -30, NONE, 4.25, 4.25, 4.25, 4.25, 1.25",
    "2, -30, NONE, 4.25, 4.25, 4.25, 4.25, 1.25",
    "4,  30, ZERO, 4.25, 4.25, 4.25, 1.25, 1.25",
    "6, -30, ZERO, 1.25, 1.25, 1.25, 4.25, 1.25",
    "8,  30, NAN,  4.25, 1.25, 1.25, 1.25, 1.25",
    "10,-30, NAN,  1.25, 4.25, 4.25, 4.25, 1.25",
  })
  void knowsWhatIsMissing(
      int type,
      String threshold,
      Missing rule,
      double nan,
      double zero,
      double tiny,
      double small,
      double low) {
    TreeFile file =
        read(
            new SmallModel()
                .with("decision_type=10 1", "decision_type=" + type + " 1")
                .with("threshold=30 0", "threshold=" + threshold + " 0"));
    assertThat(file.trees().missing()).containsExactly(rule, Missing.NAN);
    assertThat(raw(file, NAN, 0)).isEqualTo(nan);
    assertThat(raw(file, 0, 0)).isEqualTo(zero);
    assertThat(raw(file, -0.0, 0)).isEqualTo(zero);
    assertThat(raw(file, 1e-35, 0)).isEqualTo(tiny);
    // LightGBM's limit is the 32-bit float next to 1e-35.
    assertThat(raw(file, 1e-35f, 0)).isEqualTo(tiny);
    assertThat(raw(file, 1e-34, 0)).isEqualTo(small);
    assertThat(raw(file, -50, 0)).isEqualTo(low);
  }

  @Test
  void aMissingCategoryIsNeverCodeZero() {
    // Type 1: categorical, and nothing missing; type 5: zero missing. Neither counts here.
    for (String type : List.of("1", "5", "9")) {
      TreeFile file =
          read(
              new SmallModel()
                  .with("decision_type=10 1", "decision_type=10 " + type)
                  .with("cat_threshold=2 2", "cat_threshold=1 0"));
      assertThat(raw(file, 40, NAN)).isEqualTo(4.25);
      assertThat(raw(file, 40, 0)).isEqualTo(2.25);
    }
  }

  /** Training that went on with NaN where there had been none. */
  @Test
  void nothingMissingAndNanMissingGoTogether() {
    // The first split: nothing missing, threshold -1; the second: NaN missing, and goes left.
    TreeFile file = read(twoSplitsOnAge("0 10", "-1 30"));
    assertThat(file.trees().missing().get(0)).isEqualTo(Missing.NAN);
    assertThat(raw(file, -5, 0)).isEqualTo(1.25);
    assertThat(raw(file, 0, 0)).isEqualTo(2.25);
    assertThat(raw(file, 31, 0)).isEqualTo(4.25);
    assertThat(raw(file, NAN, 0)).as("as 0 to the right, then left").isEqualTo(2.25);
    assertThat(raw(read(twoSplitsOnAge("0 10", "0 30")), NAN, 0)).isEqualTo(1.25);
    refused(twoSplitsOnAge("4 10", "-1 30"), "age", "ZERO", "NAN", "zero_as_missing");
    refused(twoSplitsOnAge("0 4", "-1 30"), "age", "ZERO", "NONE", "tree 0");
  }

  private static SmallModel twoSplitsOnAge(String types, String thresholds) {
    return new SmallModel()
        .with("split_feature=0 1", "split_feature=0 0")
        .with("threshold=30 0", "threshold=" + thresholds)
        .with("decision_type=10 1", "decision_type=" + types);
  }

  @ParameterizedTest
  @CsvSource({
    "binary sigmoid:1, BINARY, LOGIT, 4.25",
    "binary sigmoid:0.5, BINARY, LOGIT, 2.125",
    "cross_entropy, REGRESSION, LOGIT, 4.25",
    "xentropy, REGRESSION, LOGIT, 4.25",
    "regression, REGRESSION, IDENTITY, 4.25",
    "regression_l1, REGRESSION, IDENTITY, 4.25",
    "huber, REGRESSION, IDENTITY, 4.25",
    "fair, REGRESSION, IDENTITY, 4.25",
    "quantile, REGRESSION, IDENTITY, 4.25",
    "mape, REGRESSION, IDENTITY, 4.25",
    "poisson, REGRESSION, LOG, 4.25",
    "gamma, REGRESSION, LOG, 4.25",
    "tweedie, REGRESSION, LOG, 4.25",
    "lambdarank, REGRESSION, IDENTITY, 4.25",
    "rank_xendcg, REGRESSION, IDENTITY, 4.25",
    "custom, REGRESSION, IDENTITY, 4.25"
  })
  void theObjectiveSaysWhatTheScoreIs(String objective, Task task, Link link, double raw) {
    TreeFile file = read(new SmallModel().with("binary sigmoid:1", objective));
    assertThat(file.task()).isEqualTo(task);
    assertThat(file.link()).isEqualTo(link);
    assertThat(raw(file, 40, 0)).isEqualTo(raw);
  }

  @Test
  void aModelWithoutAnObjectiveIsItsScore() {
    TreeFile file = read(new SmallModel().with("objective=binary sigmoid:1\n", ""));
    assertThat(file.task()).isEqualTo(Task.REGRESSION);
    assertThat(file.link()).isEqualTo(Link.IDENTITY);
  }

  @Test
  void theTreesOfARoundBelongToTheClasses() {
    TreeFile softmax = read(classes("multiclass num_class:2"));
    assertThat(softmax.task()).isEqualTo(Task.MULTICLASS);
    assertThat(softmax.link()).isEqualTo(Link.SOFTMAX);
    double[] out = new double[2];
    softmax.trees().raw(new Batch(1, 2, new double[] {40, 1}), out);
    assertThat(out).containsExactly(2, 0.25);
    // One against the rest: two logistic functions, whose values need not sum to 1.
    TreeFile ova = read(classes("multiclassova num_class:2 sigmoid:2"));
    assertThat(ova.link()).isEqualTo(Link.LOGIT);
    ova.trees().raw(new Batch(1, 2, new double[] {40, 1}), out);
    assertThat(out).containsExactly(4, 0.5);
    ova.link().toResponse(out, 2);
    assertThat(out[0]).isCloseTo(0.9820137900379085, within(1e-15));
    assertThat(out[1]).isCloseTo(0.6224593312018546, within(1e-15));
  }

  private static SmallModel classes(String objective) {
    return new SmallModel()
        .with("num_class=1", "num_class=2")
        .with("num_tree_per_iteration=1", "num_tree_per_iteration=2")
        .with("binary sigmoid:1", objective);
  }

  @Test
  void aForestIsTheMeanOfItsTrees() {
    SmallModel forest = new SmallModel().with("tree_sizes", "average_output\ntree_sizes");
    assertThat(raw(read(forest), 40, 1)).isEqualTo((2 + 0.25) / 2);
    SmallModel perClass =
        classes("multiclass num_class:2").with("tree_sizes", "average_output\ntree_sizes");
    double[] out = new double[2];
    read(perClass).trees().raw(new Batch(1, 2, new double[] {40, 1}), out);
    assertThat(out).as("one tree a class").containsExactly(2, 0.25);
  }

  @ParameterizedTest
  @CsvSource({
    "1e308, 1e307, 1.25",
    "1e308, Infinity, 4.25",
    "inf, Infinity, 1.25",
    "-inf, -1e308, 4.25",
    "1.0000000180025095e-35, 0, 1.25",
    "1.0000000180025095e-35, 1.1e-35, 4.25",
    "+3.E1, 30, 1.25",
    ".5, 0.5, 1.25"
  })
  void readsNumbersAsCDoes(String threshold, double age, double raw) {
    TreeFile file = read(new SmallModel().with("threshold=30 0", "threshold=" + threshold + " 0"));
    assertThat(raw(file, age, 0)).isEqualTo(raw);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x1p3", "1d", "1f", "\u0663", "1,5", "1e", "Infinity", "--1"})
  void readsNoOtherNumbers(String threshold) {
    refused(
        new SmallModel().with("threshold=30 0", "threshold=" + threshold + " 0"),
        "tree 0",
        "line 17",
        "'threshold'",
        "'" + threshold + "'");
  }

  @Test
  void readsEveryVersionOfTheHeader() {
    SmallModel v3 = new SmallModel().with("version=v4", "version=v3").with("is_linear=0\n", "");
    assertThat(raw(read(v3), 40, 1)).isEqualTo(2.25);
    SmallModel v2 =
        new SmallModel()
            .with("version=v4", "version=v2")
            .with("is_linear=0\n", "")
            .with("leaf_weight=1 0.5 1\n", "")
            .with("end of trees\n\nfeature_importances:", "feature importances:")
            .with("tree_sizes=300 100\n", "");
    assertThat(read(v2).format()).isEqualTo("lightgbm-v2");
    assertThat(raw(read(v2), 40, 1)).isEqualTo(2.25);
    SmallModel windows = new SmallModel().with("\n", "\r\n");
    assertThat(raw(read(windows), 40, 1)).isEqualTo(2.25);
    refused(new SmallModel().with("version=v4\n", ""), "version", "not said");
    refused(new SmallModel().with("version=v4", "version=v5"), "v5", "header", "line 2");
  }

  @Test
  void namesTheCategoriesOfADataFrame() {
    String names = "[[\"red\", \"grün\", " + "7, ".repeat(31) + "\"blue\"]]";
    // 34 codes, as the file shows 33; 31 sevens are no names.
    assertThat(levels(names)).hasSize(34).startsWith("0");
    StringBuilder distinct = new StringBuilder("[[\"red\", \"grün\"");
    for (int c = 2; c < 34; c++) {
      distinct.append(", ").append(c * 10);
    }
    TreeFile file =
        read(new SmallModel().with("categorical:null", "categorical:" + distinct + "]]"));
    assertThat(file.features().get(1).levels()).startsWith("red", "grün", "20").hasSize(34);
    assertThat(file.levelsKnown()).containsExactly(false, true);
    // Too few names, or more columns than there are categorical features: whose are they?
    assertThat(levels("[[\"red\", \"blue\"]]")).hasSize(34).startsWith("0");
    assertThat(levels(distinct + "], [\"a\"]]")).startsWith("0");
    assertThat(levels(distinct.toString().replace("20", "2.5") + "]]")).startsWith("0");
    refused(new SmallModel().with("categorical:null", "categorical:[["), "line 61");
    refused(new SmallModel().with("categorical:null", "categorical:7"), "line 61", "JSON");
  }

  @Test
  void namesTheCategoriesOfAColumnThatIsAlikeInAllRows() {
    SmallModel model =
        new SmallModel()
            .with("max_feature_idx=1", "max_feature_idx=2")
            .with("=age colour", "=age colour flat")
            .with("33:1:-1:0", "[0:40] none")
            .with("decision_type=10 1", "decision_type=10 2")
            .with("pandas_categorical:null", "pandas_categorical:[[\"only\"]]");
    assertThat(read(model).features().get(2).categorical()).isFalse();
    model.with("[boosting: gbdt]", "[boosting: gbdt]\n[categorical_feature: 2]");
    assertThat(read(model).features().get(2).levels()).containsExactly("only");
    assertThat(read(model).levelsKnown()).containsExactly(false, false, true);
    // Split as a number: then the list is not this feature's.
    model.with("feature: 2]", "feature: 1]");
    assertThat(read(model).levelsKnown()).containsExactly(false, false, false);
    model.with("feature: 1]", "feature: 7]");
    assertThat(read(model).levelsKnown()).containsExactly(false, false, false);
  }

  private static List<String> levels(String categories) {
    TreeFile file = read(new SmallModel().with("categorical:null", "categorical:" + categories));
    assertThat(file.levelsKnown()).containsExactly(false, false);
    return file.features().get(1).levels();
  }

  @Test
  void namesOfAMatrixAreNoNames() {
    assertThat(read(new SmallModel().with("=age colour", "=Column_0 Column_1")).named()).isFalse();
    assertThat(read(new SmallModel().with("=age colour", "=Column_1 Column_0")).named()).isTrue();
  }

  @Test
  void refusesWhatItCannotReadByName() {
    refused(
        new SmallModel().with("is_linear=0\nshrinkage=0.1", "is_linear=1\nshrinkage=0.1"),
        "tree 1",
        "line 48",
        "linear_tree=false");
    refused(new SmallModel().with("binary sigmoid:1", "regression sqrt"), "line 7", "reg_sqrt");
    refused(new SmallModel().with("binary sigmoid:1", "cross_entropy_lambda"), "_lambda");
    refused(classes("custom"), "line 7", "softmax", "multiclass num_class:2");
    refused(classes("multiclass num_class:3"), "num_class:3", "2 trees an iteration");
    refused(classes("binary sigmoid:1"), "2 trees an iteration");
    refused(new SmallModel().with("sigmoid:1", "sigmoid:0"), "sigmoid");
    refused(new SmallModel().with("binary sigmoid:1", "binary"), "no 'sigmoid'");
    refused(
        new SmallModel().with("split_feature=0 1", "split_feature=1 1"),
        "colour",
        "by categories in tree 0");
    refused(new SmallModel().with("33:1:-1:0", "3000000:1"), "colour", "3000000", "0, 1, 2");
  }

  @Test
  void refusesDamageWithThePlaceOfIt() {
    refused(new SmallModel().with("left_child=-1 -2", "left_child=0 -2"), "child 0", "split 0");
    refused(new SmallModel().with("left_child=-1 -2", "left_child=-1 -1"), "child -1", "split 1");
    refused(new SmallModel().with("left_child=-1 -2", "left_child=-1 -9"), "child -9", "line 19");
    refused(new SmallModel().with("left_child=-1 -2", "left_child=-1 7"), "child 7");
    refused(new SmallModel().with("right_child=1 -3", "right_child=-2 -3"), "child");
    refused(new SmallModel().with("split_feature=0 1", "split_feature=0 2"), "has 2 of 2");
    refused(new SmallModel().with("threshold=30 0", "threshold=nan 0"), "threshold", "split 0");
    refused(new SmallModel().with("threshold=30 0", "threshold=30 1"), "1.0", "of 1 sets");
    refused(new SmallModel().with("threshold=30 0", "threshold=30"), "has 1 entries where 2 fit");
    refused(new SmallModel().with("leaf_value=1 2 4", "leaf_value=1 inf 4"), "Infinity", "leaf 1");
    refused(new SmallModel().with("leaf_count=4 2 4", "leaf_count=4 -2 4"), "count -2");
    refused(new SmallModel().with("internal_count=10 6", "internal_count=0 0"), "how many rows");
    refused(new SmallModel().with("leaf_count=4 2 4\n", ""), "'leaf_count' is not there");
    refused(new SmallModel().with("decision_type=10 1", "decision_type=12 1"), "has 12");
    refused(new SmallModel().with("cat_boundaries=0 2", "cat_boundaries=0 3"), "2 entries");
    refused(new SmallModel().with("cat_boundaries=0 2", "cat_boundaries=1 2"), "cat_boundaries");
    refused(new SmallModel().with("cat_threshold=2 2", "cat_threshold=2 -2"), "'-2'");
    refused(new SmallModel().with("num_cat=1", "num_cat=2147483647"), "num_cat");
    refused(new SmallModel().with("num_leaves=3", "num_leaves=2147483647"), "3 entries");
    refused(new SmallModel().with("num_leaves=3", "num_leaves=0"), "num_leaves");
    refused(new SmallModel().with("num_cat=1", "num_cat=1\nnum_cat=1"), "'num_cat' is there twice");
    refused(new SmallModel().with("num_cat=1", "num_cbt"), "line 14", "key=value");
    refused(new SmallModel().with("max_feature_idx=1", "max_feature_idx=2"), "feature_names");
    refused(new SmallModel().with("Tree=1", "Tree=2"), "line 33", "tree '2'", "tree 1 should be");
    refused(new SmallModel().with("tree_sizes=300 100", "tree_sizes=300"), "tree_sizes");
    refused(
        new SmallModel().with("num_tree_per_iteration=1", "num_tree_per_iteration=3"), "2 trees");
    byte[] whole = new SmallModel().bytes();
    int end = new String(whole, StandardCharsets.UTF_8).indexOf("end of trees");
    assertThatThrownBy(() -> LightgbmFile.read("m.txt", Arrays.copyOf(whole, end)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll("m.txt", "after 2 trees", "'end of trees'", "cut off");
    assertThatThrownBy(() -> LightgbmFile.read("m.pkl", new byte[] {(byte) 0x80, 4}))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll("m.pkl", "save_model");
    byte[] latin = new SmallModel().with("age", "Lärm").bytes();
    latin[new String(latin, StandardCharsets.ISO_8859_1).indexOf('\u00c3')] = 'x';
    assertThatThrownBy(() -> LightgbmFile.read("m.txt", latin)).hasMessageContaining("UTF-8");
  }

  /** Damage gives a model or a message that names the file, and nothing else. */
  @Property(tries = 3000)
  void damageIsRefusedOrHarmless(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes = new SmallModel().bytes();
    switch (random.nextInt(4)) {
      case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 1 -> {
        // A digit for a digit or a sign: what the checks of single numbers let through.
        for (int changes = 0; changes < 3; changes++) {
          int i = random.nextInt(bytes.length);
          bytes[i] = "0123456789".indexOf(bytes[i]) < 0 ? bytes[i] : digit(random);
        }
      }
      default -> {
        for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
    }
    TreeFile file;
    try {
      file = LightgbmFile.read("damaged.model", bytes);
    } catch (InvalidModelException e) {
      assertThat(e).hasMessageContaining("damaged.model");
      return;
    }
    int p = file.features().size();
    double[] out = new double[file.trees().outputs()];
    file.trees().raw(new Batch(1, p, new double[p]), out);
    assertThat(out).doesNotContain(NAN);
  }

  private static byte digit(SplittableRandom random) {
    return (byte) "0123456789-".charAt(random.nextInt(11));
  }

  @Test
  void isFoundByItsContent(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("model.txt");
    Files.write(path, new SmallModel().with("age", "age_in_years").bytes());
    Model model = ModelReader.read(path, Optional.empty(), Optional.empty());
    assertThat(model.info().format()).isEqualTo("lightgbm-v4");
    assertThat(model.predict(new Batch(1, 2, new double[] {40, 1}), OutputSpace.RAW))
        .containsExactly(2.25);
    // LightGBM wrote the blanks of the data's own names as underscores.
    Feature colour = model.info().features().get(1);
    for (String name : List.of("age in years", "age_in_years")) {
      List<Feature> declared = List.of(Feature.numeric(name), colour);
      Model read = ModelReader.read(path, Optional.of("lightgbm"), Optional.of(declared));
      assertThat(read.info().features()).isEqualTo(declared);
    }
    assertThatThrownBy(
            () ->
                ModelReader.read(
                    path, Optional.empty(), Optional.of(List.of(Feature.numeric("age"), colour))))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("age_in_years");
  }

  private static void refused(SmallModel model, String... parts) {
    assertThatThrownBy(() -> LightgbmFile.read("m.txt", model.bytes()))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("m.txt")
        .hasMessageContainingAll(parts);
  }

  private static TreeFile read(SmallModel model) {
    return LightgbmFile.read("model.txt", model.bytes());
  }

  private static double raw(TreeFile file, double age, double colour) {
    double[] out = new double[1];
    file.trees().raw(new Batch(1, 2, new double[] {age, colour}), out);
    return out[0];
  }
}
