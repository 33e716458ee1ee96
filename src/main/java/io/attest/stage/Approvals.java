package io.attest.stage;

import io.attest.audit.Approval;
import io.attest.audit.ApprovalStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Condition;
import io.attest.audit.DecisionRecord;
import io.attest.audit.Recorder;
import io.attest.audit.Section;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Says how long an approval holds, and which conditions it has. */
@Component
public class Approvals {
  private static final String CONDITIONS = "conditions: ";

  private final AuditStore audits;
  private final ApprovalStore approvals;
  private final Models models;
  private final Validity validity;
  private final Clock clock;

  public Approvals(
      AuditStore audits, ApprovalStore approvals, Models models, Validity validity, Clock clock) {
    this.audits = audits;
    this.approvals = approvals;
    this.models = models;
    this.validity = validity;
    this.clock = clock;
  }

  /**
   * Keeps the approval that people gave an audit; a second time, gives the first one.
   *
   * @param outcome {@code approved} or {@code approved-with-conditions}
   */
  public Approval grant(String auditId, String outcome) {
    Optional<Approval> there = approvals.find(auditId);
    if (there.isPresent()) {
      return there.get();
    }
    Audit audit = audits.get(auditId);
    Instant now = clock.instant();
    LocalDate today = LocalDate.ofInstant(now, ZoneId.systemDefault());
    Optional<Period> declared = declared(audit.model());
    Period period = declared.orElseGet(() -> validity.of(audit.tier()));
    Optional<Section.Ingested> ingested = audits.section(auditId, Section.Ingested.class);
    Approval approval =
        new Approval(
            auditId,
            audit.model(),
            now,
            today.plus(period),
            outcome,
            ingested.map(i -> i.modelFile().sha256()).orElse(""),
            ingested.map(i -> i.modelYaml().sha256()).orElse(""));
    approvals.create(
        approval,
        outcome.equals("approved-with-conditions") ? conditions(auditId, today) : List.of(),
        approver(auditId));
    audits.save(
        auditId,
        new Section.Granted(
            approval.validUntil(),
            declared.isPresent()
                ? "as model.yaml says: " + period
                : "for tier " + audit.tier() + ": " + period));
    return approval;
  }

  /** A declaration that was broken meanwhile must not hinder an approval. */
  private Optional<Period> declared(String model) {
    try {
      return models.spec(model).approval().valid();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Who approved last: the second person, the committee, or a reviewer alone. */
  private String approver(String auditId) {
    return audits.decisions(auditId).stream()
        .filter(d -> d.decision().startsWith("approve"))
        .map(DecisionRecord::who)
        .reduce((first, last) -> last)
        .orElse(Recorder.ATTEST);
  }

  /** Those of the last review that approved with conditions. */
  private List<Condition.Line> conditions(String auditId, LocalDate today) {
    return audits.decisions(auditId).stream()
        .filter(d -> d.decision().equals("approve-with-conditions"))
        .map(DecisionRecord::detail)
        .filter(d -> d.startsWith(CONDITIONS))
        .reduce((first, last) -> last)
        .map(d -> Condition.read(d.substring(CONDITIONS.length()), today))
        .orElse(List.of());
  }
}
