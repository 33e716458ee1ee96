package io.attest.process.decision;

import io.attest.process.AsNobody;
import io.attest.process.OneAtATime;
import io.attest.process.Refusal;
import io.attest.process.StartedOnce;
import io.attest.stage.decision.Enquiries;
import io.attest.stage.decision.EnquiryRequest;
import java.util.Optional;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.variable.VariableMap;
import org.camunda.bpm.engine.variable.Variables;
import org.springframework.stereotype.Component;

/** Begins enquiries as instances of the process {@code explain-decision}. */
@Component
class EngineEnquiries implements Enquiries {
  private static final String KEY = "enquiryKey";

  private final RuntimeService runtime;
  private final StartedOnce startedOnce;
  private final OneAtATime oneAtATime;
  private final AsNobody asNobody;

  EngineEnquiries(
      RuntimeService runtime, StartedOnce startedOnce, OneAtATime oneAtATime, AsNobody asNobody) {
    this.runtime = runtime;
    this.startedOnce = startedOnce;
    this.oneAtATime = oneAtATime;
    this.asNobody = asNobody;
  }

  @Override
  public String start(EnquiryRequest request) {
    try {
      return oneAtATime.call(
          () -> request.key().flatMap(this::startedFor).orElseGet(() -> begin(request)));
    } catch (Refusal e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private String begin(EnquiryRequest request) {
    VariableMap variables = Variables.createVariables();
    variables.put("model", request.model());
    variables.put("caseName", request.caseName());
    variables.put("reason", request.reason());
    variables.put("trigger", request.trigger());
    variables.put("startedBy", request.askedBy());
    // Whose letter it is need not be in the history of the engine.
    variables.putValueTyped("recipient", Variables.stringValue(request.recipient(), true));
    request.data().ifPresent(v -> variables.put("data", v));
    request.audit().ifPresent(v -> variables.put("audit", v));
    request.receivedOn().ifPresent(v -> variables.put("receivedOn", v));
    request.jurisdiction().ifPresent(v -> variables.put("jurisdiction", v));
    request.key().ifPresent(v -> variables.put(KEY, v));
    ProcessInstance instance = runtime.startProcessInstanceByKey(EnquiryStart.PROCESS, variables);
    return asNobody.call(() -> (String) runtime.getVariable(instance.getId(), "auditId"));
  }

  @Override
  public Optional<String> startedFor(String key) {
    return startedOnce.by(KEY, key);
  }
}
