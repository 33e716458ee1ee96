package io.attest.explain.influence;

import io.attest.model.Batch;
import io.attest.model.DifferentiableModel;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A network of one hidden layer (tanh), or none, with a Jacobian by hand.
 *
 * @param hidden units of the hidden layer; 0 for none
 * @param parameters biases and weights of the hidden layer by unit, then those of each output
 */
record PlainNetwork(ModelInfo info, int hidden, double[] parameters)
    implements DifferentiableModel {

  static PlainNetwork of(Link link, int features, int hidden, int outputs, long seed) {
    int below = hidden == 0 ? features : hidden;
    int count = hidden * (features + 1) + outputs * (below + 1);
    Random random = new Random(seed);
    Task task =
        link == Link.IDENTITY
            ? Task.REGRESSION
            : link == Link.LOGIT ? Task.BINARY : Task.MULTICLASS;
    return new PlainNetwork(
        new ModelInfo(
            "plain-network",
            "",
            task,
            IntStream.range(0, features).mapToObj(j -> Feature.numeric("f" + j)).toList(),
            IntStream.range(0, outputs).mapToObj(k -> "out" + k).toList(),
            link,
            "0".repeat(64)),
        hidden,
        random.doubles(count, -0.7, 0.7).toArray());
  }

  @Override
  public double[] parameters() {
    return parameters.clone();
  }

  @Override
  public int parameterCount() {
    return parameters.length;
  }

  private int inputs() {
    return info.features().size();
  }

  private int below() {
    return hidden == 0 ? inputs() : hidden;
  }

  private int top() {
    return hidden * (inputs() + 1);
  }

  @Override
  public boolean[] biases() {
    boolean[] out = new boolean[parameters.length];
    for (int u = 0; u < hidden; u++) {
      out[u * (inputs() + 1)] = true;
    }
    for (int k = 0; k < info.outputs().size(); k++) {
      out[top() + k * (below() + 1)] = true;
    }
    return out;
  }

  @Override
  public DifferentiableModel withParameters(double[] others) {
    return new PlainNetwork(info, hidden, others.clone());
  }

  private double[] units(double[] x) {
    if (hidden == 0) {
      return x;
    }
    double[] out = new double[hidden];
    for (int u = 0; u < hidden; u++) {
      double sum = parameters[u * (inputs() + 1)];
      for (int j = 0; j < inputs(); j++) {
        sum += parameters[u * (inputs() + 1) + 1 + j] * x[j];
      }
      out[u] = Math.tanh(sum);
    }
    return out;
  }

  @Override
  public void predict(Batch rows, OutputSpace space, double[] out) {
    int outputs = info.outputs().size();
    for (int i = 0; i < rows.rows(); i++) {
      double[] z = units(rows.row(i));
      for (int k = 0; k < outputs; k++) {
        int at = top() + k * (below() + 1);
        double sum = parameters[at];
        for (int u = 0; u < below(); u++) {
          sum += parameters[at + 1 + u] * z[u];
        }
        out[i * outputs + k] = sum;
      }
    }
    if (space == OutputSpace.RESPONSE) {
      info.link().toResponse(out, outputs);
    }
  }

  @Override
  public void jacobian(Batch rows, double[] out) {
    int outputs = info.outputs().size();
    int q = parameters.length;
    Arrays.fill(out, 0);
    for (int i = 0; i < rows.rows(); i++) {
      double[] x = rows.row(i);
      double[] z = units(x);
      for (int k = 0; k < outputs; k++) {
        int row = (i * outputs + k) * q;
        int at = top() + k * (below() + 1);
        out[row + at] = 1;
        for (int u = 0; u < below(); u++) {
          out[row + at + 1 + u] = z[u];
        }
        for (int u = 0; u < hidden; u++) {
          double slope = parameters[at + 1 + u] * (1 - z[u] * z[u]);
          out[row + u * (inputs() + 1)] = slope;
          for (int j = 0; j < inputs(); j++) {
            out[row + u * (inputs() + 1) + 1 + j] = slope * x[j];
          }
        }
      }
    }
  }

  private double[] whole(Batch rows) {
    double[] jacobian = new double[rows.rows() * info.outputs().size() * parameters.length];
    jacobian(rows, jacobian);
    return jacobian;
  }

  @Override
  public void jacobianTimes(Batch rows, double[] direction, double[] out) {
    double[] jacobian = whole(rows);
    int q = parameters.length;
    for (int r = 0; r < out.length; r++) {
      out[r] = 0;
      for (int j = 0; j < q; j++) {
        out[r] += jacobian[r * q + j] * direction[j];
      }
    }
  }

  @Override
  public void jacobianTransposed(Batch rows, double[] weights, double[] out) {
    double[] jacobian = whole(rows);
    int q = parameters.length;
    Arrays.fill(out, 0);
    for (int r = 0; r < weights.length; r++) {
      for (int j = 0; j < q; j++) {
        out[j] += weights[r] * jacobian[r * q + j];
      }
    }
  }

  @Override
  public void gradients(Batch rows, OutputSpace space, double[] out) {
    throw new UnsupportedOperationException("Influence asks for gradients by parameters.");
  }

  static List<String> names(int features) {
    return IntStream.range(0, features).mapToObj(j -> "f" + j).toList();
  }
}
