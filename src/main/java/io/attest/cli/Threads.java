package io.attest.cli;

import picocli.CommandLine.Option;

/** How many threads work: an option that commands share. No result depends on it. */
final class Threads {

  @Option(
      names = "--threads",
      paramLabel = "<number>",
      description = "How many threads work; as many as there are processors if absent.")
  private int threads = Runtime.getRuntime().availableProcessors();

  /**
   * @throws IllegalArgumentException if it is not at least one
   */
  int number() {
    if (threads < 1) {
      throw new IllegalArgumentException("--threads is " + threads + ", but must be at least 1.");
    }
    return threads;
  }
}
