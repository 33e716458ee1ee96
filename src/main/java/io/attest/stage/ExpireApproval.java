package io.attest.stage;

import java.util.Map;
import org.springframework.stereotype.Component;

/** Tells the watch of a model that its approval holds no longer. */
@Component("expire-approval")
public class ExpireApproval implements Stage {
  private final Watches watches;

  public ExpireApproval(Watches watches) {
    this.watches = watches;
  }

  @Override
  public Map<String, Object> run(StageTask task) {
    watches.tell(
        new Watches.Event(
            task.text("model").orElseThrow(),
            "approval-expired",
            "the approval of "
                + task.auditId()
                + " held until "
                + task.text("validUntil").orElse("today"),
            "expired:" + task.auditId()));
    return Map.of();
  }
}
