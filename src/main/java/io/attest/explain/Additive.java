package io.attest.explain;

import java.util.List;

/** What promises to add up to the model's predictions, and by how much it does not. */
interface Additive {

  int rows();

  List<String> outputs();

  double prediction(int row, int output);

  /** Prediction minus everything that should add up to it: zero but for rounding. */
  double residual(int row, int output);

  /** Largest absolute residual relative to the largest absolute prediction (at least 1). */
  default double relativeResidual() {
    double worst = 0;
    double scale = 1;
    for (int i = 0; i < rows(); i++) {
      for (int k = 0; k < outputs().size(); k++) {
        worst = Math.max(worst, Math.abs(residual(i, k)));
        scale = Math.max(scale, Math.abs(prediction(i, k)));
      }
    }
    return worst / scale;
  }
}
