package io.attest.model.network;

import io.attest.model.Batch;
import io.attest.model.DifferentiableModel;
import io.attest.model.Feature;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A feed-forward network: layers one after the other, the last without the sigmoid or softmax that
 * is the model's link. Works in 64 bits whatever the file has; gradients by backpropagation.
 *
 * <p>Its parameters are the weights (inputs x outputs, row-major) and then the biases of each
 * trained {@link Dense} layer, first layer first. Factors and shifts of {@link Scale} are none:
 * batch normalisation is held as it is.
 */
public final class Network implements DifferentiableModel {
  /** Rows at a time: what a layer writes is still in the cache when the next one reads it. */
  private static final int ROWS = 64;

  private final ModelInfo info;
  private final List<Layer> layers;
  private final int parameterCount;

  /**
   * @param layers from {@link ModelInfo#features()} to the raw outputs
   * @throws IllegalArgumentException if a layer does not fit the one before it, or an input is
   *     categorical
   */
  public Network(ModelInfo info, List<Layer> layers) {
    this.info = info;
    this.layers = List.copyOf(layers);
    for (Feature feature : info.features()) {
      Layer.check(
          !feature.categorical(),
          "The feature " + feature.name() + " is categorical, but networks see numbers.");
    }
    int width = info.features().size();
    int parameters = 0;
    for (Layer layer : this.layers) {
      Layer.check(
          layer.inputs() == width,
          "A layer takes " + layer.inputs() + " columns where " + width + " come.");
      width = layer.outputs();
      parameters += layer instanceof Dense dense ? dense.parameters() : 0;
    }
    Layer.check(
        width == info.outputs().size(),
        "The network gives " + width + " outputs where " + info.outputs() + " are named.");
    this.parameterCount = parameters;
  }

  @Override
  public ModelInfo info() {
    return info;
  }

  /** First layer first. */
  public List<Layer> layers() {
    return layers;
  }

  /** What some rows are before the first layer and after each: rows x width, row-major. */
  private final class Pass {
    final int rows;
    final double[][] values = new double[layers.size() + 1][];

    Pass(Batch batch, int from, int to) {
      rows = to - from;
      int p = batch.features();
      values[0] = Arrays.copyOfRange(batch.values(), from * p, to * p);
      for (int i = 0; i < values[0].length; i++) {
        if (Double.isNaN(values[0][i])) {
          throw new IllegalArgumentException(
              "Row "
                  + (from + i / p + 1)
                  + ", feature "
                  + info.features().get(i % p).name()
                  + " is missing, and a network has no way for that. Maybe fill the value in as it"
                  + " was done in training, or drop such rows.");
        }
      }
      for (int l = 0; l < layers.size(); l++) {
        values[l + 1] = new double[rows * layers.get(l).outputs()];
        layers.get(l).forward(rows, values[l], values[l + 1]);
      }
    }

    double[] raw() {
      return values[layers.size()];
    }

    /** From gradients by the raw outputs to gradients by the outputs of each layer. */
    double[][] backward(double[] byRaw) {
      double[][] by = new double[values.length][];
      by[layers.size()] = byRaw;
      for (int l = layers.size() - 1; l >= 0; l--) {
        by[l] = new double[values[l].length];
        layers.get(l).backward(rows, values[l], values[l + 1], by[l + 1], by[l]);
      }
      return by;
    }
  }

  /** What is done with one pass after the other. */
  @FunctionalInterface
  private interface Step {
    /**
     * @param from index of the pass's first row
     */
    void take(Pass pass, int from);
  }

  private void overRows(Batch batch, Step step) {
    if (batch.features() != info.features().size()) {
      throw new IllegalArgumentException(
          "The rows have "
              + batch.features()
              + " features, but the network takes "
              + info.features().size()
              + ".");
    }
    for (int from = 0; from < batch.rows(); from += ROWS) {
      step.take(new Pass(batch, from, Math.min(batch.rows(), from + ROWS)), from);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException naming the row and the feature if a value is missing
   */
  @Override
  public void predict(Batch batch, OutputSpace space, double[] out) {
    int k = info.outputs().size();
    overRows(
        batch,
        (pass, from) -> {
          double[] raw = pass.raw();
          if (space == OutputSpace.RESPONSE) {
            // It may be the pass's own input, if there is no layer at all: that is a copy, too.
            info.link().toResponse(raw, k);
          }
          System.arraycopy(raw, 0, out, from * k, raw.length);
        });
  }

  @Override
  public void gradients(Batch batch, OutputSpace space, double[] out) {
    int k = info.outputs().size();
    int p = info.features().size();
    overRows(
        batch,
        (pass, from) -> {
          double[][] seeds = seeds(pass, space);
          for (int o = 0; o < k; o++) {
            double[] byInput = pass.backward(seeds[o])[0];
            for (int i = 0; i < pass.rows; i++) {
              System.arraycopy(byInput, i * p, out, ((from + i) * k + o) * p, p);
            }
          }
        });
  }

  /** For each output its gradients by the raw outputs: rows x outputs. */
  private double[][] seeds(Pass pass, OutputSpace space) {
    int k = info.outputs().size();
    double[][] seeds = new double[k][pass.rows * k];
    for (int i = 0; i < pass.rows; i++) {
      double[] slopes =
          space == OutputSpace.RAW
              ? new double[0]
              : info.link().derivative(Arrays.copyOfRange(pass.raw(), i * k, (i + 1) * k));
      for (int o = 0; o < k; o++) {
        if (space == OutputSpace.RAW) {
          seeds[o][i * k + o] = 1;
        } else {
          System.arraycopy(slopes, o * k, seeds[o], i * k, k);
        }
      }
    }
    return seeds;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Followed layer by layer: between two bends each unit is a straight line, and so is known
   * from its values there (Sotoudeh and Thakur, Computing linear restrictions of neural networks,
   * NeurIPS 2019).
   */
  @Override
  public Optional<double[]> bends(double[] from, double[] to) {
    if (layers.stream()
        .anyMatch(l -> l instanceof Softmax || l instanceof Activation a && a.curved())) {
      return Optional.empty();
    }
    int p = from.length;
    double[] at = {0, 1};
    double[] values = Arrays.copyOf(from, 2 * p);
    System.arraycopy(to, 0, values, p, p);
    for (Layer layer : layers) {
      if (layer instanceof Activation) {
        int width = layer.inputs();
        double[] steps = crossings(values, width);
        values = between(values, width, steps);
        at = between(at, 1, steps);
      }
      double[] next = new double[at.length * layer.outputs()];
      layer.forward(at.length, values, next);
      values = next;
    }
    return Optional.of(Arrays.copyOfRange(at, 1, at.length - 1));
  }

  /**
   * Where some column of a table changes its sign between two rows: 2.25 is a quarter of the way
   * from row 2 to row 3; with the rows themselves, ascending.
   */
  private static double[] crossings(double[] values, int width) {
    int rows = values.length / width;
    TreeSet<Double> out = new TreeSet<>();
    for (int i = 0; i < rows; i++) {
      out.add((double) i);
      for (int j = i * width; j < (i + 1) * width && i + 1 < rows; j++) {
        double a = values[j];
        double b = values[j + width];
        if (a < 0 && b > 0 || a > 0 && b < 0) {
          out.add(i + a / (a - b));
        }
      }
    }
    return out.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** The rows of a table at these steps, on straight lines between its rows. */
  private static double[] between(double[] values, int width, double[] steps) {
    double[] out = new double[steps.length * width];
    for (int s = 0; s < steps.length; s++) {
      int row = (int) steps[s];
      double share = steps[s] - row;
      for (int j = 0; j < width; j++) {
        double a = values[row * width + j];
        out[s * width + j] = share == 0 ? a : a + share * (values[(row + 1) * width + j] - a);
      }
    }
    return out;
  }

  @Override
  public int parameterCount() {
    return parameterCount;
  }

  @Override
  public double[] parameters() {
    double[] out = new double[parameterCount];
    overParameters(
        (dense, l, at) -> {
          System.arraycopy(dense.weights(), 0, out, at, dense.weights().length);
          System.arraycopy(dense.bias(), 0, out, at + dense.weights().length, dense.bias().length);
        });
    return out;
  }

  @Override
  public boolean[] biases() {
    boolean[] out = new boolean[parameterCount];
    overParameters(
        (dense, l, at) ->
            Arrays.fill(out, at + dense.weights().length, at + dense.parameters(), true));
    return out;
  }

  @Override
  public Network withParameters(double[] parameters) {
    Layer.check(
        parameters.length == parameterCount,
        "There are " + parameters.length + " parameters where the network has " + parameterCount);
    List<Layer> changed = new ArrayList<>(layers);
    overParameters((dense, l, at) -> changed.set(l, dense.with(parameters, at)));
    return new Network(info, changed);
  }

  /** What is done with one trained layer after the other. */
  @FunctionalInterface
  private interface Trained {
    /**
     * @param layer its index
     * @param at index of its first parameter
     */
    void take(Dense dense, int layer, int at);
  }

  private void overParameters(Trained step) {
    int at = 0;
    for (int l = 0; l < layers.size(); l++) {
      if (layers.get(l) instanceof Dense dense && dense.trained()) {
        step.take(dense, l, at);
        at += dense.parameters();
      }
    }
  }

  @Override
  public void jacobian(Batch batch, double[] out) {
    int k = info.outputs().size();
    int q = parameterCount;
    Arrays.fill(out, 0, batch.rows() * k * q, 0);
    overRows(
        batch,
        (pass, from) -> {
          double[][] seeds = seeds(pass, OutputSpace.RAW);
          for (int o = 0; o < k; o++) {
            double[][] by = pass.backward(seeds[o]);
            int output = o;
            overParameters(
                (dense, l, at) -> {
                  for (int i = 0; i < pass.rows; i++) {
                    int start = ((from + i) * k + output) * q + at;
                    dense.addByParameters(i, pass.values[l], by[l + 1], out, start);
                  }
                });
          }
        });
  }

  @Override
  public void jacobianTimes(Batch batch, double[] direction, double[] out) {
    int k = info.outputs().size();
    overRows(
        batch,
        (pass, from) -> {
          double[] change = new double[pass.values[0].length];
          int at = 0;
          for (int l = 0; l < layers.size(); l++) {
            Layer layer = layers.get(l);
            double[] in = pass.values[l];
            double[] next = new double[pass.values[l + 1].length];
            layer.tangent(pass.rows, in, pass.values[l + 1], change, next);
            if (layer instanceof Dense dense && dense.trained()) {
              dense.addTangent(pass.rows, in, direction, at, next);
              at += dense.parameters();
            }
            change = next;
          }
          System.arraycopy(change, 0, out, from * k, change.length);
        });
  }

  @Override
  public void jacobianTransposed(Batch batch, double[] weights, double[] out) {
    int k = info.outputs().size();
    Arrays.fill(out, 0, parameterCount, 0);
    overRows(
        batch,
        (pass, from) -> {
          double[][] by =
              pass.backward(Arrays.copyOfRange(weights, from * k, (from + pass.rows) * k));
          overParameters(
              (dense, l, at) -> {
                for (int i = 0; i < pass.rows; i++) {
                  dense.addByParameters(i, pass.values[l], by[l + 1], out, at);
                }
              });
        });
  }
}
