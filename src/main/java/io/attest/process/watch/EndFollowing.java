package io.attest.process.watch;

import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Tells the follow-up of an approval that its report was withdrawn, in the same transaction. */
@Component("endFollowing")
class EndFollowing implements ExecutionListener {
  private final RuntimeService runtime;

  EndFollowing(RuntimeService runtime) {
    this.runtime = runtime;
  }

  @Override
  public void notify(DelegateExecution execution) {
    // All: an approval that is followed no longer is no mistake.
    runtime
        .createMessageCorrelation("approval-withdrawn")
        .processInstanceBusinessKey(FollowedApproval.key(execution.getProcessBusinessKey()))
        .correlateAll();
  }
}
