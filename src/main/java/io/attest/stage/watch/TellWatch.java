package io.attest.stage.watch;

import io.attest.stage.Stage;
import io.attest.stage.StageTask;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Tells the watch of a model that an audit of it ended, so that its drift is looked at. */
@Component("tell-watch")
public class TellWatch implements Stage {
  private final Watches watches;

  public TellWatch(Watches watches) {
    this.watches = watches;
  }

  @Override
  public Map<String, Object> run(StageTask task) {
    watches.tell(
        new Watches.Event(
            task.text("model").orElseThrow(),
            "audit-finished",
            task.auditId() + " ended: " + task.text("outcome").orElse("decided"),
            "audit:" + task.auditId()));
    return Map.of();
  }
}
