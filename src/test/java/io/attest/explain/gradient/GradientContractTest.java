package io.attest.explain.gradient;

import io.attest.explain.Attribution;
import io.attest.explain.ExplainerContractTest;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.network.Activation;
import io.attest.model.network.Activation.Function;
import io.attest.model.network.Dense;
import io.attest.model.network.Layer;
import io.attest.model.network.Network;
import io.attest.model.network.RandomNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** What both explainers promise: they add up. */
abstract class GradientContractTest extends ExplainerContractTest<Attribution> {

  /** The last feature has no weight. */
  @Override
  protected Model model(int features) {
    SplittableRandom random = new SplittableRandom(features);
    Network network = RandomNetwork.of(random, features, Function.TANH, Link.SOFTMAX, 3, 6);
    List<Layer> layers = new ArrayList<>(network.layers());
    Dense first = (Dense) layers.get(0);
    double[] weights = first.weights().clone();
    if (features > 1) {
      java.util.Arrays.fill(weights, (features - 1) * 6, features * 6, 0);
    }
    layers.set(0, new Dense(features, 6, weights, first.bias(), true));
    layers.set(1, new Activation(Function.TANH, 6, 0));
    return new Network(network.info(), layers);
  }

  @Override
  protected double[] figures(Attribution result) {
    return result.values();
  }

  @Override
  protected Optional<double[]> figures(Attribution result, int feature) {
    double[] out = new double[result.rows()];
    for (int i = 0; i < out.length; i++) {
      out[i] = result.value(i, feature, 1);
    }
    return Optional.of(out);
  }

  @Override
  protected boolean additive() {
    return true;
  }
}
