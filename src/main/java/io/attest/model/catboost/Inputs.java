package io.attest.model.catboost;

import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import io.attest.model.json.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The inputs of a model.
 *
 * @param numbers input of each numeric feature, by the index that splits use
 * @param categories input of each categorical feature, by the index that splits use
 * @param missingAbove for each input, true if NaN goes to the 1 side
 * @param names names of categories, by hash
 */
record Inputs(
    Node root,
    List<Feature> features,
    boolean named,
    int[] numbers,
    int[] categories,
    boolean[] missingAbove,
    CategoryNames names) {

  private static final int MOST_FEATURES = 1_000_000;

  static Inputs of(Node root, Optional<List<Feature>> declared) {
    Node info = root.at("features_info");
    for (String kind : List.of("text_features", "embedding_features")) {
      if (info.find(kind).map(n -> !n.list().isEmpty()).orElse(false)) {
        throw new InvalidModelException(
            root.file()
                + " has "
                + kind.replace('_', ' ')
                + ", which are not supported. Maybe turn them into numbers before training.");
      }
    }
    List<Node> floats = info.find("float_features").map(Node::list).orElse(List.of());
    List<Node> cats = info.find("categorical_features").map(Node::list).orElse(List.of());
    int[] numbers = positions(floats);
    int[] categories = positions(cats);
    int last = Math.max(max(numbers), max(categories));
    // Constant and ignored inputs are not in the file.
    int p = Math.max(last + 1, declared.map(List::size).orElse(0));
    if (p == 0 || p > MOST_FEATURES) {
      throw info.wrong("has " + p + " inputs");
    }
    String[] names = new String[p];
    boolean named = !floats.isEmpty() || !cats.isEmpty();
    boolean indices = true;
    boolean[] missingAbove = new boolean[p];
    CategoryNames categoryNames = CategoryNames.of(info, cats);
    boolean[] categorical = new boolean[p];
    for (List<Node> kind : List.of(floats, cats)) {
      for (Node node : kind) {
        int j = node.at("flat_feature_index").integer();
        if (names[j] != null) {
          throw node.wrong("has the flat_feature_index " + j + " of another feature");
        }
        names[j] = name(node);
        named &= !names[j].isEmpty();
        indices &= names[j].equals(Integer.toString(j));
        if (kind == floats) {
          missingAbove[j] = above(node);
        } else {
          categorical[j] = true;
        }
      }
    }
    List<Feature> features = new ArrayList<>();
    for (int j = 0; j < p; j++) {
      Optional<Feature> said =
          j < declared.map(List::size).orElse(0)
              ? Optional.of(declared.get().get(j))
              : Optional.empty();
      String name =
          names[j] == null || names[j].isEmpty()
              ? said.map(Feature::name).orElse("f" + j)
              : names[j];
      List<String> levels = List.of();
      if (categorical[j]) {
        List<String> own = categoryNames.levels(j);
        levels = said.map(Feature::levels).filter(l -> !l.isEmpty()).orElse(own);
        if (levels.isEmpty()) {
          throw new InvalidModelException(
              root.file()
                  + " does not name the categories of "
                  + name
                  + ". Maybe declare its levels in a model.yaml, or save the model with"
                  + " pool=<training pool>.");
        }
      }
      features.add(new Feature(name, levels));
    }
    return new Inputs(
        root,
        List.copyOf(features),
        // CatBoost calls features that nobody named 0, 1...
        named && !indices,
        numbers,
        categories,
        missingAbove,
        categoryNames);
  }

  private static String name(Node feature) {
    return feature
        .find("feature_name")
        .or(() -> feature.find("feature_id"))
        .map(Node::text)
        .orElse("");
  }

  private static boolean above(Node feature) {
    String treatment = feature.find("nan_value_treatment").map(Node::text).orElse("AsIs");
    return switch (treatment) {
      case "AsTrue" -> true;
      // NaN is above nothing.
      case "AsFalse", "AsIs" -> false;
      default -> throw feature.wrong("has the nan_value_treatment " + treatment);
    };
  }

  private static int max(int[] positions) {
    return Arrays.stream(positions).max().orElse(-1);
  }

  private static int[] positions(List<Node> features) {
    int[] out = new int[features.size()];
    Arrays.fill(out, -1);
    for (Node feature : features) {
      int index = feature.at("feature_index").integer();
      int flat = feature.at("flat_feature_index").integer();
      // Inputs that are not in the file leave gaps in both.
      if (index < 0 || index >= MOST_FEATURES || flat < 0 || flat >= MOST_FEATURES) {
        throw feature.wrong("has an index outside 0 to " + (MOST_FEATURES - 1));
      }
      if (index >= out.length) {
        int before = out.length;
        out = Arrays.copyOf(out, index + 1);
        Arrays.fill(out, before, out.length, -1);
      }
      if (out[index] >= 0) {
        throw feature.wrong("has the feature_index " + index + " of another feature");
      }
      out[index] = flat;
    }
    return out;
  }
}
