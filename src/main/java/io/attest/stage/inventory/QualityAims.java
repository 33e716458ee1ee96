package io.attest.stage.inventory;

import io.attest.audit.inventory.QualityTargets;

/**
 * What this installation asks of the quality of its models: {@code config/quality-targets.yaml}.
 */
@FunctionalInterface
public interface QualityAims {

  /**
   * The targets as they are now.
   *
   * @throws IllegalArgumentException if the file is wrong, naming file and line
   */
  QualityTargets now();
}
