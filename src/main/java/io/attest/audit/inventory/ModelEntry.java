package io.attest.audit.inventory;

import io.attest.audit.Audit;
import io.attest.model.ModelSpec;
import java.time.Instant;
import java.util.Optional;

/**
 * One model in the inventory.
 *
 * @param spec its declaration; absent if it is gone or wrong
 * @param fault what is wrong with the declaration; absent if nothing is, or there is none
 * @param last its latest audit that nobody withdrew
 * @param judged its latest audit with a verdict that nobody withdrew: score and findings are its
 * @param approvedUntil when its approval ends; absent if it has none or that is not known
 * @param use whether it may be used today
 * @param nextAudit when its schedule starts the next audit; absent without a schedule
 * @param blocking open findings of the judged audit that block
 * @param warning open ones that warn
 * @param daysSinceDecision whole days since people decided about it last; absent if they never did
 */
public record ModelEntry(
    String id,
    Optional<ModelSpec> spec,
    Optional<String> fault,
    Optional<Audit> last,
    Optional<Audit> judged,
    Optional<Instant> approvedUntil,
    ModelUse use,
    Optional<Instant> nextAudit,
    int blocking,
    int warning,
    Optional<Long> daysSinceDecision,
    QualityScore score) {

  /** False if only audits are left of it. */
  public boolean declared() {
    return spec.isPresent() || fault.isPresent();
  }

  /** Its name; that of the last audit where the declaration is gone, else the id. */
  public String name() {
    return spec.map(ModelSpec::name).or(() -> last.map(Audit::modelName)).orElse(id);
  }

  /** Its tier, by declaration or last audit; empty if neither says. */
  public String tier() {
    return spec.map(ModelSpec::tier).or(() -> last.map(Audit::tier)).orElse("");
  }

  /** Who answers for it; empty if no declaration says so. */
  public String owner() {
    return spec.map(ModelSpec::owner).orElse("");
  }

  /** {@code pass}, {@code warn} or {@code block}; absent before the first verdict. */
  public Optional<String> verdict() {
    return judged.flatMap(Audit::verdict);
  }

  /** State of its last audit; {@code none} if it has none. */
  public String state() {
    return last.map(Audit::state).orElse("none");
  }

  /** Findings that nobody waived or disputed. */
  public int openFindings() {
    return blocking + warning;
  }
}
