package io.attest.explain.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who takes part in the game: each feature, or groups of features that are known or unknown
 * together. The leaf of a tree asks a group only whether it satisfies all its splits on the path,
 * so the values of groups are as exact, and as cheap, as those of features.
 *
 * @param names of the players: a feature's own, or a group's; in the order of their first features
 * @param of for each feature the index of its player
 */
public record Players(List<String> names, int[] of) {

  public Players {
    names = List.copyOf(names);
  }

  /** Every feature for itself. */
  public static Players features(List<String> features) {
    int[] of = new int[features.size()];
    Arrays.setAll(of, j -> j);
    return new Players(features, of);
  }

  /**
   * Groups as a parameter says them: {@code address = zip + city; money = income + savings}.
   * Features that no group names play for themselves.
   *
   * @throws IllegalArgumentException naming a feature that does not exist or is in two groups, or a
   *     group that has no name, no feature or the name of a feature outside
   */
  public static Players parse(String text, List<String> features) {
    Map<String, String> groupOf = new LinkedHashMap<>();
    List<String> groups = new ArrayList<>();
    for (String part : text.split(";")) {
      if (part.isBlank()) {
        continue;
      }
      int equals = part.indexOf('=');
      String group = equals < 0 ? "" : part.substring(0, equals).strip();
      if (group.isEmpty() || groups.contains(group)) {
        throw new IllegalArgumentException(
            "The groups '"
                + text
                + "' cannot be read at '"
                + part.strip()
                + "'. Write each group once, like: address = zip + city; money = income + savings.");
      }
      groups.add(group);
      for (String written : part.substring(equals + 1).split("\\+")) {
        String feature = written.strip();
        if (!features.contains(feature)) {
          throw new IllegalArgumentException(
              "The group "
                  + group
                  + " names the feature '"
                  + feature
                  + "', which the model does not have. Its features are "
                  + features
                  + ".");
        }
        String before = groupOf.put(feature, group);
        if (before != null) {
          throw new IllegalArgumentException(
              "The feature " + feature + " is in two groups, " + before + " and " + group + ".");
        }
      }
    }
    for (String group : groups) {
      if (features.contains(group) && !group.equals(groupOf.get(group))) {
        throw new IllegalArgumentException(
            "The group " + group + " has the name of a feature that is not in it.");
      }
    }
    List<String> names = new ArrayList<>();
    int[] of = new int[features.size()];
    for (int j = 0; j < of.length; j++) {
      String name = groupOf.getOrDefault(features.get(j), features.get(j));
      int at = names.indexOf(name);
      if (at < 0) {
        at = names.size();
        names.add(name);
      }
      of[j] = at;
    }
    return new Players(Collections.unmodifiableList(names), of);
  }

  public int count() {
    return names.size();
  }
}
