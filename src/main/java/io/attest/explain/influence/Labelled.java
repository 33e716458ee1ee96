package io.attest.explain.influence;

import io.attest.explain.Dataset;
import io.attest.explain.NotApplicable;
import io.attest.explain.Request;

/** The training rows of a request, which influence asks about. */
final class Labelled {
  private Labelled() {}

  /**
   * The training rows, each with a label.
   *
   * @throws IllegalArgumentException if there are none, or a label does not fit
   */
  static Dataset training(Request request, String method, Objective objective, int outputs) {
    Dataset training =
        request
            .training()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        method
                            + " needs the training rows. Name them under training in"
                            + " model.yaml."));
    double[] labels =
        training
            .labels()
            .orElseThrow(
                () ->
                    new NotApplicable(
                        method
                            + " needs the labels of the training rows. Maybe the target column"
                            + " is not in the training data."));
    if (labels.length == 0) {
      throw new IllegalArgumentException("There is no training row.");
    }
    for (int i = 0; i < labels.length; i++) {
      if (!objective.fits(labels[i], outputs)) {
        throw new IllegalArgumentException(
            "The label of training row "
                + (i + 1)
                + " is "
                + (Double.isNaN(labels[i]) ? "missing" : labels[i])
                + ", which the model was not fitted to.");
      }
    }
    return training;
  }
}
