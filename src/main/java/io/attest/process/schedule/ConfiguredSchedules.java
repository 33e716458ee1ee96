package io.attest.process.schedule;

import io.attest.model.ModelSpec;
import io.attest.stage.Models;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Makes the schedules and watches that {@code model.yaml} asks for, at start. They follow the file:
 * a changed cycle replaces the schedule, a removed one ends it. Schedules that people started are
 * left alone.
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
    follow(ScheduleStart.PROCESS, "schedule-", ModelSpec::schedule);
    follow("watch-model", "watch-", spec -> spec.approval().watch());
  }

  private void follow(
      String process, String prefix, Function<ModelSpec, Optional<String>> declared) {
    if (repository.createProcessDefinitionQuery().processDefinitionKey(process).count() == 0) {
      return;
    }
    for (String model : models.ids()) {
      try {
        follow(process, prefix + model, model, declared.apply(models.spec(model)));
      } catch (RuntimeException e) {
        LOG.warn("The model {} has no {}: {}", model, process, e.getMessage());
      }
    }
  }

  private void follow(String process, String key, String model, Optional<String> wanted) {
    List<ProcessInstance> there =
        runtime
            .createProcessInstanceQuery()
            .processDefinitionKey(process)
            .processInstanceBusinessKey(key)
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
      LOG.info("Ended the {} {} of {}.", process, variables.get("cycle"), model);
    }
    wanted.ifPresent(
        cycle -> {
          runtime.startProcessInstanceByKey(
              process,
              Map.of("model", model, "cycle", cycle, "reason", "scheduled", "startedBy", OWNER));
          LOG.info("{} of {}: {}.", process, model, cycle);
        });
  }
}
