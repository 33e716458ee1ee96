package io.attest.model.catboost;

import io.attest.model.json.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names of categories, which splits know by a 32-bit hash only.
 *
 * @param byHash as far as the file names them
 * @param hashes by input, of the categories that splits may ask for
 */
record CategoryNames(Map<Integer, String> byHash, Map<Integer, List<Integer>> hashes) {

  static CategoryNames of(Node info, List<Node> categories) {
    Map<Integer, String> byHash = new HashMap<>();
    for (Node entry : info.find("cat_features_hash").map(Node::list).orElse(List.of())) {
      byHash.put(hash(entry.at("hash")), entry.at("value").text());
    }
    Map<Integer, List<Integer>> hashes = new HashMap<>();
    for (Node category : categories) {
      List<Node> values = category.find("values").map(Node::list).orElse(List.of());
      List<Node> texts = category.find("string_values").map(Node::list).orElse(List.of());
      if (!texts.isEmpty() && texts.size() != values.size()) {
        throw category.wrong("has " + values.size() + " values and " + texts.size() + " texts");
      }
      List<Integer> own = new ArrayList<>();
      for (int v = 0; v < values.size(); v++) {
        int hash = hash(values.get(v));
        own.add(hash);
        if (!texts.isEmpty()) {
          byHash.put(hash, texts.get(v).text());
        }
      }
      hashes.put(category.at("flat_feature_index").integer(), own);
    }
    return new CategoryNames(byHash, hashes);
  }

  /** The same 32 bits are written as a signed number in one place and unsigned in the other. */
  static int hash(Node node) {
    double number = node.number();
    if (number != Math.rint(number) || Math.abs(number) >= 1L << 32) {
      throw node.wrong("is " + number + ", which is no hash");
    }
    return (int) (long) number;
  }

  /** The levels of an input that the file names; empty if one of them has no name. */
  List<String> levels(int input) {
    List<String> levels = new ArrayList<>();
    for (int hash : hashes.getOrDefault(input, List.of())) {
      String name = byHash.get(hash);
      if (name == null) {
        return List.of();
      }
      levels.add(name);
    }
    return levels;
  }
}
