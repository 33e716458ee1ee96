package io.attest.process.people;

import io.attest.process.audit.NamedModel;
import java.util.Set;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.springframework.stereotype.Component;

/**
 * The tasks that stand in Tasklist as long as a schedule or a watch runs. Each is named after its
 * model: in a list of twenty, nobody could tell which one to end.
 */
@Component
class StandingTasks {
  private static final Set<String> KEYS = Set.of("running", "watching");

  private final NamedModel models;

  StandingTasks(NamedModel models) {
    this.models = models;
  }

  static boolean has(String key) {
    return KEYS.contains(key);
  }

  void begin(DelegateTask task) {
    String model = models.spec(models.id(task.getExecution(), task.getName())).name();
    task.setName(TaskAnswers.fitting(task.getName() + ": " + model, TaskAnswers.LONGEST_NAME));
  }
}
