package io.attest.process.audit;

import java.util.Map;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.incident.DefaultIncidentHandler;
import org.camunda.bpm.engine.impl.incident.IncidentContext;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.runtime.Incident;
import org.springframework.stereotype.Component;

/**
 * Asks people when an explainer finally failed: where the failed task has a boundary event for the
 * message {@code explainer-failed}, delivers it in the transaction that makes the incident. So
 * there is never an incident without the question, nor the question without the incident.
 */
@Component
class ExplainerFailed extends DefaultIncidentHandler {
  private static final String MESSAGE = "explainer-failed";
  private static final int LONGEST = 4000;

  ExplainerFailed() {
    super(Incident.EXTERNAL_TASK_HANDLER_TYPE);
  }

  @Override
  public Incident handleIncident(IncidentContext incident, String message) {
    Incident created = super.handleIncident(incident, message);
    ExecutionEntity execution =
        Context.getCommandContext()
            .getExecutionManager()
            .findExecutionById(incident.getExecutionId());
    if (execution != null
        && execution.getEventSubscriptions().stream()
            .anyMatch(subscription -> MESSAGE.equals(subscription.getEventName()))) {
      String error = message == null ? "" : message;
      Context.getProcessEngineConfiguration()
          .getRuntimeService()
          .messageEventReceived(
              MESSAGE,
              execution.getId(),
              Map.of("explainerError", error.substring(0, Math.min(error.length(), LONGEST))));
    }
    return created;
  }
}
