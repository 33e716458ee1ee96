package io.attest.explain.influence;

import io.attest.model.Link;

/** How a linear model was fitted: least squares, or the likelihood of a yes or no. */
enum Family {
  LEAST_SQUARES {
    @Override
    double response(double raw) {
      return raw;
    }

    @Override
    double weight(double response) {
      return 1;
    }

    @Override
    boolean fits(double label) {
      return Double.isFinite(label);
    }
  },
  LOGISTIC {
    @Override
    double response(double raw) {
      return 1 / (1 + Math.exp(-raw));
    }

    @Override
    double weight(double response) {
      return response * (1 - response);
    }

    @Override
    boolean fits(double label) {
      return label == 0 || label == 1;
    }
  };

  static Family of(Link link) {
    return switch (link) {
      case IDENTITY -> LEAST_SQUARES;
      case LOGIT -> LOGISTIC;
      case LOG, SOFTMAX, SHARE ->
          throw new IllegalArgumentException(
              "influence explains linear models with identity or logit link, but this one has "
                  + link
                  + ".");
    };
  }

  /** The fitted response. */
  abstract double response(double raw);

  /** What a row counts in the curvature of the loss: 1, or p (1 - p). */
  abstract double weight(double response);

  abstract boolean fits(double label);
}
