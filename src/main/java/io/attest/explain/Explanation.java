package io.attest.explain;

/** What an explainer answers: immutable, with how it came about. */
public sealed interface Explanation
    permits Attribution,
        Counterfactuals,
        Effects,
        Importance,
        Influence,
        Interactions,
        Surfaces,
        TrainingInfluence {

  Provenance provenance();
}
