package io.attest.explain;

import io.attest.model.Batch;
import io.attest.model.Model;

/**
 * Explains rows one by one: what it says of a row depends on that row, the model and the
 * background, never on the other rows that are explained with it. So rows may come in blocks, and
 * memory is bounded by the block and not by the data.
 *
 * @param <R> what it answers with
 */
public interface RowExplainer<R extends Explanation> extends Explainer<R> {

  /**
   * Does what is done once for all rows.
   *
   * @param request its audit rows are not looked at
   * @param rows how many rows will be explained, all blocks together: what preparation is worth its
   *     while depends on it
   * @throws IllegalArgumentException if the request does not fit the method
   * @throws java.util.concurrent.CancellationException if {@code progress} is cancelled
   */
  Prepared<R> prepare(Request request, long rows, Progress progress);

  /** Rows of a request, beside those to explain, that an explainer looks at. */
  enum Beside {
    /** None. */
    NOTHING,
    /** The background. */
    BACKGROUND,
    /** All training rows where they are at hand, and else the background. */
    TRAINING_OR_BACKGROUND
  }

  /**
   * Which other rows the explainer looks at, so that nobody reads any in vain. A background that it
   * looks at may have weights.
   *
   * @throws IllegalArgumentException if a parameter that this depends on cannot be read
   */
  default Beside beside(Model model, Parameters parameters) {
    return Beside.BACKGROUND;
  }

  @Override
  default boolean weighs(Model model, Parameters parameters) {
    return beside(model, parameters) == Beside.BACKGROUND;
  }

  @Override
  default R explain(Request request, Progress progress) {
    return prepare(request, request.audit().size(), progress)
        .explain(request.audit().rows(), progress);
  }

  /**
   * An explainer that is ready for a model and a background. Thread-safe.
   *
   * @param <R> what it answers with
   */
  interface Prepared<R extends Explanation> {

    /** How many rows to give at a time: more bring no speed, and more memory than was allowed. */
    int block();

    /**
     * Explains a block of rows.
     *
     * @throws IllegalArgumentException if there is no row, or one that the method cannot explain
     * @throws java.util.concurrent.CancellationException if {@code progress} is cancelled
     */
    R explain(Batch rows, Progress progress);
  }
}
