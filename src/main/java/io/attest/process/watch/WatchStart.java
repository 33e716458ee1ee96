package io.attest.process.watch;

import io.attest.process.schedule.OnePerModel;
import java.util.Optional;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Begins to watch a model, and refuses a second watch of the same one. */
@Component("watchStart")
class WatchStart implements ExecutionListener {
  static final String PROCESS = "watch-model";

  private static final OnePerModel.Kind WATCH =
      new OnePerModel.Kind(
          PROCESS,
          "watch-",
          "A watch",
          Optional.of("P1D"),
          "is watched already. End that watch first.");

  private final OnePerModel onePerModel;

  WatchStart(OnePerModel onePerModel) {
    this.onePerModel = onePerModel;
  }

  static String key(String model) {
    return WATCH.key(model);
  }

  @Override
  public void notify(DelegateExecution execution) {
    onePerModel.begin(execution, WATCH);
  }
}
