package io.attest.audit;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The attributions of an audit in the order in which they speak for it. Where several methods were
 * heard, the first is the main one: facts, cases and charts are its, and the others are compared
 * with it.
 */
public final class Attributions {
  private Attributions() {}

  /**
   * Exact before sampled, true to the model before near the data; what does not add up, or cannot
   * tell features apart that go together, comes after.
   */
  private static final List<String> ORDER =
      List.of(
          "tree-shap-interventional",
          "tree-shap",
          "linear-shap",
          "kernel-shap",
          "expected-gradients",
          "integrated-gradients",
          "permutation-shap");

  /** Explainers that gave an attribution, the main one first. */
  public static List<Section.Explained> of(List<Section.Explained> explained) {
    return explained.stream()
        .filter(e -> e.result().orElse(null) instanceof Section.AttributionResult)
        .sorted(Comparator.comparingInt(Attributions::rank))
        .toList();
  }

  /** The main one, if there is any. */
  public static Optional<Section.Explained> main(List<Section.Explained> explained) {
    return of(explained).stream().findFirst();
  }

  /** Mean absolute contribution by feature. */
  public static Map<String, Double> figures(Section.AttributionResult result) {
    return figures(result.global());
  }

  /** Mean absolute contribution by feature. */
  public static Map<String, Double> figures(List<Section.GlobalShare> global) {
    return global.stream()
        .collect(Collectors.toMap(Section.GlobalShare::feature, Section.GlobalShare::meanAbsolute));
  }

  private static int rank(Section.Explained explained) {
    int at = ORDER.indexOf(explained.explainer());
    return at < 0 ? ORDER.size() : at;
  }
}
