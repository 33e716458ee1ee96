package io.attest.cli;

/** Keeps libraries from writing logs between results, and from spending time on it. */
final class Quiet {
  private Quiet() {}

  static void logs() {
    System.setProperty("slf4j.internal.verbosity", "WARN");
    System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
  }
}
