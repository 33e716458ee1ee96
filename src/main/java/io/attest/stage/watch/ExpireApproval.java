package io.attest.stage.watch;

import io.attest.audit.ApprovalStore;
import io.attest.stage.Stage;
import io.attest.stage.StageTask;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Tells the watch of a model that its approval holds no longer. */
@Component("expire-approval")
public class ExpireApproval implements Stage {
  private final ApprovalStore approvals;
  private final Watches watches;

  public ExpireApproval(ApprovalStore approvals, Watches watches) {
    this.approvals = approvals;
    this.watches = watches;
  }

  @Override
  public Map<String, Object> run(StageTask task) {
    String model = task.text("model").orElseThrow();
    if (approvals.last(model).filter(a -> a.auditId().equals(task.auditId())).isEmpty()) {
      return Map.of(); // another approval counts by now, or none
    }
    watches.tell(
        new Watches.Event(
            model,
            "approval-expired",
            "the approval of "
                + task.auditId()
                + " held until "
                + task.text("validUntil").orElse("today"),
            "expired:" + task.auditId()));
    return Map.of();
  }
}
