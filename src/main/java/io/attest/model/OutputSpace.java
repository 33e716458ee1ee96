package io.attest.model;

/** Before or after the link: where a prediction, and an explanation of it, is measured. */
public enum OutputSpace {
  /** Before the link: log-odds, log-rate, margin. Additive for trees and linear models. */
  RAW,
  /** After the link: probability, rate, the number itself. */
  RESPONSE
}
