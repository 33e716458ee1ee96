package io.attest.explain;

/** What an explainer answers: immutable, with how it came about. */
public sealed interface Explanation
    permits Anchors,
        Attribution,
        Counterfactuals,
        Effects,
        Importance,
        Influence,
        Interactions,
        LocalSurrogate,
        Surfaces,
        Surrogate,
        TrainingInfluence {

  Provenance provenance();
}
