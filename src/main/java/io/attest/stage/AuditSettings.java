package io.attest.stage;

import io.attest.explain.Explainers;
import io.attest.explain.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The parameters of one audit: those of {@code model.yaml}, and in their place those that a
 * reviewer gave when sending the audit back.
 *
 * @param seed of everything random
 * @param background how many rows stand for "in general"; a seeded sample if there are more
 * @param local how many cases are shown one by one
 * @param quality on how many rows the quality of each attribution is measured; 0 for not at all
 * @param explainers parameters of single explainers, by name: {@code pdp-ice.grid=40}
 */
public record AuditSettings(
    long seed, int background, int local, int quality, Map<String, Parameters> explainers) {

  private static final List<String> OWN = List.of("seed", "background", "local", "quality");

  /**
   * @throws IllegalArgumentException naming a parameter that nothing knows or a value that is none
   */
  public static AuditSettings of(Map<String, String> declared, StageTask task) {
    return of(
        new Parameters(declared).with(Parameters.parse(task.text("reworkParameters").orElse(""))));
  }

  /**
   * Refuses parameters that no audit knows, before somebody waits for one that cannot run.
   *
   * @param text lines {@code name=value}, as a reviewer writes them
   * @throws IllegalArgumentException naming the one that is wrong
   */
  public static void check(String text) {
    AuditSettings settings = of(Parameters.parse(text));
    for (String explainer : settings.explainers().keySet()) {
      Explainers.all().explainer(explainer);
    }
  }

  private static AuditSettings of(Parameters given) {
    Map<String, String> own = new TreeMap<>();
    Map<String, Map<String, String>> others = new TreeMap<>();
    given
        .values()
        .forEach(
            (name, value) -> {
              int dot = name.indexOf('.');
              if (dot > 0) {
                others
                    .computeIfAbsent(name.substring(0, dot), e -> new LinkedHashMap<>())
                    .put(name.substring(dot + 1), value);
              } else {
                own.put(name, value);
              }
            });
    Parameters p = new Parameters(own).only(OWN);
    Map<String, Parameters> explainers = new TreeMap<>();
    others.forEach((name, values) -> explainers.put(name, new Parameters(values)));
    return new AuditSettings(
        p.integer("seed", 1, 0),
        p.integer("background", 500, 1),
        p.integer("local", 30, 0),
        p.integer("quality", 25, 0),
        explainers);
  }

  /** The parameters of one explainer: those of the decision table, and these in their place. */
  Parameters explainer(String name, Parameters table) {
    return table.with(explainers.getOrDefault(name, Parameters.NONE));
  }
}
