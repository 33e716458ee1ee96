package io.attest.stage;

import io.attest.audit.EngineRecord;
import java.util.List;
import java.util.Map;

/** What the process engine recorded of an audit. */
public interface EngineHistory {

  /** Definitions, steps and decisions of an audit. */
  EngineRecord of(String auditId);

  /** The deployed files that ruled an audit, by their names: {@code bpmn/model-audit.bpmn}. */
  Map<String, byte[]> files(String auditId);

  /**
   * What people gave in place of the parameters of {@code model.yaml}, lines {@code name=value};
   * empty if nothing.
   */
  default String parameters(String auditId) {
    return "";
  }

  /**
   * The answers of {@code domain-rules.dmn} to the facts of the last round, in the order of the
   * facts.
   */
  List<Judgement> judgements(String auditId);

  /**
   * What keeps an audit from going on, in words: why its data was refused, and which stages failed
   * for good. Empty if nothing does.
   */
  List<String> obstacles(String auditId);

  /**
   * The answers to one fact.
   *
   * @param fact the index of the fact in the section of the stage validate
   * @param decisionId the engine's id of the evaluation
   * @param version of the decision table
   * @param answers one for each rule that matched: outputs of the table by name
   */
  record Judgement(
      int fact, String decisionId, String version, List<Map<String, String>> answers) {}
}
