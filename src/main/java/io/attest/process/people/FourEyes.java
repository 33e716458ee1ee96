package io.attest.process.people;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Committee;
import io.attest.model.ModelSpec;
import io.attest.stage.Models;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Keeps apart those who prepare, review and approve an audit and those who own its model. Who did
 * what is read from the record, who owns from the declaration of the model as it is now.
 */
@Component
class FourEyes {
  static final String REVIEW = "review";
  static final String SECOND = "second-approval";

  private static final Set<String> GUARDED = Set.of(REVIEW, SECOND, Committee.VOTE);

  private final AuditStore audits;
  private final Models models;

  FourEyes(AuditStore audits, Models models) {
    this.audits = audits;
    this.models = models;
  }

  /**
   * Why somebody may not do a task of an audit, in a sentence for him; empty if he may.
   *
   * @param task the task's key in the process
   */
  Optional<String> against(String task, Audit audit, String who) {
    if (!GUARDED.contains(task)) {
      return Optional.empty();
    }
    if (who.equalsIgnoreCase(audit.startedBy())) {
      return Optional.of(
          who
              + " started the audit "
              + audit.id()
              + " and cannot decide on it. Ask somebody else.");
    }
    ModelSpec spec;
    try {
      spec = models.spec(audit.model());
    } catch (IllegalArgumentException e) {
      return Optional.of(
          "Nobody can decide on "
              + audit.id()
              + " while the declaration of its model cannot be read, because it says who owns the"
              + " model: "
              + e.getMessage());
    }
    if (spec.ownedBy(who)) {
      return Optional.of(
          who
              + " owns the model "
              + audit.model()
              + " (owner or owner-users in its model.yaml) and can neither review nor approve its"
              + " audits. Ask somebody else.");
    }
    if (!task.equals(REVIEW) && reviewed(audit, who)) {
      return Optional.of(
          who
              + " reviewed the audit "
              + audit.id()
              + (task.equals(SECOND)
                  ? " and cannot give the second approval as well. Ask another approver."
                  : " and cannot vote on it as well."));
    }
    return Optional.empty();
  }

  private boolean reviewed(Audit audit, String who) {
    return audits.decisions(audit.id()).stream()
        .filter(decision -> decision.task().equals(REVIEW))
        .filter(decision -> decision.round() == audit.round())
        .anyMatch(decision -> decision.who().equalsIgnoreCase(who));
  }
}
