package io.attest.stage;

import io.attest.correlate.Dependence;
import io.attest.explain.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * {@code groups=auto}: features that belong together in the data are explained together. An
 * explainer knows no clusters, so the stage writes them out.
 */
final class ClusterGroups {
  private static final String GROUPS = "groups";

  private ClusterGroups() {}

  /**
   * Parameters with the clusters of at least two features in place of {@code auto}. Where there is
   * no such cluster every feature stays by itself.
   *
   * @param features of the model: a cluster may hold other columns, too, which are left out
   */
  static Parameters resolved(Parameters given, Dependence dependence, List<String> features) {
    if (!given.text(GROUPS).map("auto"::equals).orElse(false)) {
      return given;
    }
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (List<String> cluster : dependence.clusters()) {
      List<String> members = cluster.stream().filter(features::contains).toList();
      if (members.size() > 1) {
        groups.put(name(members, features), members);
      }
    }
    Map<String, String> values = new TreeMap<>(given.values());
    values.remove(GROUPS);
    if (groups.isEmpty()) {
      values.remove("value"); // of groups, of which there are none
    } else {
      StringJoiner text = new StringJoiner("; ");
      groups.forEach((name, members) -> text.add(name + " = " + String.join(" + ", members)));
      values.put(GROUPS, text.toString());
    }
    return new Parameters(values);
  }

  /** After its first feature, but not as it is: it is more than that. */
  private static String name(List<String> members, List<String> features) {
    String name = members.get(0) + " and " + (members.size() - 1) + " more";
    while (features.contains(name)) {
      name += " features";
    }
    return name;
  }
}
