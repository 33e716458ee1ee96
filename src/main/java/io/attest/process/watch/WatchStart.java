package io.attest.process.watch;

import io.attest.process.AsNobody;
import io.attest.process.OneAtATime;
import io.attest.process.Refusal;
import io.attest.process.audit.Variables;
import io.attest.process.schedule.Cycle;
import io.attest.stage.Models;
import java.util.Optional;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.springframework.stereotype.Component;

/** Begins to watch a model, and refuses a second watch of the same one. */
@Component("watchStart")
class WatchStart implements ExecutionListener {
  static final String PROCESS = "watch-model";

  private final Models models;
  private final RuntimeService runtime;
  private final IdentityService identity;
  private final OneAtATime oneAtATime;
  private final AsNobody asNobody;

  WatchStart(
      Models models,
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

  static String key(String model) {
    return "watch-" + model;
  }

  @Override
  public void notify(DelegateExecution execution) {
    String model =
        Variables.text(execution, "model")
            .orElseThrow(
                () ->
                    new Refusal(
                        "A watch needs to know its model: set model to one of "
                            + models.ids()
                            + "."));
    Cycle cycle;
    try {
      models.spec(model);
      cycle = Cycle.of(Variables.text(execution, "cycle").orElse("P1D"));
    } catch (IllegalArgumentException e) {
      throw new Refusal(e.getMessage(), e);
    }
    oneAtATime.enter();
    long others =
        asNobody.call(
            () ->
                runtime
                    .createProcessInstanceQuery()
                    .processDefinitionKey(PROCESS)
                    .processInstanceBusinessKey(key(model))
                    .count());
    if (others > 0) {
      throw new Refusal("The model " + model + " is watched already. End that watch first.");
    }
    execution.setProcessBusinessKey(key(model));
    execution.setVariable("cycle", cycle.text());
    execution.setVariable(
        "startedBy",
        Optional.ofNullable(identity.getCurrentAuthentication())
            .map(Authentication::getUserId)
            .or(() -> Variables.text(execution, "startedBy"))
            .orElse("attest"));
  }
}
