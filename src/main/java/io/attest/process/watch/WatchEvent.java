package io.attest.process.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.process.audit.Variables;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/**
 * Gives each event variables of its own, so that two events that are weighed at the same time do
 * not mix. A timer brings no event: then it is a look.
 */
@Component("watchEvent")
class WatchEvent implements ExecutionListener {
  /** Where a message leaves its event, for the length of a transaction. */
  static final String PENDING = "pending";

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> OWN =
      List.of(
          "eventData",
          "again",
          "tier",
          "approval",
          "months",
          "modelChange",
          "dataChange",
          "running",
          "driftScores",
          "driftInputs",
          "driftPerformance",
          "driftFlips",
          "driftRanks",
          "driftFrom",
          "driftAccepted",
          "driftData",
          "lastAudit",
          "drift",
          "driftReason",
          "basis",
          "answer",
          "action",
          "rule",
          "reason",
          "reference",
          "suspensionDecision",
          "suspensionComment");

  private final WaitingEvents waiting;

  WatchEvent(WaitingEvents waiting) {
    this.waiting = waiting;
  }

  @Override
  public void notify(DelegateExecution execution) {
    OWN.forEach(name -> execution.setVariableLocal(name, null));
    execution.setVariableLocal("event", "look");
    execution.setVariableLocal("eventDetail", "");
    execution.setVariableLocal("eventKey", "look:" + execution.getId());
    Variables.text(execution, PENDING)
        .ifPresent(told -> read(told).forEach(execution::setVariableLocal));
    execution.removeVariable(PENDING);
    waiting.takeIn(execution);
  }

  private static Map<String, String> read(String told) {
    try {
      return JSON.readValue(told, new TypeReference<Map<String, String>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The event is no JSON: " + told, e);
    }
  }
}
