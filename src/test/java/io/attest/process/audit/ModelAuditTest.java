package io.attest.process.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyList;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doReturn;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.DecisionRecord;
import io.attest.audit.EngineRecord;
import io.attest.audit.Section;
import io.attest.process.ProcessTest;
import io.attest.process.Stubs;
import io.attest.stage.Audits;
import io.attest.stage.EngineHistory;
import io.attest.stage.Select;
import io.attest.stage.StageRefused;
import io.attest.stage.StartRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The real process with stages that do nothing: people, rounds, records and ends. */
class ModelAuditTest extends ProcessTest {
  @Autowired Audits audits;
  @Autowired AuditStore store;
  @Autowired EngineHistory engine;
  @Autowired Select select;
  @Autowired Stubs.Behaviour behaviour;
  @Autowired RuntimeService runtime;
  @Autowired HistoryService history;
  @Autowired io.attest.audit.log.EvidenceLog log;

  private double fact = 0.2;

  @BeforeEach
  void stages() {
    person("sam", "starter");
    person("rita", "reviewer", "approver", "starter");
    person("abe", "approver");
    person("adam", "camunda-admin");
    doReturn(Stubs.selectFacts("tree", 1000, 20, "high")).when(select).facts(anyString());
    doAnswer(
            call -> {
              List<Map<String, Object>> answers = call.getArgument(2);
              assertThat(answers).isNotEmpty().allSatisfy(a -> assertThat(a).containsKey("reason"));
              Map<String, Object> facts = call.getArgument(1);
              assertThat(facts).containsEntry("rows", 1000);
              return List.of("permutation-importance", "tree-shap");
            })
        .when(select)
        .answered(anyString(), any(), anyList());
    behaviour.put(
        "validate",
        task -> {
          store.save(
              task.auditId(),
              new Section.Validated(
                  Optional.empty(),
                  Optional.empty(),
                  List.of(
                      new Section.Fact("fairness.impact_ratio", "sex: female", fact),
                      new Section.Fact("nothing.known", "x", 1),
                      new Section.Fact("importance.share", "age", 0.1)),
                  List.of()));
          return Map.of("facts", 3);
        });
    behaviour.put(
        "verdict",
        task -> {
          store.verdict(task.auditId(), "warn");
          return Map.of("verdict", "warn");
        });
  }

  @AfterEach
  void clear() {
    behaviour.clear();
    identity.clearAuthentication();
    end(runtime, "model-audit");
  }

  @Test
  void aStandardModelIsApprovedByOneReviewerWhoDidNotStartIt() {
    String id = start("scorecard", "rita");
    assertThat(id).matches("ATT-scorecard-\\d{8}-\\d+");
    Task review = task(id, "review");
    assertThat(store.get(id).state()).isEqualTo("waiting");

    assertThatThrownBy(() -> complete("rita", review, Map.of("decision", "approve")))
        .hasMessageStartingWith("rita started the audit");
    assertThatThrownBy(() -> complete("abe", review, Map.of("decision", "approve")))
        .hasMessageContaining("abe");
    assertThatThrownBy(() -> complete("adam", review, Map.of("decision", "approve")))
        .hasMessageContaining("reviewer");
    identity.clearAuthentication();
    assertThatThrownBy(() -> tasks.complete(review.getId(), Map.of("decision", "approve")))
        .hasMessageContaining("Nobody is logged in");
    person("rolf", "reviewer");
    assertThatThrownBy(() -> complete("rolf", review, Map.of()))
        .hasMessageContaining("needs a decision");
    assertThatThrownBy(
            () ->
                complete(
                    "rolf", review, Map.of("decision", "approve", "startedBy", "somebody else")))
        .hasMessageContaining("startedBy");
    assertThat(store.decisions(id)).isEmpty();

    complete("rolf", review, Map.of("decision", "approve", "comment", "Looks right."));
    await().until(() -> store.get(id).endedAt().isPresent());
    Audit audit = store.get(id);
    assertThat(audit.state()).isEqualTo("approved");
    assertThat(audit.startedBy()).isEqualTo("rita");
    assertThat(store.decisions(id))
        .singleElement()
        .satisfies(
            decision -> {
              assertThat(decision.who()).isEqualTo("rolf");
              assertThat(decision.decision()).isEqualTo("approve");
              assertThat(decision.comment()).isEqualTo("Looks right.");
              assertThat(decision.taskId()).isEqualTo(review.getId());
            });
  }

  @Test
  void aModelOfTierHighNeedsASecondPersonWhoNeitherStartedNorReviewed() {
    String id = start("german-credit", "sam");
    complete(
        "rita",
        task(id, "review"),
        Map.of("decision", "approve-with-conditions", "conditions", "Not for new products."));
    Task second = task(id, "second-approval");
    assertThatThrownBy(() -> complete("rita", second, Map.of("secondDecision", "approve")))
        .hasMessageContaining("rita reviewed the audit");
    complete("abe", second, Map.of("secondDecision", "approve"));
    await().until(() -> store.get(id).endedAt().isPresent());
    assertThat(store.get(id).state()).isEqualTo("approved-with-conditions");
    assertThat(store.decisions(id))
        .extracting(DecisionRecord::task)
        .containsExactly("review", "second-approval");
    assertThat(store.decisions(id).get(0).detail()).contains("Not for new products.");
  }

  @Test
  void aReworkGoesBackForgetsTheAnswersAndIsJudgedAnew() {
    String id = start("scorecard", "sam");
    Task review = task(id, "review");
    assertThat(engine.judgements(id)).hasSize(3);
    assertThatThrownBy(() -> complete("rita", review, Map.of("decision", "rework")))
        .hasMessageContaining("reworkStage");
    fact = 0.99;
    complete(
        "rita",
        review,
        Map.of(
            "decision", "rework",
            "comment", "Other seed.",
            "reworkStage", "validate",
            "reworkParameters", "seed=2"));
    await()
        .untilAsserted(() -> assertThat(task(id, "review").getId()).isNotEqualTo(review.getId()));
    Task again = task(id, "review");
    assertThat(store.get(id).round()).isEqualTo(2);
    assertThat(runtime.getVariable(again.getProcessInstanceId(), "round")).isEqualTo(2);
    assertThat(runtime.getVariable(again.getProcessInstanceId(), "decision")).isNull();
    assertThatThrownBy(() -> complete("rita", again, Map.of())).hasMessageContaining("decision");

    List<EngineHistory.Judgement> judgements = engine.judgements(id);
    assertThat(judgements).hasSize(3);
    assertThat(judgements).extracting(EngineHistory.Judgement::fact).containsExactly(0, 1, 2);
    complete("rita", again, Map.of("decision", "reject", "comment", "No."));
    await().until(() -> store.get(id).state().equals("rejected"));
  }

  @Test
  void theTableAnswersAndItsVersionAreInTheRecord() {
    String id = start("scorecard", "sam");
    task(id, "review");
    List<EngineHistory.Judgement> judgements = engine.judgements(id);
    assertThat(judgements.get(0).answers())
        .isNotEmpty()
        .allSatisfy(answer -> assertThat(answer).containsKeys("rule", "severity", "message"));
    assertThat(judgements.get(1).answers()).isEmpty();
    assertThat(judgements.get(0).version()).isEqualTo("1");
    assertThat(
            history
                .createHistoricDecisionInstanceQuery()
                .decisionInstanceId(judgements.get(0).decisionId())
                .includeInputs()
                .singleResult()
                .getInputs())
        .anySatisfy(input -> assertThat(input.getValue()).isEqualTo("fairness.impact_ratio"));

    EngineRecord record = engine.of(id);
    assertThat(record.definitions())
        .extracting(EngineRecord.Definition::key)
        .containsExactly("model-audit", "domain-rules", "select-explainers");
    assertThat(record.definitions())
        .allSatisfy(definition -> assertThat(definition.sha256()).hasSize(64));
    assertThat(record.steps()).extracting(EngineRecord.Step::id).contains("ingest", "review");
    assertThat(record.decisions())
        .singleElement()
        .satisfies(decision -> assertThat(decision.key()).isEqualTo("select-explainers"));
    assertThat(engine.files(id)).containsKeys("bpmn/model-audit.bpmn", "bpmn/domain-rules.dmn");
    assertThat(
            history
                .createHistoricVariableInstanceQuery()
                .processInstanceId(instance(id))
                .variableName("metric")
                .count())
        .as("inputs of a table are in its own history only")
        .isZero();
  }

  @Test
  void refusedDataAreMendedOrGivenUp() {
    AtomicInteger tries = new AtomicInteger();
    behaviour.put(
        "ingest",
        task -> {
          if (tries.incrementAndGet() == 1) {
            throw new StageRefused("data-refused", "The column age is missing.");
          }
          return Map.of("rows", 10);
        });
    String id = start("scorecard", "sam");
    Task mend = task(id, "mend-data");
    assertThat(runtime.getVariable(mend.getProcessInstanceId(), "refusal"))
        .isEqualTo("The column age is missing.");
    complete("sam", mend, Map.of("mend", "resubmit"));
    task(id, "review");

    tries.set(0);
    String other = start("scorecard", "sam");
    complete("sam", task(other, "mend-data"), Map.of("mend", "cancel"));
    await().until(() -> store.get(other).endedAt().isPresent());
    assertThat(store.get(other).state()).isEqualTo("withdrawn");
  }

  @Test
  void anExplainerThatFinallyFailedIsTriedAgainOrSkippedByAPerson() {
    AtomicInteger tries = new AtomicInteger();
    behaviour.put(
        "explain",
        task -> {
          if (task.text("explainer").orElseThrow().equals("tree-shap")
              && tries.incrementAndGet() < 7) {
            throw new IllegalStateException("Out of memory at tree 17.");
          }
          return Map.of();
        });
    String id = start("scorecard", "sam");
    Task mend = task(id, "mend-explainer");
    assertThat(tasks.getVariable(mend.getId(), "explainer")).isEqualTo("tree-shap");
    assertThat(tasks.getVariable(mend.getId(), "explainerError"))
        .isEqualTo("Out of memory at tree 17.");
    assertThat(runtime.createIncidentQuery().processInstanceId(instance(id)).count()).isOne();
    assertThatThrownBy(() -> complete("sam", mend, Map.of("explainerDecision", "retry")))
        .hasMessageContaining("sam");
    complete("adam", mend, Map.of("explainerDecision", "retry"));
    await()
        .untilAsserted(
            () -> assertThat(task(id, "mend-explainer").getId()).isNotEqualTo(mend.getId()));
    Task again = task(id, "mend-explainer");
    assertThat(tries).hasValue(6);
    assertThatThrownBy(() -> complete("rita", again, Map.of("explainerDecision", "skip")))
        .hasMessageContaining("skipReason");
    complete(
        "rita", again, Map.of("explainerDecision", "skip", "skipReason", "Too large a forest."));
    task(id, "review");
    assertThat(runtime.createIncidentQuery().processInstanceId(instance(id)).count()).isZero();
    assertThat(store.explained(id))
        .singleElement()
        .satisfies(
            explained -> {
              assertThat(explained.explainer()).isEqualTo("tree-shap");
              assertThat(explained.skipped().orElseThrow().by()).isEqualTo("rita");
              assertThat(explained.skipped().orElseThrow().reason())
                  .isEqualTo("Too large a forest.");
              assertThat(explained.skipped().orElseThrow().error()).contains("tree 17");
            });
  }

  private void judged(String verdict, String... severities) {
    behaviour.put(
        "verdict",
        task -> {
          List<Section.Finding> findings = new ArrayList<>();
          for (String severity : severities) {
            findings.add(
                new Section.Finding(
                    "F-0" + (findings.size() + 1),
                    "rule",
                    severity,
                    "m",
                    "s",
                    1,
                    "It is so.",
                    "",
                    "d",
                    "1"));
          }
          store.save(task.auditId(), new Section.Judged(verdict, findings));
          store.verdict(task.auditId(), verdict);
          return Map.of("verdict", verdict);
        });
  }

  private static String answers(String... findingAnswerReason) {
    StringBuilder json = new StringBuilder("[");
    for (int i = 0; i < findingAnswerReason.length; i += 3) {
      json.append(i == 0 ? "" : ",")
          .append("{\"finding\":\"")
          .append(findingAnswerReason[i])
          .append("\",\"answer\":\"")
          .append(findingAnswerReason[i + 1])
          .append("\",\"reason\":\"")
          .append(findingAnswerReason[i + 2])
          .append("\"}");
    }
    return json.append("]").toString();
  }

  @Test
  void aFindingThatBlocksIsWaivedWithAReasonOrTheModelIsNotApproved() {
    judged("block", "block", "warn", "info");
    String id = start("scorecard", "sam");
    Task review = task(id, "review");
    Map<String, Object> conditional = Map.of("decision", "approve-with-conditions");
    // Whatever the form lets through, and whoever completes the task by another door.
    assertThatThrownBy(
            () -> complete("rita", review, Map.of("decision", "approve", "verdict", "pass")))
        .hasMessageContaining("A finding blocks");
    assertRefused(review, conditional, "", "is not waived: F-01");
    assertRefused(
        review,
        conditional,
        answers("F-01", "accepted", "true", "F-02", "accepted", "", "F-03", "accepted", ""),
        "is not waived: F-01");
    assertRefused(
        review,
        conditional,
        answers("F-01", "disputed", "not true", "F-02", "accepted", "", "F-03", "accepted", ""),
        "is not waived: F-01");
    assertRefused(review, conditional, answers("F-01", "waived", " "), "Say why the finding F-01");
    assertRefused(review, conditional, answers("F-01", "waived", "small book"), "waive F-02, F-03");
    assertRefused(review, conditional, answers("F-09", "waived", "x"), "no finding F-09");
    assertRefused(review, conditional, answers("F-01", "ignored", "x"), "must be one of");
    assertRefused(
        review,
        conditional,
        answers("F-01", "waived", "x", "F-01", "disputed", "x"),
        "answered twice");
    assertRefused(review, conditional, "[{]", "must be a JSON list");
    assertRefused(review, conditional, "[null]", "must be a JSON list");
    assertRefused(review, conditional, "[{}]", "names no finding");
    assertRefused(
        review, conditional, answers("F-01", "waived", "x".repeat(2001)), "Shorten it to 2000");
    assertThat(store.decisions(id)).isEmpty();

    Map<String, Object> right = new HashMap<>();
    right.put("decision", "approve-with-conditions");
    right.put("conditions", "Only for the small book.");
    // As the form sends it: longer than a variable of the engine may be.
    right.put(
        "dispositions",
        org.camunda.bpm.engine.variable.Variables.stringValue(
            answers(
                "F-01",
                "waived",
                "y".repeat(1900),
                "F-02",
                "disputed",
                "n".repeat(1900),
                "F-03",
                "accepted",
                "z".repeat(900)),
            true));
    complete("rita", review, right);
    assertThat(store.decisions(id))
        .singleElement()
        .satisfies(
            decision -> {
              assertThat(decision.who()).isEqualTo("rita");
              assertThat(decision.dispositions())
                  .extracting(d -> d.finding().id() + " " + d.answer())
                  .containsExactly("F-01 waived", "F-02 disputed", "F-03 accepted");
              assertThat(decision.dispositions().get(0).reason()).hasSize(1900);
              assertThat(decision.dispositions().get(0).finding().message()).isEqualTo("It is so.");
            });
    assertThat(
            history
                .createHistoricVariableInstanceQuery()
                .processInstanceId(instance(id))
                .variableName("dispositions")
                .count())
        .as("answers are in the record only")
        .isZero();
    await().until(() -> store.get(id).endedAt().isPresent());
  }

  private void assertRefused(
      Task review, Map<String, Object> answers, String dispositions, String because) {
    Map<String, Object> all = new HashMap<>(answers);
    all.put("conditions", "Some.");
    all.put("dispositions", dispositions.length() > 4000 ? "" : dispositions);
    assertThatThrownBy(() -> complete("rita", review, all)).hasMessageContaining(because);
  }

  @Test
  void whoRejectsOrSendsBackMayLeaveFindingsOpenAndParametersHoldUntilOthersAreGiven() {
    judged("warn", "warn");
    String id = start("scorecard", "sam");
    Task review = task(id, "review");
    assertThat(review.getName()).isEqualTo("Review the audit: The model scorecard");
    assertThat(review.getDueDate()).isInTheFuture();
    assertThatThrownBy(
            () ->
                complete(
                    "rita",
                    review,
                    Map.of(
                        "decision", "rework",
                        "comment", "Why?",
                        "reworkStage", "explain",
                        "reworkParameters", "sed=7")))
        .hasMessageContaining("no parameter sed");
    complete(
        "rita",
        review,
        Map.of(
            "decision", "rework",
            "comment", "Other rows, please.",
            "reworkStage", "mend-data",
            "reworkParameters", "seed=7\npdp-ice.grid=40",
            "dispositions", answers("F-01", "disputed", "One region is missing.")));
    Task mend = task(id, "mend-data");
    assertThat(mend.getName())
        .isEqualTo("Mend the data: The model scorecard, " + id + " (round 2)");
    assertThat(tasks.getVariable(mend.getId(), "refusal")).isEqualTo("Other rows, please.");
    complete("sam", mend, Map.of("mend", "resubmit"));
    Task again = task(id, "review");
    assertThat(tasks.getVariable(again.getId(), "reworkParameters"))
        .isEqualTo("seed=7\npdp-ice.grid=40");
    assertThat(tasks.getVariable(again.getId(), "reworkStage")).isNull();
    complete("rita", again, Map.of("decision", "reject", "comment", "No."));
    await().until(() -> store.get(id).state().equals("rejected"));
    assertThat(store.decisions(id))
        .extracting(d -> d.round() + " " + d.task() + " " + d.dispositions().size())
        .containsExactly("1 review 1", "2 mend-data 0", "2 review 0");
    assertThat(store.decisions(id).get(0).detail())
        .isEqualTo("back to: mend-data\nparameters: seed=7\npdp-ice.grid=40");
  }

  @Test
  void theSecondApproverSendsBackToAStageOfHisOwn() {
    String id = start("german-credit", "sam");
    complete("rita", task(id, "review"), Map.of("decision", "approve"));
    Task second = task(id, "second-approval");
    assertThatThrownBy(
            () ->
                complete(
                    "abe", second, Map.of("secondDecision", "rework", "secondComment", "Again.")))
        .hasMessageContaining("reworkStage");
    complete(
        "abe",
        second,
        Map.of("secondDecision", "rework", "secondComment", "Again.", "reworkStage", "validate"));
    assertThat(task(id, "review").getName()).endsWith("(round 2)");
  }

  @Test
  void anAuditIsCancelledByThoseWhoMay() {
    String id = start("scorecard", "sam");
    task(id, "review");
    assertThatThrownBy(() -> audits.cancel(id, "abe", "No use."))
        .isInstanceOf(SecurityException.class);
    assertThatThrownBy(() -> audits.cancel(id, "sam", " ")).hasMessageContaining("Say why");
    audits.cancel(id, "sam", "Wrong model.");
    assertThat(store.get(id).state()).isEqualTo("withdrawn");
    assertThatThrownBy(() -> audits.cancel(id, "sam", "Again.")).hasMessageContaining("has ended");
  }

  /** The engine's clean-up takes what has a time of removal: only what a sealed pack holds. */
  @Test
  void historyMayGoOnlyWhereASealedPackHoldsIt() {
    String given = start("scorecard", "sam");
    task(given, "review");
    audits.cancel(given, "sam", "Wrong model.");
    assertThat(ended(given).getEndTime()).isNotNull();
    assertThat(ended(given).getRemovalTime()).isNull();

    behaviour.put(
        "publish",
        stage -> {
          io.attest.audit.Artifact file =
              new io.attest.audit.Artifact("a", "ab".repeat(32), 1, "x");
          store.save(
              stage.auditId(),
              new Section.Published(file, file, "approved", java.time.Instant.EPOCH));
          return Map.of("outcome", "approved");
        });
    String sealed = start("scorecard", "sam");
    complete("rita", task(sealed, "review"), Map.of("decision", "approve", "comment", "Right."));
    await().until(() -> store.get(sealed).endedAt().isPresent());
    assertThat(ended(sealed).getRemovalTime()).isAfter(ended(sealed).getEndTime());
    assertThat(log.about(sealed))
        .extracting(io.attest.audit.log.LogEntry::what)
        .startsWith("audit-started")
        .containsSubsequence("decision-made", "report-published", "audit-ended");
    assertThat(log.check(List.of()).broken()).isEmpty();
  }

  private org.camunda.bpm.engine.history.HistoricProcessInstance ended(String id) {
    return history
        .createHistoricProcessInstanceQuery()
        .processInstanceBusinessKey(id)
        .singleResult();
  }

  @Test
  void anAuditIsCancelledWhileAStageIsInWork() {
    java.util.concurrent.CountDownLatch noticed = new java.util.concurrent.CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    behaviour.put(
        "correlate",
        task -> {
          begun.incrementAndGet();
          while (!task.progress().cancelled()) {
            Thread.onSpinWait();
          }
          noticed.countDown();
          task.progress().check();
          return Map.of();
        });
    String id = start("scorecard", "sam");
    await().until(() -> begun.get() == 1);
    audits.cancel(id, "sam", "Wrong model.");
    assertThat(store.get(id).state()).isEqualTo("withdrawn");
    await().until(() -> noticed.getCount() == 0);
  }

  @Test
  void oneKeyStartsOneAudit() {
    StartRequest request =
        new StartRequest(
            "scorecard", "", "", Optional.empty(), "inbox", "inbox", Optional.of("k-1"));
    String id = audits.start(request);
    assertThat(audits.start(request)).isEqualTo(id);
    assertThat(audits.startedFor("k-1")).contains(id);
    assertThat(audits.startedFor("k-2")).isEmpty();
    assertThat(store.get(id).startedBy()).isEqualTo("inbox");
  }

  @Test
  void whoIsLoggedInStartsAndMayNotNameAnyUri() {
    as("sam");
    assertThatThrownBy(
            () ->
                audits.start(
                    new StartRequest(
                        "scorecard",
                        "",
                        "",
                        Optional.of("file:/etc/passwd"),
                        "rest",
                        "somebody",
                        Optional.empty())))
        .hasMessageContaining("no uploaded file");
    String id =
        audits.start(
            new StartRequest(
                "scorecard", "why", "board", Optional.empty(), "rest", "other", Optional.empty()));
    assertThat(store.get(id).startedBy()).isEqualTo("sam");
    assertThat(store.get(id).reason()).isEqualTo("why");
    as("abe");
    assertThatThrownBy(
            () ->
                audits.start(
                    new StartRequest(
                        "scorecard", "", "", Optional.empty(), "rest", "", Optional.empty())))
        .hasMessageContaining("abe");
    assertThatThrownBy(() -> start("no-such-model", "sam")).hasMessageContaining("no-such-model");
  }

  @Test
  void dataCanBeNamedOnlyWhereTheyAreMendedAndOnlyFewOfThem() {
    behaviour.put(
        "ingest",
        task -> {
          if (task.text("data").isEmpty()) {
            throw new StageRefused("data-refused", "The column age is missing.");
          }
          return Map.of();
        });
    String id = start("scorecard", "sam");
    Task mend = task(id, "mend-data");
    assertThatThrownBy(
            () -> complete("sam", mend, Map.of("mend", "resubmit", "data", "file:/etc/passwd")))
        .hasMessageContaining("no uploaded file");
    behaviour.remove("ingest");
    complete("sam", mend, Map.of("mend", "resubmit"));
    Task review = task(id, "review");
    assertThatThrownBy(
            () ->
                complete(
                    "rita",
                    review,
                    Map.of(
                        "decision", "rework",
                        "comment", "x",
                        "reworkStage", "ingest",
                        "data", "file:/etc/passwd")))
        .hasMessageContaining("only where they are mended");
  }

  @Test
  void whatIsWrongAtTheStartIsRefusedThere() {
    as("sam");
    try {
      for (String trigger : new String[] {"tasklist", "rest"}) {
        for (Map<String, Object> wrong :
            List.<Map<String, Object>>of(
                Map.of("reason", "r".repeat(2001)), Map.of("audience", "a".repeat(101)))) {
          Map<String, Object> variables = new HashMap<>(wrong);
          variables.putIfAbsent("reason", "why");
          variables.put("model", "scorecard");
          variables.put("trigger", trigger);
          assertThatThrownBy(() -> runtime.startProcessInstanceByKey("model-audit", variables))
              .hasMessageContaining("Shorten it to");
        }
      }
      assertThatThrownBy(
              () ->
                  runtime.startProcessInstanceByKey(
                      "model-audit", Map.of("model", "scorecard", "reason", " ")))
          .hasMessageStartingWith("Say why the audit is started");
      assertThatThrownBy(
              () ->
                  runtime.startProcessInstanceByKey(
                      "model-audit",
                      Map.of("model", "scorecard", "reason", "x", "data", "drop:none.csv")))
          .hasMessageContaining("lies not in the drop folder");
    } finally {
      identity.clearAuthentication();
    }
  }

  @Test
  void anAuditDeletedInCockpitIsWithdrawn() {
    String id = start("scorecard", "sam");
    task(id, "review");
    runtime.deleteProcessInstance(instance(id), "by hand");
    assertThat(store.get(id).state()).isEqualTo("withdrawn");
  }

  private String start(String model, String user) {
    as(user);
    try {
      return audits.start(
          new StartRequest(model, "test", "", Optional.empty(), "rest", user, Optional.empty()));
    } finally {
      identity.clearAuthentication();
    }
  }

  private String instance(String audit) {
    return history
        .createHistoricProcessInstanceQuery()
        .processInstanceBusinessKey(audit)
        .singleResult()
        .getId();
  }
}
