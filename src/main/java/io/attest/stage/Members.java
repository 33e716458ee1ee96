package io.attest.stage;

import io.attest.data.Field;
import io.attest.explain.Provenance;
import io.attest.explain.tree.Players;
import io.attest.model.ModelSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which features of the model stand behind the names that an explanation speaks of: a feature is
 * itself, a group is all that are in it.
 */
public record Members(Map<String, List<String>> groups) {

  /** As the explainer was told, or every feature for itself. */
  public static Members of(Optional<Provenance> provenance, ModelSpec spec) {
    return of(provenance, spec.fields().stream().map(Field::name).toList());
  }

  /** The same, of the features of a model. */
  public static Members of(Optional<Provenance> provenance, List<String> features) {
    Map<String, List<String>> groups = new TreeMap<>();
    provenance
        .map(p -> p.parameters().get("groups"))
        .filter(text -> !text.isBlank())
        .ifPresent(
            text -> {
              Players players = Players.parse(text, features);
              for (int j = 0; j < features.size(); j++) {
                groups
                    .computeIfAbsent(
                        players.names().get(players.of()[j]), n -> new java.util.ArrayList<>())
                    .add(features.get(j));
              }
            });
    return new Members(groups);
  }

  /** The features behind a name. */
  public List<String> of(String name) {
    return groups.getOrDefault(name, List.of(name));
  }
}
