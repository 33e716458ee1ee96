package io.attest.explain.influence;

import io.attest.explain.Dataset;
import io.attest.model.LinearModel;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the mean loss on the audit rows answers to a change of the parameters: its slope and
 * curvature at the fitted ones. For the squared error that is all there is; the log loss differs
 * from it by a third-order term.
 *
 * @param gradient one a term
 * @param curvature terms x terms
 */
record AuditLoss(double[] gradient, double[][] curvature) {

  /** Null where no audit row has a label; the notes then say so. */
  static AuditLoss of(LinearModel model, Family family, Dataset audit, List<String> notes) {
    double[] labels = audit.labels().orElse(new double[0]);
    int[] known = IntStream.range(0, labels.length).filter(i -> !Double.isNaN(labels[i])).toArray();
    if (audit.size() == 0) {
      throw new IllegalArgumentException("There is no audit row.");
    }
    if (known.length == 0) {
      notes.add("No audit row has a label: the change of the loss was not measured.");
      return null;
    }
    if (known.length < audit.size()) {
      notes.add(
          "%s of %s audit rows have no label and are left out of the loss."
              .formatted(audit.size() - known.length, audit.size()));
    }
    double[] b = model.coefficients();
    int q = b.length;
    double[] gradient = new double[q];
    double[][] curvature = new double[q][q];
    double[] x = new double[q];
    // The squared error is twice the half that least squares is usually written with.
    double factor = family == Family.LEAST_SQUARES ? 2.0 : 1.0;
    for (int i : known) {
      model.design(audit.rows().select(new int[] {i}), x);
      double response = family.response(Curvature.dot(x, b));
      if (!Double.isFinite(response) || !family.fits(labels[i])) {
        throw new IllegalArgumentException(
            "Audit row "
                + (i + 1)
                + " has a missing value, or the label "
                + labels[i]
                + " does not fit the model: its loss cannot be measured.");
      }
      double weight = family.weight(response);
      for (int j = 0; j < q; j++) {
        gradient[j] += factor * (response - labels[i]) * x[j] / known.length;
        for (int k = 0; k < q; k++) {
          curvature[j][k] += factor * weight * x[j] * x[k] / known.length;
        }
      }
    }
    return new AuditLoss(gradient, curvature);
  }

  /** Change of the mean loss when the parameters change by {@code step}. */
  double change(double[] step) {
    return Curvature.dot(gradient, step)
        + 0.5 * Curvature.dot(step, Curvature.times(curvature, step));
  }
}
