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

  /**
   * Parameters of an explainer in an audit, with the declared ones beneath them. Counterfactuals
   * are of the cases that the report shows one by one, unless others are given.
   */
  static Parameters beneath(
      String explainer, Parameters given, Snapshot snapshot, AuditSettings settings) {
    Parameters declared =
        explainer.equals(CounterfactualSearch.NAME) && given.text("rows").isEmpty()
            ? Changes.of(snapshot, settings)
            : of(explainer, snapshot.spec());
    return declared.with(given);
  }

  /** Where the model's owner decides, for methods that speak of the decision. */
  private static Parameters threshold(ModelSpec spec) {
    return spec.decision()
        .map(d -> new Parameters(Map.of("threshold", Double.toString(d.threshold()))))
        .orElse(Parameters.NONE);
  }
}
