package io.attest.model.catboost;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A random model in CatBoost's JSON: 4 numbers with each way to treat NaN, 2 categories. The inputs
 * are n0 c0 n1 n2 c1 n3, so that indices of kinds and of inputs differ.
 */
final class RandomModel {
  static final int[] NUMBERS = {0, 2, 3, 5};
  static final int[] CATEGORIES = {1, 4};
  static final int INPUTS = 6;
  static final int LEVELS = 5;

  final Map<String, Object> root = new LinkedHashMap<>();
  final int outputs;
  private final SplittableRandom random;
  private final List<Map<String, Object>> splits = new ArrayList<>();

  RandomModel(long seed, boolean symmetric, int outputs) {
    this.random = new SplittableRandom(seed);
    this.outputs = outputs;
    Map<String, Object> info = new LinkedHashMap<>();
    List<Object> floats = new ArrayList<>();
    for (int i = 0; i < NUMBERS.length; i++) {
      List<Float> borders = new ArrayList<>();
      for (int b = 0; b < 4; b++) {
        float border = -1.5f + b + random.nextInt(4) / 10f;
        borders.add(border);
        splits.add(split("FloatFeature", Map.of("float_feature_index", i, "border", border)));
      }
      floats.add(
          feature(
              i,
              NUMBERS[i],
              "n" + i,
              Map.of(
                  "borders",
                  borders,
                  "has_nans",
                  i < 3,
                  "nan_value_treatment",
                  List.of("AsFalse", "AsTrue", "AsIs", "AsIs").get(i))));
    }
    List<Object> categories = new ArrayList<>();
    for (int i = 0; i < CATEGORIES.length; i++) {
      List<Integer> values = new ArrayList<>();
      for (int level = 0; level < LEVELS; level++) {
        values.add(hash(i, level));
        splits.add(split("OneHotFeature", Map.of("cat_feature_index", i, "value", hash(i, level))));
      }
      categories.add(feature(i, CATEGORIES[i], "c" + i, Map.of("values", values)));
    }
    info.put("float_features", floats);
    info.put("categorical_features", categories);
    List<Object> hashes = new ArrayList<>();
    for (int i = 0; i < CATEGORIES.length; i++) {
      for (int level = 0; level < LEVELS; level++) {
        hashes.add(
            Map.of("hash", Integer.toUnsignedLong(hash(i, level)), "value", "c" + i + " " + level));
      }
    }
    info.put("cat_features_hash", hashes);
    root.put("features_info", info);
    root.put(
        "model_info",
        Map.of(
            "catboost_version_info",
            "Git info:\nCatBoost version: 1.2.7",
            "loss_function",
            outputs == 1 ? "{\"type\":\"Logloss\"}" : "{\"type\":\"MultiClass\"}"));
    List<Object> trees = new ArrayList<>();
    for (int t = 0; t < 5; t++) {
      trees.add(symmetric ? symmetric(random.nextInt(5)) : asymmetric(4));
    }
    root.put(symmetric ? "oblivious_trees" : "trees", trees);
    root.put("scale_and_bias", List.of(0.5 + random.nextInt(2), numbers(outputs)));
  }

  /** Half of the hashes are negative. */
  static int hash(int category, int level) {
    return (level % 2 == 0 ? 1 : -1) * (1_000_003 * (category + 1) + 7919 * level + 1);
  }

  private static Map<String, Object> split(String type, Map<String, Object> rest) {
    Map<String, Object> out = new LinkedHashMap<>(rest);
    out.put("split_type", type);
    return out;
  }

  private static Map<String, Object> feature(
      int index, int flat, String name, Map<String, Object> rest) {
    Map<String, Object> out = new LinkedHashMap<>(rest);
    out.put("feature_index", index);
    out.put("flat_feature_index", flat);
    out.put("feature_id", name);
    return out;
  }

  private Map<String, Object> symmetric(int depth) {
    Map<String, Object> tree = new LinkedHashMap<>();
    List<Object> chosen = new ArrayList<>();
    for (int d = 0; d < depth; d++) {
      chosen.add(anySplit());
    }
    tree.put("splits", chosen);
    tree.put("leaf_values", numbers(outputs << depth));
    List<Object> weights = new ArrayList<>();
    for (int leaf = 0; leaf < 1 << depth; leaf++) {
      weights.add(random.nextInt(20));
    }
    tree.put("leaf_weights", weights);
    return tree;
  }

  private Map<String, Object> asymmetric(int depth) {
    if (depth == 0 || depth < 4 && random.nextInt(4) == 0) {
      List<Double> values = numbers(outputs);
      return Map.of("value", outputs == 1 ? values.get(0) : values, "weight", random.nextInt(20));
    }
    return Map.of(
        "split", anySplit(), "left", asymmetric(depth - 1), "right", asymmetric(depth - 1));
  }

  private Map<String, Object> anySplit() {
    int index = random.nextInt(splits.size());
    Map<String, Object> out = new LinkedHashMap<>(splits.get(index));
    out.put("split_index", index);
    return out;
  }

  private List<Double> numbers(int n) {
    List<Double> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      out.add(random.nextDouble(-1, 1));
    }
    return out;
  }

  byte[] json() {
    try {
      return new ObjectMapper().writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
