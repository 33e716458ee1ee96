package io.attest.model;

/**
 * A model whose predictions cost something that should be counted: one that is asked over a
 * network. The counts are since the model was opened, and may be read at any time from any thread.
 */
public interface Metered {

  /** Requests for predictions that were sent, repeated ones included. */
  long calls();

  /** Rows in those requests. */
  long rows();

  /** Rows that were asked for again, and answered from memory. */
  long cacheHits();

  /** Requests that were sent again because an earlier one failed. */
  long retries();

  /** All counts in a sentence, for a report. */
  default String told() {
    return "The model was asked over the network: "
        + calls()
        + (calls() == 1 ? " request with " : " requests with ")
        + rows()
        + (rows() == 1 ? " row, " : " rows, ")
        + cacheHits()
        + " answers from memory, "
        + retries()
        + (retries() == 1 ? " request repeated." : " requests repeated.");
  }
}
