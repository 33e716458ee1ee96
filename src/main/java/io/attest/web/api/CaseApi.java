package io.attest.web.api;

import io.attest.audit.AuditStore;
import io.attest.audit.CaseExplanation;
import io.attest.stage.decision.CaseExplanations;
import io.attest.stage.decision.CaseRefused;
import io.attest.stage.decision.CaseRequest;
import io.attest.stage.decision.CaseRequest.Depth;
import io.attest.stage.decision.CaseUnanswered;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Explains single cases for programs. */
@RestController
class CaseApi {
  private final AuditStore store;
  private final CaseExplanations cases;

  CaseApi(AuditStore store, CaseExplanations cases) {
    this.store = store;
    this.cases = cases;
  }

  /**
   * What a program sends; absent is null here and nowhere else.
   *
   * @param id name of a row
   * @param row its number, from 1
   * @param values by feature, texts or numbers; null for one that is not known
   * @param depth {@code full} or {@code prediction}
   */
  record Asked(String id, Long row, Map<String, Object> values, String output, String depth) {}

  @PostMapping("/api/audits/{audit}/case")
  CaseExplanation explain(@PathVariable String audit, @RequestBody Asked asked) {
    if (store.find(audit).isEmpty()) {
      throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no audit of this id.");
    }
    return cases.explain(audit, request(asked));
  }

  private static CaseRequest request(Asked asked) {
    if (asked.id() == null && asked.row() == null && asked.values() == null) {
      throw new IllegalArgumentException(
          "Say which case: {\"id\": \"...\"}, {\"row\": 17}, or {\"values\": {...}}.");
    }
    if (asked.id() != null && asked.row() != null) {
      throw new IllegalArgumentException("Give id or row, not both.");
    }
    Map<String, Optional<String>> values = new LinkedHashMap<>();
    Optional.ofNullable(asked.values())
        .orElse(Map.of())
        .forEach((name, value) -> values.put(name, text(name, value)));
    return new CaseRequest(
        Optional.ofNullable(asked.id()),
        Optional.ofNullable(asked.row()),
        values,
        Optional.ofNullable(asked.output()),
        depth(asked.depth()));
  }

  private static Optional<String> text(String name, Object value) {
    if (value instanceof Map || value instanceof Iterable) {
      throw new IllegalArgumentException(
          "The value of " + name + " is neither a text, a number nor null.");
    }
    return Optional.ofNullable(value).map(Object::toString);
  }

  private static Depth depth(String depth) {
    return switch (depth == null ? "full" : depth) {
      case "full" -> Depth.FULL;
      case "prediction" -> Depth.PREDICTION;
      default ->
          throw new IllegalArgumentException(
              "The depth is '" + depth + "', but must be full or prediction.");
    };
  }

  /** Every fault by feature, beside the text for people. */
  @ExceptionHandler
  ProblemDetail refused(CaseRefused e) {
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, e.getMessage());
    problem.setProperty("faults", e.faults());
    return problem;
  }

  @ExceptionHandler
  ProblemDetail unanswered(CaseUnanswered e) {
    return ProblemDetail.forStatusAndDetail(
        e.busy() ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.GATEWAY_TIMEOUT, e.getMessage());
  }
}
