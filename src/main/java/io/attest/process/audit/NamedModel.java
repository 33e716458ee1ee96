package io.attest.process.audit;

import io.attest.model.ModelSpec;
import io.attest.process.Refusal;
import io.attest.stage.Models;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.springframework.stereotype.Component;

/** The model that somebody names where a process begins. */
@Component
public class NamedModel {
  private final Models models;

  NamedModel(Models models) {
    this.models = models;
  }

  /**
   * Its id, from the variable {@code model}.
   *
   * @param subject what begins, for messages: {@code An audit}
   */
  public String id(DelegateExecution execution, String subject) {
    return Variables.text(execution, "model")
        .orElseThrow(
            () ->
                new Refusal(
                    subject
                        + " needs to know its model: set model to one of "
                        + models.ids()
                        + "."));
  }

  /** Its declaration; refused where it cannot be read, saying why. */
  public ModelSpec spec(String id) {
    try {
      return models.spec(id);
    } catch (IllegalArgumentException e) {
      throw new Refusal(e.getMessage(), e);
    }
  }
}
