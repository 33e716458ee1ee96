package io.attest.model.onnx;

import io.attest.model.Link;
import io.attest.model.network.Layer;
import io.attest.model.network.Scale;
import io.attest.model.network.Select;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A value on its way through a graph, as layers of a network.
 *
 * @param feature for each column before the first layer, which feature of the model it is
 * @param factor of each of these columns
 * @param shift of each of these columns
 * @param layers so far; while there is none, columns may still be chosen, joined and scaled
 * @param width columns now
 * @param flat true if the value is a list of rows, not a table of one column
 * @param pair true if the file has the probability of the other class beside the one column
 * @param link applied at the end, if it is none that a layer can be
 */
record Stage(
    int[] feature,
    double[] factor,
    double[] shift,
    List<Layer> layers,
    int width,
    boolean flat,
    boolean pair,
    Optional<Link> link) {

  /** A label, made of scores: nothing goes on from here. */
  static final Stage LABEL = of(new int[0]);

  /** Columns of the inputs, as they are. */
  static Stage of(int[] feature) {
    double[] one = new double[feature.length];
    Arrays.fill(one, 1);
    return columns(feature, one, new double[feature.length]);
  }

  private static Stage columns(int[] feature, double[] factor, double[] shift) {
    return new Stage(
        feature, factor, shift, List.of(), feature.length, false, false, Optional.empty());
  }

  /** True if no layer has begun. */
  boolean columns() {
    return layers.isEmpty() && link.isEmpty() && !flat;
  }

  /** True if the numbers are the same: only what stands beside them may differ. */
  boolean same(Stage other) {
    return layers == other.layers
        && feature == other.feature
        && factor == other.factor
        && link.equals(other.link);
  }

  /** The next layer; its inputs are these columns. */
  Stage then(Layer layer) {
    List<Layer> next = new ArrayList<>(layers);
    next.add(layer);
    return new Stage(feature, factor, shift, List.copyOf(next), layer.outputs(), flat, pair, link);
  }

  /** Another layer in place of the last one. */
  Stage withLast(Layer layer) {
    Stage before =
        new Stage(
            feature, factor, shift, layers.subList(0, layers.size() - 1), width, flat, pair, link);
    return before.then(layer);
  }

  Optional<Layer> last() {
    return layers.isEmpty() ? Optional.empty() : Optional.of(layers.get(layers.size() - 1));
  }

  Stage asFlat(boolean now) {
    return new Stage(feature, factor, shift, layers, width, now, pair, link);
  }

  Stage asPair() {
    return new Stage(feature, factor, shift, layers, width, flat, true, link);
  }

  Stage withLink(Link applied) {
    return new Stage(feature, factor, shift, layers, width, flat, pair, Optional.of(applied));
  }

  /** Each column times a factor, plus a shift: of the columns, or as a layer. */
  Stage scaled(double[] times, double[] plus) {
    if (!columns()) {
      return then(new Scale(times, plus));
    }
    double[] f = new double[width];
    double[] s = new double[width];
    for (int j = 0; j < width; j++) {
      f[j] = factor[j] * times[j];
      s[j] = shift[j] * times[j] + plus[j];
    }
    return columns(feature, f, s);
  }

  Stage chosen(int[] index) {
    if (!columns()) {
      return then(new Select(width, index));
    }
    return columns(
        Arrays.stream(index).map(c -> feature[c]).toArray(),
        Arrays.stream(index).mapToDouble(c -> factor[c]).toArray(),
        Arrays.stream(index).mapToDouble(c -> shift[c]).toArray());
  }

  static Stage joined(List<Stage> parts) {
    return columns(
        parts.stream().flatMapToInt(s -> Arrays.stream(s.feature)).toArray(),
        parts.stream().flatMapToDouble(s -> Arrays.stream(s.factor)).toArray(),
        parts.stream().flatMapToDouble(s -> Arrays.stream(s.shift)).toArray());
  }

  /** All layers, with those that make the columns of the features; without what is nothing. */
  List<Layer> all(int features) {
    List<Layer> out = new ArrayList<>();
    if (!Arrays.equals(feature, IntStream.range(0, features).toArray())) {
      out.add(new Select(features, feature));
    }
    if (Arrays.stream(factor).anyMatch(f -> f != 1) || Arrays.stream(shift).anyMatch(s -> s != 0)) {
      out.add(new Scale(factor, shift));
    }
    out.addAll(layers);
    return out;
  }
}
