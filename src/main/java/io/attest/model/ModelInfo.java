package io.attest.model;

import java.util.List;

/**
 * What a model says of itself.
 *
 * @param format for instance {@code xgboost-json}
 * @param libraryVersion the version that wrote the file, as the file says; empty if it does not
 * @param features the inputs, in the order of a {@link Batch}'s columns
 * @param outputs names of the outputs: one for a binary model or a regression, one a class
 *     otherwise
 * @param sha256 of the model file, lower-case hex
 */
public record ModelInfo(
    String format,
    String libraryVersion,
    Task task,
    List<Feature> features,
    List<String> outputs,
    Link link,
    String sha256) {

  public ModelInfo {
    features = List.copyOf(features);
    outputs = List.copyOf(outputs);
  }

  public List<String> featureNames() {
    return features.stream().map(Feature::name).toList();
  }

  /** What figures of {@code space} are to be called: without a link there is nothing before it. */
  public OutputSpace named(OutputSpace space) {
    return link == Link.IDENTITY ? OutputSpace.RESPONSE : space;
  }
}
