package io.attest.model.xgboost;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model file of two small trees, to change one thing in.
 *
 * <p>Tree 0: age &lt; 30 ? 1 : (colour in {1, 3} ? 2 : 4); missing age goes left, missing colour to
 * the set. Tree 1: a single leaf of 0.25.
 */
final class SmallModel {
  final Map<String, Object> root = new LinkedHashMap<>();
  final Map<String, Object> learner = new LinkedHashMap<>();
  final Map<String, Object> parameters = new LinkedHashMap<>();
  final Map<String, Object> objective = new LinkedHashMap<>();
  final Map<String, Object> booster = new LinkedHashMap<>();
  final Map<String, Object> model = new LinkedHashMap<>();
  final Map<String, Object> tree = new LinkedHashMap<>();
  final Map<String, Object> stump = new LinkedHashMap<>();
  final Map<String, Object> attributes = new LinkedHashMap<>();

  SmallModel() {
    root.put("learner", learner);
    root.put("version", new int[] {3, 0, 4});
    learner.put("attributes", attributes);
    learner.put("feature_names", List.of("age", "colour"));
    learner.put("feature_types", List.of("float", "c"));
    learner.put("learner_model_param", parameters);
    learner.put("objective", objective);
    learner.put("gradient_booster", booster);
    parameters.put("base_score", "5E-1");
    parameters.put("num_class", "0");
    parameters.put("num_feature", "2");
    parameters.put("num_target", "1");
    objective.put("name", "binary:logistic");
    booster.put("name", "gbtree");
    booster.put("model", model);
    model.put("gbtree_model_param", Map.of("num_parallel_tree", "1", "num_trees", "2"));
    model.put("tree_info", new int[] {0, 0});
    model.put("trees", List.of(tree, stump));
    tree.put("tree_param", Map.of("num_nodes", "5", "size_leaf_vector", "1"));
    tree.put("left_children", new int[] {1, -1, 3, -1, -1});
    tree.put("right_children", new int[] {2, -1, 4, -1, -1});
    tree.put("split_indices", new int[] {0, 0, 1, 0, 0});
    tree.put("split_conditions", new float[] {30, 1, 0, 4, 2});
    tree.put("split_type", new byte[] {0, 0, 1, 0, 0});
    tree.put("default_left", new byte[] {1, 0, 0, 0, 0});
    tree.put("sum_hessian", new float[] {10, 4, 6, 2, 4});
    tree.put("categories", new int[] {1, 3});
    tree.put("categories_nodes", new int[] {2});
    tree.put("categories_segments", new long[] {0});
    tree.put("categories_sizes", new long[] {2});
    stump.put("tree_param", Map.of("num_nodes", "1", "size_leaf_vector", "1"));
    stump.put("left_children", new int[] {-1});
    stump.put("right_children", new int[] {-1});
    stump.put("split_indices", new int[] {0});
    stump.put("split_conditions", new float[] {0.25f});
    stump.put("split_type", new byte[] {0});
    stump.put("default_left", new byte[] {0});
    stump.put("sum_hessian", new float[] {10});
  }

  byte[] json() {
    try {
      return new ObjectMapper()
          .configure(JsonWriteFeature.WRITE_NAN_AS_STRINGS.mappedFeature(), false)
          .writeValueAsBytes(plain(root));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] ubj() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ubj(root, new DataOutputStream(out));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Jackson writes byte[] as base64. */
  private static Object plain(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> out = new LinkedHashMap<>();
      map.forEach((k, v) -> out.put(k.toString(), plain(v)));
      return out;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(SmallModel::plain).toList();
    }
    if (value instanceof byte[] bytes) {
      List<Integer> out = new ArrayList<>();
      for (byte b : bytes) {
        out.add((int) b);
      }
      return out;
    }
    return value;
  }

  /** As XGBoost writes it: lengths as 64-bit numbers, arrays of numbers typed. */
  private static void ubj(Object value, DataOutputStream out) throws IOException {
    if (value instanceof Map<?, ?> map) {
      out.writeByte('{');
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        text(entry.getKey().toString(), out);
        ubj(entry.getValue(), out);
      }
      out.writeByte('}');
    } else if (value instanceof List<?> list) {
      out.writeBytes("[#L");
      out.writeLong(list.size());
      for (Object element : list) {
        ubj(element, out);
      }
    } else if (value instanceof String text) {
      out.writeByte('S');
      text(text, out);
    } else if (value instanceof Double number) {
      out.writeByte('D');
      out.writeDouble(number);
    } else if (value instanceof int[] numbers) {
      typed('l', numbers.length, out);
      for (int n : numbers) {
        out.writeInt(n);
      }
    } else if (value instanceof long[] numbers) {
      typed('L', numbers.length, out);
      for (long n : numbers) {
        out.writeLong(n);
      }
    } else if (value instanceof float[] numbers) {
      typed('d', numbers.length, out);
      for (float n : numbers) {
        out.writeFloat(n);
      }
    } else if (value instanceof byte[] numbers) {
      typed('U', numbers.length, out);
      out.write(numbers);
    } else {
      throw new IllegalArgumentException(String.valueOf(value));
    }
  }

  private static void typed(char type, int length, DataOutputStream out) throws IOException {
    out.writeBytes("[$" + type + "#L");
    out.writeLong(length);
  }

  private static void text(String text, DataOutputStream out) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeByte('L');
    out.writeLong(bytes.length);
    out.write(bytes);
  }
}
