package io.attest.process.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.audit.AuditStore;
import io.attest.audit.WatchStore;
import io.attest.process.AsNobody;
import io.attest.process.OneAtATime;
import io.attest.process.Refusal;
import io.attest.stage.watch.Watches;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.RuntimeService;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Watches as instances of {@code watch-model}; events reach them as a message. */
@Component
class EngineWatches implements Watches {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TRIES = 20;

  private final RuntimeService runtime;
  private final HistoryService history;
  private final WatchStore decisions;
  private final AuditStore audits;
  private final OneAtATime oneAtATime;
  private final AsNobody asNobody;

  EngineWatches(
      RuntimeService runtime,
      HistoryService history,
      WatchStore decisions,
      AuditStore audits,
      OneAtATime oneAtATime,
      AsNobody asNobody) {
    this.runtime = runtime;
    this.history = history;
    this.decisions = decisions;
    this.audits = audits;
    this.oneAtATime = oneAtATime;
    this.asNobody = asNobody;
  }

  @Override
  public Told tell(Event event) {
    for (int i = 1; ; i++) {
      try {
        return oneAtATime.call(() -> asNobody.call(() -> correlated(event)));
      } catch (ProcessEngineException e) {
        // Another event of the same watch went on at this very moment, which the engine tells in
        // more than one way; nothing was changed.
        if (i == TRIES || TransactionSynchronizationManager.isActualTransactionActive()) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    }
  }

  private Told correlated(Event event) {
    // Asked before: a message that nobody waits for would take the caller's transaction with it.
    if (count(event.model()) == 0) {
      return Told.NOT_WATCHED;
    }
    if (decisions.find(event.key()).isPresent() || told(event.key())) {
      return Told.REPEATED;
    }
    runtime
        .createMessageCorrelation("watch-event")
        .processInstanceBusinessKey(WatchStart.key(event.model()))
        .setVariable(WatchEvent.PENDING, written(event))
        .correlate();
    if (event.event().equals("audit-finished") && !audits.underWay(event.model())) {
      // Taken in by this event: what stands in the process as waiting is done.
      runtime
          .createMessageCorrelation("watched-audit-ended")
          .processInstanceBusinessKey(WatchStart.key(event.model()))
          .correlateAll();
    }
    return Told.TAKEN;
  }

  /** Whether this event waits for its decision. */
  private boolean told(String key) {
    return history
            .createHistoricVariableInstanceQuery()
            .variableName("eventKey")
            .variableValueEquals("eventKey", key)
            .count()
        > 0;
  }

  private static String written(Event event) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("event", event.event());
    values.put("eventDetail", event.detail());
    values.put("eventKey", event.key());
    event.data().ifPresent(data -> values.put("eventData", data));
    try {
      return JSON.writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The event " + event + " cannot be written.", e);
    }
  }

  @Override
  public boolean watched(String model) {
    return asNobody.call(() -> count(model)) > 0;
  }

  private long count(String model) {
    return runtime
        .createProcessInstanceQuery()
        .processDefinitionKey(WatchStart.PROCESS)
        .processInstanceBusinessKey(WatchStart.key(model))
        .active()
        .count();
  }

  @Override
  public void start(String model, String cycle, String who) {
    try {
      runtime.startProcessInstanceByKey(
          WatchStart.PROCESS, Map.of("model", model, "cycle", cycle, "startedBy", who));
    } catch (Refusal e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
