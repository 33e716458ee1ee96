package io.attest.process.people;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Committee;
import io.attest.audit.CommitteeStore;
import io.attest.audit.DecisionRecord;
import io.attest.model.ModelSpec;
import io.attest.process.Refusal;
import io.attest.stage.Models;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/**
 * The committee that votes on an audit of tier critical: who sits in it, when the vote is over, and
 * how it ended. Stands at the ways into and out of the task "vote"; the process asks {@link
 * #decided} after every vote, which its expressions can do only of a public class.
 */
@Component("committeeVote")
public class CommitteeVote implements ExecutionListener {
  /** The way into the vote; any other way that this stands at leads out of it. */
  private static final String IN = "tier-critical";

  private static final int FEWEST = 2;

  private final AuditStore audits;
  private final CommitteeStore committees;
  private final Models models;
  private final Groups groups;
  private final FourEyes fourEyes;
  private final Clock clock;

  CommitteeVote(
      AuditStore audits,
      CommitteeStore committees,
      Models models,
      Groups groups,
      FourEyes fourEyes,
      Clock clock) {
    this.audits = audits;
    this.committees = committees;
    this.models = models;
    this.groups = groups;
    this.fourEyes = fourEyes;
    this.clock = clock;
  }

  @Override
  public void notify(DelegateExecution execution) {
    Audit audit = audits.get(execution.getProcessBusinessKey());
    if (IN.equals(execution.getCurrentTransitionId())) {
      convene(execution, audit);
    } else {
      close(execution, audit);
    }
  }

  /** Whether no vote to come can change how the committee decides: asked by the process. */
  public boolean decided(DelegateExecution execution) {
    Audit audit = audits.get(execution.getProcessBusinessKey());
    return committee(audit).tally(audits.decisions(audit.id())).decided().isPresent();
  }

  /**
   * Refuses an approval that no committee could vote on, while somebody is there to read it.
   *
   * @param reviewer who is about to approve
   */
  void mayConvene(Audit audit, String reviewer) {
    if (audit.tier().equals("critical")) {
      enough(audit, seated(audit, Optional.of(reviewer)));
    }
  }

  private void convene(DelegateExecution execution, Audit audit) {
    Committee committee = seated(audit, Optional.empty());
    enough(audit, committee);
    committees.convene(audit.id(), committee);
    execution.setVariable("members", new ArrayList<>(committee.members()));
    record(
        audit,
        "convened",
        "",
        "may vote: "
            + String.join(", ", committee.members())
            + "\nquorum: "
            + committee.quorum()
            + leftOut(committee));
  }

  private static String leftOut(Committee committee) {
    return committee.seats().stream()
        .filter(seat -> !seat.votes())
        .map(seat -> "\nleft out: " + seat.member() + ": " + seat.reason())
        .collect(Collectors.joining());
  }

  private Committee seated(Audit audit, Optional<String> reviewer) {
    Optional<ModelSpec.Committee> declared;
    try {
      declared = models.spec(audit.model()).committee();
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          "The committee of " + audit.model() + " cannot be convened: " + e.getMessage(), e);
    }
    List<String> named =
        declared
            .map(ModelSpec.Committee::members)
            .filter(members -> !members.isEmpty())
            .orElseGet(() -> groups.members(Groups.APPROVER));
    List<Committee.Seat> seats =
        new TreeSet<>(named)
            .stream()
                .map(
                    member -> {
                      Optional<String> against = against(audit, member, reviewer);
                      return new Committee.Seat(
                          member, against.isEmpty(), against.orElse(""), Optional.empty());
                    })
                .toList();
    int members = (int) seats.stream().filter(Committee.Seat::votes).count();
    return new Committee(
        audit.round(),
        declared.flatMap(ModelSpec.Committee::quorum).orElse(Math.max(FEWEST, members / 2 + 1)),
        seats);
  }

  private Optional<String> against(Audit audit, String member, Optional<String> reviewer) {
    if (!groups.memberOfAny(member, Groups.REVIEWER, Groups.APPROVER)) {
      return Optional.of(
          member
              + " is no user of Attest in the group "
              + Groups.REVIEWER
              + " or "
              + Groups.APPROVER
              + ".");
    }
    if (reviewer.filter(member::equalsIgnoreCase).isPresent()) {
      return Optional.of(member + " reviews the audit.");
    }
    return fourEyes.against(Committee.VOTE, audit, member);
  }

  private static void enough(Audit audit, Committee committee) {
    int members = committee.members().size();
    int needed = Math.max(FEWEST, committee.quorum());
    if (members < needed) {
      throw new Refusal(
          "The committee of the model "
              + audit.model()
              + " has too few members: "
              + members
              + " can vote "
              + committee.members()
              + ", "
              + needed
              + " are needed."
              + leftOut(committee)
              + "\nMaybe name more members under committee in its model.yaml, or put more people into"
              + " the group "
              + Groups.APPROVER
              + ".");
    }
  }

  private void close(DelegateExecution execution, Audit audit) {
    Committee committee = committee(audit);
    List<DecisionRecord> decisions = audits.decisions(audit.id());
    Committee.Tally tally = committee.tally(decisions);
    // Silence is not consent: whatever ended the vote too early did not approve.
    String outcome = tally.decided().orElse("reject");
    List<String> silent = committee.silent(decisions);
    record(
        audit,
        outcome,
        tally.inWords() + " of " + tally.members() + "; quorum " + tally.quorum(),
        silent.isEmpty() ? "" : "not cast: " + String.join(", ", silent));
    execution.setVariable("secondDecision", outcome);
  }

  private void record(Audit audit, String decision, String comment, String detail) {
    audits.decide(
        audit.id(),
        new DecisionRecord(
            Committee.COMMITTEE,
            "committee-" + audit.round() + "-" + (decision.equals("convened") ? "in" : "out"),
            "attest",
            clock.instant(),
            decision,
            comment,
            detail,
            audit.round()));
  }

  private Committee committee(Audit audit) {
    return committees
        .of(audit.id(), audit.round())
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "No committee was convened for round "
                        + audit.round()
                        + " of "
                        + audit.id()
                        + ". Maybe the process was moved by hand."));
  }
}
