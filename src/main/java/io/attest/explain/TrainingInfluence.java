package io.attest.explain;

/** What the training rows did to the predictions of a model that has no closed form. */
public record TrainingInfluence(Provenance provenance, TestInfluence onTests)
    implements Explanation {}
