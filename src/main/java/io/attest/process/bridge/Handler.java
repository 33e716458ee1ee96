package io.attest.process.bridge;

import java.util.Map;

/** Carries out the tasks of one topic. */
@FunctionalInterface
interface Handler {

  /**
   * Carries out one task.
   *
   * @return the variables to set
   * @throws Exception {@link io.attest.stage.StageRefused} for a business error; any other is tried
   *     again later
   */
  Map<String, Object> handle(Work work) throws Exception;
}
