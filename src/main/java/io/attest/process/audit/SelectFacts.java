package io.attest.process.audit;

import io.attest.stage.Select;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Tells {@code select-explainers.dmn} what it has to know. */
@Component("selectFacts")
class SelectFacts implements ExecutionListener {

  /** The same facts once more as a whole, for {@link SelectResult}. */
  static final String ALL = "selectFacts-all";

  private final Select select;

  SelectFacts(Select select) {
    this.select = select;
  }

  @Override
  public void notify(DelegateExecution execution) {
    Map<String, Object> facts = select.facts(Variables.text(execution, "auditId").orElseThrow());
    facts.forEach((name, value) -> execution.setVariableLocal(name, Variables.fleeting(value)));
    execution.setVariableLocal(ALL, Variables.fleeting(facts));
  }
}
