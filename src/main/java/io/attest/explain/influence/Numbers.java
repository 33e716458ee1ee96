package io.attest.explain.influence;

import io.attest.explain.Parameters;
import java.util.Optional;

/** Parameters that are numbers. */
final class Numbers {
  private Numbers() {}

  /**
   * @throws IllegalArgumentException if it is no number, or below {@code min}
   */
  static Optional<Double> of(Parameters parameters, String name, double min) {
    return parameters
        .text(name)
        .map(
            text -> {
              try {
                double value = Double.parseDouble(text);
                if (value >= min && Double.isFinite(value)) {
                  return value;
                }
              } catch (NumberFormatException e) {
                // Said below.
              }
              throw new IllegalArgumentException(
                  "The parameter %s is '%s', but must be a number of at least %s."
                      .formatted(name, text, min));
            });
  }
}
