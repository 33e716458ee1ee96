package io.attest.explain;

import io.attest.model.Model;

/**
 * A method of explanation.
 *
 * <p>The result depends on the request alone: not on the number of threads, the time, or what was
 * explained before.
 *
 * @param <R> what it answers with
 */
public interface Explainer<R extends Explanation> {

  /** The name in tables, on the command line and in the report: {@code tree-shap}. */
  String name();

  /**
   * True if the method knows weights of background rows. Where it does not, nobody may give it any:
   * they would be ignored in silence.
   *
   * @throws IllegalArgumentException if a parameter that this depends on cannot be read
   */
  default boolean weighs(Model model, Parameters parameters) {
    return false;
  }

  /**
   * Explains.
   *
   * @throws IllegalArgumentException if the request does not fit the method: the wrong kind of
   *     model, labels or training rows missing, a parameter that the method does not know
   * @throws java.util.concurrent.CancellationException if {@code progress} is cancelled
   */
  R explain(Request request, Progress progress);
}
