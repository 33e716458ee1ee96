package io.attest.stage;

import io.attest.explain.Parameters;
import io.attest.explain.counterfactual.CounterfactualSearch;
import io.attest.model.ModelSpec;
import io.attest.model.Task;
import java.util.Map;

/**
 * What {@code model.yaml} says of how an explainer has to be asked: an explainer knows no
 * declarations. Whatever a decision table or a person gives counts in its place.
 */
public final class DeclaredParameters {
  private DeclaredParameters() {}

  /** The declared parameters of an explainer; none for most. */
  public static Parameters of(String explainer, ModelSpec spec) {
    return switch (explainer) {
      case CounterfactualSearch.NAME -> Changes.of(spec);
      case "anchors" -> spec.task() == Task.MULTICLASS ? Parameters.NONE : threshold(spec);
      case "surrogate-tree", "surrogate-rules" ->
          spec.task() == Task.BINARY ? threshold(spec) : Parameters.NONE;
      default -> Parameters.NONE;
    };
  }

  /** Where the model's owner decides, for methods that speak of the decision. */
  private static Parameters threshold(ModelSpec spec) {
    return spec.decision()
        .map(d -> new Parameters(Map.of("threshold", Double.toString(d.threshold()))))
        .orElse(Parameters.NONE);
  }
}
