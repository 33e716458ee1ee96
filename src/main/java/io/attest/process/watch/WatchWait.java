package io.attest.process.watch;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Looks, before an event begins to wait for the end of an audit, whether one still runs. */
@Component("watchWait")
class WatchWait implements ExecutionListener {
  private final WaitingEvents waiting;

  WatchWait(WaitingEvents waiting) {
    this.waiting = waiting;
  }

  @Override
  public void notify(DelegateExecution execution) {
    waiting.beforeWaiting(execution);
  }
}
