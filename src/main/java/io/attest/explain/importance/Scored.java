package io.attest.explain.importance;

import io.attest.explain.Dataset;
import io.attest.explain.Loss;
import io.attest.explain.Request;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows with what really happened, and the loss of predictions of them.
 *
 * @param of which loss
 * @param rows those with a label
 * @param labels one a row
 */
record Scored(Model model, Loss of, Batch rows, double[] labels) {
  private static final int BLOCK_VALUES = 1 << 18;

  /**
   * The audit rows that have a label.
   *
   * @param notes where to say how many have none
   * @throws IllegalArgumentException if there is no label, or one does not fit the model
   */
  static Scored of(Request request, String method, List<String> notes) {
    Dataset audit = request.audit();
    double[] labels =
        audit
            .labels()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        method
                            + " measures the loss, for which it needs what really happened. Maybe"
                            + " the target column is not in the audit data."));
    int[] known = IntStream.range(0, labels.length).filter(i -> !Double.isNaN(labels[i])).toArray();
    if (known.length == 0) {
      throw new IllegalArgumentException("There is no audit row with a label.");
    }
    if (known.length < labels.length) {
      notes.add(
          "%s of %s rows have no label and were left out."
              .formatted(labels.length - known.length, labels.length));
    }
    Dataset rows = known.length == labels.length ? audit : audit.select(known);
    Loss loss = Loss.of(request.model().info());
    for (double label : rows.labels().orElseThrow()) {
      if (!loss.fits(label)) {
        throw new IllegalArgumentException(
            "There is a label "
                + label
                + ", which the model cannot predict. Maybe target in model.yaml names the wrong"
                + " column or classes.");
      }
    }
    return new Scored(request.model(), loss, rows.rows(), rows.labels().orElseThrow());
  }

  /** Some of the rows. */
  Scored select(int[] chosen) {
    return new Scored(
        model,
        of,
        rows.select(chosen),
        Arrays.stream(chosen).mapToDouble(i -> labels[i]).toArray());
  }

  static int blockRows(int features) {
    return Math.max(64, Math.min(4096, BLOCK_VALUES / Math.max(1, features)));
  }

  /** Responses, checked to be numbers. */
  double[] responses(Batch batch) {
    double[] out = model.predict(batch, OutputSpace.RESPONSE);
    int k = out.length / Math.max(1, batch.rows());
    for (int i = 0; i < out.length; i++) {
      if (!Double.isFinite(out[i])) {
        throw new IllegalArgumentException(
            "The model answers "
                + out[i]
                + " for the features "
                + Arrays.toString(Arrays.copyOf(batch.row(i / k), Math.min(40, batch.features())))
                + ". Maybe it cannot handle a missing value of that row.");
      }
    }
    return out;
  }

  /** Mean loss of the rows as they are. */
  double loss() {
    return loss(new int[0], new int[0]);
  }

  /**
   * Mean loss with some features taken from other rows.
   *
   * @param order from which row each row takes them
   */
  double loss(int[] features, int[] order) {
    int p = rows.features();
    int blockRows = blockRows(p);
    double sum = 0;
    for (int from = 0; from < rows.rows(); from += blockRows) {
      int to = Math.min(rows.rows(), from + blockRows);
      double[] values = Arrays.copyOfRange(rows.values(), from * p, to * p);
      for (int feature : features) {
        for (int i = from; i < to; i++) {
          values[(i - from) * p + feature] = rows.at(order[i], feature);
        }
      }
      double[] out = responses(new Batch(to - from, p, values));
      for (int i = from; i < to; i++) {
        sum += of.at(out, i - from, labels[i]);
      }
    }
    return sum / rows.rows();
  }
}
