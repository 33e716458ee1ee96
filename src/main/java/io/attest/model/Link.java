package io.attest.model;

/** How raw outputs become responses. */
public enum Link {
  /** response = raw. */
  IDENTITY,
  /** response = 1 / (1 + exp(-raw)). */
  LOGIT,
  /** response = exp(raw). */
  LOG,
  /** response_k = exp(raw_k) / sum_j exp(raw_j). */
  SOFTMAX,
  /** response_k = raw_k / sum_j raw_j, as votes become shares; where all are 0, they stay so. */
  SHARE;

  /**
   * Turns raw outputs into responses, in place.
   *
   * @param values rows x outputs, row-major
   */
  public void toResponse(double[] values, int outputs) {
    switch (this) {
      case IDENTITY -> {}
      case LOGIT -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = 1 / (1 + Math.exp(-values[i]));
        }
      }
      case LOG -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Math.exp(values[i]);
        }
      }
      case SOFTMAX -> {
        for (int start = 0; start < values.length; start += outputs) {
          double max = Double.NEGATIVE_INFINITY;
          for (int k = start; k < start + outputs; k++) {
            max = Math.max(max, values[k]);
          }
          double sum = 0;
          for (int k = start; k < start + outputs; k++) {
            values[k] = Math.exp(values[k] - max);
            sum += values[k];
          }
          for (int k = start; k < start + outputs; k++) {
            values[k] /= sum;
          }
        }
      }
      case SHARE -> {
        for (int start = 0; start < values.length; start += outputs) {
          double sum = 0;
          for (int k = start; k < start + outputs; k++) {
            sum += values[k];
          }
          for (int k = start; k < start + outputs && sum > 0; k++) {
            values[k] /= sum;
          }
        }
      }
    }
  }

  /**
   * How fast the responses of one row move with its raw outputs.
   *
   * @param raw one an output
   * @return responses x raw outputs, row-major
   */
  public double[] derivative(double[] raw) {
    int n = raw.length;
    double[] response = raw.clone();
    toResponse(response, n);
    double sum = java.util.Arrays.stream(raw).sum();
    double[] out = new double[n * n];
    for (int k = 0; k < n; k++) {
      for (int j = 0; j < n; j++) {
        double same = j == k ? 1 : 0;
        out[k * n + j] =
            switch (this) {
              case IDENTITY -> same;
              case LOGIT -> same * response[k] * (1 - response[k]);
              case LOG -> same * response[k];
              case SOFTMAX -> response[k] * (same - response[j]);
              case SHARE -> sum > 0 ? (same - response[k]) / sum : same;
            };
      }
    }
    return out;
  }
}
