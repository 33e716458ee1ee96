package io.attest.cli;

import io.attest.data.Nearest;
import io.attest.explain.Explainer;
import io.attest.explain.Explainers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A method as the command line names it: an explainer, or one of the tables of an explainer that
 * gives several.
 *
 * @param defaults parameters that count where none is given
 * @param table the only table that is written; all of them if empty
 * @param outputParameter what the explainer calls the option {@code --output}
 */
record Method(
    Explainer<?> explainer,
    Map<String, String> defaults,
    Optional<String> table,
    String outputParameter) {

  private static final String EFFECTS = "pdp-ice";

  /** What the explainer calls the option {@code --grid}. */
  String gridParameter() {
    return explainer.name().startsWith("ale") ? "bins" : "grid";
  }

  /** The names of all methods, sorted. */
  static List<String> names(Explainers all) {
    TreeSet<String> names = new TreeSet<>(all.byName().keySet());
    names.addAll(List.of("pdp", "ice"));
    return new ArrayList<>(names);
  }

  /**
   * The method of this name.
   *
   * @throws IllegalArgumentException naming those there are
   */
  static Method of(String name, Explainers all) {
    return switch (name) {
      case "pdp" ->
          new Method(all.explainer(EFFECTS), Map.of("ice", "0"), Optional.of("effects"), "space");
      case "ice" ->
          new Method(
              all.explainer(EFFECTS),
              Map.of("ice", Integer.toString(Integer.MAX_VALUE)),
              Optional.of("individual"),
              "space");
      case EFFECTS, "pdp-2d", "ale", "ale-2d" ->
          new Method(all.explainer(name), Map.of(), Optional.empty(), "space");
      default -> {
        List<String> names = names(all);
        if (!names.contains(name)) {
          throw new IllegalArgumentException(
              "There is no method "
                  + name
                  + "."
                  + Nearest.hint(name, names)
                  + " The methods are "
                  + Nearest.list(names)
                  + ".");
        }
        yield new Method(all.explainer(name), Map.of(), Optional.empty(), "output");
      }
    };
  }
}
