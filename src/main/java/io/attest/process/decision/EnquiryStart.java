package io.attest.process.decision;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Enquiry;
import io.attest.audit.EnquiryStore;
import io.attest.model.ModelSpec;
import io.attest.process.OneAtATime;
import io.attest.process.Refusal;
import io.attest.process.audit.AllowedData;
import io.attest.process.audit.DayNumber;
import io.attest.process.audit.NamedModel;
import io.attest.process.audit.Variables;
import io.attest.stage.decision.RightsFile;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.springframework.stereotype.Component;

/**
 * Numbers a request for an explanation and opens its record, in the transaction that starts the
 * process. Refuses it where it could not be answered: there is no approved audit of the model, or
 * nothing says whose law applies.
 *
 * <p>Who the letter goes to stands in the record only, never in a variable.
 */
@Component("enquiryStart")
class EnquiryStart implements ExecutionListener {
  static final String PROCESS = "explain-decision";

  /** Days from the receipt of the request. */
  static final int DUE = 30;

  static final int REMIND = 20;
  static final int ESCALATE = 27;
  private static final int OLDEST = 366;

  private static final Set<String> APPROVED = AuditStore.ONCE_APPROVED;
  private static final LocalTime MORNING = LocalTime.of(8, 0);
  private static final LocalTime EVENING = LocalTime.of(18, 0);

  private final EnquiryStore enquiries;
  private final AuditStore audits;
  private final NamedModel models;
  private final RightsFile rights;
  private final AllowedData allowed;
  private final IdentityService identity;
  private final OneAtATime oneAtATime;
  private final Clock clock;

  EnquiryStart(
      EnquiryStore enquiries,
      AuditStore audits,
      NamedModel models,
      RightsFile rights,
      AllowedData allowed,
      IdentityService identity,
      OneAtATime oneAtATime,
      Clock clock) {
    this.enquiries = enquiries;
    this.audits = audits;
    this.models = models;
    this.rights = rights;
    this.allowed = allowed;
    this.identity = identity;
    this.oneAtATime = oneAtATime;
    this.clock = clock;
  }

  @Override
  public void notify(DelegateExecution execution) {
    String model = models.id(execution, "A request");
    ModelSpec spec = models.spec(model);
    String jurisdiction;
    try {
      jurisdiction = jurisdiction(execution, spec);
    } catch (IllegalArgumentException e) {
      throw new Refusal(e.getMessage(), e);
    }
    Optional<String> user =
        Optional.ofNullable(identity.getCurrentAuthentication()).map(Authentication::getUserId);
    Optional<String> data = Variables.text(execution, "data");
    // Stricter than for audits: there is no schedule that would name data of the installation.
    data.ifPresent(allowed::check);
    String caseName = Variables.limited(execution, "caseName", "The caseName", 200);
    if (caseName.isEmpty() && data.isEmpty()) {
      throw new Refusal("Say which case: its name in the data, or the number of its row.");
    }
    Audit audit = audit(model, Variables.text(execution, "audit"));
    oneAtATime.enter();
    Instant now = clock.instant();
    LocalDate received = received(execution, now);
    Enquiry enquiry =
        new Enquiry(
            DayNumber.next(
                "DEC",
                model,
                now,
                enquiries.list(Optional.of(model), Optional.empty()).stream().map(Enquiry::id)),
            model,
            audit.modelName(),
            audit.id(),
            caseName,
            data,
            Variables.limited(execution, "recipient", "The recipient", 1000),
            jurisdiction,
            Variables.limited(execution, "reason", "The reason", 2000),
            Variables.text(execution, "trigger").orElse("tasklist"),
            user.or(() -> Variables.text(execution, "startedBy")).orElse("attest"),
            now,
            received,
            received.plusDays(DUE),
            "running",
            1,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    enquiries.create(enquiry);
    enquiries.step(
        enquiry.id(), enquiry.askedBy(), "asked", enquiry.reason(), "rests on " + audit.id());
    execution.removeVariable("recipient");
    execution.setProcessBusinessKey(enquiry.id());
    execution.setVariable("auditId", enquiry.id());
    execution.setVariable("caseName", enquiry.caseName());
    execution.setVariable("basedOn", audit.id());
    execution.setVariable("startedBy", enquiry.askedBy());
    execution.setVariable("trigger", enquiry.trigger());
    execution.setVariable("dueDate", at(enquiry.dueOn(), EVENING));
    execution.setVariable("reminderAt", at(received.plusDays(REMIND), MORNING));
    execution.setVariable("escalationAt", at(received.plusDays(ESCALATE), MORNING));
  }

  private String jurisdiction(DelegateExecution execution, ModelSpec spec) {
    String named =
        Variables.text(execution, "jurisdiction")
            .or(() -> spec.reasons().jurisdiction())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Nothing says whose law applies. Maybe add jurisdiction to model.yaml; there"
                            + " are "
                            + rights.read().jurisdictions().keySet()
                            + "."));
    rights.read().require(named);
    return named;
  }

  private Audit audit(String model, Optional<String> named) {
    if (named.isPresent()) {
      return audits
          .find(named.get())
          .filter(a -> a.model().equals(model) && APPROVED.contains(a.state()))
          .orElseThrow(
              () ->
                  new Refusal(
                      "\""
                          + named.get()
                          + "\" is no approved audit of the model "
                          + model
                          + ". Maybe leave it out: then the last approved one counts."));
    }
    return audits.list(Optional.of(model), Optional.empty()).stream()
        .filter(a -> APPROVED.contains(a.state()))
        .max(Comparator.comparing((Audit a) -> a.endedAt().orElse(a.startedAt())))
        .orElseThrow(
            () ->
                new Refusal(
                    "No audit of the model "
                        + model
                        + " was approved, so there is no audited method to explain it with. Audit the"
                        + " model first."));
  }

  private static LocalDate received(DelegateExecution execution, Instant now) {
    LocalDate today = LocalDate.ofInstant(now, ZoneId.systemDefault());
    Optional<String> given = Variables.text(execution, "receivedOn");
    if (given.isEmpty()) {
      return today;
    }
    LocalDate day;
    try {
      String text = given.get();
      day = LocalDate.parse(text.length() > 10 ? text.substring(0, 10) : text);
    } catch (DateTimeException e) {
      throw new Refusal(
          "The day of receipt \"" + given.get() + "\" is not written like 2026-11-22.", e);
    }
    if (day.isAfter(today) || day.isBefore(today.minusDays(OLDEST))) {
      throw new Refusal(
          "The day of receipt "
              + day
              + " is "
              + (day.isAfter(today) ? "in the future" : "more than a year ago")
              + ". Maybe a digit is wrong.");
    }
    return day;
  }

  private static Date at(LocalDate day, LocalTime time) {
    return Date.from(day.atTime(time).atZone(ZoneId.systemDefault()).toInstant());
  }
}
