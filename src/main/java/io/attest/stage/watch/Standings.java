package io.attest.stage.watch;

import io.attest.audit.Approval;
import io.attest.audit.ApprovalStore;
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
    return new Standing(
        model,
        suspension.isPresent()
            ? "suspended"
            : approval.map(a -> a.expired(today) ? "expired" : "approved").orElse("none"),
        approval,
        approval.map(a -> ChronoUnit.DAYS.between(today, a.validUntil())),
        suspension,
        watches.watched(model));
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
