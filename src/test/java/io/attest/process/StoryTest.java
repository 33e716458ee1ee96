package io.attest.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyList;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doReturn;

import io.attest.audit.ApprovalStore;
import io.attest.audit.Artifact;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Committee;
import io.attest.audit.CommitteeStore;
import io.attest.audit.DecisionRecord;
import io.attest.audit.Section;
import io.attest.audit.WatchStore;
import io.attest.audit.Watched;
import io.attest.audit.log.EvidenceLog;
import io.attest.audit.log.LogEntry;
import io.attest.model.ModelSpec;
import io.attest.stage.Approvals;
import io.attest.stage.EngineHistory;
import io.attest.stage.Select;
import io.attest.stage.Verdict;
import io.attest.stage.evidence.LogKeeper;
import io.attest.stage.watch.Watches;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * The story of docs/sample.md from end to end, with the real processes, tables and records: a
 * schedule fires, a trigger decides, a finding blocks, a committee votes with a dissent, and the
 * condition of its approval is followed. The stages that reckon are left out: the facts are those
 * that DatedAuditsTest finds in the data of each month.
 */
class StoryTest extends ProcessTest {
  private static final String MODEL = "story";

  @Autowired AuditStore audits;
  @Autowired ApprovalStore approvals;
  @Autowired CommitteeStore committees;
  @Autowired WatchStore decided;
  @Autowired Approvals granting;
  @Autowired Watches watches;
  @Autowired EngineHistory engine;
  @Autowired Select select;
  @Autowired EvidenceLog log;
  @Autowired LogKeeper keeper;
  @Autowired Stubs.Behaviour behaviour;
  @Autowired Stubs.KnownModels models;
  @Autowired RuntimeService runtime;
  @Autowired ManagementService management;

  private volatile List<Section.Fact> facts = List.of();

  @BeforeEach
  void stages() {
    person("story-rita", "reviewer");
    person("story-abe", "approver");
    person("story-dora", "approver");
    person("story-vera", "approver");
    person("story-owner");
    models.add(critical());
    doReturn(Stubs.selectFacts("linear", 400, 13, "critical")).when(select).facts(anyString());
    doReturn(List.of("linear-shap")).when(select).answered(anyString(), any(), anyList());
    behaviour.put(
        "validate",
        task -> {
          audits.save(
              task.auditId(),
              new Section.Validated(Optional.empty(), Optional.empty(), facts, List.of()));
          return Map.of("facts", facts.size());
        });
    behaviour.put("verdict", task -> new Verdict(audits, engine).run(task));
    behaviour.put(
        "publish",
        task -> {
          String outcome =
              audits.decisions(task.auditId()).stream()
                      .anyMatch(d -> d.decision().equals("approve-with-conditions"))
                  ? "approved-with-conditions"
                  : "approved";
          granting.grant(task.auditId(), outcome);
          Artifact file = new Artifact("report.xlsx", "0".repeat(64), 1, "application/zip");
          audits.save(
              task.auditId(),
              new Section.Published(
                  file, file, outcome, Instant.now(), Optional.empty(), Optional.empty()));
          return Map.of();
        });
  }

  @AfterEach
  void clear() {
    behaviour.clear();
    identity.clearAuthentication();
    end(runtime, "audit-schedule", "watch-model", "model-audit", "follow-approval");
  }

  @Test
  void fromTheScheduleToTheConditionThatIsMet() {
    // Other tests change rows of the same database behind the back of the log.
    List<String> before = keeper.checkAll().faults();
    // March: the schedule fires, nothing blocks, the committee agrees.
    facts = month(0.85, 0.05, 0);
    ProcessInstance schedule =
        runtime.startProcessInstanceByKey(
            "audit-schedule",
            Map.of(
                "model", MODEL, "cycle", "R/P90D", "reason", "quarterly", "startedBy", "stella"));
    Job timer =
        management.createJobQuery().processInstanceId(schedule.getId()).timers().singleResult();
    management.setJobDuedate(timer.getId(), new Date(System.currentTimeMillis() - 1000));
    await().until(() -> !all().isEmpty());
    String march = all().get(0).id();
    assertThat(audits.get(march).trigger()).isEqualTo("schedule");
    complete("story-rita", onlyTask(march, "review"), review("approve", march, "accepted"));
    vote(march, "story-abe", "approve", "Within appetite.");
    vote(march, "story-dora", "approve", "So is it.");
    await().until(() -> approvals.find(march).isPresent() && ended(march));
    assertThat(audits.get(march).state()).isEqualTo("approved");

    // September: new data arrive, and the table says what they call for.
    facts = month(0.42, 0.16, 4);
    watches.start(MODEL, "R/P1D", "stella");
    assertThat(
            watches.tell(
                new Watches.Event(MODEL, "data-arrived", "story-2026-09.csv", "story-data")))
        .isEqualTo(Watches.Told.TAKEN);
    await().until(() -> !decided.list(MODEL).isEmpty());
    Watched trigger =
        decided.list(MODEL).stream()
            .filter(d -> d.event().equals("data-arrived"))
            .findFirst()
            .orElseThrow();
    assertThat(trigger.rule()).isEqualTo("RV-16");
    assertThat(trigger.action()).isEqualTo("full");
    String september = trigger.auditId().orElseThrow();
    assertThat(audits.get(september).reason()).contains("RV-16");

    // A finding blocks: nobody approves over it without saying why.
    Task review = onlyTask(september, "review");
    assertThat(audits.get(september).verdict()).contains("block");
    assertThat(audits.require(september, Section.Judged.class).findings())
        .anySatisfy(
            f -> {
              assertThat(f.rule()).isEqualTo("impact-ratio-low-high");
              assertThat(f.subject()).isEqualTo("age: under 25");
              assertThat(f.severity()).isEqualTo("block");
            });
    assertThatThrownBy(
            () -> complete("story-rita", review, review("approve", september, "accepted")))
        .hasMessageContaining("A finding blocks");
    Map<String, Object> conditional = review("approve-with-conditions", september, "waived");
    conditional.put(
        "conditions", "A person looks at every refusal of a young applicant | story-owner");
    complete("story-rita", review, conditional);

    // The committee is not of one mind, and the record says so.
    String dissent = "0.42 is no gap to live with.\nTrain the model again first.";
    vote(september, "story-vera", "reject", dissent);
    vote(september, "story-abe", "approve", "With a person in between.");
    assertThat(ended(september)).isFalse();
    vote(september, "story-dora", "approve", "Until the next audit.");
    await().until(() -> ended(september));
    assertThat(audits.get(september).state()).isEqualTo("approved-with-conditions");
    assertThat(audits.decisions(september))
        .filteredOn(d -> d.task().equals("vote"))
        .extracting(d -> d.who() + " " + d.decision())
        .containsExactly("story-vera reject", "story-abe approve", "story-dora approve");
    assertThat(audits.decisions(september))
        .filteredOn(d -> d.decision().equals("reject"))
        .extracting(DecisionRecord::comment)
        .containsExactly(dissent);

    // The condition is a task of its owner until it is met.
    await().until(() -> condition(september) != null);
    Task condition = condition(september);
    assertThat(condition.getName()).contains("every refusal of a young applicant");
    complete(
        "story-owner",
        condition,
        Map.of("conditionDecision", "met", "conditionComment", "Instruction 12 of the desk"));
    await().until(() -> approvals.condition(september, 1).state().equals("met"));

    // All of it stands in the log, and the record is as the log says.
    assertThat(log.about(march))
        .extracting(LogEntry::what)
        .containsSubsequence("committee-convened", "approval-granted", "report-superseded");
    assertThat(log.ofAudit(september))
        .filteredOn(e -> !e.what().startsWith("section-") && !e.what().equals("vote-assigned"))
        .extracting(e -> e.what() + " " + e.who())
        .containsSubsequence(
            "audit-started watch",
            "decision-made story-rita",
            "committee-convened attest",
            "decision-made story-vera",
            "decision-made story-abe",
            "decision-made story-dora",
            "approval-granted attest",
            "condition-set attest",
            "audit-ended attest",
            "condition-met story-owner",
            "condition-step story-owner")
        .contains("watch-decided attest");
    assertThat(keeper.checkAll().faults())
        .filteredOn(fault -> !before.contains(fault))
        .filteredOn(fault -> !fault.contains("evidence pack")) // these are made up
        .isEmpty();
  }

  // --- steps ----------------------------------------------------------------------------------

  private static List<Section.Fact> month(double ratio, double scores, int drifted) {
    return List.of(
        new Section.Fact("fairness.impact_ratio", "age: under 25", ratio),
        new Section.Fact("drift.score_psi", "bad", scores),
        new Section.Fact("drift.inputs", "inputs", drifted));
  }

  /** With a committee of its own: other tests leave approvers behind. */
  private static ModelSpec critical() {
    ModelSpec s = Stubs.model(MODEL, "critical", Optional.empty());
    return Stubs.governed(
        s,
        s.ownerUsers(),
        new ModelSpec.Committee(List.of("story-abe", "story-dora", "story-vera"), Optional.of(2)));
  }

  private List<Audit> all() {
    return audits.list(Optional.of(MODEL), Optional.empty());
  }

  private boolean ended(String audit) {
    return audits.get(audit).endedAt().isPresent();
  }

  private Map<String, Object> review(String decision, String audit, String toBlocks) {
    String answers =
        audits.require(audit, Section.Judged.class).findings().stream()
            .map(
                f ->
                    "{\"finding\":\"%s\",\"answer\":\"%s\",\"reason\":\"seen\"}"
                        .formatted(f.id(), f.severity().equals("block") ? toBlocks : "accepted"))
            .collect(Collectors.joining(",", "[", "]"));
    return new HashMap<>(Map.of("decision", decision, "dispositions", answers));
  }

  private Task onlyTask(String audit, String key) {
    return await()
        .until(
            () ->
                tasks
                    .createTaskQuery()
                    .processInstanceBusinessKey(audit)
                    .taskDefinitionKey(key)
                    .singleResult(),
            Objects::nonNull);
  }

  private Task condition(String audit) {
    return tasks
        .createTaskQuery()
        .processInstanceBusinessKey("follow-" + audit)
        .taskDefinitionKey("meet-condition")
        .singleResult();
  }

  private void vote(String audit, String member, String vote, String why) {
    await().until(() -> committees.of(audit, 1).isPresent());
    Committee committee = committees.of(audit, 1).orElseThrow();
    Task ballot =
        await()
            .until(
                () ->
                    tasks
                        .createTaskQuery()
                        .processInstanceBusinessKey(audit)
                        .taskDefinitionKey("vote")
                        .list()
                        .stream()
                        .filter(t -> committee.memberOf(t.getId()).equals(Optional.of(member)))
                        .findFirst()
                        .orElse(null),
                Objects::nonNull);
    complete(member, ballot, Map.of("vote", vote, "voteReason", why));
  }
}
