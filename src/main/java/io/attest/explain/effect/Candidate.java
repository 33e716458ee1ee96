package io.attest.explain.effect;

import io.attest.explain.Parameters;
import io.attest.explain.Surfaces;
import io.attest.model.ModelInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Two features and an output, with how they hang together.
 *
 * @param size and {@code h2} as in {@link Surfaces.Pair}; NaN where they were not measured
 */
record Candidate(int first, int second, int output, double size, double h2) {

  /** Strongest first; equal ones in the order of the model. */
  static final Comparator<Candidate> STRONGEST =
      Comparator.comparingDouble((Candidate c) -> -c.size())
          .thenComparingInt(Candidate::output)
          .thenComparingInt(Candidate::first)
          .thenComparingInt(Candidate::second);

  Surfaces.Pair pair(ModelInfo info) {
    return new Surfaces.Pair(
        info.featureNames().get(first),
        info.featureNames().get(second),
        info.outputs().get(output),
        size,
        h2);
  }

  /**
   * Reads the parameter {@code pairs}: {@code a:b, c:d}.
   *
   * @return each pair for each output; empty if the parameter is absent
   * @throws IllegalArgumentException if a pair is not two features of the model
   */
  static Optional<List<Candidate>> named(Parameters parameters, ModelInfo info) {
    return parameters
        .text("pairs")
        .map(
            text -> {
              List<Candidate> named = new ArrayList<>();
              for (String pair : text.split(",")) {
                add(pair.strip(), info, named);
              }
              return named;
            });
  }

  private static void add(String pair, ModelInfo info, List<Candidate> named) {
    // A feature's name may have a colon itself: any cut that gives two names will do.
    List<String> names = info.featureNames();
    int colon = pair.indexOf(':');
    for (int c = colon; c >= 0; c = pair.indexOf(':', c + 1)) {
      if (names.contains(pair.substring(0, c).strip())
          && names.contains(pair.substring(c + 1).strip())) {
        colon = c;
      }
    }
    if (colon < 0) {
      throw new IllegalArgumentException(
          "The parameter pairs has '"
              + pair
              + "', but a pair is written with a colon, like duration:purpose.");
    }
    int first = Scope.feature("pairs", pair.substring(0, colon).strip(), names);
    int second = Scope.feature("pairs", pair.substring(colon + 1).strip(), names);
    if (first == second) {
      throw new IllegalArgumentException(
          "The parameter pairs has '" + pair + "', which is one feature twice.");
    }
    for (int output = 0; output < info.outputs().size(); output++) {
      named.add(new Candidate(first, second, output, Double.NaN, Double.NaN));
    }
  }
}
