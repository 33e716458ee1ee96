package io.attest.stage.watch;

import io.attest.audit.Approval;
import io.attest.audit.ApprovalStore;
import io.attest.audit.Condition;
import io.attest.stage.Stage;
import io.attest.stage.StageTask;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Tells the watch of a model that a condition of its approval was not met. */
@Component("fail-condition")
public class FailCondition implements Stage {
  private static final int LONGEST = 800;

  private final ApprovalStore approvals;
  private final Watches watches;

  public FailCondition(ApprovalStore approvals, Watches watches) {
    this.approvals = approvals;
    this.watches = watches;
  }

  /** As an event names it. */
  static String name(Condition condition) {
    return "condition " + condition.position() + " of " + condition.auditId();
  }

  @Override
  public Map<String, Object> run(StageTask task) {
    int position = ((Number) task.variables().get("position")).intValue();
    Condition condition = approvals.condition(task.auditId(), position);
    Optional<String> replaced =
        approvals
            .last(condition.model())
            .map(Approval::auditId)
            .filter(last -> !last.equals(task.auditId()));
    if (replaced.isPresent()) {
      // Not the approval that the model stands on: it must not be suspended for this.
      approvals.step(
          task.auditId(),
          position,
          "attest",
          "not told to the watch",
          "The approval of " + replaced.get() + " has taken the place of this one.");
      return Map.of();
    }
    String text = condition.text();
    watches.tell(
        new Watches.Event(
            condition.model(),
            "condition-failed",
            name(condition)
                + ": "
                + (text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "..."),
            "condition:" + task.auditId() + ":" + position));
    return Map.of();
  }
}
