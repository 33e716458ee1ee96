package io.attest.explain.coalition;

import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import java.util.Arrays;
import java.util.List;

/** A model is asked, in large batches, for completed rows. */
public final class ModelGame implements Game {
  /** Rows of a batch. */
  static final int BATCH = 8192;

  private static final int BATCH_VALUES = 1 << 21;

  private final Model model;
  private final OutputSpace space;
  private final Completion completion;
  private final double[] weights;
  private final double[] nothing;

  /**
   * Asks the model at once for the rows that stand for nothing known.
   *
   * @throws IllegalArgumentException if the model's answer is not a number
   */
  public ModelGame(Model model, OutputSpace space, Completion completion) {
    this.model = model;
    this.space = space;
    this.completion = completion;
    Completion.Weighted base = completion.nothing();
    weights = base.weights();
    int rows = base.rows().rows();
    nothing = new double[rows * outputs()];
    int step = rowsOfBatch(base.rows().features());
    for (int from = 0; from < rows; from += step) {
      int to = Math.min(rows, from + step);
      int p = base.rows().features();
      double[] out =
          predict(
              new Batch(to - from, p, Arrays.copyOfRange(base.rows().values(), from * p, to * p)));
      System.arraycopy(out, 0, nothing, from * outputs(), out.length);
    }
  }

  private static int rowsOfBatch(int features) {
    return Math.max(1, Math.min(BATCH, BATCH_VALUES / features));
  }

  private double[] predict(Batch rows) {
    double[] out = model.predict(rows, space);
    for (double y : out) {
      if (!Double.isFinite(y)) {
        throw new IllegalArgumentException(
            "The model answers "
                + y
                + " where unknown features are filled in. Maybe it cannot handle a missing value of"
                + " the rows or of the background.");
      }
    }
    return out;
  }

  @Override
  public int outputs() {
    return model.info().outputs().size();
  }

  @Override
  public int parts() {
    return completion.parts();
  }

  @Override
  public int completions() {
    return completion.size();
  }

  @Override
  public boolean drawn() {
    return completion.drawn();
  }

  @Override
  public boolean idle(Batch rows, int row, int feature) {
    return completion.idle(rows, row, feature);
  }

  @Override
  public void check(Batch rows) {
    completion.check(rows);
  }

  @Override
  public double share(int part, int parts) {
    double sum = 0;
    for (int k = part; k < weights.length; k += parts) {
      sum += weights[k];
    }
    return sum;
  }

  @Override
  public long prepared() {
    return weights.length;
  }

  @Override
  public double[] empty(int part, int parts) {
    double[] out = new double[outputs()];
    double share = share(part, parts);
    if (share == 0) {
      return out;
    }
    for (int k = part; k < weights.length; k += parts) {
      for (int o = 0; o < out.length; o++) {
        out[o] += weights[k] / share * nothing[k * out.length + o];
      }
    }
    return out;
  }

  @Override
  public double full(double prediction, int part, int parts) {
    double share = share(part, parts);
    double sum = 0;
    for (int k = part; k < weights.length; k += parts) {
      sum += weights[k] / share * prediction;
    }
    return share == 0 ? prediction : sum;
  }

  @Override
  public long worths(
      Batch rows,
      int[] chosen,
      List<boolean[]> known,
      int part,
      int parts,
      double[] out,
      Runnable check) {
    Arrays.fill(out, 0, known.size() * chosen.length * outputs(), 0);
    Buffer buffer = new Buffer(rows.features(), out, check);
    int item = 0;
    for (boolean[] coalition : known) {
      Completion.Coalition given = completion.given(coalition, part, parts);
      for (int row : chosen) {
        buffer.add(given.of(rows, row), item++);
      }
    }
    buffer.ask();
    return buffer.asked;
  }

  /** Completed rows of any coalitions and rows, predicted when there are enough of them. */
  private final class Buffer {
    private final int features;
    private final double[] out;
    private final Runnable check;
    private final double[] values;
    private final int[] items;
    private final double[] shares;
    private int filled;
    long asked;

    Buffer(int features, double[] out, Runnable check) {
      this.features = features;
      this.out = out;
      this.check = check;
      int rows = rowsOfBatch(features);
      values = new double[rows * features];
      items = new int[rows];
      shares = new double[rows];
    }

    void add(Completion.Completed completed, int item) {
      for (int k = 0; k < completed.size(); k++) {
        completed.write(k, values, filled * features);
        items[filled] = item;
        shares[filled++] = completed.weight(k);
        if (filled == items.length) {
          ask();
        }
      }
    }

    void ask() {
      check.run();
      if (filled == 0) {
        return;
      }
      double[] full = filled == items.length ? values : Arrays.copyOf(values, filled * features);
      double[] y = predict(new Batch(filled, features, full));
      int k = outputs();
      for (int i = 0; i < filled; i++) {
        for (int o = 0; o < k; o++) {
          out[items[i] * k + o] += shares[i] * y[i * k + o];
        }
      }
      asked += filled;
      filled = 0;
    }
  }
}
