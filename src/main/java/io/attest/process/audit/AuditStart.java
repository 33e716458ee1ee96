package io.attest.process.audit;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.model.ModelSpec;
import io.attest.process.AttestProperties;
import io.attest.process.OneAtATime;
import io.attest.process.Refusal;
import io.attest.stage.Models;
import io.attest.stage.Uploads;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
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
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT).withZone(ZoneId.systemDefault());

  private final AuditStore audits;
  private final Models models;
  private final Uploads uploads;
  private final IdentityService identity;
  private final OneAtATime oneAtATime;
  private final AttestProperties properties;
  private final Clock clock;

  AuditStart(
      AuditStore audits,
      Models models,
      Uploads uploads,
      IdentityService identity,
      OneAtATime oneAtATime,
      AttestProperties properties,
      Clock clock) {
    this.audits = audits;
    this.models = models;
    this.uploads = uploads;
    this.identity = identity;
    this.oneAtATime = oneAtATime;
    this.properties = properties;
    this.clock = clock;
  }

  @Override
  public void notify(DelegateExecution execution) {
    String model =
        Variables.text(execution, "model")
            .orElseThrow(
                () ->
                    new Refusal(
                        "An audit needs to know its model: set model to one of "
                            + models.ids()
                            + "."));
    ModelSpec spec;
    try {
      spec = models.spec(model);
    } catch (IllegalArgumentException e) {
      throw new Refusal(e.getMessage(), e);
    }
    Optional<String> user =
        Optional.ofNullable(identity.getCurrentAuthentication()).map(Authentication::getUserId);
    Optional<String> data = Variables.text(execution, "data");
    if (user.isPresent()) {
      data.ifPresent(this::mustBeAllowed);
    }
    oneAtATime.enter();
    Instant now = clock.instant();
    Audit audit =
        new Audit(
            nextId(model, now),
            model,
            spec.name(),
            spec.tier(),
            Variables.text(execution, "reason").orElse(""),
            Variables.text(execution, "audience").orElse(""),
            Variables.text(execution, "trigger").orElse("tasklist"),
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

  /** A URI can reach into the machine and its network, so a user may name few of them. */
  private void mustBeAllowed(String data) {
    if (uploads.find(data).isEmpty()
        && properties.dataUris().stream().noneMatch(data::startsWith)) {
      throw new Refusal(
          "The data \""
              + data
              + "\" is no uploaded file and begins with none of attest.data-uris "
              + properties.dataUris()
              + ". Maybe upload the file first.");
    }
  }

  private String nextId(String model, Instant now) {
    String prefix = "ATT-" + model + "-" + DAY.format(now) + "-";
    int last =
        audits.list(Optional.of(model), Optional.empty()).stream()
            .map(Audit::id)
            .filter(id -> id.startsWith(prefix))
            .mapToInt(id -> Integer.parseInt(id.substring(prefix.length())))
            .max()
            .orElse(0);
    return prefix + (last + 1);
  }
}
