package io.attest.process.audit;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.model.ModelSpec;
import io.attest.process.OneAtATime;
import io.attest.process.Refusal;
import io.attest.stage.Baselines;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.springframework.stereotype.Component;

/**
 * Numbers an audit and opens its record, in the transaction that starts the process: either both
 * are there or neither.
 *
 * <p>Who starts it is who is logged in. Only where nobody is, the variable {@code startedBy}
 * counts: then Attest itself starts it, for a schedule or the drop folder.
 */
@Component("auditStart")
class AuditStart implements ExecutionListener {
  private static final int LONGEST_REASON = 2000;
  private static final int LONGEST_AUDIENCE = 100;

  private final AuditStore audits;
  private final NamedModel models;
  private final AllowedData allowed;
  private final IdentityService identity;
  private final OneAtATime oneAtATime;
  private final Clock clock;

  AuditStart(
      AuditStore audits,
      NamedModel models,
      AllowedData allowed,
      IdentityService identity,
      OneAtATime oneAtATime,
      Clock clock) {
    this.audits = audits;
    this.models = models;
    this.allowed = allowed;
    this.identity = identity;
    this.oneAtATime = oneAtATime;
    this.clock = clock;
  }

  @Override
  public void notify(DelegateExecution execution) {
    String model = models.id(execution, "An audit");
    ModelSpec spec = models.spec(model);
    Optional<String> user =
        Optional.ofNullable(identity.getCurrentAuthentication()).map(Authentication::getUserId);
    Optional<String> data = Variables.text(execution, "data");
    if (user.isPresent()) {
      data.ifPresent(allowed::check);
    }
    String trigger = Variables.text(execution, "trigger").orElse("tasklist");
    String reason =
        Variables.limited(execution, "reason", "The reason of an audit", LONGEST_REASON);
    String audience =
        Variables.limited(execution, "audience", "The audience of an audit", LONGEST_AUDIENCE);
    if (reason.isEmpty() && trigger.equals("tasklist")) {
      throw new Refusal("Say why the audit is started: the report will quote it.");
    }
    try {
      Variables.text(execution, "baseline")
          .ifPresent(baseline -> Baselines.check(audits, model, baseline));
    } catch (IllegalArgumentException e) {
      throw new Refusal(e.getMessage(), e);
    }
    follows(execution, model);
    oneAtATime.enter();
    Instant now = clock.instant();
    Audit audit =
        new Audit(
            DayNumber.next(
                "ATT",
                model,
                now,
                audits.list(Optional.of(model), Optional.empty()).stream().map(Audit::id)),
            model,
            spec.name(),
            spec.tier(),
            reason,
            audience,
            trigger,
            user.or(() -> Variables.text(execution, "startedBy")).orElse("attest"),
            now,
            "running",
            Optional.empty(),
            data,
            1,
            Optional.empty());
    audits.create(audit);
    execution.setProcessBusinessKey(audit.id());
    execution.setVariable("auditId", audit.id());
    execution.setVariable("tier", audit.tier());
    execution.setVariable("startedBy", audit.startedBy());
    execution.setVariable("trigger", audit.trigger());
    execution.setVariable("round", audit.round());
  }

  /** An audit of frozen rows can be of the same model only, and needs the outcomes. */
  private void follows(DelegateExecution execution, String model) {
    Optional<String> first = Variables.text(execution, "follows");
    if (first.isPresent()
        && (Variables.text(execution, "data").isEmpty()
            || audits.find(first.get()).filter(a -> a.model().equals(model)).isEmpty()
            || audits.section(first.get(), Section.Ingested.class).isEmpty())) {
      throw new Refusal(
          "Labels can be added to an audit of the model "
              + model
              + " that has taken in its data, not to "
              + first.get()
              + ".");
    }
  }
}
