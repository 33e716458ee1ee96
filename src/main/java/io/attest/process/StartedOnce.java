package io.attest.process;

import java.util.Optional;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.history.HistoricVariableInstance;
import org.springframework.stereotype.Component;

/** Finds what a request began that is sent again: a caller gives each request a key of its own. */
@Component
public class StartedOnce {
  private final HistoryService history;
  private final AsNobody asNobody;

  StartedOnce(HistoryService history, AsNobody asNobody) {
    this.history = history;
    this.asNobody = asNobody;
  }

  /**
   * The business key of the process that a request began, if it did.
   *
   * @param variable that holds the key of the request
   */
  public Optional<String> by(String variable, String key) {
    return asNobody
        .call(
            () ->
                history
                    .createHistoricVariableInstanceQuery()
                    .variableName(variable)
                    .variableValueEquals(variable, key)
                    .list())
        .stream()
        .findFirst()
        .map(HistoricVariableInstance::getProcessInstanceId)
        .map(
            instance ->
                asNobody.call(
                    () ->
                        history
                            .createHistoricProcessInstanceQuery()
                            .processInstanceId(instance)
                            .singleResult()
                            .getBusinessKey()));
  }
}
