package io.attest.process.bridge;

import io.attest.process.Node;
import java.util.List;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.camunda.bpm.engine.impl.cmd.UnlockJobCmd;
import org.camunda.bpm.engine.impl.interceptor.CommandExecutor;
import org.camunda.bpm.engine.impl.persistence.entity.JobEntity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Gives back at start what an earlier run of this node still holds locked, so that work goes on at
 * once after a crash and not when the locks run out.
 */
@Component
class EarlierRun implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(EarlierRun.class);

  private final ExternalTaskService tasks;
  private final ManagementService management;
  private final CommandExecutor commands;
  private final String worker;
  private volatile boolean running;

  EarlierRun(
      ExternalTaskService tasks,
      ManagementService management,
      CommandExecutor commands,
      Node node) {
    this.tasks = tasks;
    this.management = management;
    this.commands = commands;
    this.worker = node.name();
  }

  @Override
  public void start() {
    giveBack();
    running = true;
  }

  void giveBack() {
    List<ExternalTask> held =
        tasks.createExternalTaskQuery().workerId(worker).withRetriesLeft().locked().list();
    held.forEach(task -> tasks.unlock(task.getId()));
    List<String> jobs =
        management.createJobQuery().list().stream()
            .filter(job -> worker.equals(((JobEntity) job).getLockOwner()))
            .map(job -> job.getId())
            .toList();
    jobs.forEach(job -> commands.execute(new UnlockJobCmd(job)));
    if (!held.isEmpty() || !jobs.isEmpty()) {
      LOG.info("Gave back {} stages and {} jobs of an earlier run.", held.size(), jobs.size());
    }
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** After the deployment, before the workers. */
  @Override
  public int getPhase() {
    return 50;
  }
}
