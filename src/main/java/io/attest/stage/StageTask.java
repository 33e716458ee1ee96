package io.attest.stage;

import io.attest.explain.Progress;
import java.util.Map;
import java.util.Optional;

/**
 * What a stage is asked to do.
 *
 * @param auditId the audit, for instance {@code ATT-german-credit-20261122-1}
 * @param variables the process variables as they were when the task was fetched
 * @param progress where to tell how far the work is, and whether it was cancelled
 */
public record StageTask(String auditId, Map<String, Object> variables, Progress progress) {

  public StageTask {
    variables = Map.copyOf(variables);
  }

  /** The text of a variable, if it is there and not blank. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(variables.get(name)).map(Object::toString).filter(s -> !s.isBlank());
  }
}
