package io.attest.process.audit;

import io.attest.stage.Select;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Keeps what {@code select-explainers.dmn} answered, and says which explainers run. */
@Component("selectResult")
class SelectResult implements ExecutionListener {
  private final Select select;
  private final LightAudit light;

  SelectResult(Select select, LightAudit light) {
    this.select = select;
    this.light = light;
  }

  @Override
  @SuppressWarnings("unchecked") // both were set in this transaction, by the engine and SelectFacts
  public void notify(DelegateExecution execution) {
    if (execution.isCanceled()) {
      return; // the audit was withdrawn before the table was asked: there is no answer to keep
    }
    List<Map<String, Object>> answers =
        (List<Map<String, Object>>) execution.getVariable("selection");
    Map<String, Object> facts = (Map<String, Object>) execution.getVariable(SelectFacts.ALL);
    List<Map<String, Object>> chosen = answers == null ? List.of() : answers;
    List<String> explainers =
        select.answered(
            Variables.text(execution, "auditId").orElseThrow(),
            facts,
            "light".equals(facts.get("depth")) ? light.of(chosen, facts) : chosen);
    execution.setVariable("explainers", new ArrayList<>(explainers));
  }
}
