package io.attest.stage.decision;

/** The file {@code config/rights.yaml}: the installation's own, or else the packed one. */
@FunctionalInterface
public interface RightsFile {

  /** Its bytes as they are now. */
  byte[] bytes();

  /** The same, read. */
  default io.attest.report.letter.Rights read() {
    return io.attest.report.letter.Rights.read(bytes(), "config/rights.yaml");
  }
}
