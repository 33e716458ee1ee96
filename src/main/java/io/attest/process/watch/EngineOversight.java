package io.attest.process.watch;

import io.attest.stage.Oversight;
import io.attest.stage.inventory.NextAudits;
import io.attest.stage.watch.Watches;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Watches and schedules that run in the engine. */
@Component
class EngineOversight implements Oversight {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC);

  private final Watches watches;
  private final NextAudits next;

  EngineOversight(Watches watches, NextAudits next) {
    this.watches = watches;
    this.next = next;
  }

  @Override
  public Map<String, String> of(String model) {
    Map<String, String> running = new TreeMap<>();
    if (watches.watched(model)) {
      running.put("watch", "a watch over the model runs");
    }
    next.of(model)
        .ifPresent(
            at -> running.put("schedule", "a schedule runs, next audit on " + DAY.format(at)));
    return running;
  }
}
