package io.attest.bench;

import java.util.function.Supplier;

/** One call of a library on a fixed number of rows. */
interface Timed {

  /** What is done before each call and not timed: a library's own matrix of the rows. */
  default void before() {}

  /**
   * The call.
   *
   * @return for afterwards, not timed: the values in Attest's order (rows x features x outputs; for
   *     interactions rows x pairs i <= j), which are compared; null if there is nothing to compare
   */
  Supplier<double[]> run();
}
