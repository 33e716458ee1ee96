package io.attest.audit;

import java.time.Instant;
import java.util.List;

/**
 * What the process engine says about how an audit was run; the report quotes it.
 *
 * @param process the process definition: key, version, deployed resource
 * @param decisions decision tables that were evaluated
 * @param steps activities in the order they began
 */
public record EngineRecord(
    List<Definition> definitions, List<Step> steps, List<EvaluatedDecision> decisions) {

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
