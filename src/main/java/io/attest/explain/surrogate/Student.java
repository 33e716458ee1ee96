package io.attest.explain.surrogate;

import io.attest.model.Batch;

/** A small model that has learnt from the answers of the model. */
@FunctionalInterface
interface Student {

  /**
   * Predicts the model's responses.
   *
   * @param out rows x outputs, written
   */
  void predict(Batch rows, double[] out);
}
