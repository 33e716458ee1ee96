package io.attest.process.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyList;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doReturn;

import io.attest.audit.Absence;
import io.attest.audit.Artifact;
import io.attest.audit.AuditStore;
import io.attest.audit.Committee;
import io.attest.audit.CommitteeStore;
import io.attest.audit.DecisionRecord;
import io.attest.audit.Section;
import io.attest.audit.Withdrawal;
import io.attest.audit.WithdrawalStore;
import io.attest.model.ModelSpec;
import io.attest.process.ProcessTest;
import io.attest.process.Stubs;
import io.attest.stage.Absences;
import io.attest.stage.Account;
import io.attest.stage.Audits;
import io.attest.stage.Select;
import io.attest.stage.StartRequest;
import io.attest.stage.WaitingTasks;
import io.attest.stage.Withdrawals;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.task.IdentityLink;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Owners, committees, deputies and withdrawals, in the real processes. */
class PeopleApartTest extends ProcessTest {
  @Autowired Audits audits;
  @Autowired AuditStore store;
  @Autowired CommitteeStore committees;
  @Autowired WithdrawalStore withdrawn;
  @Autowired Absences absences;
  @Autowired Withdrawals withdrawals;
  @Autowired JdbcClient jdbc;
  @Autowired StandIns standIns;
  @Autowired WaitingTasks waiting;
  @Autowired Select select;
  @Autowired Stubs.Behaviour behaviour;
  @Autowired Stubs.KnownModels models;
  @Autowired RuntimeService runtime;
  @Autowired ManagementService management;

  @BeforeEach
  void stages() {
    person("sam", "starter");
    person("rita", "reviewer", "approver", "starter");
    person("rolf", "reviewer");
    person("abe", "approver");
    person("vera", "reviewer", "approver");
    person("olga", "reviewer", "approver");
    person("dora", "approver");
    person("ben", "approver");
    doReturn(Stubs.selectFacts("tree", 1000, 20, "critical")).when(select).facts(anyString());
    doReturn(List.of("tree-shap")).when(select).answered(anyString(), any(), anyList());
    behaviour.put("validate", task -> Map.of("facts", 0));
    behaviour.put(
        "verdict",
        task -> {
          store.verdict(task.auditId(), "warn");
          return Map.of("verdict", "warn");
        });
    behaviour.put(
        "publish",
        task -> {
          Artifact file = new Artifact("report.xlsx", "0".repeat(64), 1, "application/zip");
          store.save(
              task.auditId(),
              new Section.Published(
                  file, file, "approved", Instant.now(), Optional.empty(), Optional.empty()));
          return Map.of();
        });
    declare("pricing", "critical", List.of("abe", "vera", "dora", "rita", "olga", "nobody"), 3);
  }

  @AfterEach
  void clear() {
    behaviour.clear();
    identity.clearAuthentication();
    end(runtime, "model-audit", "withdraw-report");
    absences.all().stream()
        .filter(a -> a.endedAt().isEmpty())
        .forEach(a -> absences.end(account(a.person()), a.id()));
  }

  /** A model that olga owns. */
  private void declare(String id, String tier, List<String> members, int quorum) {
    ModelSpec s = Stubs.model(id, tier, Optional.empty());
    models.add(
        Stubs.governed(s, List.of("Olga"), new ModelSpec.Committee(members, Optional.of(quorum))));
  }

  @Test
  void whoOwnsTheModelNeitherReviewsNorApproves() {
    declare("owned", "high", List.of("abe", "vera"), 2);
    String id = start("owned", "rita");
    Task review = task(id, "review");
    assertThatThrownBy(() -> complete("olga", review, Map.of("decision", "approve")))
        .hasMessage(
            "olga owns the model owned (owner or owner-users in its model.yaml) and can neither"
                + " review nor approve its audits. Ask somebody else.");
    complete("rolf", review, Map.of("decision", "approve"));
    Task second = task(id, "second-approval");
    assertThatThrownBy(() -> complete("olga", second, Map.of("secondDecision", "approve")))
        .hasMessageStartingWith("olga owns the model owned");
    assertThatThrownBy(() -> complete("rita", second, Map.of("secondDecision", "approve")))
        .hasMessageStartingWith("rita started the audit");
    complete("abe", second, Map.of("secondDecision", "approve"));
    await().until(() -> store.get(id).state().equals("approved"));
  }

  @Test
  void aCommitteeApprovesByQuorumAndMajorityAndTheDissentIsKeptWordForWord() {
    String id = voting();
    Committee committee = committees.of(id, 1).orElseThrow();
    assertThat(committee.members()).containsExactly("abe", "dora", "vera");
    assertThat(committee.quorum()).isEqualTo(3);
    assertThat(decision(id, "committee").detail())
        .contains("may vote: abe, dora, vera", "quorum: 3")
        .contains("left out: olga: olga owns the model pricing")
        .contains("left out: rita: rita reviewed the audit")
        .contains("left out: nobody: nobody is no user of Attest");
    Task abe = ballot(id, "abe");
    assertThat(abe.getName()).isEqualTo("Vote on the audit: abe, The model pricing");
    assertThat(abe.getDueDate()).isInTheFuture();
    assertThat(store.get(id).state()).isEqualTo("waiting");

    assertThatThrownBy(() -> complete("vera", abe, vote("approve", "Fine.")))
        .as("the engine knows whose task it is")
        .hasMessageContaining("vera");
    tasks.addCandidateUser(abe.getId(), "vera");
    assertThatThrownBy(() -> complete("vera", abe, vote("approve", "Fine.")))
        .hasMessage("This is the vote of abe, and vera does not stand in for him.");
    assertThatThrownBy(
            () ->
                complete(
                    "vera",
                    abe,
                    Map.of("vote", "approve", "voteReason", "Fine.", "member", "vera")))
        .hasMessageContaining("This is the vote of abe");
    assertThatThrownBy(() -> complete("abe", abe, Map.of("vote", "approve")))
        .hasMessageStartingWith("Say why: voteReason is empty");
    assertThatThrownBy(() -> complete("abe", abe, vote("maybe", "x")))
        .hasMessageContaining("vote must be one of [approve, reject, abstain]");

    complete("abe", abe, vote("reject", "The gap for under-25s\nis not explained: 0.71 < 0.8."));
    complete("dora", ballot(id, "dora"), vote("approve", "Within appetite."));
    assertThat(store.get(id).endedAt()).isEmpty();
    complete("vera", ballot(id, "vera"), vote("approve", "Known and watched."));
    await().until(() -> store.get(id).endedAt().isPresent());
    assertThat(store.get(id).state()).isEqualTo("approved");
    assertThat(store.decisions(id))
        .extracting(d -> d.task() + " " + d.who() + " " + d.decision())
        .containsExactly(
            "review rita approve",
            "committee attest convened",
            "vote abe reject",
            "vote dora approve",
            "vote vera approve",
            "committee attest approve");
    assertThat(store.decisions(id).get(2).comment())
        .isEqualTo("The gap for under-25s\nis not explained: 0.71 < 0.8.");
    assertThat(store.decisions(id).get(5).comment())
        .isEqualTo("2 approve, 1 rejects, 0 abstain of 3; quorum 3");
  }

  @Test
  void aVoteEndsWhenAnApprovalIsOutOfReachAndSilenceIsForNothing() {
    String id = voting();
    complete("abe", ballot(id, "abe"), vote("reject", "No."));
    complete("vera", ballot(id, "vera"), vote("abstain", "I built a similar one."));
    // One approval against one rejection would be no majority either.
    await().until(() -> store.get(id).endedAt().isPresent());
    assertThat(store.get(id).state()).isEqualTo("rejected");
    DecisionRecord out = store.decisions(id).get(store.decisions(id).size() - 1);
    assertThat(out.decision()).isEqualTo("reject");
    assertThat(out.detail()).isEqualTo("not cast: dora");
    assertThat(tasks.createTaskQuery().processInstanceBusinessKey(id).count()).isZero();
  }

  @Test
  void aCommitteeThatIsTooSmallIsToldToTheReviewerWhoWouldNeedIt() {
    declare("pricing", "critical", List.of("abe", "rita", "olga"), 2);
    String id = start("pricing", "sam");
    Task review = task(id, "review");
    assertThatThrownBy(() -> complete("rita", review, Map.of("decision", "approve")))
        .hasMessageStartingWith(
            "The committee of the model pricing has too few members: 1 can vote [abe], 2 are"
                + " needed.")
        .hasMessageContaining("left out: rita: rita reviews the audit.");
    assertThat(store.decisions(id)).isEmpty();
    complete("rolf", review, Map.of("decision", "approve"));
    await()
        .until(
            () -> committees.of(id, 1).map(Committee::members),
            Optional.of(List.of("abe", "rita"))::equals);
  }

  @Test
  void whoHasNotVotedIsRemindedAndSoIsTheDeputy() throws Exception {
    String id = voting();
    complete("vera", ballot(id, "vera"), vote("approve", "Fine."));
    absences.enter(account("abe"), "abe", "ben", LocalDate.now(), LocalDate.now().plusDays(3));
    MAIL.purgeEmailFromAllMailboxes();
    Job timer =
        await()
            .until(
                () ->
                    management
                        .createJobQuery()
                        .processInstanceId(instance(id))
                        .activityId("vote-overdue")
                        .singleResult(),
                java.util.Objects::nonNull);
    unlessBusy(() -> management.executeJob(timer.getId()));
    await()
        .until(
            () ->
                Arrays.stream(MAIL.getReceivedMessages())
                    .anyMatch(m -> subject(m).startsWith("Vote overdue")));
    assertThat(recipients())
        .contains("abe@example.org", "ben@example.org", "dora@example.org")
        .doesNotContain("vera@example.org");
    assertThat(store.get(id).endedAt()).isEmpty();
  }

  private Absence away(String person) {
    return absences.all().stream()
        .filter(a -> a.person().equals(person) && a.endedAt().isEmpty())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aDeputyVotesForTheAbsentAndNobodyVotesTwice() {
    LocalDate today = LocalDate.now();
    absences.enter(account("abe"), "abe", "dora", today, today.plusDays(1));
    absences.enter(account("vera"), "vera", "ben", today, today.plusDays(1));
    String id = voting();
    assertThat(candidates(ballot(id, "abe"))).containsExactly("abe");
    assertThat(candidates(ballot(id, "vera"))).containsExactlyInAnyOrder("vera", "ben");
    Task abe = ballot(id, "abe");
    String why = "dora has a vote of his own and cannot vote for another as well.";
    assertThat(tasks.getTaskComments(abe.getId()))
        .extracting(comment -> comment.getFullMessage())
        .containsExactly("abe is away, and the vote cannot be given to dora: " + why);
    assertThat(absences.left(away("abe")))
        .contains("The vote of abe on " + id + " waits: " + why)
        .anyMatch(left -> left.startsWith("Votes on pricing that begin meanwhile wait for abe"));
    // Of this model: other tests declare models with other committees.
    assertThat(absences.left(away("vera")))
        .noneMatch(left -> left.contains(id) || left.contains("pricing"));
    tasks.addCandidateUser(abe.getId(), "dora");
    assertThatThrownBy(() -> complete("dora", abe, vote("approve", "x")))
        .hasMessage("dora has a vote of his own and cannot vote for another as well.");
    complete("ben", ballot(id, "vera"), vote("approve", "As agreed with her."));
    DecisionRecord vote = decision(id, "vote");
    assertThat(vote.who()).isEqualTo("ben");
    assertThat(vote.detail()).isEqualTo("for vera, who is absent");
  }

  @Test
  void whatSomebodyHasTakenGoesToTheDeputyWhoMayDoItAndElseBackToTheGroup() {
    declare("owned", "high", List.of("abe", "vera"), 2);
    String id = start("owned", "sam");
    Task review = task(id, "review");
    tasks.setAssignee(review.getId(), "rita");
    LocalDate today = LocalDate.now();
    Absence first =
        absences.enter(account("rita"), "rita", "olga", today, today.plusDays(1)); // the owner
    assertThat(task(id, "review").getAssignee()).isNull();
    assertThat(tasks.getTaskComments(review.getId()))
        .anySatisfy(c -> assertThat(c.getFullMessage()).contains("olga owns the model"));
    absences.end(account("rita"), first.id());

    tasks.setAssignee(review.getId(), "rita");
    absences.enter(account("rita"), "rita", "vera", today, today.plusDays(1));
    assertThat(task(id, "review").getAssignee()).isEqualTo("vera");
    complete("vera", task(id, "review"), Map.of("decision", "approve"));
    assertThat(decision(id, "review").detail()).isEqualTo("for rita, who is absent");
  }

  @Test
  void whatIsWrongWithAnAbsenceIsToldAtOnce() {
    LocalDate today = LocalDate.now();
    assertThatThrownBy(() -> absences.enter(account("abe"), "rita", "vera", today, today))
        .isInstanceOf(SecurityException.class);
    assertThatThrownBy(() -> absences.enter(account("rolf"), "rolf", "abe", today, today))
        .hasMessageContaining("\"abe\" cannot stand in for rolf")
        .hasMessageContaining("[reviewer]");
    assertThatThrownBy(
            () -> absences.enter(account("abe"), "abe", "ben", today, today.minusDays(1)))
        .hasMessageContaining("before the first day");
    assertThatThrownBy(
            () ->
                absences.enter(
                    account("abe"), "abe", "ben", today.minusDays(3), today.minusDays(1)))
        .hasMessageContaining("has passed");
    absences.enter(account("abe"), "abe", "ben", today, today.plusDays(5));
    assertThatThrownBy(
            () ->
                absences.enter(account("ben"), "ben", "abe", today.plusDays(5), today.plusDays(9)))
        .hasMessageStartingWith("abe is away")
        .hasMessageEndingWith("Choose another deputy.");
  }

  @Test
  void aReviewerAndAnApproverWithdrawAPublishedReportAndItsReadersAreTold() throws Exception {
    String id = approved("scorecard");
    assertThatThrownBy(() -> withdrawals.request(id, "sam", "Wrong.", Optional.empty()))
        .isInstanceOf(SecurityException.class);
    assertThatThrownBy(() -> withdrawals.request(id, "abe", " ", Optional.empty()))
        .hasMessageContaining("Say why");
    assertThatThrownBy(() -> withdrawals.request(id, "abe", "x", Optional.of("ATT-none")))
        .hasMessageContaining("\"ATT-none\" is no approved audit");
    withdrawals.request(id, "abe", "The labels were shifted.", Optional.empty());
    assertThatThrownBy(() -> withdrawals.request(id, "rolf", "Again.", Optional.empty()))
        .hasMessageContaining("asked for already");
    Task confirm = task(id, "confirm-withdrawal");
    assertThatThrownBy(() -> complete("abe", confirm, Map.of("confirm", "confirm")))
        .hasMessageStartingWith("abe asked for the withdrawal");
    assertThatThrownBy(() -> complete("dora", confirm, Map.of("confirm", "confirm")))
        .hasMessageStartingWith("A reviewer and an approver withdraw a report together");
    assertThatThrownBy(() -> complete("rolf", confirm, Map.of("confirm", "refuse")))
        .hasMessageContaining("confirmComment is empty");
    assertThat(store.get(id).state()).isEqualTo("approved");

    MAIL.purgeEmailFromAllMailboxes();
    complete("rolf", confirm, Map.of("confirm", "confirm"));
    assertThat(store.get(id).state()).isEqualTo("withdrawn-after-publication");
    Withdrawal withdrawal = withdrawn.of(id).orElseThrow();
    assertThat(withdrawal.by()).isEqualTo("abe and rolf");
    assertThat(withdrawal.reason()).isEqualTo("The labels were shifted.");
    assertThat(withdrawal.formerState()).isEqualTo("approved");
    await()
        .until(() -> withdrawn.of(id).orElseThrow().told(), List.of("owner@example.org")::equals);
    await().until(() -> MAIL.getReceivedMessages().length > 0);
    assertThat(subject(MAIL.getReceivedMessages()[0]))
        .startsWith("Report withdrawn: The model scorecard");
    assertThat(String.valueOf(MAIL.getReceivedMessages()[0].getContent()))
        .contains("withdrawn by abe and rolf", "The labels were shifted.", "no other audit");
    assertThatThrownBy(() -> withdrawals.request(id, "abe", "Again.", Optional.empty()))
        .hasMessageContaining("withdrawn-after-publication");
  }

  @Test
  void whoWasToldOfTheResultIsToldOfItsWithdrawalWhoeverIsNamedByThen() {
    String id = approved("scorecard");
    await().until(() -> store.section(id, Section.Told.class).isPresent());
    assertThat(store.require(id, Section.Told.class).addresses())
        .containsExactly("owner@example.org");
    store.save(id, new Section.Told(List.of("former@example.org"), Instant.now()));
    withdrawals.request(id, "abe", "The labels were shifted.", Optional.empty());
    withdrawals.confirm(id, account("rolf"), true, "Yes.");
    await()
        .until(
            () -> withdrawn.of(id).orElseThrow().told(),
            List.of("former@example.org", "owner@example.org")::equals);
    assertThat(logged(id)).contains("told of the result, or named by model.yaml today");

    String old = approved("scorecard");
    await().until(() -> store.section(old, Section.Told.class).isPresent());
    jdbc.sql("delete from attest_section where audit_id = :a and stage = 'told'")
        .param("a", old)
        .update();
    withdrawals.request(old, "abe", "The labels were shifted.", Optional.empty());
    withdrawals.confirm(old, account("rolf"), true, "Yes.");
    await()
        .until(() -> withdrawn.of(old).orElseThrow().told(), List.of("owner@example.org")::equals);
    assertThat(logged(old)).contains("who was told of the result is not on record");
  }

  /** What the evidence log has of the notices about a withdrawal. */
  private String logged(String id) {
    return String.join(
        "\n",
        jdbc.sql("select detail from attest_log where subject = :a and what = 'withdrawal-told'")
            .param("a", id)
            .query(String.class)
            .list());
  }

  @Test
  void whoBeganAWithdrawalDoesNotConfirmItInPlaceOfSomebodyAbsent() {
    String id = approved("scorecard");
    withdrawals.request(id, "abe", "The labels were shifted.", Optional.empty());
    Task confirm = task(id, "confirm-withdrawal");
    tasks.setAssignee(confirm.getId(), "vera");
    LocalDate today = LocalDate.now();
    absences.enter(account("vera"), "vera", "abe", today, today.plusDays(1));
    assertThat(task(id, "confirm-withdrawal").getAssignee()).isNull();
    assertThat(waiting.ofAudit(id))
        .singleElement()
        .satisfies(t -> assertThat(t.note().orElseThrow()).contains("vera is away", "abe began"));
  }

  @Test
  void whatADeputyTookOverStaysWithHimAndTheRecordSaysFromWhom() {
    declare("owned", "high", List.of("abe", "vera"), 2);
    String id = start("owned", "sam");
    tasks.setAssignee(task(id, "review").getId(), "rita");
    LocalDate today = LocalDate.now();
    Absence absence = absences.enter(account("rita"), "rita", "vera", today, today.plusDays(1));
    assertThat(waiting.ofAudit(id).get(0).note())
        .contains("vera stands in for rita until " + today.plusDays(1) + ".");
    absences.end(account("rita"), absence.id());
    standIns.handOver(); // gives nothing back
    assertThat(task(id, "review").getAssignee()).isEqualTo("vera");
    complete("vera", task(id, "review"), Map.of("decision", "approve"));
    assertThat(decision(id, "review").detail()).isEqualTo("taken over from rita, who was absent");
  }

  @Test
  void anAbsenceThatBeganWhileNobodyLookedIsHandedOverOnce() {
    declare("owned", "high", List.of("abe", "vera"), 2);
    String id = start("owned", "sam");
    Task review = task(id, "review");
    tasks.setAssignee(review.getId(), "rita");
    LocalDate today = LocalDate.now();
    Absence absence =
        absences.enter(account("rita"), "rita", "vera", today.plusDays(1), today.plusDays(3));
    standIns.handOver();
    assertThat(task(id, "review").getAssignee()).as("not yet").isEqualTo("rita");
    jdbc.sql("update attest_absence set from_day = :d where id = :id") // a night goes by
        .param("d", java.sql.Date.valueOf(today))
        .param("id", absence.id())
        .update();
    standIns.handOver();
    standIns.handOver();
    assertThat(task(id, "review").getAssignee()).isEqualTo("vera");
    assertThat(tasks.getTaskComments(review.getId())).hasSize(1);
    // What she takes while she is away stays hers.
    tasks.setAssignee(review.getId(), "rita");
    standIns.handOver();
    assertThat(task(id, "review").getAssignee()).isEqualTo("rita");
  }

  @Test
  void aRefusedWithdrawalLeavesTheReportAsItIs() {
    String id = approved("scorecard");
    withdrawals.request(id, "rolf", "I do not like it.", Optional.empty());
    withdrawals.confirm(id, account("abe"), false, "That is no reason.");
    assertThat(store.get(id).state()).isEqualTo("approved");
    assertThat(withdrawn.of(id)).isEmpty();
    assertThat(store.decisions(id))
        .extracting(d -> d.task() + " " + d.who() + " " + d.decision())
        .contains("request-withdrawal rolf request", "confirm-withdrawal abe refuse");
  }

  @Test
  void aLaterApprovalTakesThePlaceOfTheFormer() {
    String first = approved("scorecard");
    String second = approved("scorecard");
    assertThat(store.get(first).state()).isEqualTo("superseded");
    assertThat(withdrawn.of(first).orElseThrow().supersededBy()).contains(second);
    assertThat(withdrawn.supersededBy(second)).contains(first);
    assertThat(store.get(second).state()).isEqualTo("approved");
    // And it can be taken back still: what took its place is not forgotten.
    withdrawals.request(first, "abe", "It was wrong all along.", Optional.empty());
    withdrawals.confirm(first, account("rolf"), true, "");
    Withdrawal withdrawal = withdrawn.of(first).orElseThrow();
    assertThat(withdrawal.state()).isEqualTo("withdrawn-after-publication");
    assertThat(withdrawal.formerState()).isEqualTo("approved");
    assertThat(withdrawal.supersededBy()).contains(second);
  }

  private static String subject(MimeMessage message) {
    try {
      return message.getSubject();
    } catch (MessagingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> recipients() throws MessagingException {
    List<String> all = new ArrayList<>();
    for (MimeMessage message : MAIL.getReceivedMessages()) {
      for (Address to : message.getAllRecipients()) {
        all.add(to.toString());
      }
    }
    return all;
  }

  private String approved(String model) {
    String id = start(model, "sam");
    complete("rolf", task(id, "review"), Map.of("decision", "approve"));
    await().until(() -> store.get(id).endedAt().isPresent());
    return id;
  }

  /** An audit of tier critical that rita has approved. */
  private String voting() {
    String id = start("pricing", "sam");
    complete("rita", task(id, "review"), Map.of("decision", "approve"));
    task(id, "vote");
    return id;
  }

  private static Map<String, Object> vote(String vote, String why) {
    return Map.of("vote", vote, "voteReason", why);
  }

  private Task ballot(String audit, String member) {
    Committee committee = committees.of(audit, 1).orElseThrow();
    return tasks
        .createTaskQuery()
        .processInstanceBusinessKey(audit)
        .taskDefinitionKey("vote")
        .list()
        .stream()
        .filter(t -> committee.memberOf(t.getId()).equals(Optional.of(member)))
        .findFirst()
        .orElseThrow();
  }

  private List<String> candidates(Task task) {
    return tasks.getIdentityLinksForTask(task.getId()).stream()
        .map(IdentityLink::getUserId)
        .filter(java.util.Objects::nonNull)
        .toList();
  }

  private DecisionRecord decision(String id, String task) {
    return store.decisions(id).stream()
        .filter(d -> d.task().equals(task))
        .findFirst()
        .orElseThrow();
  }

  private Account account(String name) {
    return new Account(
        name,
        name,
        Set.copyOf(
            identity.createGroupQuery().groupMember(name).list().stream()
                .map(g -> g.getId())
                .toList()));
  }

  private String instance(String audit) {
    return runtime
        .createProcessInstanceQuery()
        .processDefinitionKey("model-audit")
        .processInstanceBusinessKey(audit)
        .singleResult()
        .getId();
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
}
