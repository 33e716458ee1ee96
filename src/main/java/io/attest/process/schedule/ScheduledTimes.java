package io.attest.process.schedule;

import io.attest.process.AsNobody;
import io.attest.stage.inventory.NextAudits;
import java.time.Instant;
import java.util.Comparator;
import java.util.Date;
import java.util.Objects;
import java.util.Optional;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.Job;
import org.springframework.stereotype.Component;

/** Reads from the timers of the running schedules when they fire next. */
@Component
class ScheduledTimes implements NextAudits {
  private final RuntimeService runtime;
  private final ManagementService management;
  private final AsNobody asNobody;

  ScheduledTimes(RuntimeService runtime, ManagementService management, AsNobody asNobody) {
    this.runtime = runtime;
    this.management = management;
    this.asNobody = asNobody;
  }

  @Override
  public Optional<Instant> of(String model) {
    return asNobody.call(
        () ->
            runtime
                .createProcessInstanceQuery()
                .processDefinitionKey(ScheduleStart.PROCESS)
                .processInstanceBusinessKey(ScheduleStart.key(model))
                .active()
                .list()
                .stream()
                .flatMap(
                    schedule ->
                        management
                            .createJobQuery()
                            .processInstanceId(schedule.getId())
                            .timers()
                            .list()
                            .stream())
                .map(Job::getDuedate)
                .filter(Objects::nonNull)
                .map(Date::toInstant)
                .min(Comparator.naturalOrder()));
  }
}
