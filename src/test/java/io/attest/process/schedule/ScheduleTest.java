package io.attest.process.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.process.ProcessTest;
import io.attest.process.Stubs;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class ScheduleTest extends ProcessTest {
  @Autowired RuntimeService runtime;
  @Autowired ManagementService management;
  @Autowired HistoryService history;
  @Autowired TaskService tasks;
  @Autowired IdentityService identity;
  @Autowired AuditStore store;
  @Autowired Stubs.Behaviour behaviour;
  @Autowired Stubs.KnownModels models;
  @Autowired ConfiguredSchedules configured;

  @AfterEach
  void clear() {
    behaviour.clear();
    end(runtime, "audit-schedule", "model-audit");
  }

  @Test
  void aScheduleStartsAnAuditOnceHoweverManyTimesWereMissed() {
    model("s-missed");
    ProcessInstance schedule = schedule("s-missed", "R/PT1H");
    Job due = timer(schedule);
    assertThat(due.getDuedate()).isAfter(new Date(System.currentTimeMillis() + 3_000_000));
    // As after ten days without a running node.
    management.setJobDuedate(due.getId(), new Date(System.currentTimeMillis() - 864_000_000L));
    await().until(() -> audits("s-missed").size() == 1);
    Audit audit = audits("s-missed").get(0);
    assertThat(audit.trigger()).isEqualTo("schedule");
    assertThat(audit.startedBy()).isEqualTo("planner");
    assertThat(audit.reason()).isEqualTo("monthly");
    await().until(() -> timer(schedule).getDuedate().after(new Date()));
    assertThat(audits("s-missed")).hasSize(1);
  }

  @Test
  void aCronScheduleAlsoCatchesUpOnce() {
    model("s-cron");
    ProcessInstance schedule = schedule("s-cron", "0 0 6 * * ?");
    management.setJobDuedate(
        timer(schedule).getId(), new Date(System.currentTimeMillis() - 864_000_000L));
    await().until(() -> audits("s-cron").size() == 1);
    await().until(() -> timer(schedule).getDuedate().after(new Date()));
    assertThat(audits("s-cron")).hasSize(1);
  }

  @Test
  void noAuditIsStartedWhileTheOneBeforeRuns() {
    model("s-slow");
    behaviour.put(
        "ingest",
        task -> {
          while (!task.progress().cancelled()) {
            try {
              Thread.sleep(20);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
          return Map.of();
        });
    ProcessInstance schedule = schedule("s-slow", "R/PT1H");
    management.executeJob(timer(schedule).getId());
    await().until(() -> audits("s-slow").size() == 1);
    management.executeJob(timer(schedule).getId());
    await()
        .untilAsserted(
            () ->
                assertThat(String.valueOf(runtime.getVariable(schedule.getId(), "lastOutcome")))
                    .startsWith("Not started: " + audits("s-slow").get(0).id()));
    assertThat(audits("s-slow")).hasSize(1);
  }

  @Test
  void aModelHasOneSchedule() {
    model("s-one");
    schedule("s-one", "P1D");
    assertThatThrownBy(() -> schedule("s-one", "P7D"))
        .hasMessage("The model s-one already has a schedule. End that one first.");
    assertThatThrownBy(() -> schedule("s-none", "P7D")).hasMessageContaining("s-none");
    model("s-two");
    assertThatThrownBy(() -> schedule("s-two", "every day"))
        .hasMessageContaining("neither a cron expression nor an interval");
    assertThatThrownBy(() -> schedule("s-two", "0 6 * * *")).hasMessageContaining("0 6 * * *");
  }

  @Test
  void aPersonEndsAScheduleByItsTask() {
    model("s-end");
    ProcessInstance schedule = schedule("s-end", "P1D");
    tasks.complete(
        tasks.createTaskQuery().processInstanceId(schedule.getId()).singleResult().getId());
    assertThat(
            history
                .createHistoricActivityInstanceQuery()
                .processInstanceId(schedule.getId())
                .activityId("ended")
                .count())
        .isOne();
    schedule("s-end", "P1D");
  }

  @Test
  void aConfiguredScheduleFollowsItsFile() {
    models.add(Stubs.model("s-file", "standard", Optional.of("P1D")));
    configured.follow();
    configured.follow();
    assertThat(cycles("s-file")).containsExactly("R/P1D");
    models.add(Stubs.model("s-file", "standard", Optional.of("P7D")));
    configured.follow();
    assertThat(cycles("s-file")).containsExactly("R/P7D");
    models.add(Stubs.model("s-file", "standard", Optional.empty()));
    configured.follow();
    assertThat(cycles("s-file")).isEmpty();
    schedule("s-file", "P30D");
    configured.follow();
    assertThat(cycles("s-file")).as("a person's schedule").containsExactly("R/P30D");
  }

  private void model(String id) {
    models.add(Stubs.model(id, "standard", Optional.empty()));
  }

  private ProcessInstance schedule(String model, String cycle) {
    return runtime.startProcessInstanceByKey(
        "audit-schedule",
        Map.of("model", model, "cycle", cycle, "reason", "monthly", "startedBy", "planner"));
  }

  private Job timer(ProcessInstance schedule) {
    return management.createJobQuery().processInstanceId(schedule.getId()).timers().singleResult();
  }

  private List<Object> cycles(String model) {
    return runtime
        .createProcessInstanceQuery()
        .processInstanceBusinessKey("schedule-" + model)
        .list()
        .stream()
        .map(schedule -> runtime.getVariable(schedule.getId(), "cycle"))
        .toList();
  }

  private List<Audit> audits(String model) {
    return store.list(Optional.of(model), Optional.empty());
  }
}
