package io.attest.bpmn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.camunda.bpm.engine.test.assertions.ProcessEngineTests.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.EventSubscription;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.engine.test.assertions.ProcessEngineTests;
import org.camunda.bpm.engine.test.mock.Mocks;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Walks the paths of {@code model-audit}, with routes and application played by the test. */
class AuditProcessTest {
  private static ProcessEngine engine;

  private final List<String> heard = new ArrayList<>();
  private String tier = "standard";
  private String verdict = "pass";
  private int facts = 1;
  private List<String> chosen = List.of("tree-shap", "pdp-ice");
  private ProcessInstance audit;

  @BeforeAll
  static void deploy() throws Exception {
    engine = Engine.create("audit-process");
    Engine.deploy(engine);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @BeforeEach
  void play() {
    ProcessEngineTests.init(engine);
    Mocks.register(
        "auditStart",
        (ExecutionListener)
            e -> {
              e.setVariable("auditId", e.getProcessBusinessKey());
              e.setVariable("tier", tier);
              e.setVariable("startedBy", "ada");
              e.setVariable("round", 1);
            });
    Mocks.register(
        "auditEnd", (ExecutionListener) e -> heard.add("end " + e.getCurrentActivityId()));
    Mocks.register(
        "people",
        (TaskListener)
            t ->
                heard.add(
                    t.getEventName()
                        + " "
                        + t.getExecution().getCurrentActivityId()
                        + (t.getEventName().equals("complete")
                            ? " " + t.getVariable("decision") + " " + t.getVariable("skipReason")
                            : "")));
    Mocks.register(
        "selectFacts",
        (ExecutionListener)
            e ->
                Map.<String, Object>of(
                        "family",
                        "tree",
                        "task",
                        "binary",
                        "rows",
                        1000,
                        "features",
                        20,
                        "maxAssociation",
                        0.62,
                        "trainingData",
                        true,
                        "labels",
                        true,
                        "threshold",
                        true,
                        "remote",
                        false,
                        "audience",
                        "validation")
                    .forEach(e::setVariableLocal));
    Mocks.register(
        "selectResult",
        (ExecutionListener)
            e -> {
              heard.add("selected " + ((List<?>) e.getVariable("selection")).size());
              e.getProcessInstance().setVariable("explainers", chosen);
            });
    Mocks.register("judgeFact", (ExecutionListener) AuditProcessTest::fact);
  }

  private static void fact(DelegateExecution e) {
    int i = (Integer) e.getVariable("loopCounter");
    assertThat(e.getVariable("fact")).isEqualTo(i);
    e.setVariableLocal("metric", "performance.auc");
    e.setVariableLocal("subject", "audit data");
    e.setVariableLocal("value", i == 0 ? 0.55 : 0.8);
    e.setVariableLocal("domain", "");
  }

  @AfterEach
  void clean() {
    ClockUtil.reset();
    engine
        .getRuntimeService()
        .createProcessInstanceQuery()
        .list()
        .forEach(i -> engine.getRuntimeService().deleteProcessInstance(i.getId(), "test"));
    Mocks.reset();
  }

  // ---- what routes, people and the clock do

  private void start() {
    audit =
        engine
            .getRuntimeService()
            .startProcessInstanceByKey(
                "model-audit", "ATT-german-1", Map.of("model", "german", "reason", "new model"));
  }

  private LockedExternalTask take(String topic) {
    List<LockedExternalTask> tasks =
        engine.getExternalTaskService().fetchAndLock(1, "route").topic(topic, 60_000).execute();
    assertThat(tasks).as("open work on topic " + topic).hasSize(1);
    return tasks.get(0);
  }

  private void work(String topic, Object... variables) {
    engine.getExternalTaskService().complete(take(topic).getId(), "route", map(variables));
    jobs();
  }

  /** Runs what is due, as the job executor would. */
  private void jobs() {
    List<Job> due;
    while (!(due = engine.getManagementService().createJobQuery().executable().list()).isEmpty()) {
      engine.getManagementService().executeJob(due.get(0).getId());
    }
  }

  private Task task(String name) {
    return engine.getTaskService().createTaskQuery().taskDefinitionKey(name).singleResult();
  }

  private void decide(String name, Object... variables) {
    engine.getTaskService().complete(task(name).getId(), map(variables));
    jobs();
  }

  private static Map<String, Object> map(Object... pairs) {
    Map<String, Object> map = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }

  private void later(Duration time) {
    ClockUtil.setCurrentTime(new Date(ClockUtil.getCurrentTime().getTime() + time.toMillis()));
    jobs();
  }

  /** Does the work of all stages from the named one up to the review. */
  private void workFrom(String stage) {
    List<String> stages =
        List.of("ingest", "correlate", "select", "explain", "drift", "validate", "report");
    int from = stages.indexOf(stage);
    assertThat(from).as(stage).isNotNegative();
    if (from <= 0) {
      work("ingest");
    }
    if (from <= 1) {
      work("correlate");
    }
    if (from <= 3) {
      chosen.forEach(e -> work("explain"));
    }
    if (from <= 4) {
      work("drift");
    }
    if (from <= 5) {
      work("validate", "facts", facts);
      work("verdict", "verdict", verdict);
    }
    work("report");
  }

  private void toReview() {
    start();
    workFrom("ingest");
    assertThat(audit).isWaitingAt("review");
  }

  private void endedAs(String end) {
    assertThat(audit).isEnded();
    assertThat(audit).hasPassed(end);
    // The listener of the process sees the event sub-process, not the end event inside it.
    assertThat(heard.get(heard.size() - 1))
        .isEqualTo("end " + (end.equals("withdrawn-on-request") ? "cancelling" : end));
    assertThat(heard).filteredOn(h -> h.startsWith("end ")).hasSize(1);
    assertThat(engine.getRuntimeService().createExecutionQuery().count()).isZero();
  }

  private Object historic(String variable) {
    return engine
        .getHistoryService()
        .createHistoricVariableInstanceQuery()
        .processInstanceId(audit.getId())
        .variableName(variable)
        .singleResult()
        .getValue();
  }

  // ---- the paths

  @Test
  void standardTierIsApprovedByOneReviewer() {
    toReview();
    assertThat(task("review")).hasCandidateGroup("reviewer").isNotAssigned();
    assertThat(task("review").getPriority()).isEqualTo(50);
    decide("review", "decision", "approve");
    assertThat(audit).isWaitingAt("publish").hasNotPassed("second-approval", "alert");
    work("publish");
    endedAs("approved");
    assertThat(heard).contains("create review", "complete review approve null");
    assertThat(historic("outcome")).isEqualTo("approve");
  }

  @Test
  void startsByMessageTheSameWay() {
    audit =
        engine
            .getRuntimeService()
            .createMessageCorrelation("start-audit")
            .processInstanceBusinessKey("ATT-german-2")
            .setVariables(Map.of("model", "german", "reason", "periodic review"))
            .correlateStartMessage();
    assertThat(audit).hasPassed("ordered").isWaitingAt("ingest").hasBusinessKey("ATT-german-2");
    assertThat(audit).variables().containsEntry("auditId", "ATT-german-2");
  }

  @Test
  void tierHighNeedsSecondApproval() {
    tier = "high";
    toReview();
    decide("review", "decision", "approve");
    assertThat(audit).isWaitingAt("second-approval");
    assertThat(task("second-approval")).hasCandidateGroup("approver");
    decide("second-approval", "secondDecision", "approve");
    work("publish");
    endedAs("approved");
  }

  @Test
  void secondApproverKeepsTheConditionsOfTheReviewer() {
    tier = "high";
    toReview();
    decide("review", "decision", "approve-with-conditions", "conditions", "monitor monthly");
    decide("second-approval", "secondDecision", "approve");
    work("publish");
    endedAs("approved-with-conditions");
  }

  @Test
  void secondApproverCanReject() {
    tier = "high";
    toReview();
    decide("review", "decision", "approve");
    decide("second-approval", "secondDecision", "reject");
    assertThat(audit).isWaitingAt("publish");
    work("publish");
    endedAs("rejected");
  }

  @Test
  void secondApproverCanSendBack() {
    tier = "high";
    toReview();
    decide("review", "decision", "approve");
    decide("second-approval", "secondDecision", "rework", "reworkStage", "report");
    work("report");
    assertThat(audit).isWaitingAt("review");
    decide("review", "decision", "approve");
    decide("second-approval", "secondDecision", "approve");
    work("publish");
    endedAs("approved");
  }

  @Test
  void conditionsAndRejectionAreEndsOfTheirOwn() {
    toReview();
    decide("review", "decision", "approve-with-conditions", "conditions", "monitor monthly");
    work("publish");
    endedAs("approved-with-conditions");
  }

  @Test
  void rejectionIsSealedAndNeedsNoSecondApproval() {
    tier = "high";
    toReview();
    decide("review", "decision", "reject", "comment", "leaks the outcome");
    assertThat(audit).isWaitingAt("publish");
    work("publish");
    endedAs("rejected");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ingest", "correlate", "select", "explain", "drift", "validate", "report"})
  void reworkGoesBackToTheNamedStage(String stage) {
    toReview();
    heard.clear();
    decide("review", "decision", "rework", "reworkStage", stage, "reworkParameters", "grid=40");
    assertThat(engine.getRuntimeService().getVariable(audit.getId(), "round"))
        .isEqualTo(2)
        .isInstanceOf(Integer.class);
    assertThat(audit).isWaitingAt(stage.equals("select") ? "explain" : stage);
    assertThat(heard.contains("selected 25")).isEqualTo(stage.equals("select"));
    workFrom(stage);
    assertThat(audit).isWaitingAt("review");
    decide("review", "decision", "approve");
    work("publish");
    endedAs("approved");
  }

  @Test
  void reworkCanAskTheStartersForOtherData() {
    toReview();
    decide("review", "decision", "rework", "reworkStage", "mend-data");
    assertThat(audit).isWaitingAt("mend-data").isNotWaitingAt("ingest");
    assertThat(task("mend-data").getDueDate()).isInTheFuture();
    decide("mend-data", "mend", "resubmit", "data", "upload-2.csv");
    workFrom("ingest");
    assertThat(audit).isWaitingAt("review");
  }

  @Test
  void everyFactIsJudgedAndEveryJudgementIsOnRecord() {
    facts = 3;
    toReview();
    var judgements =
        engine
            .getHistoryService()
            .createHistoricDecisionInstanceQuery()
            .decisionDefinitionKey("domain-rules")
            .processInstanceId(audit.getId())
            .includeInputs()
            .includeOutputs()
            .list();
    assertThat(judgements).hasSize(3);
    assertThat(judgements)
        .filteredOn(j -> !j.getOutputs().isEmpty())
        .singleElement()
        .satisfies(
            j -> {
              assertThat(j.getOutputs())
                  .anySatisfy(o -> assertThat(o.getValue()).isEqualTo("auc-chance"));
              // The number of the fact stands beside its judgement: the report names both.
              assertThat(
                      engine
                          .getHistoryService()
                          .createHistoricVariableInstanceQuery()
                          .activityInstanceIdIn(j.getActivityInstanceId())
                          .variableName("fact")
                          .singleResult()
                          .getValue())
                  .isEqualTo(0);
            });
  }

  @Test
  void factsOfSelectionAndJudgementDoNotStayInTheProcess() {
    toReview();
    assertThat(engine.getRuntimeService().getVariables(audit.getId()))
        .containsKeys("model", "auditId", "tier", "explainers", "facts", "verdict")
        .doesNotContainKeys("task", "rows", "selection", "metric", "value", "fact", "explainer");
  }

  @Test
  void manyFactsAreJudgedInOneStep() {
    start();
    work("ingest");
    work("correlate");
    chosen.forEach(e -> work("explain"));
    work("drift");
    work("validate", "facts", 60);
    assertThat(audit).isWaitingAt("verdict");
  }

  @Test
  void nothingToJudgeAndNothingToExplainIsNoDeadEnd() {
    chosen = List.of();
    start();
    work("ingest");
    work("correlate");
    work("drift");
    work("validate", "facts", 0);
    assertThat(audit).isWaitingAt("verdict");
  }

  @Test
  void blockingFindingWarnsAtOnceAndReviewDoesNotWaitForTheMail() {
    verdict = "block";
    toReview();
    assertThat(audit).isWaitingAt("review", "alert");
    assertThat(task("review").getPriority()).isEqualTo(80);
    assertThat(take("notify").getVariables()).containsEntry("notice", "blocking-finding");
    // The notice never gets out; the decision counts all the same.
    decide("review", "decision", "approve-with-conditions", "conditions", "retrain");
    work("publish");
    endedAs("approved-with-conditions");
  }

  @Test
  void refusedDataCanBeSubmittedAgain() {
    start();
    engine
        .getExternalTaskService()
        .handleBpmnError(take("ingest").getId(), "route", "data-refused", "column age is missing");
    assertThat(audit).isWaitingAt("mend-data").isNotWaitingAt("ingest");
    assertThat(audit)
        .variables()
        .containsEntry("refusal", "column age is missing")
        .containsEntry("refusalCode", "data-refused");
    assertThat(task("mend-data")).hasCandidateGroup("starter");
    decide("mend-data", "mend", "resubmit", "data", "upload-1.csv");
    assertThat(audit).isWaitingAt("ingest");
    workFrom("ingest");
    assertThat(audit).isWaitingAt("review");
  }

  @Test
  void refusedDataCanEndTheAudit() {
    start();
    engine
        .getExternalTaskService()
        .handleBpmnError(take("ingest").getId(), "route", "data-refused", "no such file");
    decide("mend-data", "mend", "cancel");
    endedAs("withdrawn");
  }

  private LockedExternalTask failFinally() {
    start();
    work("ingest");
    work("correlate");
    assertThat(
            engine.getExternalTaskService().createExternalTaskQuery().topicName("explain").list())
        .hasSize(2);
    LockedExternalTask failed = take("explain");
    engine.getExternalTaskService().handleFailure(failed.getId(), "route", "out of memory", 0, 0);
    EventSubscription asked =
        engine
            .getRuntimeService()
            .createEventSubscriptionQuery()
            .eventName("explainer-failed")
            .executionId(failed.getExecutionId())
            .singleResult();
    engine
        .getRuntimeService()
        .messageEventReceived(
            "explainer-failed",
            asked.getExecutionId(),
            Map.of("explainerError", "out of memory in " + failed.getVariables().get("explainer")));
    return failed;
  }

  @Test
  void failedExplainerCanRunAgain() {
    LockedExternalTask failed = failFinally();
    assertThat(engine.getRuntimeService().createIncidentQuery().count()).isEqualTo(1);
    assertThat(task("mend-explainer")).hasCandidateGroup("reviewer");
    assertThat(
            engine.getTaskService().getVariable(task("mend-explainer").getId(), "explainerError"))
        .isEqualTo("out of memory in " + failed.getVariables().get("explainer"));
    engine.getExternalTaskService().setRetries(failed.getId(), 3);
    decide("mend-explainer", "explainerDecision", "retry");
    assertThat(engine.getRuntimeService().createIncidentQuery().count()).isZero();
    work("explain");
    work("explain");
    assertThat(audit).isWaitingAt("drift");
  }

  @Test
  void failedExplainerCanBeSkippedWithoutTouchingTheOthers() {
    failFinally();
    decide("mend-explainer", "explainerDecision", "skip", "skipReason", "no memory here");
    assertThat(audit).isWaitingAt("explain").hasPassed("explainer-skipped");
    assertThat(engine.getRuntimeService().createIncidentQuery().count()).isZero();
    assertThat(engine.getRuntimeService().getVariables(audit.getId()))
        .doesNotContainKeys("explainerDecision", "skipReason", "explainerError");
    assertThat(heard).contains("complete mend-explainer null no memory here");
    work("explain");
    assertThat(audit).isWaitingAt("drift");
  }

  @Test
  void explainerThatRecoversTakesItsOpenQuestionWithIt() {
    LockedExternalTask failed = failFinally();
    engine.getExternalTaskService().setRetries(failed.getId(), 1);
    work("explain");
    work("explain");
    assertThat(task("mend-explainer")).isNull();
    assertThat(audit).isWaitingAt("drift");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "mend-data", "explain", "mend-explainer", "review", "publish"})
  void canBeCancelledAtAnyMoment(String moment) {
    switch (moment) {
      case "ingest" -> start();
      case "mend-data" -> {
        start();
        engine
            .getExternalTaskService()
            .handleBpmnError(take("ingest").getId(), "route", "data-refused", "empty");
      }
      case "explain" -> {
        start();
        work("ingest");
        work("correlate");
      }
      case "mend-explainer" -> failFinally();
      case "review" -> toReview();
      default -> {
        toReview();
        decide("review", "decision", "approve");
      }
    }
    assertThat(audit).isWaitingAt(moment);
    engine
        .getRuntimeService()
        .createMessageCorrelation("cancel-audit")
        .processInstanceBusinessKey("ATT-german-1")
        .setVariables(Map.of("cancelReason", "model retired", "cancelledBy", "ada"))
        .correlate();
    endedAs("withdrawn-on-request");
  }

  /** Deleted by an administrator in Cockpit: the record must not go on as if it ran. */
  @Test
  void deletionIsHeardAsAnEnd() {
    toReview();
    engine.getRuntimeService().deleteProcessInstance(audit.getId(), "by mistake");
    assertThat(heard).filteredOn(h -> h.startsWith("end ")).containsExactly("end null");
  }

  @Test
  void waitingReviewIsRemindedThenEscalatedAndStaysOpen() {
    toReview();
    later(Duration.ofDays(2));
    assertThat(audit).isNotWaitingAt("remind-reviewers");
    later(Duration.ofDays(1).plusMinutes(1));
    assertThat(take("notify").getVariables()).containsEntry("notice", "review-reminder");
    assertThat(audit).isWaitingAt("remind-reviewers", "review").isNotWaitingAt("escalate-review");
    later(Duration.ofDays(2));
    assertThat(audit).isWaitingAt("escalate-review", "review");
    assertThat(task("review").getDueDate()).isBefore(ClockUtil.getCurrentTime());
    decide("review", "decision", "approve");
    work("publish");
    endedAs("approved");
  }

  @ParameterizedTest
  @CsvSource({"PT1H, PT2H"})
  void installationCanSetItsOwnWaits(String reminder, String escalation) {
    start();
    engine.getRuntimeService().setVariable(audit.getId(), "reviewReminder", reminder);
    engine.getRuntimeService().setVariable(audit.getId(), "reviewEscalation", escalation);
    workFrom("ingest");
    assertThat(task("review").getDueDate())
        .isCloseTo(new Date(ClockUtil.getCurrentTime().getTime() + 7_200_000), 60_000);
    later(Duration.ofMinutes(61));
    assertThat(audit).isWaitingAt("remind-reviewers", "review").isNotWaitingAt("escalate-review");
    work("notify");
    later(Duration.ofHours(1));
    assertThat(take("notify").getVariables()).containsEntry("notice", "review-escalation");
  }

  @Test
  void overdueSecondApprovalIsEscalated() {
    tier = "high";
    toReview();
    decide("review", "decision", "approve");
    later(Duration.ofDays(5).plusMinutes(1));
    assertThat(take("notify").getVariables()).containsEntry("notice", "approval-overdue");
    assertThat(audit).isWaitingAt("second-approval");
  }

  @Test
  void decisionIsKeptWhenWhatFollowsBreaks() {
    toReview();
    // A decision that no path knows: what follows the review cannot go on.
    engine
        .getTaskService()
        .complete(task("review").getId(), Map.of("decision", "maybe", "comment", "hm"));
    assertThat(task("review")).isNull();
    assertThat(historic("decision")).isEqualTo("maybe");
    assertThat(heard).contains("complete review maybe null");
    Job job = engine.getManagementService().createJobQuery().messages().singleResult();
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> engine.getManagementService().executeJob(job.getId()))
        .isInstanceOf(org.camunda.bpm.engine.ProcessEngineException.class);
    assertThat(historic("decision")).isEqualTo("maybe");
  }

  @Test
  void refusalByTheListenerLeavesTheTaskOpen() {
    toReview();
    Mocks.register(
        "people",
        (TaskListener)
            t -> {
              throw new IllegalStateException("Whoever started the audit cannot review it.");
            });
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> decide("review", "decision", "approve"))
        .hasStackTraceContaining("cannot review it");
    assertThat(audit).isWaitingAt("review");
  }
}
