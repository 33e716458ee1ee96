package io.attest.stage.inventory;

import java.time.Instant;
import java.util.Optional;

/** When schedules start audits. */
@FunctionalInterface
public interface NextAudits {

  /** When the schedule of a model starts its next audit; absent if it has none that runs. */
  Optional<Instant> of(String model);
}
