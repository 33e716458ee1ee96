package io.attest.stage;

import java.util.Map;

/**
 * One stage of an audit: loads what earlier stages left, calls the pure code, saves its section.
 *
 * <p>Every stage may run twice for the same audit with the same outcome: it writes its artefacts by
 * content, saves its section in one transaction, and only then returns.
 */
public interface Stage {

  /**
   * Carries out the stage.
   *
   * @return the process variables to set; small values only (names, counts, words)
   * @throws StageRefused if a person has to mend something first
   */
  Map<String, Object> run(StageTask task);
}
