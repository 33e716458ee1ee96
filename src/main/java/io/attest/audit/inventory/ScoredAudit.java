package io.attest.audit.inventory;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Control;
import io.attest.audit.Section;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An audit as the score sees it: the facts that it stored, and three more that follow from its
 * record.
 *
 * <ul>
 *   <li>{@code evidence.shown}: share of the obligations that Attest can show at all that the audit
 *       has shown; one that is shown in part counts half;
 *   <li>{@code timeliness.decision_days}: days from the start of the audit to its decision, or to
 *       now while it is open;
 *   <li>{@code timeliness.age_days}: days from its decision to the decision of the audit after it,
 *       or to now; of decided audits only.
 * </ul>
 *
 * @param facts in the order they were stored, those three last
 */
public record ScoredAudit(Audit audit, List<Section.Fact> facts) {

  public ScoredAudit {
    facts = List.copyOf(facts);
  }

  /**
   * @param next when the audit after it was decided
   * @param now where something is not over yet
   */
  public static ScoredAudit of(
      Audit audit,
      Optional<Section.Validated> validated,
      Optional<Section.Controlled> controlled,
      Optional<Instant> next,
      Instant now) {
    List<Section.Fact> facts =
        new ArrayList<>(validated.map(Section.Validated::facts).orElse(List.of()));
    controlled.ifPresent(c -> shown(c).ifPresent(facts::add));
    boolean decided = AuditStore.DECIDED.contains(audit.state());
    Instant end = audit.endedAt().filter(at -> decided).orElse(now);
    facts.add(new Section.Fact("timeliness.decision_days", "audit", days(audit.startedAt(), end)));
    if (decided) {
      facts.add(new Section.Fact("timeliness.age_days", "decision", days(end, next.orElse(now))));
    }
    return new ScoredAudit(audit, facts);
  }

  private static Optional<Section.Fact> shown(Section.Controlled controlled) {
    List<Control> could =
        controlled.controls().stream().filter(c -> c.state() != Control.State.OUTSIDE).toList();
    if (could.isEmpty()) {
      return Optional.empty();
    }
    double shown =
        could.stream()
            .mapToDouble(
                c ->
                    switch (c.state()) {
                      case SHOWN -> 1;
                      case EXAMINED, PARTLY -> 0.5;
                      case OPEN, OUTSIDE -> 0;
                    })
            .sum();
    return Optional.of(
        new Section.Fact("evidence.shown", could.size() + " obligations", shown / could.size()));
  }

  /** Days with their fraction, never below 0. */
  private static double days(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toSeconds() / 86_400.0);
  }
}
