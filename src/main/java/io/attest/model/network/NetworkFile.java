package io.attest.model.network;

import io.attest.model.Feature;
import io.attest.model.Link;
import java.util.List;

/**
 * What a file of a network says of itself.
 *
 * @param version of the library that wrote the file; empty if it does not say
 * @param features all numeric
 * @param named true if the file itself names the features
 * @param classes of a classifier, in the order of its outputs; empty if the file does not name them
 * @param link what the file applies last; {@link Link#IDENTITY} if nothing
 * @param layers all before the link
 */
public record NetworkFile(
    String version,
    List<Feature> features,
    boolean named,
    List<String> classes,
    Link link,
    List<Layer> layers) {

  public NetworkFile {
    features = List.copyOf(features);
    classes = List.copyOf(classes);
    layers = List.copyOf(layers);
  }

  /** How many raw outputs the last layer gives. */
  public int outputs() {
    return layers.isEmpty() ? features.size() : layers.get(layers.size() - 1).outputs();
  }

  /** True if raw outputs are weighted sums of the features: no layer bends. */
  public boolean linear() {
    return layers.stream().noneMatch(l -> l instanceof Activation || l instanceof Softmax);
  }
}
