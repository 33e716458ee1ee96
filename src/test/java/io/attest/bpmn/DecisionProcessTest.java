package io.attest.bpmn;

import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import java.util.Date;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.test.assertions.ProcessEngineTests;
import org.camunda.bpm.engine.test.mock.Mocks;
import org.camunda.bpm.engine.variable.Variables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Walks the ways of {@code explain-decision}. */
class DecisionProcessTest {
  private static ProcessEngine engine;

  private ProcessInstance request;

  @BeforeAll
  static void deploy() throws Exception {
    engine = Engine.create("decision-process");
    Engine.deploy(engine);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @BeforeEach
  void begin() {
    ProcessEngineTests.init(engine);
    Mocks.register("enquiryStart", (ExecutionListener) e -> {});
    Mocks.register("enquiryEnd", (ExecutionListener) e -> {});
    Mocks.register("people", (TaskListener) t -> {});
    long day = 86_400_000L;
    long now = System.currentTimeMillis();
    request =
        engine
            .getRuntimeService()
            .startProcessInstanceByKey(
                "explain-decision",
                "DEC-x-1",
                Map.of(
                    "dueDate", new Date(now + 30 * day),
                    "reminderAt", new Date(now + 20 * day),
                    "escalationAt", new Date(now + 27 * day)));
  }

  @AfterEach
  void clean() {
    engine
        .getRuntimeService()
        .createProcessInstanceQuery()
        .list()
        .forEach(i -> engine.getRuntimeService().deleteProcessInstance(i.getId(), "test"));
    Mocks.reset();
  }

  private LockedExternalTask fetch(String topic) {
    List<LockedExternalTask> tasks =
        engine
            .getExternalTaskService()
            .fetchAndLock(1, "test")
            .topic(topic, 1000)
            .variables("notice")
            .execute();
    org.assertj.core.api.Assertions.assertThat(tasks).as(topic).hasSize(1);
    return tasks.get(0);
  }

  private void done(String topic) {
    engine.getExternalTaskService().complete(fetch(topic).getId(), "test");
    savePoints();
  }

  private void refused() {
    engine
        .getExternalTaskService()
        .handleBpmnError(fetch("explain-case").getId(), "test", "case-refused", "not there");
    savePoints();
  }

  private void savePoints() {
    for (Job job : engine.getManagementService().createJobQuery().messages().list()) {
      engine.getManagementService().executeJob(job.getId());
    }
  }

  private void answer(String task, String name, String value) {
    String id =
        engine.getTaskService().createTaskQuery().taskDefinitionKey(task).singleResult().getId();
    engine.getTaskService().complete(id, Variables.createVariables().putValue(name, value));
    savePoints();
  }

  @Test
  void anApprovedAnswerBecomesALetter() {
    done("explain-case");
    assertThat(request).isWaitingAt("check-decision");
    org.assertj.core.api.Assertions.assertThat(
            engine.getTaskService().createTaskQuery().singleResult().getDueDate())
        .isNotNull();
    answer("check-decision", "answerDecision", "approve");
    done("write-letter");
    assertThat(request).isEnded().hasPassed("answered");
  }

  @Test
  void sentBackItIsExplainedAgainAndRefusedItGetsNoLetter() {
    done("explain-case");
    answer("check-decision", "answerDecision", "back");
    done("explain-case");
    answer("check-decision", "answerDecision", "refuse");
    assertThat(request).isEnded().hasPassed("refused").hasNotPassed("write-letter");
  }

  @Test
  void aCaseThatCannotBeExplainedIsMendedOrWithdrawn() {
    refused();
    assertThat(request)
        .isWaitingAt("mend-request")
        .variables()
        .containsEntry("refusal", "not there");
    answer("mend-request", "mend", "resubmit");
    refused();
    answer("mend-request", "mend", "cancel");
    assertThat(request).isEnded().hasPassed("withdrawn");
  }

  @Test
  void remindsAndEscalatesAndWaitsAllTheSame() {
    done("explain-case");
    List<Job> timers =
        engine.getManagementService().createJobQuery().timers().orderByJobDuedate().asc().list();
    org.assertj.core.api.Assertions.assertThat(timers).hasSize(2);
    for (Map.Entry<Integer, String> one :
        List.of(Map.entry(0, "decision-reminder"), Map.entry(1, "decision-escalation"))) {
      engine.getManagementService().executeJob(timers.get(one.getKey()).getId());
      LockedExternalTask notice = fetch("notify");
      org.assertj.core.api.Assertions.assertThat(notice.getVariables())
          .containsEntry("notice", one.getValue());
      engine.getExternalTaskService().complete(notice.getId(), "test");
      assertThat(request).isWaitingAtExactly("check-decision");
    }
  }

  @Test
  void aRequestThatLiesUnmendedIsToldToo() {
    refused();
    engine
        .getManagementService()
        .executeJob(engine.getManagementService().createJobQuery().timers().singleResult().getId());
    done("notify");
    assertThat(request).isWaitingAtExactly("mend-request");
  }
}
