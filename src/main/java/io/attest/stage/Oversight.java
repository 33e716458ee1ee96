package io.attest.stage;

import java.util.Map;

/** What runs over a model besides its audits. */
@FunctionalInterface
public interface Oversight {

  /**
   * What runs now: {@code watch} and {@code schedule}, each with a phrase that says so; empty if
   * nothing does.
   */
  Map<String, String> of(String model);
}
