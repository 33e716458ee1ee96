package io.attest.stage.watch;

import io.attest.audit.Approval;
import io.attest.audit.ApprovalStore;
import io.attest.audit.Condition;
import io.attest.audit.WatchStore;
import io.attest.audit.Watched;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Works out how models stand, from approvals and from what was decided since. */
@Component
public class Standings {
  private static final Set<String> HOLDS = Set.of("open", "confirmed");

  private static final Set<String> UNMET = Set.of("open", Condition.FAILED);

  private final ApprovalStore approvals;
  private final WatchStore decisions;
  private final Watches watches;
  private final Clock clock;

  public Standings(ApprovalStore approvals, WatchStore decisions, Watches watches, Clock clock) {
    this.approvals = approvals;
    this.decisions = decisions;
    this.watches = watches;
    this.clock = clock;
  }

  /** How a model stands now. */
  public Standing of(String model) {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneId.systemDefault());
    Optional<Approval> approval = approvals.last(model);
    Optional<Watched> suspension = suspension(model);
    List<Condition> conditions =
        approval.map(a -> approvals.conditions(a.auditId())).orElse(List.of()).stream()
            .filter(c -> UNMET.contains(c.state()))
            .toList();
    List<Condition> failed =
        conditions.stream()
            .filter(c -> c.state().equals(Condition.FAILED))
            .filter(c -> !lifted(c))
            .toList();
    return new Standing(
        model,
        state(approval, suspension, failed, today),
        approval,
        approval.map(a -> ChronoUnit.DAYS.between(today, a.validUntil())),
        suspension,
        conditions,
        failed,
        watches.watched(model));
  }

  private static String state(
      Optional<Approval> approval,
      Optional<Watched> suspension,
      List<Condition> failed,
      LocalDate today) {
    if (suspension.isPresent()) {
      return "suspended";
    }
    if (approval.isEmpty()) {
      return "none";
    }
    if (approval.get().expired(today)) {
      return "expired";
    }
    return failed.isEmpty() ? "approved" : "condition-failed";
  }

  /** Whether a person lifted the notice of suspension that this condition gave. */
  private boolean lifted(Condition condition) {
    String name = FailCondition.name(condition) + ":";
    return decisions.list(condition.model()).stream()
        .filter(d -> d.suspension().equals("lifted") && d.event().equals("condition-failed"))
        .anyMatch(d -> d.detail().contains(name));
  }

  /** The notices that hold now, of all models. */
  public List<Watched> suspended() {
    return decisions.suspensions().stream()
        .map(Watched::model)
        .distinct()
        .flatMap(model -> suspension(model).stream())
        .toList();
  }

  /** The notice that holds: nobody lifted it, and no approval came after it. */
  public Optional<Watched> suspension(String model) {
    Optional<Approval> approval = approvals.last(model);
    return decisions.list(model).stream()
        .filter(d -> HOLDS.contains(d.suspension()))
        .filter(d -> approval.map(a -> a.at().isBefore(d.at())).orElse(true))
        .findFirst();
  }
}
