package io.attest.process.schedule;

import java.util.Optional;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Begins a schedule, and refuses a second one of the same model. */
@Component("scheduleStart")
class ScheduleStart implements ExecutionListener {
  static final String PROCESS = "audit-schedule";

  private static final OnePerModel.Kind SCHEDULE =
      new OnePerModel.Kind(
          PROCESS,
          "schedule-",
          "A schedule",
          Optional.empty(),
          "already has a schedule. End that one first.");

  private final OnePerModel onePerModel;

  ScheduleStart(OnePerModel onePerModel) {
    this.onePerModel = onePerModel;
  }

  static String key(String model) {
    return SCHEDULE.key(model);
  }

  @Override
  public void notify(DelegateExecution execution) {
    onePerModel.begin(execution, SCHEDULE);
  }
}
