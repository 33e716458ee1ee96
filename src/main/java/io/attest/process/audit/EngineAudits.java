package io.attest.process.audit;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.process.AsNobody;
import io.attest.process.OneAtATime;
import io.attest.process.Refusal;
import io.attest.process.StartedOnce;
import io.attest.process.people.Groups;
import io.attest.stage.Audits;
import io.attest.stage.StartRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.camunda.bpm.engine.MismatchingMessageCorrelationException;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.springframework.stereotype.Component;

/** Starts audits as instances of the process {@code model-audit}, and cancels them by message. */
@Component
class EngineAudits implements Audits {
  private static final String KEY = "requestKey";
  private static final int TRIES = 20;

  private final RuntimeService runtime;
  private final StartedOnce startedOnce;
  private final AuditStore audits;
  private final Groups groups;
  private final OneAtATime oneAtATime;
  private final AsNobody asNobody;

  EngineAudits(
      RuntimeService runtime,
      StartedOnce startedOnce,
      AuditStore audits,
      Groups groups,
      OneAtATime oneAtATime,
      AsNobody asNobody) {
    this.runtime = runtime;
    this.startedOnce = startedOnce;
    this.audits = audits;
    this.groups = groups;
    this.oneAtATime = oneAtATime;
    this.asNobody = asNobody;
  }

  @Override
  public String start(StartRequest request) {
    return inTurn(() -> request.key().flatMap(this::startedFor).orElseGet(() -> begin(request)));
  }

  @Override
  public Optional<String> startAlone(StartRequest request) {
    return inTurn(
        () ->
            request
                .key()
                .flatMap(this::startedFor)
                .or(
                    () ->
                        audits.underWay(request.model())
                            ? Optional.empty()
                            : Optional.of(begin(request))));
  }

  private <T> T inTurn(Supplier<T> work) {
    try {
      return oneAtATime.call(work);
    } catch (Refusal e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private String begin(StartRequest request) {
    Map<String, Object> variables = new HashMap<>();
    variables.put("model", request.model());
    variables.put("reason", request.reason());
    variables.put("audience", request.audience());
    request.data().ifPresent(data -> variables.put("data", data));
    variables.put("trigger", request.trigger());
    variables.put("startedBy", request.startedBy());
    if (!request.parameters().isBlank()) {
      variables.put("reworkParameters", request.parameters());
    }
    request.key().ifPresent(key -> variables.put(KEY, key));
    request.baseline().ifPresent(baseline -> variables.put("baseline", baseline));
    request.follows().ifPresent(audit -> variables.put("follows", audit));
    ProcessInstance instance = runtime.startProcessInstanceByKey("model-audit", variables);
    return asNobody.call(() -> (String) runtime.getVariable(instance.getId(), "auditId"));
  }

  @Override
  public Optional<String> startedFor(String key) {
    return startedOnce.by(KEY, key);
  }

  @Override
  public void cancel(String auditId, String who, String reason) {
    Audit audit = audits.get(auditId);
    if (reason.isBlank()) {
      throw new IllegalArgumentException("Say why the audit " + auditId + " is cancelled.");
    }
    if (audit.endedAt().isPresent()) {
      throw new IllegalArgumentException(
          "The audit " + auditId + " has ended (" + audit.state() + ") and cannot be cancelled.");
    }
    if (!audit.startedBy().equalsIgnoreCase(who)
        && !groups.memberOfAny(who, Groups.REVIEWER, Groups.ADMINISTRATOR)) {
      throw new SecurityException(
          "Only whoever started the audit "
              + auditId
              + ", a reviewer or an administrator can cancel it.");
    }
    try {
      for (int i = 1; !correlated(auditId, who, reason); i++) {
        if (i == TRIES) {
          throw new IllegalStateException(
              "The audit " + auditId + " is too busy to be cancelled. Maybe try again.");
        }
      }
    } catch (MismatchingMessageCorrelationException e) {
      throw new IllegalArgumentException(
          "The audit " + auditId + " cannot be cancelled now. Maybe it has just ended.", e);
    }
  }

  /** False where the audit went on at this very moment: then it is to be tried again. */
  private boolean correlated(String auditId, String who, String reason) {
    try {
      asNobody.call(
          () -> {
            runtime
                .createMessageCorrelation("cancel-audit")
                .processInstanceBusinessKey(auditId)
                .setVariable("cancelReason", reason)
                .setVariable("cancelledBy", who)
                .correlate();
            return null;
          });
      return true;
    } catch (OptimisticLockingException e) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      return false;
    }
  }
}
