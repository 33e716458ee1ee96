package io.attest.explain.influence;

import io.attest.explain.Dataset;
import io.attest.explain.Parameters;
import io.attest.model.Batch;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The audit rows that influence is told for.
 *
 * @param indices in the audit rows, ascending
 * @param labels one a row; empty if no audit row has one
 */
record Tests(int[] indices, Batch rows, Optional<double[]> labels) {
  /** Changes that are kept at most, of losses and of raw outputs each. */
  private static final long MOST = 10_000_000;

  static final int DEFAULT = 40;

  /**
   * Takes {@code tests} of the audit rows with a label at equal steps, or of all if none has one.
   *
   * @throws IllegalArgumentException if there are no audit rows, a label does not fit, or the
   *     changes would not fit into memory
   */
  static Tests of(
      Dataset audit,
      Objective objective,
      int outputs,
      int training,
      Parameters parameters,
      List<String> notes) {
    int wanted = parameters.integer("tests", DEFAULT, 1);
    if (audit.size() == 0) {
      throw new IllegalArgumentException("There is no audit row.");
    }
    double[] labels = audit.labels().orElse(new double[0]);
    int[] known = IntStream.range(0, labels.length).filter(i -> !Double.isNaN(labels[i])).toArray();
    for (int i : known) {
      if (!objective.fits(labels[i], outputs)) {
        throw new IllegalArgumentException(
            "The label of audit row %s is %s, which does not fit the model."
                .formatted(i + 1, labels[i]));
      }
    }
    boolean labelled = known.length > 0;
    int[] from = labelled ? known : IntStream.range(0, audit.size()).toArray();
    int count = Math.min(wanted, from.length);
    if ((long) count * training > MOST) {
      long fits = MOST / training;
      throw new IllegalArgumentException(
          "%s training rows x %s tests are more than the %s changes that are kept. %s"
              .formatted(
                  training,
                  count,
                  MOST,
                  fits > 0
                      ? "Maybe give tests=" + fits + "."
                      : "The training rows are too many to tell of each."));
    }
    int[] chosen = new int[count];
    for (int c = 0; c < count; c++) {
      chosen[c] = from[(int) ((long) c * from.length / count)];
    }
    if (count < from.length) {
      notes.add(
          "The changes are told for %s of %s audit rows, taken at equal steps; tests=... takes others."
              .formatted(count, audit.size()));
    }
    Dataset rows = audit.select(chosen);
    return new Tests(chosen, rows.rows(), labelled ? rows.labels() : Optional.empty());
  }

  int count() {
    return indices.length;
  }

  /**
   * What changes in the raw outputs do to the loss.
   *
   * @param before raw outputs, tests x outputs
   * @param after the same with the change
   */
  double change(Objective objective, int outputs, int test, double[] before, double[] after) {
    double label = labels.orElseThrow()[test];
    return objective.loss(after, test * outputs, outputs, label)
        - objective.loss(before, test * outputs, outputs, label);
  }
}
