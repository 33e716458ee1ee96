package io.attest.measure;

import io.attest.model.ModelSpec;
import io.attest.model.ModelSpec.Decision;
import io.attest.model.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a model's answers mean for the people behind the rows: who is favoured, who deserved it.
 *
 * @param favourable who has the favourable decision, or, where nothing is decided, who scores above
 *     the median
 * @param deserving 1 for who deserved it, 0 for who did not, NaN where that is not known
 * @param scores one number a row: the response, or the probability of the favourable classes
 * @param outcomes what happened, on the scale of the scores; NaN where that is not known
 * @param probability true if scores are probabilities of the outcome 1
 * @param rule how it is told who is favoured, as a sentence
 * @param deserts whether it can be told who deserved it; a sentence that says why not, else empty
 */
public record Decided(
    boolean[] favourable,
    double[] scores,
    double[] deserving,
    double[] outcomes,
    boolean probability,
    String rule,
    String deserts) {

  /**
   * Reads decisions from responses. Of a binary model or a regression with a declared decision, by
   * the threshold; without one, by the scoring rate: who scores above the median of all rows. Of
   * several classes, by the declared favourable ones.
   *
   * @param responses rows x outputs, row-major, after the link
   * @param labels as in {@link Performances#of}
   * @return empty for several classes of which none is declared favourable
   * @throws IllegalArgumentException if a response is not finite
   * @see <a
   *     href="https://rules.cityofnewyork.us/rule/automated-employment-decision-tools-updated/">6
   *     RCNY 5-301, scoring rate</a>
   */
  public static Optional<Decided> of(
      ModelSpec spec, List<String> classes, double[] responses, Optional<double[]> labels) {
    for (int i = 0; i < responses.length; i++) {
      if (!Double.isFinite(responses[i])) {
        throw new IllegalArgumentException(
            "The model's response for row "
                + (i / classes.size() + 1)
                + " is "
                + responses[i]
                + ". Maybe the model cannot handle a value of that row.");
      }
    }
    if (spec.task() == Task.MULTICLASS) {
      return spec.target().favourable().isEmpty()
          ? Optional.empty()
          : Optional.of(byClasses(spec.target().favourable(), classes, responses, labels));
    }
    return Optional.of(
        spec.decision()
            .map(d -> byThreshold(d, spec.task() == Task.BINARY, responses, labels))
            .orElseGet(() -> byMedian(spec.task() == Task.BINARY, responses, labels)));
  }

  /** By a threshold; a score on it counts as above. */
  static Decided byThreshold(
      Decision decision, boolean binary, double[] scores, Optional<double[]> labels) {
    boolean below = decision.favourable().equals("below");
    boolean[] favourable = new boolean[scores.length];
    double[] outcomes = labels.orElseGet(() -> unknown(scores.length));
    double[] deserving = new double[scores.length];
    for (int i = 0; i < favourable.length; i++) {
      favourable[i] = below == (scores[i] < decision.threshold());
      boolean deserves =
          binary ? outcomes[i] == (below ? 0 : 1) : below == (outcomes[i] < decision.threshold());
      deserving[i] = Double.isNaN(outcomes[i]) ? Double.NaN : deserves ? 1 : 0;
    }
    return new Decided(
        favourable,
        scores,
        deserving,
        outcomes,
        binary,
        "Favoured is who scores " + decision.favourable() + " " + decision.threshold() + ".",
        labels.isPresent() ? "" : "the audit data does not say what happened");
  }

  private static Decided byMedian(boolean binary, double[] scores, Optional<double[]> labels) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double median = n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    boolean[] favourable = new boolean[n];
    for (int i = 0; i < n; i++) {
      favourable[i] = scores[i] > median;
    }
    return new Decided(
        favourable,
        scores,
        unknown(n),
        labels.orElseGet(() -> unknown(n)),
        binary,
        "model.yaml declares no decision. Favoured is held to be who scores above the median of all"
            + " rows, "
            + median
            + " (scoring rate); if low scores are wanted, read the ratios the other way round.",
        "without a declared decision nobody deserves one");
  }

  private static Decided byClasses(
      List<String> wanted, List<String> classes, double[] responses, Optional<double[]> labels) {
    int k = classes.size();
    boolean[] good = new boolean[k];
    for (int o = 0; o < k; o++) {
      good[o] = wanted.contains(classes.get(o));
    }
    int n = responses.length / k;
    boolean[] favourable = new boolean[n];
    double[] scores = new double[n];
    double[] deserving = unknown(n);
    for (int i = 0; i < n; i++) {
      int best = 0;
      for (int o = 0; o < k; o++) {
        best = responses[i * k + o] > responses[i * k + best] ? o : best;
        scores[i] += good[o] ? responses[i * k + o] : 0;
      }
      favourable[i] = good[best];
      if (labels.isPresent() && !Double.isNaN(labels.get()[i])) {
        deserving[i] = good[(int) labels.get()[i]] ? 1 : 0;
      }
    }
    return new Decided(
        favourable,
        scores,
        deserving,
        deserving,
        true,
        "Favoured is whose most likely class is "
            + String.join(" or ", wanted)
            + "; the score is the probability of "
            + (wanted.size() == 1 ? "it." : "these together."),
        labels.isPresent() ? "" : "the audit data does not say what happened");
  }

  private static double[] unknown(int n) {
    double[] none = new double[n];
    Arrays.fill(none, Double.NaN);
    return none;
  }
}
