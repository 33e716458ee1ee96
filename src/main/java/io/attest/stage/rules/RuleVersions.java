package io.attest.stage.rules;

import java.time.Instant;
import java.util.List;

/** The versions of the table of domain rules that this installation has deployed. */
public interface RuleVersions {

  /**
   * @param number as findings name it
   * @param deployed when
   * @param current whether new audits are judged by it
   */
  record Version(int number, Instant deployed, boolean current) {}

  /** Newest first. */
  List<Version> list();

  /**
   * The file of a version.
   *
   * @throws IllegalArgumentException if there is no such version
   */
  byte[] file(int version);
}
