package io.attest.audit;

import io.attest.rules.RuleTable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the process engine says about how an audit was run; the report quotes it.
 *
 * @param process the process definition: key, version, deployed resource
 * @param decisions decision tables that were evaluated
 * @param steps activities in the order they began
 * @param rules the table that judged, as it was deployed; absent before that, and in older records
 */
public record EngineRecord(
    List<Definition> definitions,
    List<Step> steps,
    List<EvaluatedDecision> decisions,
    Optional<RuleTable> rules) {

  /** Nothing was judged. */
  public EngineRecord(
      List<Definition> definitions, List<Step> steps, List<EvaluatedDecision> decisions) {
    this(definitions, steps, decisions, Optional.empty());
  }

  /**
   * @param kind {@code process} or {@code decision}
   * @param sha256 of the deployed file
   */
  public record Definition(
      String kind, String key, String id, int version, String resource, String sha256) {}

  /** One activity: element id, name, who (a person, or empty), begin, end (may be null). */
  public record Step(String id, String name, String who, Instant begin, Instant end) {}

  /** The evaluation that answered {@code select}. */
  public record EvaluatedDecision(String key, String decisionId, int version, Instant at) {}
}
