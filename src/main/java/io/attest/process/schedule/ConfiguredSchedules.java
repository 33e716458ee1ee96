package io.attest.process.schedule;

import io.attest.stage.Models;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Makes the schedules that {@code model.yaml} asks for, at start. They follow the file: a changed
 * cycle replaces the schedule, a removed one ends it. Schedules that people started are left alone.
 */
@Component
class ConfiguredSchedules {
  private static final Logger LOG = LoggerFactory.getLogger(ConfiguredSchedules.class);
  private static final String OWNER = "model.yaml";

  private final Models models;
  private final RuntimeService runtime;
  private final RepositoryService repository;

  ConfiguredSchedules(Models models, RuntimeService runtime, RepositoryService repository) {
    this.models = models;
    this.runtime = runtime;
    this.repository = repository;
  }

  @EventListener(ApplicationReadyEvent.class)
  void follow() {
    if (repository
            .createProcessDefinitionQuery()
            .processDefinitionKey(ScheduleStart.PROCESS)
            .count()
        == 0) {
      return;
    }
    for (String model : models.ids()) {
      try {
        follow(model, models.spec(model).schedule());
      } catch (RuntimeException e) {
        LOG.warn("The model {} has no schedule: {}", model, e.getMessage());
      }
    }
  }

  private void follow(String model, Optional<String> wanted) {
    List<ProcessInstance> there =
        runtime
            .createProcessInstanceQuery()
            .processDefinitionKey(ScheduleStart.PROCESS)
            .processInstanceBusinessKey(ScheduleStart.key(model))
            .list();
    for (ProcessInstance schedule : there) {
      Map<String, Object> variables = runtime.getVariables(schedule.getId());
      boolean ours = OWNER.equals(variables.get("startedBy"));
      boolean same =
          wanted.map(cycle -> Cycle.of(cycle).text().equals(variables.get("cycle"))).orElse(false);
      if (!ours || same) {
        return;
      }
      runtime.deleteProcessInstance(schedule.getId(), "model.yaml asks for another schedule");
      LOG.info("Ended the schedule {} of {}.", variables.get("cycle"), model);
    }
    wanted.ifPresent(
        cycle -> {
          runtime.startProcessInstanceByKey(
              ScheduleStart.PROCESS,
              Map.of("model", model, "cycle", cycle, "reason", "scheduled", "startedBy", OWNER));
          LOG.info("Schedule of {}: {}.", model, cycle);
        });
  }
}
