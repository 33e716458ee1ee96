package io.attest.process.audit;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Withdrawal;
import io.attest.audit.WithdrawalStore;
import io.attest.process.watch.FollowedApproval;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/**
 * Closes the record of an audit in the transaction that ends its process. Any end but the three
 * that people decide is a withdrawal, deletion in Cockpit included. An approval takes the place of
 * the earlier approved audits of the model.
 */
@Component("auditEnd")
class AuditEnd implements ExecutionListener {
  private static final Set<String> ENDS =
      Set.of("approved", "approved-with-conditions", "rejected");

  private final AuditStore audits;
  private final WithdrawalStore withdrawals;
  private final FollowedApproval followed;
  private final Clock clock;

  AuditEnd(AuditStore audits, WithdrawalStore withdrawals, FollowedApproval followed, Clock clock) {
    this.audits = audits;
    this.withdrawals = withdrawals;
    this.followed = followed;
    this.clock = clock;
  }

  @Override
  public void notify(DelegateExecution execution) {
    String end = execution.getCurrentActivityId();
    Variables.text(execution, "auditId")
        .ifPresent(id -> end(id, end != null && ENDS.contains(end) ? end : "withdrawn"));
  }

  private void end(String id, String state) {
    boolean ends = audits.find(id).filter(a -> a.endedAt().isEmpty()).isPresent();
    audits.end(id, state);
    if (ends) {
      followed.begin(audits.get(id), state);
    }
    if (AuditStore.APPROVED.contains(state)) {
      supersede(audits.get(id));
    }
  }

  /** Of the audits that stand as approved those that began before this one. */
  private void supersede(Audit approved) {
    for (Audit former : audits.list(Optional.of(approved.model()), Optional.empty())) {
      if (AuditStore.APPROVED.contains(former.state())
          && !former.id().equals(approved.id())
          && former.startedAt().isBefore(approved.startedAt())) {
        withdrawals.keep(
            new Withdrawal(
                former.id(),
                AuditStore.SUPERSEDED,
                former.state(),
                clock.instant(),
                "attest",
                Optional.empty(),
                "A later audit of this model was approved.",
                Optional.of(approved.id()),
                List.of()));
        audits.state(former.id(), AuditStore.SUPERSEDED);
      }
    }
  }
}
