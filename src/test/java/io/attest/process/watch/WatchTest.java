package io.attest.process.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMailUtil;
import io.attest.audit.Approval;
import io.attest.audit.ApprovalStore;
import io.attest.audit.Artifact;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Condition;
import io.attest.audit.DecisionRecord;
import io.attest.audit.Section;
import io.attest.audit.WatchStore;
import io.attest.audit.Watched;
import io.attest.process.ProcessTest;
import io.attest.process.Stubs;
import io.attest.stage.Approvals;
import io.attest.stage.Audits;
import io.attest.stage.Oversight;
import io.attest.stage.StartRequest;
import io.attest.stage.Withdrawals;
import io.attest.stage.watch.Gate;
import io.attest.stage.watch.Standings;
import io.attest.stage.watch.Watches;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Watches over models, and what follows an approval, with the engine, the tables and the store. */
class WatchTest extends ProcessTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  @Autowired RuntimeService runtime;
  @Autowired ManagementService management;
  @Autowired HistoryService history;
  @Autowired AuditStore audits;
  @Autowired ApprovalStore approvals;
  @Autowired WatchStore decisions;
  @Autowired Standings standings;
  @Autowired Watches watches;
  @Autowired Gate gate;
  @Autowired Oversight oversight;
  @Autowired FollowedApproval followed;
  @Autowired Approvals granting;
  @Autowired JdbcClient jdbc;
  @Autowired Audits startedAudits;
  @Autowired Withdrawals withdrawals;
  @Autowired Stubs.Behaviour behaviour;
  @Autowired Stubs.KnownModels models;

  @AfterEach
  void clear() {
    identity.clearAuthentication();
    behaviour.clear();
    end(runtime, "watch-model", "follow-approval", "model-audit");
  }

  @Test
  void anEventIsWeighedOnceAndStartsTheAuditThatTheTableSays() {
    model("w-full", "high");
    watch("w-full");
    assertThat(tell("w-full", "model-changed", "w-full-1")).isEqualTo(Watches.Told.TAKEN);
    Watched decided = decided("w-full", 1).get(0);
    assertThat(decided.rule()).isEqualTo("RV-12");
    assertThat(decided.action()).isEqualTo("full");
    assertThat(decided.facts())
        .containsEntry("modelChange", "model")
        .containsEntry("drift", "unknown")
        .containsEntry("approval", "none");
    Audit audit = audits.get(decided.auditId().orElseThrow());
    assertThat(audit.trigger()).isEqualTo("watch");
    assertThat(audit.reason()).contains("RV-12", "No audit of the model was approved", "SR 26-2");
    assertThat(tell("w-full", "model-changed", "w-full-1")).isEqualTo(Watches.Told.REPEATED);
    assertThat(tell("w-nobody", "look", "w-nobody-1")).isEqualTo(Watches.Told.NOT_WATCHED);
    // The audit still runs.
    tell("w-full", "model-changed", "w-full-2");
    assertThat(decided("w-full", 2).get(0).rule()).isEqualTo("RV-10");
  }

  @Test
  void whatHappensDuringAnAuditIsWeighedOnceWhenItEnds() {
    model("w-wait", "standard");
    approve("w-wait", "standard", Instant.now(), "");
    watch("w-wait");
    String running = start("w-wait");
    data("w-wait", "upload:first.csv", "w-wait-1");
    decided("w-wait", 1);
    data("w-wait", "upload:second.csv", "w-wait-2");
    assertThat(decided("w-wait", 2))
        .allSatisfy(
            d -> {
              assertThat(d.rule()).isEqualTo("RV-10");
              assertThat(d.waits()).isTrue();
              assertThat(d.outcome()).contains("Waits for the end");
            });
    await().until(() -> waiting("w-wait") == 2);
    look("w-wait"); // takes nothing in while the audit runs
    assertThat(decided("w-wait", 3)).filteredOn(Watched::waits).hasSize(2);

    startedAudits.cancel(running, "planner", "too slow");
    List<Watched> all = decided("w-wait", 4);
    Watched together = decisions.find("audit:" + running).orElseThrow();
    assertThat(together.event()).isEqualTo("data-arrived");
    assertThat(together.rule()).isEqualTo("RV-21");
    assertThat(together.detail())
        .startsWith(running + " ended: withdrawn. Waited for it: data-arrived (upload:second.csv)")
        .contains("upload:first.csv");
    assertThat(audits.get(together.auditId().orElseThrow()).data()).contains("upload:second.csv");
    assertThat(all).noneMatch(Watched::waits);
    assertThat(decisions.find("w-wait-1").orElseThrow().outcome()).contains(running);
    await().until(() -> waiting("w-wait") == 0);
    assertThat(data("w-wait", "upload:second.csv", "w-wait-2")).isEqualTo(Watches.Told.REPEATED);
  }

  @Test
  void whatTheAuditAnsweredIsNotAskedAgain() {
    model("w-same", "standard");
    approve("w-same", "standard", Instant.now(), "");
    watch("w-same");
    String running =
        startedAudits.start(
            new StartRequest(
                "w-same",
                "by hand",
                "",
                Optional.of("upload:new.csv"),
                "rest",
                "planner",
                Optional.empty()));
    data("w-same", "upload:new.csv", "w-same-1");
    decided("w-same", 1);
    await().until(() -> waiting("w-same") == 1);
    // Somebody audited those very data.
    audits.end(running, "approved");
    watches.tell(
        new Watches.Event("w-same", "audit-finished", running + " ended", "audit:" + running));
    decided("w-same", 2);
    Watched together = decisions.find("audit:" + running).orElseThrow();
    assertThat(together.event()).isEqualTo("data-arrived");
    assertThat(together.facts()).containsEntry("dataChange", "none");
    assertThat(together.rule()).isEqualTo("RV-99");
  }

  @Test
  void eventsThatComeAtOnceStartOneAuditAfterTheOther() throws Exception {
    model("w-rush", "standard");
    approve("w-rush", "standard", Instant.now(), "");
    watch("w-rush");
    ExecutorService people = Executors.newFixedThreadPool(6);
    try {
      String first = start("w-rush");
      List<Future<?>> told = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        String name = "w-rush-" + i;
        told.add(people.submit(() -> unlessBusy(() -> data("w-rush", "upload:" + name, name))));
      }
      told.add(
          people.submit(() -> unlessBusy(() -> startedAudits.cancel(first, "planner", "enough"))));
      for (Future<?> one : told) {
        one.get();
      }
    } finally {
      people.shutdown();
    }
    // Each event has an answer, at most one audit runs at any time, and in the end none waits.
    await()
        .untilAsserted(
            () -> {
              List<Audit> open = open("w-rush");
              assertThat(open).hasSizeLessThanOrEqualTo(1);
              for (Audit audit : open) {
                unlessBusy(() -> startedAudits.cancel(audit.id(), audit.startedBy(), "next"));
              }
              assertThat(decisions.list("w-rush"))
                  .hasSizeGreaterThanOrEqualTo(7)
                  .noneMatch(Watched::waits);
              assertThat(weighing("w-rush")).isZero();
              assertThat(open("w-rush")).isEmpty();
            });
    List<Watched> all = decisions.list("w-rush");
    for (int i = 0; i < 6; i++) {
      String name = "w-rush-" + i;
      assertThat(all).filteredOn(d -> d.key().equals(name)).hasSize(1);
    }
    List<String> data =
        audits.list(Optional.of("w-rush"), Optional.empty()).stream()
            .flatMap(a -> a.data().stream())
            .toList();
    assertThat(data).doesNotHaveDuplicates().isNotEmpty();
  }

  @Test
  void aNewWatchTakesInWhatTheFormerOneLeft() {
    model("w-next", "standard");
    approve("w-next", "standard", Instant.now(), "");
    watch("w-next");
    String running = start("w-next");
    data("w-next", "upload:left.csv", "w-next-1");
    decided("w-next", 1);
    await().until(() -> waiting("w-next") == 1);
    end(runtime, "watch-model");
    startedAudits.cancel(running, "planner", "no more");
    watch("w-next");
    look("w-next");
    // The end of the audit may have found the new watch as well: who comes first takes it in.
    await().until(() -> !decisions.find("w-next-1").orElseThrow().waits());
    assertThat(decisions.find("w-next-1").orElseThrow().outcome()).contains("was weighed with all");
    await().until(() -> open("w-next").size() == 1);
    assertThat(open("w-next").get(0).data()).contains("upload:left.csv");
  }

  @Test
  void aLookByTheClockDoesTheSameOnTheSameGroundOnce() {
    model("w-look", "standard");
    String approved = approve("w-look", "standard", Instant.now().minusSeconds(400L * 86_400), "");
    watch("w-look");
    look("w-look");
    Watched first = decided("w-look", 1).get(0);
    assertThat(first.event()).isEqualTo("look");
    assertThat(first.rule()).isEqualTo("RV-25");
    assertThat(first.action()).isEqualTo("light");
    Audit light = audits.get(first.auditId().orElseThrow());
    assertThat(light.trigger()).isEqualTo("watch-light");
    audits.end(light.id(), "withdrawn");
    look("w-look");
    Watched second = decided("w-look", 2).get(0);
    assertThat(second.auditId()).isEqualTo(first.auditId());
    assertThat(second.outcome()).contains("Answered before");
    assertThat(approved).isNotEqualTo(light.id());
  }

  @Test
  void aLossOfPerformanceIsDriftOnlyWhereChanceHardlyExplainsIt() throws Exception {
    model("w-chance", "high");
    approve("w-chance", "high", Instant.now().minusSeconds(60), "");
    watch("w-chance");
    String audit = audit("w-chance", "high", Instant.now().minusSeconds(30));
    audits.end(audit, "approved");
    Section.Fact change = new Section.Fact("drift.performance", "performance.auc", 0.09);
    drifts(audit, List.of(change));
    look("w-chance");
    assertThat(decided("w-chance", 1).get(0).facts())
        .containsEntry("driftPerformance", "0.0")
        .containsEntry("drift", "none");
    drifts(
        audit,
        List.of(change, new Section.Fact("drift.performance_loss", "performance.auc", 0.09)));
    look("w-chance");
    assertThat(decided("w-chance", 2).get(0).facts())
        .containsEntry("driftPerformance", "0.09")
        .containsEntry("drift", "strong");
  }

  @Test
  void strongDriftSuspendsAModelOfTheHighestTierUntilAPersonAnswers() throws Exception {
    model("w-drift", "critical");
    String approved = approve("w-drift", "critical", Instant.now().minusSeconds(60), "");
    drifts(approved);
    watch("w-drift");
    assertThat(watchTask("w-drift", "watching").getName()).startsWith("Model is watched: ");
    assertThat(gate.ask("w-drift", Optional.of("aa")).open()).isTrue();
    person("w-mailed", "reviewer");
    // Who approved had this drift in view; the next audit was not approved.
    look("w-drift");
    Watched weighed = decided("w-drift", 1).get(0);
    assertThat(weighed.action()).isEqualTo("nothing");
    assertThat(weighed.facts())
        .containsEntry("drift", "accepted")
        .containsEntry("driftFrom", approved);
    String audit = audit("w-drift", "critical", Instant.now().minusSeconds(30));
    audits.end(audit, "rejected");
    drifts(audit);
    look("w-drift");
    Watched decided = decided("w-drift", 2).get(0);
    assertThat(decided.rule()).isEqualTo("RV-06");
    assertThat(decided.facts()).containsEntry("drift", "strong").containsEntry("driftFrom", audit);
    assertThat(standings.of("w-drift").state()).isEqualTo("suspended");
    assertThat(gate.ask("w-drift", Optional.of("aa")).reasons())
        .singleElement()
        .asString()
        .contains("suspended (RV-06)");
    await().until(() -> watchTask("w-drift", "answer-suspension") != null);
    await().until(() -> mailed("Suspended: w-drift"));
    // Another look gives no second notice.
    look("w-drift");
    assertThat(decided("w-drift", 3).get(0).outcome()).contains("given before");
    Task notice = watchTask("w-drift", "answer-suspension");
    person("w-starter", "starter");
    assertThatThrownBy(
            () ->
                answer("w-starter", notice, "suspensionDecision", "lift", "suspensionComment", "x"))
        .isInstanceOf(RuntimeException.class);
    person("w-reviewer", "reviewer");
    assertThatThrownBy(
            () ->
                answer("w-reviewer", notice, "suspensionDecision", "lift", "suspensionComment", ""))
        .hasMessageContaining("Say why");
    answer(
        "w-reviewer",
        notice,
        "suspensionDecision",
        "lift",
        "suspensionComment",
        "a season, not a change");
    assertThat(standings.of("w-drift").state()).isEqualTo("approved");
    assertThat(decisions.find(decided.key()).orElseThrow().answeredBy()).contains("w-reviewer");
  }

  @Test
  void aRejectionIsAGroundOfItsOwn() {
    model("w-no", "standard");
    approve("w-no", "standard", Instant.now().minusSeconds(60), "");
    String rejected = audit("w-no", "standard", Instant.now(), "upload:june.csv");
    audits.end(rejected, "rejected");
    watch("w-no");
    watches.tell(
        new Watches.Event("w-no", "audit-finished", rejected + " ended", "audit:" + rejected));
    Watched decided = decided("w-no", 1).get(0);
    assertThat(decided.rule()).isEqualTo("RV-07");
    assertThat(decided.facts()).containsEntry("lastAudit", "rejected");
    assertThat(standings.of("w-no").state()).isEqualTo("suspended");
    assertThat(gate.ask("w-no", Optional.of("aa")).reasons())
        .singleElement()
        .asString()
        .contains("rejected");
    assertThat(open("w-no")).isEmpty();
    // An approval that came later takes the ground away.
    approve("w-no", "standard", Instant.now().plusSeconds(1), "");
    assertThat(standings.of("w-no").state()).isEqualTo("approved");
  }

  @Test
  void aRunningWatchIsEvidenceOfOversight() {
    model("w-seen", "standard");
    assertThat(oversight.of("w-seen")).isEmpty();
    watch("w-seen");
    assertThat(oversight.of("w-seen")).containsOnlyKeys("watch");
  }

  @Test
  void driftIsLookedAtAgainWithTheDataThatItWasFoundIn() {
    model("w-june", "critical");
    approve("w-june", "critical", Instant.now().minusSeconds(60), "");
    String june = audit("w-june", "critical", Instant.now(), "upload:june.csv");
    audits.end(june, "approved");
    drifts(june, 0.16);
    watch("w-june");
    look("w-june");
    Watched decided = decided("w-june", 1).get(0);
    assertThat(decided.rule()).isEqualTo("RV-22");
    assertThat(decided.reason()).doesNotContain("the tier is high");
    Audit again = audits.get(decided.auditId().orElseThrow());
    assertThat(again.data()).contains("upload:june.csv");
    assertThat(again.reason()).contains("found in " + june);
  }

  @Test
  void theGateKnowsTheFileAndTheDay() {
    model("w-gate", "standard");
    assertThat(gate.ask("w-gate", Optional.of("aa")).reasons())
        .containsExactly("No audit of w-gate was approved.");
    approve("w-gate", "standard", Instant.now(), "");
    assertThat(gate.ask("w-gate", Optional.of("AA")).open()).isTrue();
    assertThat(gate.ask("w-gate", Optional.of("bb")).reasons())
        .singleElement()
        .asString()
        .contains("not the approved one", "bb");
    approve("w-gate", "standard", Instant.now().plusSeconds(1), LocalDate.now().minusDays(1), "");
    assertThat(standings.of("w-gate").state()).isEqualTo("expired");
    assertThat(gate.ask("w-gate", Optional.of("aa")).reasons().get(0)).contains("expired");
  }

  @Test
  void anApprovalIsFollowedUntilItEndsAndItsEndIsAnEvent() {
    model("w-end", "high");
    watch("w-end");
    String audit =
        approve("w-end", "high", Instant.now().minusSeconds(9), LocalDate.now().minusDays(1), "");
    follow(audit, "approved");
    // The reminder and the end are in the past: both fire.
    await()
        .untilAsserted(
            () ->
                assertThat(decisions.list("w-end"))
                    .extracting(Watched::event)
                    .contains("audit-finished", "approval-expired"));
    Watched expired =
        decisions.list("w-end").stream()
            .filter(d -> d.event().equals("approval-expired"))
            .findFirst()
            .orElseThrow();
    assertThat(expired.facts()).containsEntry("approval", "expired");
    await().until(() -> followed(audit).isEmpty());
  }

  @Test
  void anApprovalHoldsAsLongAsTheTierSaysAndItsConditionsAreThoseOfTheReview() {
    model("w-grant", "standard");
    String audit = approve("w-grant", "standard", Instant.now(), "Mend it | ada | 2199-01-01");
    jdbc.sql("delete from attest_condition where audit_id = :a").param("a", audit).update();
    jdbc.sql("delete from attest_approval where audit_id = :a").param("a", audit).update();
    Approval granted = granting.grant(audit, "approved-with-conditions");
    assertThat(granted.validUntil()).isEqualTo(LocalDate.now().plusMonths(24));
    assertThat(granting.grant(audit, "approved-with-conditions"))
        .isEqualTo(approvals.find(audit).get());
    assertThat(audits.require(audit, Section.Granted.class))
        .isEqualTo(new Section.Granted(granted.validUntil(), "for tier standard: P24M"));
    assertThat(approvals.conditions(audit))
        .containsExactly(
            new Condition(
                audit, 1, "w-grant", "Mend it", "ada", LocalDate.parse("2199-01-01"), "open"));
  }

  @Test
  void aLaterApprovalReplacesTheEarlierOne() {
    model("w-later", "high");
    String first = approve("w-later", "high", Instant.now(), LocalDate.now().plusYears(1), "");
    follow(first, "approved");
    await().until(() -> waitsAt(first, "expiry-near"));
    String second = approve("w-later", "high", Instant.now(), LocalDate.now().plusYears(2), "");
    follow(second, "approved");
    await().until(() -> followed(first).isEmpty());
    await().until(() -> waitsAt(second, "expiry-near"));
  }

  @Test
  void anApprovalThatWasReplacedBeforeItIsFollowedHasNoReminders() {
    model("w-late", "high");
    watch("w-late");
    String first = approve("w-late", "high", Instant.now(), "Mend it");
    String second = approve("w-late", "high", Instant.now().plusSeconds(1), "");
    follow(first, "approved-with-conditions");
    Task mend = named(first, "Mend it");
    assertThat(waitsAt(first, "expiry-near")).isFalse();
    // Its conditions stay; that one fails does not shake the approval that counts now.
    person("w-starter", "starter");
    answer("w-starter", mend, "conditionDecision", "failed", "conditionComment", "no time");
    await().until(() -> followed(first).isEmpty());
    assertThat(approvals.steps(first, 1))
        .extracting(Condition.Step::what)
        .containsExactly("failed", "not told to the watch");
    assertThat(approvals.steps(first, 1).get(1).comment()).contains(second);
    assertThat(standings.of("w-late").state()).isEqualTo("approved");
  }

  @Test
  void aWithdrawnReportEndsItsRemindersAndClosesItsConditions() {
    model("w-back", "high");
    LocalDate soon = LocalDate.now().plusDays(20);
    String audit =
        approve("w-back", "high", Instant.now(), "Mend the leak | | " + soon + "\nWatch the young");
    follow(audit, "approved-with-conditions");
    Task leak = named(audit, "Mend the leak");
    await().until(() -> waitsAt(audit, "expiry-near"));
    person("w-starter", "starter");
    answer("w-starter", leak, "conditionDecision", "met", "conditionComment", "see ticket 8");
    String follow = followed(audit).orElseThrow();
    withdraw(audit, "w-reviewer2", "w-approver2", "The labels were wrong");
    await().until(() -> followed(audit).isEmpty());
    assertThat(approvals.conditions(audit))
        .extracting(Condition::state)
        .containsExactly("met", Condition.CLOSED);
    assertThat(approvals.steps(audit, 2))
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.what()).isEqualTo("closed");
              assertThat(step.comment())
                  .isEqualTo(
                      "The report was withdrawn by w-reviewer2 and w-approver2: The labels were"
                          + " wrong");
            });
    assertThat(byKey(audit, "meet-condition")).isEmpty();
    assertThat(management.createJobQuery().processInstanceId(follow).count()).isZero();
  }

  @Test
  void conditionsAreFollowedToTheirEnd() {
    model("w-cond", "high");
    watch("w-cond");
    LocalDate soon = LocalDate.now().plusDays(20);
    String audit =
        approve(
            "w-cond",
            "high",
            Instant.now(),
            "Mend the leak | w-owner | " + soon + "\nWatch the young\nTrain again | | 2199-01-01");
    assertThat(approvals.conditions(audit))
        .extracting(Condition::text, Condition::owner)
        .containsExactly(
            org.assertj.core.api.Assertions.tuple("Mend the leak", "w-owner"),
            org.assertj.core.api.Assertions.tuple("Watch the young", ""),
            org.assertj.core.api.Assertions.tuple("Train again", ""));
    person("w-owner");
    follow(audit, "approved-with-conditions");
    await().until(() -> conditionTasks(audit).size() == 3);
    Task leak = conditionTasks(audit).get(0);
    assertThat(leak.getName()).isEqualTo("Meet the condition: Mend the leak");
    assertThat(leak.getDueDate()).isEqualTo(FollowedApproval.day(soon.plusDays(1)));

    // Met by its owner, who is in no group, with what shows it.
    assertThatThrownBy(
            () -> answer("w-owner", leak, "conditionDecision", "met", "conditionComment", " "))
        .hasMessageContaining("what shows");
    answer("w-owner", leak, "conditionDecision", "met", "conditionComment", "see ticket 7");
    assertThat(approvals.condition(audit, 1).state()).isEqualTo("met");

    // More time: asked for, granted by another person.
    person("w-starter", "starter");
    Task young = named(audit, "Watch the young");
    LocalDate later = LocalDate.now().plusDays(90);
    assertThatThrownBy(
            () ->
                complete(
                    "w-starter",
                    young,
                    Map.of(
                        "conditionDecision", "extend",
                        "conditionComment", "slow",
                        "extendTo", LocalDate.now().plusDays(5).toString())))
        .hasMessageContaining("must be after");
    complete(
        "w-starter",
        young,
        Map.of(
            "conditionDecision",
            "extend",
            "conditionComment",
            "slow",
            "extendTo",
            later.toString()));
    await().until(() -> byKey(audit, "extend-condition").size() == 1);
    Task more = byKey(audit, "extend-condition").get(0);
    person("w-approver", "approver");
    answer("w-approver", more, "extendDecision", "extend", "extendComment", "it is worth it");
    assertThat(approvals.condition(audit, 2).dueOn()).isEqualTo(later);
    await().until(() -> conditionTasks(audit).size() == 2);
    assertThat(named(audit, "Watch the young").getDueDate())
        .isEqualTo(FollowedApproval.day(later.plusDays(1)));

    // Reminded when it is nearly due; failed, which is an event.
    List<Job> near =
        management
            .createJobQuery()
            .processInstanceId(followed(audit).orElseThrow())
            .activityId("condition-near")
            .list()
            .stream()
            .filter(j -> j.getDuedate().after(new Date(System.currentTimeMillis())))
            .toList();
    assertThat(near).isNotEmpty();
    management.executeJob(near.get(0).getId());
    await().until(() -> mailed("The model w-cond"));
    person("w-starter", "starter");
    answer(
        "w-starter",
        named(audit, "Train again"),
        "conditionDecision",
        "failed",
        "conditionComment",
        "no");
    await()
        .until(
            () ->
                decisions.list("w-cond").stream()
                    .anyMatch(d -> d.event().equals("condition-failed")));
    Watched failed =
        decisions.list("w-cond").stream()
            .filter(d -> d.event().equals("condition-failed"))
            .findFirst()
            .orElseThrow();
    assertThat(failed.rule()).isEqualTo("RV-01");
    assertThat(failed.detail()).contains("Train again");
    assertThat(approvals.steps(audit, 2))
        .extracting(Condition.Step::what)
        .containsExactly("asked for more time, until " + later, "extended until " + later);
    answer(
        "w-starter",
        named(audit, "Watch the young"),
        "conditionDecision",
        "met",
        "conditionComment",
        "done");
    await().until(() -> !waitsAt(audit, "meet-condition"));
  }

  @Test
  void dataInTheDropFolderAreWeighedWhereTheModelIsWatched() throws Exception {
    model("w-inbox", "standard");
    approve("w-inbox", "standard", Instant.now(), "");
    watch("w-inbox");
    Path inbox = Files.createDirectories(Path.of("target/process-test/inbox"));
    Path file = Files.createTempFile("w-inbox", ".csv");
    Files.writeString(file, "a,b\n1," + System.nanoTime() + "\n");
    Files.move(file, inbox.resolve("w-inbox-2026-11.csv"));
    Watched decided = decided("w-inbox", 1).get(0);
    assertThat(decided.event()).isEqualTo("data-arrived");
    assertThat(decided.rule()).isEqualTo("RV-21");
    Audit audit = audits.get(decided.auditId().orElseThrow());
    assertThat(audit.data().orElseThrow()).startsWith("upload:").endsWith("w-inbox-2026-11.csv");
    await().until(() -> !Files.exists(inbox.resolve("w-inbox-2026-11.csv")));
  }

  @Test
  void aModelHasOneWatch() {
    model("w-one", "standard");
    watch("w-one");
    assertThatThrownBy(() -> watch("w-one"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is watched already");
    assertThatThrownBy(() -> watches.start("w-none", "P1D", "x")).hasMessageContaining("w-none");
    model("w-two", "standard");
    assertThatThrownBy(() -> watches.start("w-two", "now and then", "x"))
        .hasMessageContaining("neither a cron expression nor an interval");
  }

  // --- steps ----------------------------------------------------------------------------------

  private void model(String id, String tier) {
    models.add(Stubs.model(id, tier, Optional.empty()));
  }

  private void watch(String model) {
    watches.start(model, "R/PT24H", "planner");
  }

  private Watches.Told tell(String model, String event, String key) {
    return watches.tell(new Watches.Event(model, event, "told by a test", key));
  }

  /** As a reviewer and an approver do it. */
  private void withdraw(String audit, String reviewer, String approver, String why) {
    person(reviewer, "reviewer");
    person(approver, "approver");
    audits.save(audit, published());
    withdrawals.request(audit, reviewer, why, Optional.empty());
    complete(
        approver,
        task(audit, "confirm-withdrawal"),
        Map.of("confirm", "confirm", "confirmComment", "yes"));
  }

  private static Section.Published published() {
    Artifact file = new Artifact("report.xlsx", "aa", 3, "application/octet-stream");
    return new Section.Published(file, file, "approved", Instant.EPOCH);
  }

  private Watches.Told data(String model, String name, String key) {
    return watches.tell(new Watches.Event(model, "data-arrived", name, Optional.of(name), key));
  }

  private String start(String model) {
    return startedAudits.start(
        new StartRequest(
            model, "by hand", "", Optional.empty(), "rest", "planner", Optional.empty()));
  }

  private List<Audit> open(String model) {
    return audits.list(Optional.of(model), Optional.empty()).stream()
        .filter(a -> a.endedAt().isEmpty())
        .toList();
  }

  private long waiting(String model) {
    return at(model, "audit-over");
  }

  /** How many events are under way. */
  private long weighing(String model) {
    return at(model, "weigh");
  }

  private long at(String model, String activity) {
    return history
        .createHistoricActivityInstanceQuery()
        .processInstanceId(
            runtime
                .createProcessInstanceQuery()
                .processInstanceBusinessKey("watch-" + model)
                .singleResult()
                .getId())
        .activityId(activity)
        .unfinished()
        .count();
  }

  private void look(String model) {
    String instance =
        runtime
            .createProcessInstanceQuery()
            .processInstanceBusinessKey("watch-" + model)
            .singleResult()
            .getId();
    Job timer =
        management.createJobQuery().processInstanceId(instance).timers().list().stream()
            .filter(j -> j.getDuedate().after(new Date()))
            .findFirst()
            .orElseThrow();
    unlessBusy(() -> management.executeJob(timer.getId()));
  }

  private List<Watched> decided(String model, int count) {
    await().until(() -> decisions.list(model).size() == count);
    return decisions.list(model);
  }

  private String approve(String model, String tier, Instant at, String conditions) {
    return approve(model, tier, at, LocalDate.now().plusYears(1), conditions);
  }

  /** An audit that people approved, as its record has it. */
  private String approve(
      String model, String tier, Instant at, LocalDate until, String conditions) {
    String id = audit(model, tier, at);
    audits.decide(
        id,
        new DecisionRecord(
            "review",
            "t-" + id,
            "bo",
            at,
            conditions.isEmpty() ? "approve" : "approve-with-conditions",
            "",
            conditions.isEmpty() ? "" : "conditions: " + conditions,
            1));
    audits.end(id, conditions.isEmpty() ? "approved" : "approved-with-conditions");
    approvals.create(
        new Approval(
            id,
            model,
            at,
            until,
            conditions.isEmpty() ? "approved" : "approved-with-conditions",
            "aa",
            ""),
        conditions.isEmpty() ? List.of() : Condition.read(conditions, LocalDate.now()),
        "bo");
    return id;
  }

  private String audit(String model, String tier, Instant at) {
    return audit(model, tier, at, null);
  }

  private String audit(String model, String tier, Instant at, String data) {
    String id = "ATT-" + model + "-20261101-" + (100 + NUMBER.incrementAndGet());
    audits.create(
        new Audit(
            id,
            model,
            "The model " + model,
            tier,
            "reason",
            "",
            "rest",
            "planner",
            at.minusSeconds(5),
            "running",
            Optional.of("pass"),
            Optional.ofNullable(data),
            1,
            Optional.empty()));
    return id;
  }

  private void drifts(String audit) {
    drifts(audit, 0.4);
  }

  private void drifts(String audit, double scores) {
    drifts(audit, List.of(new Section.Fact("drift.score_psi", "response", scores)));
  }

  private void drifts(String audit, List<Section.Fact> facts) {
    audits.save(audit, new Section.Validated(Optional.empty(), Optional.empty(), facts, List.of()));
  }

  private void follow(String audit, String outcome) {
    identity.clearAuthentication();
    followed.begin(audits.get(audit), outcome);
  }

  private Optional<String> followed(String audit) {
    return runtime
        .createProcessInstanceQuery()
        .processInstanceBusinessKey("follow-" + audit)
        .list()
        .stream()
        .map(i -> i.getId())
        .findFirst();
  }

  private boolean waitsAt(String audit, String activity) {
    return followed(audit)
        .filter(id -> runtime.getActiveActivityIds(id).contains(activity))
        .isPresent();
  }

  private List<Task> conditionTasks(String audit) {
    return byKey(audit, "meet-condition");
  }

  private List<Task> byKey(String audit, String key) {
    return tasks
        .createTaskQuery()
        .processInstanceBusinessKey("follow-" + audit)
        .taskDefinitionKey(key)
        .orderByTaskName()
        .asc()
        .list();
  }

  private Task named(String audit, String text) {
    await()
        .until(
            () ->
                byKey(audit, "meet-condition").stream().anyMatch(t -> t.getName().endsWith(text)));
    return byKey(audit, "meet-condition").stream()
        .filter(t -> t.getName().endsWith(text))
        .findFirst()
        .orElseThrow();
  }

  private Task watchTask(String model, String key) {
    return tasks
        .createTaskQuery()
        .processInstanceBusinessKey("watch-" + model)
        .taskDefinitionKey(key)
        .singleResult();
  }

  private void answer(
      String who, Task task, String name, String decision, String words, String text) {
    complete(who, task, Map.of(name, decision, words, text));
  }

  private static boolean mailed(String about) {
    return Arrays.stream(MAIL.getReceivedMessages())
        .anyMatch(
            mail -> GreenMailUtil.getHeaders(mail).replaceAll("\\r?\\n\\s", " ").contains(about));
  }
}
