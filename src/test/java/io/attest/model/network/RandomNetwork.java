package io.attest.model.network;

import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.ModelInfo;
import io.attest.model.Task;
import io.attest.model.network.Activation.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Networks with every kind of layer, for tests. */
public final class RandomNetwork {
  private RandomNetwork() {}

  /** Layers of all kinds, in random order and number. */
  public static Network of(SplittableRandom random, int features, Link link) {
    int outputs = link == Link.SOFTMAX || link == Link.SHARE ? 2 + random.nextInt(3) : 1;
    List<Layer> layers = new ArrayList<>();
    int width = features;
    int count = random.nextInt(5);
    for (int l = 0; l < count; l++) {
      int w = width;
      switch (random.nextInt(8)) {
        case 0 -> layers.add(scale(random, w));
        case 1 ->
            layers.add(
                new Select(
                    w,
                    IntStream.range(0, 1 + random.nextInt(4)).map(i -> next(random, w)).toArray()));
        case 2 -> layers.add(new Softmax(w));
        default -> {
          int next = 1 + random.nextInt(7);
          layers.add(dense(random, w, next));
          Function function = Function.values()[random.nextInt(4)];
          layers.add(new Activation(function, next, function == Function.LEAKY_RELU ? 0.1 : 0));
        }
      }
      width = layers.get(layers.size() - 1).outputs();
    }
    layers.add(dense(random, width, outputs));
    if (link == Link.SHARE) {
      layers.add(new Activation(Function.SIGMOID, outputs, 0));
    }
    return new Network(info(features, outputs, link), layers);
  }

  private static int next(SplittableRandom random, int bound) {
    return random.nextInt(bound);
  }

  /** Hidden layers of one function, all of these widths. */
  public static Network of(
      SplittableRandom random,
      int features,
      Function function,
      Link link,
      int outputs,
      int... hidden) {
    List<Layer> layers = new ArrayList<>();
    int width = features;
    for (int next : hidden) {
      layers.add(dense(random, width, next));
      layers.add(new Activation(function, next, 0));
      width = next;
    }
    layers.add(dense(random, width, outputs));
    return new Network(info(features, outputs, link), layers);
  }

  private static Scale scale(SplittableRandom random, int width) {
    return new Scale(normal(random, width, 1), normal(random, width, 1));
  }

  /** Random weights, of a size that keeps the outputs of a layer near 1. */
  public static Dense dense(SplittableRandom random, int inputs, int outputs) {
    return new Dense(
        inputs,
        outputs,
        normal(random, inputs * outputs, 1.5 / Math.sqrt(inputs)),
        random.nextInt(4) == 0 ? new double[0] : normal(random, outputs, 0.5),
        random.nextInt(6) > 0);
  }

  static double[] normal(SplittableRandom random, int n, double scale) {
    return IntStream.range(0, n).mapToDouble(i -> scale * random.nextGaussian()).toArray();
  }

  public static Batch rows(SplittableRandom random, int rows, int features) {
    return new Batch(rows, features, normal(random, rows * features, 1));
  }

  static ModelInfo info(int features, int outputs, Link link) {
    return new ModelInfo(
        "random-network",
        "",
        outputs > 1 ? Task.MULTICLASS : link == Link.LOGIT ? Task.BINARY : Task.REGRESSION,
        IntStream.range(0, features).mapToObj(j -> Feature.numeric("f" + j)).toList(),
        IntStream.range(0, outputs).mapToObj(k -> "out " + k).toList(),
        link,
        "0".repeat(64));
  }
}
