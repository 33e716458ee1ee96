package io.attest.bpmn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.camunda.bpm.engine.test.assertions.ProcessEngineTests.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Date;
import java.util.Map;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.test.assertions.ProcessEngineTests;
import org.camunda.bpm.engine.test.mock.Mocks;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lets {@code audit-schedule} run with a clock of its own. */
class ScheduleProcessTest {
  private static ProcessEngine engine;

  private ProcessInstance schedule;

  @BeforeAll
  static void deploy() throws Exception {
    engine = Engine.create("schedule-process");
    Engine.deploy(engine);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @BeforeEach
  void begin() {
    ProcessEngineTests.init(engine);
    Mocks.register("scheduleStart", (ExecutionListener) e -> {});
    Mocks.register("people", (TaskListener) t -> {});
    ClockUtil.setCurrentTime(new Date(1_800_000_000_000L));
  }

  @AfterEach
  void clean() {
    ClockUtil.reset();
    Mocks.reset();
    engine
        .getRuntimeService()
        .createProcessInstanceQuery()
        .list()
        .forEach(i -> engine.getRuntimeService().deleteProcessInstance(i.getId(), "test"));
  }

  private void plan(String cycle) {
    schedule =
        engine
            .getRuntimeService()
            .startProcessInstanceByKey(
                "audit-schedule",
                "schedule-german",
                Map.of("model", "german", "cycle", cycle, "reason", "periodic review"));
  }

  private Job timer() {
    return engine.getManagementService().createJobQuery().timers().singleResult();
  }

  private long orders() {
    return engine
        .getExternalTaskService()
        .createExternalTaskQuery()
        .topicName("start-audit")
        .count();
  }

  @Test
  void startsAuditsUntilItIsEnded() {
    plan("R/P7D");
    assertThat(schedule).isWaitingAt("running");
    for (int week = 1; week <= 3; week++) {
      ClockUtil.setCurrentTime(timer().getDuedate());
      engine.getManagementService().executeJob(timer().getId());
      assertThat(orders()).isEqualTo(1);
      var order =
          engine
              .getExternalTaskService()
              .fetchAndLock(1, "route")
              .topic("start-audit", 1000)
              .execute()
              .get(0);
      assertThat(order.getVariables()).containsEntry("model", "german");
      engine.getExternalTaskService().complete(order.getId(), "route");
    }
    assertThat(schedule).isWaitingAtExactly("running");
    engine.getTaskService().complete(ProcessEngineTests.task(schedule).getId());
    assertThat(schedule).isEnded().hasPassed("ended");
    assertThat(timer()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"R/P7D", "0 0 6 ? * MON"})
  void missedTimesAreCaughtUpOnce(String cycle) {
    plan(cycle);
    Date now = new Date(ClockUtil.getCurrentTime().getTime() + Duration.ofDays(60).toMillis());
    ClockUtil.setCurrentTime(now);
    int fired = 0;
    while (timer().getDuedate().before(now)) {
      engine.getManagementService().executeJob(timer().getId());
      fired++;
    }
    assertThat(fired).isEqualTo(1);
    assertThat(orders()).isEqualTo(1);
  }

  /** The choices of the start form, and the examples that it gives. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 0 6 * * ?",
        "0 0 6 ? * MON",
        "0 0 6 1 * ?",
        "0 0 6 1 1,4,7,10 ?",
        "R/P7D",
        "R/PT12H",
        "0 30 5 ? * MON-FRI"
      })
  void understandsWhatTheFormOffers(String cycle) throws Exception {
    // Choices of the list stand in the script that forms share, examples in the form.
    assertThat(
            Files.readString(Engine.FOLDER.resolve("forms/start-schedule.html"))
                + Files.readString(Path.of("src/main/resources/static/assets/forms.js")))
        .contains(cycle);
    plan(cycle);
    assertThat(timer().getDuedate()).isAfter(ClockUtil.getCurrentTime());
  }

  @Test
  void endingTakesAnOrderThatFailedWithIt() {
    plan("R/P1D");
    engine.getManagementService().executeJob(timer().getId());
    engine.getTaskService().complete(ProcessEngineTests.task(schedule).getId());
    assertThat(schedule).isEnded();
    assertThat(orders()).isZero();
  }
}
