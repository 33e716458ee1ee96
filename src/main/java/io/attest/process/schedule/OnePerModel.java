package io.attest.process.schedule;

import io.attest.process.AsNobody;
import io.attest.process.OneAtATime;
import io.attest.process.Refusal;
import io.attest.process.audit.NamedModel;
import io.attest.process.audit.Variables;
import java.util.Optional;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.springframework.stereotype.Component;

/** Begins processes that come round by a cycle, and of which each model has one at most. */
@Component
public class OnePerModel {
  private final NamedModel models;
  private final RuntimeService runtime;
  private final IdentityService identity;
  private final OneAtATime oneAtATime;
  private final AsNobody asNobody;

  OnePerModel(
      NamedModel models,
      RuntimeService runtime,
      IdentityService identity,
      OneAtATime oneAtATime,
      AsNobody asNobody) {
    this.models = models;
    this.runtime = runtime;
    this.identity = identity;
    this.oneAtATime = oneAtATime;
    this.asNobody = asNobody;
  }

  /**
   * One kind of such processes.
   *
   * @param process its key
   * @param prefix of the business key, before the model
   * @param subject for messages: {@code A schedule}
   * @param usual the cycle where none is given; empty if one must be
   * @param taken how a second one is refused, after "The model x "
   */
  public record Kind(
      String process, String prefix, String subject, Optional<String> usual, String taken) {

    /** The business key for a model. */
    public String key(String model) {
      return prefix + model;
    }
  }

  /** Checks what was given, refuses a second one of the same model, and sets key and variables. */
  public void begin(DelegateExecution execution, Kind kind) {
    String model = models.id(execution, kind.subject());
    String written =
        Variables.text(execution, "cycle")
            .or(kind::usual)
            .orElseThrow(
                () ->
                    new Refusal(
                        kind.subject() + " needs a cycle: a cron expression or an interval."));
    models.spec(model);
    Cycle cycle;
    try {
      cycle = Cycle.of(written);
    } catch (IllegalArgumentException e) {
      throw new Refusal(e.getMessage(), e);
    }
    oneAtATime.enter();
    long others =
        asNobody.call(
            () ->
                runtime
                    .createProcessInstanceQuery()
                    .processDefinitionKey(kind.process())
                    .processInstanceBusinessKey(kind.key(model))
                    .count());
    if (others > 0) {
      throw new Refusal("The model " + model + " " + kind.taken());
    }
    execution.setProcessBusinessKey(kind.key(model));
    execution.setVariable("cycle", cycle.text());
    execution.setVariable(
        "startedBy",
        Optional.ofNullable(identity.getCurrentAuthentication())
            .map(Authentication::getUserId)
            .or(() -> Variables.text(execution, "startedBy"))
            .orElse("attest"));
  }
}
