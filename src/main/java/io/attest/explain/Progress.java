package io.attest.explain;

import java.util.concurrent.CancellationException;

/**
 * Where long work tells how far it is, and asks whether it is still wanted.
 *
 * <p>Work units are whatever the worker counts (rows, features, model calls); only their share of
 * the total is shown. Cancelling is cooperative, by this flag and never by {@link
 * Thread#interrupt()}: an interrupt inside a file database closes the database.
 */
public interface Progress {

  /** Progress of work that nobody watches. */
  Progress NONE =
      new Progress() {
        @Override
        public void report(long done, long total) {}

        @Override
        public boolean cancelled() {
          return false;
        }
      };

  /**
   * Tells how much is finished. Cheap: may be called per block of work, from any thread.
   *
   * @param done finished work units, from 0 to {@code total}
   * @param total all work units
   */
  void report(long done, long total);

  /** True once nobody wants the result any more. */
  boolean cancelled();

  /**
   * Ends the work if it was cancelled.
   *
   * @throws CancellationException if {@link #cancelled()}
   */
  default void check() {
    if (cancelled()) {
      throw new CancellationException("The work was cancelled.");
    }
  }
}
